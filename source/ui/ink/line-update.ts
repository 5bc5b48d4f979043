import stockLineUpdate from '../../../node_modules/ink/build/line-update.js';
import {splitRuns} from './runs.ts';
import {plainStyle, type Style, writeStyleChange} from './style.ts';

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

	const changes = writeChanges(before, after);
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

/** A line by columns. */
interface Cells {
	readonly length: number;
	readonly text: string;
	readonly styles: readonly Style[];
}

/** Each line is read twice: when it comes, and when the next one takes its place. */
const known = new Map<string, Cells | undefined>();
const enoughLines = 400;

function readCells(line: string): Cells | undefined {
	if (known.has(line)) {
		return known.get(line);
	}

	if (known.size > enoughLines) {
		known.clear();
	}

	const runs = splitRuns(line, 0);
	const text = runs?.map(run => run.text).join('') ?? '';
	const styles = runs?.flatMap(run => new Array<Style>(run.text.length).fill(run.style)) ?? [];
	const cells = runs && {length: text.length, text, styles};
	known.set(line, cells);
	return cells;
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
	while (x < after.length && isSame(before, after, x)) {
		x++;
	}

	return x;
}

/** Beyond the end of the line before, cells are blank. */
function isSame(before: Cells, after: Cells, x: number): boolean {
	const character = after.text.charAt(x);
	if (x >= before.length) {
		return character === ' ' && !after.styles[x]?.showsOnBlanks;
	}

	const [old, now] = [before.styles[x], after.styles[x]];
	return (
		character === before.text.charAt(x) &&
		(old === now || (character === ' ' && !old?.showsOnBlanks && !now?.showsOnBlanks))
	);
}
