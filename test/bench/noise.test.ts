import {describe, expect, test} from 'vitest';
import {
	announceBlockEffect,
	announceEffect,
	assessNoise,
	findLeastChange,
	type Noise,
} from '../../source/bench/noise.ts';

const noiseOf = (deviation: number, runs = 6): Noise => ({runs, variation: deviation, deviation, tooNoisy: false});

describe('a noise check', () => {
	test('has the robust variation: one dip does not count', () => {
		expect(assessNoise([100, 102, 98, 101, 99, 100]).variation).toBeCloseTo(1.4826 * 0.01, 6);
		expect(assessNoise([100, 102, 98, 101, 99, 60]).variation).toBeLessThan(0.03);
	});

	test('has the deviation between neighbours: a slow drift hardly counts, a dip does', () => {
		const drifting = [100, 102, 104, 106, 108, 110];
		expect(assessNoise(drifting).deviation).toBeCloseTo(Math.log(1.1) / 5 / Math.SQRT2, 3);
		expect(assessNoise([100, 102, 98, 101, 99, 60]).deviation).toBeGreaterThan(0.1);
	});

	test('above 10 % is too noisy', () => {
		expect(assessNoise([100, 107, 93, 107, 93, 100]).tooNoisy).toBe(true);
		expect(assessNoise([100, 106, 94, 106, 94, 100]).tooNoisy).toBe(false);
	});

	test('of fewer than four runs, or of one that moved nothing, is none', () => {
		expect(() => assessNoise([100, 101, 102])).toThrow('at least four runs');
		expect(() => assessNoise([100, 101, 0, 102])).toThrow('got 100, 101, 0, 102');
	});
});

describe('the announced effect', () => {
	test('grows with the noise and shrinks with the pairs', () => {
		const effects = [0.02, 0.04, 0.06].map(deviation => announceEffect(noiseOf(deviation), 6) ?? 0);
		expect(effects).toEqual([...effects].sort((a, b) => a - b));
		const byPairs = [6, 7, 8, 10, 15].map(pairs => announceEffect(noiseOf(0.04), pairs) ?? 0);
		expect(byPairs).toEqual([...byPairs].sort((a, b) => b - a));
	});

	test('is smaller after a longer noise check, because the guess is better', () => {
		expect(announceEffect(noiseOf(0.04, 12), 6)).toBeLessThan(announceEffect(noiseOf(0.04, 6), 6) ?? 0);
	});

	test('is never below the practical margin', () => {
		expect(announceEffect(noiseOf(0), 10)).toBeCloseTo(0.03, 12);
	});

	test('needs five pairs, or four runs a block', () => {
		expect(announceEffect(noiseOf(0.02), 4)).toBeUndefined();
		expect(announceEffect(noiseOf(0.02), 5)).toBeGreaterThan(0.03);
		expect(announceBlockEffect(noiseOf(0.02), 3)).toBeUndefined();
	});

	test('of blocks is larger than of as many interleaved runs', () => {
		expect(announceBlockEffect(noiseOf(0.04), 4)).toBeGreaterThan(announceEffect(noiseOf(0.04), 6) ?? 1);
	});
});

test('the change that is believed is 3 %, and half of what was announced where runs differ too much', () => {
	const quiet = noiseOf(0.05);
	expect(findLeastChange(quiet, 0.21)).toBe(0.03);
	expect(findLeastChange({...quiet, tooNoisy: true}, 0.21)).toBeCloseTo(0.1);
	expect(findLeastChange({...quiet, tooNoisy: true}, 0.02)).toBe(0.03);
	expect(findLeastChange({...quiet, tooNoisy: true}, undefined)).toBe(0.03);
});
