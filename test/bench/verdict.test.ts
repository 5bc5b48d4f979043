import {describe, expect, test} from 'vitest';
import {judgeBlocks, judgePairs} from '../../source/bench/verdict.ts';

/** Pairs around 1 Gb/s whose B lies so many percent above their A. */
const pairs = (...percents: readonly number[]) =>
	percents.map(percent => ({a: {figure: 1e9}, b: {figure: 1e9 * (1 + percent / 100)}}));

describe('pairs', () => {
	test('with a gain in every one are better', () => {
		expect(judgePairs(pairs(5, 9, 6, 2, 10, 7))).toEqual({
			word: 'better',
			text: '+6.5 % (97 % CI +2.0 % to +10.0 %), 6 pairs',
			change: expect.closeTo(0.065, 4),
			interval: {low: expect.closeTo(0.02, 12), high: expect.closeTo(0.1, 12), confidence: 0.96875},
			probability: 0.03125,
			evidence: 'pairs',
			count: 6,
			guards: [],
		});
	});

	test('with a loss in every one are worse', () => {
		expect(judgePairs(pairs(-5, -9, -6, -2, -10, -7))).toMatchObject({
			word: 'worse',
			text: expect.stringContaining('−6.5 %'),
		});
	});

	test('with a gain too small to matter are not better, however sure', () => {
		expect(judgePairs(pairs(1, 1.2, 0.9, 1.1, 1, 1.3)).word).toBe('same');
		expect(judgePairs(pairs(2.9, 2.8, 2.7, 2.9, 2.8, 3.4)).word).toBe('inconclusive');
	});

	test('that stay within 3 % are the same', () => {
		expect(judgePairs(pairs(0.5, -1, 1.5, -0.5, 2, -2)).word).toBe('same');
	});

	test('with one that says the opposite are inconclusive', () => {
		expect(judgePairs(pairs(5, 9, 6, -1, 10, 7)).word).toBe('inconclusive');
	});

	test('may disagree a little when there are more of them', () => {
		expect(judgePairs(pairs(5, 9, 6, -0.1, 10, 7, 6)).word).toBe('better');
	});

	test('five are judged by the t interval', () => {
		const verdict = judgePairs(pairs(5, 9, 6, 4, 7));
		expect(verdict).toMatchObject({word: 'better', interval: {confidence: 0.95}});
		expect(judgePairs(pairs(5, 9, 6, -4, 7)).word).toBe('inconclusive');
	});

	test('of runs that differ too much show no change smaller than what was asked for', () => {
		// Measured in the lab, Mbit/s, with a step that does nothing.
		const measured = [
			[133, 114],
			[162, 117],
			[57.8, 53.7],
			[158, 76.9],
			[77.4, 51.2],
		].map(([a = 0, b = 0]) => ({a: {figure: a}, b: {figure: b}}));
		expect(judgePairs(measured).word).toBe('worse');
		const verdict = judgePairs(measured, {least: 0.76});
		expect(verdict.word).toBe('inconclusive');
		expect(verdict.text).toMatch(/; runs differ so much that only −43\.2 % or more would count$/);
		const swapped = measured.map(({a, b}) => ({a: b, b: a}));
		expect(judgePairs(swapped, {least: 0.76}).text).toContain('only +76.0 % or more');
		expect(judgePairs(swapped, {least: 0.3}).word).toBe('better');
	});

	test('four can show harm, but no gain', () => {
		expect(judgePairs(pairs(-20, -21, -19, -20)).word).toBe('worse');
		const gain = judgePairs(pairs(20, 21, 19, 20));
		expect(gain.word).toBe('inconclusive');
		expect(gain.text).toContain('four pairs can show harm, not gain');
	});

	test('three show nothing, and one has not even an interval', () => {
		expect(judgePairs(pairs(-20, -21, -19)).word).toBe('inconclusive');
		const one = judgePairs(pairs(20));
		expect(one).toMatchObject({word: 'inconclusive', text: '+20.0 % (too few to be sure), 1 pair'});
		expect(one).not.toHaveProperty('interval');
	});

	test('do not depend on the unit, and the other way round say the opposite', () => {
		const some = pairs(5, 9, 6, 2, 10, 7);
		const scaled = some.map(({a, b}) => ({a: {figure: a.figure / 1e6}, b: {figure: b.figure / 1e6}}));
		expect(judgePairs(scaled).text).toBe(judgePairs(some).text);
		const swapped = judgePairs(some.map(({a, b}) => ({a: b, b: a})));
		expect(swapped.word).toBe('worse');
		expect(1 + swapped.change).toBeCloseTo(1 / (1 + judgePairs(some).change), 12);
	});

	test('with a run that moved nothing cannot be judged', () => {
		expect(() => judgePairs([{a: {figure: 1}, b: {figure: 0}}])).toThrow(
			'a run that moved nothing (0) cannot be judged',
		);
	});
});

