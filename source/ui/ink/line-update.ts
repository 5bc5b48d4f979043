import stockLineUpdate from '../../../node_modules/ink/build/line-update.js';
import {type Cells, isSameCell, readCells} from './cells.ts';
import {findShift, type Shift} from './shift.ts';
import {plainStyle, writeStyleChange} from './style.ts';

/**
Takes the place of Ink's `lineUpdate` in the bundle: writes the cells of a line that have changed instead of all from the
first one on. Figures change everywhere and labels nowhere, so that is half of the bytes. What is more than single-width
text, or too wide, goes to Ink's own code.
*/
// Ink imports it as the default export.
export default function lineUpdate(previous: string, next: string, columns: number): string {
	const [before, after] = [readCells(previous), readCells(next)];
	if (before === undefined || after === undefined || !(Math.max(before.length, after.length) <= columns)) {
		return stockLineUpdate(previous, next, columns);
	}

	const shift = findShift(before, after);
	const changes = shift
		? writeShift(shift, before.length) + writeChanges(shift.cells, after)
		: writeChanges(before, after);
	const whole = `${moveTo(0)}${eraseToEnd}${next}`;
	return changes.length < whole.length ? changes : whole;
}

const eraseToEnd = '\u001B[K';

function moveTo(column: number): string {
	return `\u001B[${column + 1}G`;
}

function moveRight(columns: number): string {
	return `\u001B[${columns}C`;
}

/** Deletes a character at the start and inserts a blank at the end, so that what stands behind stays where it is. */
function writeShift({from, free}: Shift, length: number): string {
	const insertion = free + 1 < length ? `${moveTo(free)}\u001B[@` : '';
	return `${moveTo(from)}\u001B[P${insertion}`;
}

function writeChanges(before: Cells, after: Cells): string {
	let output = '';
	let column = -1;
	let style = plainStyle;
	for (let x = findChange(before, after, 0); x < after.length; x = findChange(before, after, x + 1)) {
		const gap = x - column;
		// Cells that stay are written again where that is not longer than a move.
		if (column === -1 || gap > moveRight(gap).length) {
			output += column === -1 ? moveTo(x) : moveRight(gap);
			column = x;
		}

		for (; column <= x; column++) {
			const character = after.text.charAt(column);
			const wanted = after.styles[column] ?? plainStyle;
			if (character !== ' ' || style.showsOnBlanks || wanted.showsOnBlanks) {
				output += writeStyleChange(style, wanted);
				style = wanted;
			}

			output += character;
		}
	}

	const rest = writeStyleChange(style, plainStyle);
	return before.length > after.length ? `${output}${rest}${moveTo(after.length)}${eraseToEnd}` : output + rest;
}

/** The first column from `x` on whose cell is to look another way; the end of the line when there is none. */
function findChange(before: Cells, after: Cells, x: number): number {
	while (x < after.length && isSameCell(before, x, after, x)) {
		x++;
	}

	return x;
}
