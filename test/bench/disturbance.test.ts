import {expect, test} from 'vitest';
import {screenBlock, screenPairs} from '../../source/bench/disturbance.ts';
import type {Noise} from '../../source/bench/noise.ts';

const noise: Noise = {runs: 6, variation: 0.02, deviation: 0.02, tooNoisy: false};
const pair = (a: number, b: number) => ({a: {figure: a}, b: {figure: b}});
const calm = [pair(100, 110), pair(101, 109), pair(99, 111), pair(100, 108), pair(102, 110), pair(98, 112)];

test('calm pairs are all kept', () => {
	expect(screenPairs(calm, 6, noise)).toEqual({kept: [0, 1, 2, 3, 4, 5], disturbed: [], missing: 0});
});

test('pairs that have not run yet are missing', () => {
	expect(screenPairs(calm.slice(0, 4), 6, noise)).toEqual({kept: [0, 1, 2, 3], disturbed: [], missing: 2});
});

test('a run that fell out is named, and its pair is missing until it was repeated', () => {
	const dipped = [...calm.slice(0, 5), pair(100, 80)];
	const screening = screenPairs(dipped, 6, noise);
	expect(screening).toEqual({
		kept: [0, 1, 2, 3, 4],
		disturbed: [{place: 5, run: 'b', change: expect.closeTo(80 / 109.5 - 1, 2)}],
		missing: 1,
	});
	expect(screenPairs([...dipped, pair(101, 110)], 6, noise)).toMatchObject({kept: [0, 1, 2, 3, 4, 6], missing: 0});
});

test('a repetition that fell out too is repeated as well', () => {
	const pairs = [...calm.slice(0, 5), pair(100, 80), pair(60, 110)];
	expect(screenPairs(pairs, 6, noise)).toMatchObject({kept: [0, 1, 2, 3, 4], missing: 1});
	expect(screenPairs(pairs, 6, noise).disturbed.map(({place, run}) => `${place}${run}`)).toEqual(['5b', '6a']);
});

test('a pair of which both runs fell out is repeated once', () => {
	const screening = screenPairs([...calm.slice(0, 5), pair(60, 70)], 6, noise);
	expect(screening).toMatchObject({
		disturbed: [
			{place: 5, run: 'a'},
			{place: 5, run: 'b'},
		],
		missing: 1,
	});
});

test('the difference between A and B never makes a pair fall out', () => {
	expect(
		screenPairs(
			calm.map(({a, b}) => pair(a.figure, 3 * b.figure)),
			6,
			noise,
		).disturbed,
	).toEqual([]);
});

test('noisy machines may differ by more', () => {
	const pairs = [...calm.slice(0, 5), pair(100, 97)];
	expect(screenPairs(pairs, 6, noise).disturbed).toHaveLength(1);
	expect(screenPairs(pairs, 6, {...noise, deviation: 0.05}).disturbed).toEqual([]);
});

test('at most half as many pairs are repeated: then they are judged as they are, and all that fell out is told', () => {
	const breaking = Array.from({length: 9}, (_, index) => pair(100, [1, 4, 6, 7].includes(index) ? 60 : 110));
	const screening = screenPairs(breaking, 6, noise);
	expect(screening).toMatchObject({kept: [0, 2, 3, 5, 7, 8], missing: 0});
	expect(screening.disturbed.map(({place}) => place)).toEqual([1, 4, 6, 7]);
	const always = Array.from({length: 20}, (_, index) => pair(100, index < 4 ? 110 : 60));
	expect(screenPairs(always, 6, noise)).toMatchObject({kept: [0, 1, 2, 3, 7, 8], missing: 0});
});

test('a block is screened by itself', () => {
	expect(screenBlock([100, 101, 70, 99], 4, noise, 'a')).toMatchObject({kept: [0, 1, 3], missing: 1});
	expect(screenBlock([100, 101, 70, 99, 102], 4, noise, 'a')).toMatchObject({kept: [0, 1, 3, 4], missing: 0});
});
