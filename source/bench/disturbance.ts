import type {Noise} from './noise.ts';
import {median, robustDeviation} from './statistics.ts';

/** A run that fell out of the noise: in which pair, or at which place of a block (from 0), and of which kind. */
export interface Disturbance {
	readonly place: number;
	readonly run: 'a' | 'b';
	/** How far it lay from the median of its kind: -0.24 is 24 % below. */
	readonly change: number;
}

export interface Screening {
	/** The pairs or runs to judge, by their place in the list. */
	readonly kept: readonly number[];
	/** Every run that fell out, also those that are kept because too many did. */
	readonly disturbed: readonly Disturbance[];
	/** How many more have to run before there is something to judge. */
	readonly missing: number;
}

/**
Finds pairs to repeat: a run that lies further from the median of its own kind (A or B) than noise explains, because the
host next door took the core for ten seconds. Of six pairs a single one would otherwise hide any gain.

The rule does not look at the difference between A and B, so that it cannot prefer a verdict, and at most half as many pairs
as were wanted are repeated: what falls out that often is no accident. Pairs beyond the `wanted` ones are the repetitions,
in the order in which they ran. Figures are whatever was measured, above 0.
*/
export function screenPairs(pairs: readonly Figures[], wanted: number, noise: Noise): Screening {
	const logarithms = (run: 'a' | 'b') => pairs.map(pair => Math.log(pair[run].figure));
	const figures = {a: logarithms('a'), b: logarithms('b')};
	return screen(pairs.length, wanted, kept => [
		...findOutliers(figures.a, kept, {run: 'a', noise}),
		...findOutliers(figures.b, kept, {run: 'b', noise}),
	]);
}

interface Figures {
	readonly a: {readonly figure: number};
	readonly b: {readonly figure: number};
}

/** The same for one block of runs of a kind: to be asked before the next block begins. */
export function screenBlock(figures: readonly number[], wanted: number, noise: Noise, run: 'a' | 'b'): Screening {
	const logarithms = figures.map(Math.log);
	return screen(figures.length, wanted, kept => findOutliers(logarithms, kept, {run, noise}));
}

/** Takes out what `find` finds and puts in what ran later, until nothing is found, or nothing is left to put in. */
function screen(total: number, wanted: number, find: (kept: readonly number[]) => readonly Disturbance[]): Screening {
	const places = Array.from({length: total}, (_, place) => place);
	const budget = wanted + Math.floor(wanted / 2);
	const disturbed: Disturbance[] = [];
	let kept = places.slice(0, wanted);
	for (let next = wanted; kept.length === wanted; ) {
		const found = find(kept);
		const out = [...new Set(found.map(({place}) => place))].slice(0, budget - next);
		disturbed.push(...found.filter(({place}) => out.length === 0 || out.includes(place)));
		if (out.length === 0) {
			break;
		}

		kept = [...kept.filter(place => !out.includes(place)), ...places.slice(next, next + out.length)];
		next += out.length;
	}

	return {kept, disturbed, missing: wanted - kept.length};
}

/** Those further from the median of the kept ones than four deviations and 10 %. */
function findOutliers(
	logarithms: readonly number[],
	kept: readonly number[],
	{run, noise}: {readonly run: 'a' | 'b'; readonly noise: Noise},
): Disturbance[] {
	const values = kept.map(place => logarithms[place] ?? Number.NaN);
	const middle = median(values);
	const limit = Math.max(Math.log1p(0.1), 4 * noise.deviation, 4 * robustDeviation(values));
	return kept.flatMap((place, index) => {
		const distance = (values[index] ?? Number.NaN) - middle;
		return Math.abs(distance) > limit ? [{place, run, change: Math.expm1(distance)}] : [];
	});
}
