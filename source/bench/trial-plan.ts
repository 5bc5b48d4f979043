import {createRandom} from './random.ts';

/** `A` is without the step, `B` with it; the two runs of a pair follow each other. */
export type PairOrder = 'AB' | 'BA';

/**
The order of the runs of a trial: of each pair by the toss of a coin of its own.

Whatever the machine does by itself, a step that does nothing then leaves each pair's difference the same size and gives it
its sign by lot, which is all that the verdict's interval asks for (Fisher's randomisation). One coin for two pairs, ABBA or
BAAB, would cancel a steady drift, and let a rhythm of about four runs decide both: a job that comes each minute was called
a change in one of seven trials. The same seed gives the same order, and a longer plan begins with the shorter one.
*/
export function planPairs(count: number, seed: number): PairOrder[] {
	const random = createRandom(seed);
	return Array.from({length: count}, () => (random.next() < 0.5 ? 'AB' : 'BA'));
}
