import {type Interval, median, rankSumInterval} from './statistics.ts';

/** Runs in three blocks, A B A: for a change that cannot be toggled between two runs. */
export interface Blocks<T> {
	readonly before: readonly T[];
	readonly changed: readonly T[];
	readonly after: readonly T[];
}

/** How far the changed block lies above the middle of its two neighbours: a steady drift cancels out. */
export function blockShift({before, changed, after}: Blocks<number>): number {
	return median(changed) - (median(before) + median(after)) / 2;
}

/**
The interval for that shift: from the lower end against one neighbour to the higher end against the other, so that a change
counts only if it holds against both, and a machine that wandered makes the interval wide. Absent below four runs a block.
*/
export function blockInterval({before, changed, after}: Blocks<number>): Interval | undefined {
	const first = rankSumInterval(before, changed);
	const second = rankSumInterval(after, changed);
	return (
		first &&
		second && {
			low: Math.min(first.low, second.low),
			high: Math.max(first.high, second.high),
			confidence: Math.min(first.confidence, second.confidence),
		}
	);
}
