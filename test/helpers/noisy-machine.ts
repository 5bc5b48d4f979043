import {createRandom} from '../../source/bench/random.ts';

/** How runs of an unchanged machine differ: each by itself, by a random walk from run to run, by dips of 10 to 40 %, and by a rhythm. */
export interface NoiseKind {
	readonly variation: number;
	readonly drift: number;
	/** The share of the runs that dip. */
	readonly dips: number;
	/** What comes every so many runs, and how much it takes or gives at most. */
	readonly rhythm?: {readonly runs: number; readonly reach: number};
}

/** A machine whose runs, one after the other, give the figures of such noise around 1 Gb/s, times the effect. */
export function createNoisyMachine(kind: NoiseKind, seed: number): {run(effect?: number): number} {
	const random = createRandom(seed);
	let level = Math.log(1e9);
	let turn = kind.rhythm === undefined ? 0 : 2 * Math.PI * random.next();
	return {
		run(effect = 0) {
			level += kind.drift * random.normal();
			const dip = random.next() < kind.dips ? 0.1 + 0.3 * random.next() : 0;
			turn += kind.rhythm === undefined ? 0 : (2 * Math.PI) / kind.rhythm.runs;
			const beat = (kind.rhythm?.reach ?? 0) * Math.sin(turn);
			return Math.exp(level + beat + kind.variation * random.normal() - dip) * (1 + effect);
		},
	};
}