describe('mixed', () => {
	const gain = pairs(15, 19, 16, 12, 20, 17);
	const withGuard = (id: string, a: number, b: number) =>
		gain.map((pair, index) => ({
			a: {...pair.a, guards: {[id]: a + index}},
			b: {...pair.b, guards: {[id]: b + index}},
		}));

	test('is faster with more drops', () => {
		const verdict = judgePairs(withGuard('softnet-drops', 3, 4000));
		expect(verdict.word).toBe('mixed');
		expect(verdict.text).toContain('; softnet drops rose from 5.50 to 4003/GB');
	});

	test('is not what a guard makes that only tells', () => {
		const verdict = judgePairs(withGuard('top-core', 60, 90));
		expect(verdict.word).toBe('better');
		expect(verdict.guards).toMatchObject([{id: 'top-core', word: 'worse'}]);
	});

	test('is not what is the same or worse', () => {
		const slower = withGuard('softnet-drops', 3, 4000).map(({a, b}) => ({a, b: {...b, figure: 0.8 * a.figure}}));
		expect(judgePairs(slower).word).toBe('worse');
	});

	test('is faster with runs that break down more often', () => {
		expect(judgePairs(gain, {disturbed: fallen(0, 2)})).toMatchObject({
			word: 'mixed',
			text: expect.stringMatching(/; runs with the step break down: 2 with it, 0 without$/),
		});
		expect(judgePairs(gain, {disturbed: fallen(1, 2)})).toMatchObject({
			word: 'better',
			text: expect.stringMatching(/; runs that fell out of the noise: 2 with it, 1 without$/),
		});
		expect(judgePairs(gain, {disturbed: fallen(0, 2, 0.4)}).word).toBe('better');
		expect(judgePairs([...gain, ...gain], {disturbed: fallen(0, 2)}).word).toBe('better');
		expect(judgePairs([...gain, ...gain], {disturbed: fallen(0, 3)}).word).toBe('mixed');
	});

	test('is faster at more CPU for each byte, where that is more than the gain', () => {
		const costly = withGuard('cpu', 100, 125);
		expect(judgePairs(costly)).toMatchObject({word: 'mixed', text: expect.stringContaining('CPU seconds rose from')});
		const doubled = costly.map(({a, b}) => ({a, b: {...b, figure: 2 * a.figure}}));
		expect(judgePairs(doubled)).toMatchObject({word: 'better', guards: [{id: 'cpu', word: 'worse'}]});
	});
});

/** Runs of each kind that fell out, by so much. */
function fallen(a: number, b: number, change = -0.4) {
	const sides = [...Array<'a'>(a).fill('a'), ...Array<'b'>(b).fill('b')];
	return sides.map((run, place) => ({place, run, change}));
}

describe('blocks', () => {
	const runs = (...figures: readonly number[]) => figures.map(figure => ({figure}));

	test('above both their neighbours are better, on weaker evidence', () => {
		const verdict = judgeBlocks(
			{before: runs(100, 102, 99, 101), changed: runs(120, 121, 119, 122), after: runs(101, 99, 100, 103)},
			0.1,
		);
		expect(verdict).toMatchObject({word: 'better', evidence: 'blocks', count: 4});
		expect(verdict.text).toBe('+19.9 % (97 % CI +15.5 % to +23.2 %), 4 runs in blocks, weaker evidence');
		expect(verdict).not.toHaveProperty('probability');
	});

	test('are inconclusive when the machine did not come back', () => {
		const drifted = judgeBlocks(
			{before: runs(100, 102, 99, 101), changed: runs(130, 131, 129, 132), after: runs(115, 116, 114, 117)},
			0.1,
		);
		expect(drifted.word).toBe('inconclusive');
		expect(drifted.text).toContain('without the step it came back +14.9 % off');
	});

	test('are inconclusive when they are above one neighbour only', () => {
		expect(
			judgeBlocks(
				{before: runs(100, 102, 99, 101), changed: runs(112, 113, 111, 114), after: runs(108, 112, 110, 109)},
				0.1,
			).word,
		).toBe('inconclusive');
	});

	test('of fewer than four runs show nothing', () => {
		const three = runs(100, 101, 102);
		expect(judgeBlocks({before: three, changed: runs(200, 201, 202), after: three}, 0.1).word).toBe('inconclusive');
	});

	test('with a guard that got worse are mixed', () => {
		const guarded = (drops: number, ...figures: readonly number[]) =>
			figures.map(figure => ({figure, guards: {'nic-drops': drops}}));
		const verdict = judgeBlocks(
			{
				before: guarded(0, 100, 102, 99, 101),
				changed: guarded(900, 120, 121, 119, 122),
				after: guarded(0, 101, 99, 100, 103),
			},
			0.1,
		);
		expect(verdict.word).toBe('mixed');
	});

	test('whose runs with the step break down more often than half of those without are mixed', () => {
		const blocks = {
			before: runs(100, 102, 99, 101),
			changed: runs(120, 121, 119, 122),
			after: runs(101, 99, 100, 103),
		};
		expect(judgeBlocks(blocks, 0.1, {disturbed: fallen(0, 2)}).word).toBe('mixed');
		expect(judgeBlocks(blocks, 0.1, {disturbed: fallen(2, 2)}).word).toBe('better');
	});
});
