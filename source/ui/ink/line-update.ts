import stockLineUpdate from '../../../node_modules/ink/build/line-update.js';
import {type Cells, listChanges, readCells} from './cells.ts';
import {findShift, type Shift} from './shift.ts';
import {plainStyle, styleOf, writeStyleChange} from './style.ts';

/**
Takes the place of Ink's `lineUpdate` in the bundle: writes the cells of a line that have changed instead of all from the
first one on. Figures change everywhere and labels nowhere, so that is half of the bytes. What is more than single-width
text, or too wide, goes to Ink's own code.
*/
// Ink imports it as the default export.
export default function lineUpdate(previous: string, next: string, columns: number): string {
	const before = readCells(previous);
	const after = readCells(next);
	if (before === undefined || after === undefined || !(Math.max(before.text.length, after.text.length) <= columns)) {
		return stockLineUpdate(previous, next, columns);
	}

	const changed = listChanges(before, after);
	const shift = findShift(before, after, changed);
	const changes = shift
		? writeShift(shift, before.text.length) + writeChanges(listChanges(shift.cells, after), shift.cells, after)
		: writeChanges(changed, before, after);
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

/** The bytes of a short move to the right. Over more columns than these a move is the shorter way, however far it goes. */
const shortestMove = moveRight(1).length;

/** Deletes a character at the start and inserts a blank at the end, so that what stands behind stays where it is. */
function writeShift({from, free}: Shift, length: number): string {
	const insertion = free + 1 < length ? `${moveTo(free)}\u001B[@` : '';
	return `${moveTo(from)}\u001B[P${insertion}`;
}

function writeChanges(changes: readonly number[], before: Cells, after: Cells): string {
	let output = '';
	let column = -1;
	let style = plainStyle;
	changes.forEach(x => {
		const gap = x - column;
		// Cells that stay are written again where that is not longer than a move.
		if (column === -1 || gap > shortestMove) {
			output += column === -1 ? moveTo(x) : moveRight(gap);
			column = x;
		}

		for (; column <= x; column++) {
			const character = after.text.charAt(column);
			const wanted = styleOf(after.styles.charCodeAt(column));
			if (character !== ' ' || style.showsOnBlanks || wanted.showsOnBlanks) {
				output += writeStyleChange(style, wanted);
				style = wanted;
			}

			output += character;
		}
	});

	const rest = writeStyleChange(style, plainStyle);
	return before.text.length > after.text.length
		? `${output}${rest}${moveTo(after.text.length)}${eraseToEnd}`
		: output + rest;
}
