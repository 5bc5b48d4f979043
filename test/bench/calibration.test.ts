import {describe, expect, test} from 'vitest';
import {screenBlock, screenPairs} from '../../source/bench/disturbance.ts';
import {announceBlockEffect, announceEffect, assessNoise, findLeastChange} from '../../source/bench/noise.ts';
import {createRandom} from '../../source/bench/random.ts';
import {planPairs} from '../../source/bench/trial-plan.ts';
import {judgeBlocks, judgePairs, type Pair, type VerdictWord} from '../../source/bench/verdict.ts';
import {createNoisyMachine, type NoiseKind} from '../helpers/noisy-machine.ts';

type Machine = ReturnType<typeof createNoisyMachine>;
type Trial = (machine: Machine, seed: number, hasEffect: boolean) => VerdictWord;

const kinds: ReadonlyArray<readonly [string, NoiseKind]> = [
	['quiet', {variation: 0.02, drift: 0, dips: 0}],
	['quiet with drift', {variation: 0.02, drift: 0.015, dips: 0}],
	['quiet with dips', {variation: 0.02, drift: 0, dips: 0.05}],
	['noisy with drift', {variation: 0.04, drift: 0.015, dips: 0}],
	['noisy with drift and dips', {variation: 0.04, drift: 0.015, dips: 0.05}],
	['very noisy with drift and dips', {variation: 0.06, drift: 0.015, dips: 0.05}],
];

/** A whole trial as it runs: noise check, announcement, pairs in their planned order, repetitions, verdict. */
const runPairs =
	(count: number): Trial =>
	(machine, seed, hasEffect) => {
		const noise = assessNoise(Array.from({length: 6}, () => machine.run()));
		const announced = announceEffect(noise, count) ?? Number.NaN;
		const effect = hasEffect ? announced : 0;
		const orders = planPairs(2 * count, seed);
		const pairs: Pair[] = [];
		let screening = screenPairs(pairs, count, noise);
		while (screening.missing > 0) {
			const first = {figure: machine.run(orders[pairs.length] === 'AB' ? 0 : effect)};
			const second = {figure: machine.run(orders[pairs.length] === 'AB' ? effect : 0)};
			pairs.push(orders[pairs.length] === 'AB' ? {a: first, b: second} : {a: second, b: first});
			screening = screenPairs(pairs, count, noise);
		}

		const kept = pairs.filter((_, place) => screening.kept.includes(place));
		return judgePairs(kept, {disturbed: screening.disturbed, least: findLeastChange(noise, announced)}).word;
	};

const runBlocks =
	(count: number): Trial =>
	(machine, _seed, hasEffect) => {
		const noise = assessNoise(Array.from({length: 6}, () => machine.run()));
		const effect = announceBlockEffect(noise, count) ?? Number.NaN;
		const runBlock = (run: 'a' | 'b') => {
			const figures: number[] = [];
			while (screenBlock(figures, count, noise, run).missing > 0) {
				figures.push(machine.run(run === 'b' && hasEffect ? effect : 0));
			}

			const {kept, disturbed} = screenBlock(figures, count, noise, run);
			return {runs: figures.filter((_, place) => kept.includes(place)).map(figure => ({figure})), disturbed};
		};
		const [before, changed, after] = [runBlock('a'), runBlock('b'), runBlock('a')];
		const blocks = {before: before.runs, changed: changed.runs, after: after.runs};
		const disturbed = [before, changed, after].flatMap(block => block.disturbed);
		return judgeBlocks(blocks, effect, {disturbed, least: findLeastChange(noise, effect)}).word;
	};

/** The guide's way: all runs without, then all runs with. */
const runOneAfterTheOther =
	(count: number): Trial =>
	machine => {
		const a = Array.from({length: count}, () => ({figure: machine.run()}));
		return judgePairs(a.map(run => ({a: run, b: {figure: machine.run()}}))).word;
	};

