import {type Cells, isSameCell} from './cells.ts';
import {plainStyle} from './style.ts';

/** A stretch of a line that moves on by one column, as a trace does with every tick. */
export interface Shift {
	/** From this column on everything moves to the left, up to the one that becomes free. */
	readonly from: number;
	readonly free: number;
	/** The line after the move. */
	readonly cells: Cells;
}

/** Bytes that must be saved, for the move itself takes some twenty. */
const worthwhile = 24;

/**
Finds the stretch that stands one column further to the left now, where moving it saves the most: a terminal does that itself
when a character is deleted at its start, and one inserted at its end. Nothing where writing it anew is as short. `changes`: what
`listChanges` says of the two.
*/
export function findShift(before: Cells, after: Cells, changes: readonly number[]): Shift | undefined {
	// Most lines change in a few cells, fewer than a move takes bytes: those need no search.
	if (changes.reduce((sum, x) => sum + byteLength(after.text.charCodeAt(x)), 0) < worthwhile) {
		return undefined;
	}

	const best = findStretch(before, after, changes);
	return best.saved < worthwhile ? undefined : {from: best.from, free: best.free, cells: move(before, best)};
}

/** The stretch that saves the most bytes: where the one line, one column further on, looks as the other. */
function findStretch(before: Cells, after: Cells, changes: readonly number[]) {
	const end = Math.min(before.text.length - 1, after.text.length);
	let best = {from: 0, free: 0, saved: 0};
	let saved = 0;
	// What stays as it is needs no move.
	let from = changes[0] ?? 0;
	let next = 0;
	for (let x = from; x <= end; x++) {
		const isChanged = changes[next] === x;
		next += isChanged ? 1 : 0;
		if (x < end && isSameCell(before, x + 1, after, x)) {
			saved += isChanged ? byteLength(after.text.charCodeAt(x)) : 0;
			from = saved === 0 ? x + 1 : from;
		} else {
			best = saved > best.saved ? {from, free: x, saved} : best;
			from = x + 1;
			saved = 0;
		}
	}

	return best;
}

function byteLength(unit: number): number {
	return unit < 0x80 ? 1 : unit < 0x8_00 ? 2 : 3;
}

function move({text, styles}: Cells, {from, free}: {from: number; free: number}): Cells {
	return {text: moveUnits(text, from, free, ' '), styles: moveUnits(styles, from, free, plainStyle.mark)};
}

function moveUnits(units: string, from: number, free: number, fresh: string): string {
	return `${units.slice(0, from)}${units.slice(from + 1, free + 1)}${fresh}${units.slice(free + 1)}`;
}
