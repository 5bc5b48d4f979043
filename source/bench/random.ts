/** Numbers that look random and are the same for the same seed: for orders and simulations, not for secrets. */
export interface Random {
	/** Evenly from 0 to below 1. */
	next(): number;
	/** Normal, mean 0, standard deviation 1. */
	normal(): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): 2^32 states, enough to toss coins and to draw a few million normals. */
export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d_2b_79_f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	// Box and Muller; 1 - next() is never 0.
	const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
	return {next, normal};
}