function share(
	words: readonly VerdictWord[],
	trial: Trial,
	{kind, trials, hasEffect}: {kind: NoiseKind; trials: number; hasEffect: boolean},
): number {
	const found = Array.from({length: trials}, (_, seed) =>
		trial(createNoisyMachine(kind, 1 + 7919 * seed), seed, hasEffect),
	);
	return found.filter(word => words.includes(word)).length / trials;
}

const falseAlarms = (trial: Trial, kind: NoiseKind, trials: number) =>
	share(['better', 'worse', 'mixed'], trial, {kind, trials, hasEffect: false});
const detections = (trial: Trial, kind: NoiseKind, trials: number) =>
	share(['better'], trial, {kind, trials, hasEffect: true});

/** Two standard errors of a simulation that finds 5 % in so many trials. */
const allowance = (trials: number) => 2 * Math.sqrt((0.05 * 0.95) / trials);

describe.each(kinds)('on a machine that is %s', (_name, kind) => {
	test.each([6, 7, 10])(
		'%i pairs of a step that does nothing are called something in 5 of 100 trials at most',
		count => {
			expect(falseAlarms(runPairs(count), kind, 2000)).toBeLessThanOrEqual(0.05 + allowance(2000));
		},
	);

	test.each([6, 10])('%i pairs find the effect that was announced in 80 of 100 trials at least', count => {
		expect(detections(runPairs(count), kind, 500)).toBeGreaterThanOrEqual(0.8);
	});

	test('blocks of four hold to both as well', () => {
		expect(falseAlarms(runBlocks(4), kind, 300)).toBeLessThanOrEqual(0.05);
		expect(detections(runBlocks(4), kind, 300)).toBeGreaterThanOrEqual(0.8);
	});
});

// In a third of such trials one run breaks down at most, as runs without the step do.
test.each([
	['pairs', runPairs(7)],
	['blocks', runBlocks(7)],
] as const)('a step whose runs break down three times in ten is seldom called better: %s', (_name, trial) => {
	const words = Array.from({length: 500}, (_, seed) => {
		const machine = createNoisyMachine({variation: 0.02, drift: 0, dips: 0}, 1 + 7919 * seed);
		const random = createRandom(seed);
		const run = (effect = 0) => machine.run(effect) * (effect > 0 && random.next() < 0.3 ? 0.6 : 1);
		return trial({run}, seed, true);
	});
	expect(words.filter(word => word === 'better').length / 500).toBeLessThan(1 / 3);
});

// A run takes some 17 s, so that a job that comes each minute is 3.5 runs.
test.each([3.5, 4])('a rhythm of %d runs makes no change of a step that does nothing', runs => {
	const kind = {variation: 0.02, drift: 0, dips: 0, rhythm: {runs, reach: 0.05}};
	for (const count of [6, 7, 10]) {
		expect(falseAlarms(runPairs(count), kind, 2000)).toBeLessThanOrEqual(0.05 + allowance(2000));
	}
});

test('where runs differ by a quarter by themselves, a step that does nothing is called something in 3 of 100 trials at most', () => {
	const wild = {variation: 0.25, drift: 0.015, dips: 0.05};
	expect(falseAlarms(runPairs(5), wild, 2000)).toBeLessThanOrEqual(0.03);
	expect(detections(runPairs(5), wild, 500)).toBeGreaterThanOrEqual(0.8);
	expect(falseAlarms(runBlocks(5), wild, 300)).toBeLessThanOrEqual(0.03);
	expect(detections(runBlocks(5), wild, 300)).toBeGreaterThanOrEqual(0.8);
});

test('the same rule on runs one after the other instead of interleaved is wrong far more often', () => {
	const drifting = {variation: 0.04, drift: 0.015, dips: 0};
	expect(falseAlarms(runOneAfterTheOther(10), drifting, 1000)).toBeGreaterThan(0.15);
});
