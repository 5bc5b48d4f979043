import {blockInterval, blockShift} from './blocks.ts';
import {createRandom, type Random} from './random.ts';
import {centreInterval, type Interval, median, quantile, robustDeviation} from './statistics.ts';

/** What runs of the same scenario without any change (A/A) tell about the noise. */
export interface Noise {
	readonly runs: number;
	/** 1.4826 · MAD / median of the figures: one dip does not count. */
	readonly variation: number;
	/** The standard deviation of the logarithm of one run against its neighbours: drift counts little, dips count. */
	readonly deviation: number;
	/** Above 10 %: no verdict is worth its time. */
	readonly tooNoisy: boolean;
}

/** A change below this is of no use, however certain. */
export const practicalMargin = 0.03;

/**
Assesses at least four runs without a change between them, in the order in which they ran.

The deviation comes from neighbours (von Neumann), because a trial compares neighbours: what drifts over minutes is in
the variation and not in it.
*/
export function assessNoise(figures: readonly number[]): Noise {
	if (figures.length < 4 || figures.some(figure => !(figure > 0))) {
		throw new RangeError(`a noise check needs at least four runs that moved something, got ${figures.join(', ')}`);
	}

	const variation = robustDeviation(figures) / median(figures);
	return {
		runs: figures.length,
		variation,
		deviation: neighbourDeviation(figures.map(Math.log)),
		tooNoisy: variation > 0.1,
	};
}

function neighbourDeviation(values: readonly number[]): number {
	const steps = values.slice(1).map((value, index) => value - (values[index] ?? Number.NaN));
	return Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / (2 * steps.length));
}

/**
The smallest relative change (0.08 is 8 %) that so many pairs will very probably call better or worse; absent below five
pairs, which cannot.

The verdict's own rule is tried on simulated trials of normal noise, each behind a noise check as long as the real one, so
that the guess of the noise is as bad as the real guess. The effect that is found in 85 of 100 such trials is announced:
that leaves at least 80 where the machine dips and drifts.
*/
export function announceEffect(noise: Noise, pairs: number): number | undefined {
	if (pairs < 5) {
		return;
	}

	return announce(noise, `pairs ${pairs}`, random => {
		const differences = drawNormals(random, pairs).map(value => value * Math.SQRT2);
		return {interval: centreInterval(differences), centre: median(differences)};
	});
}

/**
The same for blocks of so many runs (A, B, A); absent below four runs a block. Between blocks a machine has time to wander:
the simulated ones do, by three quarters of their noise from run to run.
*/
export function announceBlockEffect(noise: Noise, runs: number): number | undefined {
	if (runs < 4) {
		return;
	}

	return announce(noise, `blocks ${runs}`, random => {
		const all = walk(random, 3 * runs);
		const blocks = {before: all.slice(0, runs), changed: all.slice(runs, 2 * runs), after: all.slice(2 * runs)};
		return {interval: blockInterval(blocks), centre: blockShift(blocks)};
	});
}

/**
The relative change that has to be seen to be believed: of runs that differ too much by themselves, half of what was
announced, in logarithms, else the practical margin. A change of the announced size is seen as more than half of it nearly
always, and a step that does nothing is hardly ever seen as so much.
*/
export function findLeastChange({tooNoisy}: Noise, detectable: number | undefined): number {
	const half = Math.sqrt(1 + (detectable ?? 0)) - 1;
	return tooNoisy ? Math.max(practicalMargin, half) : practicalMargin;
}

interface Outcome {
	readonly interval: Interval | undefined;
	readonly centre: number;
}

function announce(noise: Noise, name: string, simulate: (random: Random) => Outcome): number {
	const key = `${name} after ${noise.runs}`;
	const needs = known.get(key) ?? simulateNeeds(noise.runs, simulate);
	known.set(key, needs);
	const margin = Math.log1p(practicalMargin);
	const effects = needs.certain.map((certain, index) =>
		Math.max(certain * noise.deviation, (needs.large[index] ?? Number.NaN) * noise.deviation + margin),
	);
	return Math.expm1(quantile(effects, plannedPower));
}

const plannedPower = 0.85;
const simulations = 2000;
const known = new Map<string, Needs>();

/** What each simulated trial needs, in deviations that its noise check found: to leave 0 out, and to reach the margin. */
interface Needs {
	readonly certain: Float64Array;
	readonly large: Float64Array;
}

function simulateNeeds(runs: number, simulate: (random: Random) => Outcome): Needs {
	const random = createRandom(1);
	const needs = {certain: new Float64Array(simulations), large: new Float64Array(simulations)};
	for (let index = 0; index < simulations; index++) {
		const guess = neighbourDeviation(drawNormals(random, runs));
		const {interval, centre} = simulate(random);
		needs.certain[index] = -(interval?.low ?? Number.NaN) / guess;
		needs.large[index] = -centre / guess;
	}

	return needs;
}

/** Normal noise on a random walk, as far apart from neighbour to neighbour as plain noise of deviation 1. */
function walk(random: Random, runs: number): number[] {
	const step = 0.75;
	const scale = 1 / Math.sqrt(1 + step ** 2 / 2);
	let level = 0;
	return drawNormals(random, runs).map(value => {
		level += step * random.normal();
		return scale * (level + value);
	});
}

function drawNormals(random: Random, count: number): number[] {
	return Array.from({length: count}, () => random.normal());
}
