import {createRandom} from './random.ts';

/** `A` is without the step, `B` with it; the two runs of a pair follow each other. */
export type PairOrder = 'AB' | 'BA';

/**
The order of the runs of a trial: ABBA or BAAB, two pairs at a time, by the toss of a coin.

In two pairs a steady drift cancels out, and the coin keeps a rhythm of the machine from falling in with the order. The
same seed gives the same order, and a longer plan begins with the shorter one: pairs can be added later.
*/
export function planPairs(count: number, seed: number): PairOrder[] {
	const random = createRandom(seed);
	const orders = Array.from({length: Math.ceil(count / 2)}, () => (random.next() < 0.5 ? abba : baab));
	return orders.flat().slice(0, count);
}

const abba: readonly PairOrder[] = ['AB', 'BA'];
const baab: readonly PairOrder[] = ['BA', 'AB'];
