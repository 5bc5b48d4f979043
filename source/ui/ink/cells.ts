import {splitRuns} from './runs.ts';
import type {Style} from './style.ts';

/** A line by columns. */
export interface Cells {
	readonly length: number;
	readonly text: string;
	readonly styles: readonly Style[];
}

/** Each line is read twice: when it comes, and when the next one takes its place. */
const known = new Map<string, Cells | undefined>();
const enoughLines = 400;

/** Nothing for a line of more than single-width characters and closed styles. */
export function readCells(line: string): Cells | undefined {
	if (known.has(line)) {
		return known.get(line);
	}

	if (known.size > enoughLines) {
		known.clear();
	}

	const runs = splitRuns(line, 0);
	const text = runs?.map(run => run.text).join('') ?? '';
	const styles: Style[] = [];
	for (const run of runs ?? []) {
		for (let column = 0; column < run.text.length; column++) {
			styles.push(run.style);
		}
	}

	const cells = runs && {length: text.length, text, styles};
	known.set(line, cells);
	return cells;
}

/** Whether a cell of one line looks like a cell of the other. Beyond the end of a line, cells are blank. */
export function isSameCell(line: Cells, column: number, other: Cells, otherColumn: number): boolean {
	const isBlank = isBlankCell(line, column);
	return (
		(isBlank && isBlankCell(other, otherColumn)) ||
		(!isBlank &&
			line.text.charAt(column) === other.text.charAt(otherColumn) &&
			line.styles[column] === other.styles[otherColumn])
	);
}

function isBlankCell({text, styles}: Cells, column: number): boolean {
	return column >= text.length || (text.charAt(column) === ' ' && !styles[column]?.showsOnBlanks);
}
