import {type Run, splitRuns} from './runs.ts';
import {styleOf} from './style.ts';

/** A line by columns: its characters, and the marks of their styles. */
export interface Cells {
	readonly text: string;
	readonly styles: string;
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
	const cells = runs && joinRuns(runs);
	known.set(line, cells);
	return cells;
}

/** By `join`, which makes whole strings: of pieces that were added up each character is found more slowly. */
function joinRuns(runs: readonly Run[]): Cells {
	return {
		text: runs.map(run => run.text).join(''),
		styles: runs.map(run => run.style.mark.repeat(run.text.length)).join(''),
	};
}

/** The columns of the second line that look another way than those of the first. */
export function listChanges(before: Cells, after: Cells): number[] {
	const changes: number[] = [];
	const isSameStyle = before.styles === after.styles;
	for (let x = 0; x < after.text.length; x++) {
		const isEqual =
			before.text.charCodeAt(x) === after.text.charCodeAt(x) &&
			(isSameStyle || before.styles.charCodeAt(x) === after.styles.charCodeAt(x));
		if (!isEqual && !isSameCell(before, x, after, x)) {
			changes.push(x);
		}
	}

	return changes;
}

const blank = 0x20;

/** Whether a cell of one line looks like a cell of the other. Beyond the end of a line, cells are blank. */
export function isSameCell(line: Cells, column: number, other: Cells, otherColumn: number): boolean {
	const unit = line.text.charCodeAt(column);
	if (unit !== other.text.charCodeAt(otherColumn) && unit > blank) {
		return false;
	}

	return isBlankCell(line, column)
		? isBlankCell(other, otherColumn)
		: unit === other.text.charCodeAt(otherColumn) &&
				line.styles.charCodeAt(column) === other.styles.charCodeAt(otherColumn);
}

function isBlankCell({text, styles}: Cells, column: number): boolean {
	return (
		column >= text.length || (text.charCodeAt(column) === blank && !styleOf(styles.charCodeAt(column)).showsOnBlanks)
	);
}
