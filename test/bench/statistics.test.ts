import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	deviation,
	median,
	quantile,
	rankSumInterval,
	robustDeviation,
	signedRankInterval,
	signedRankProbability,
	signedRankQuantile,
	signedRankTest,
	studentInterval,
	studentProbability,
	studentQuantile,
	studentTest,
} from '../../source/bench/statistics.ts';
import {readFixture} from '../helpers/parser-law.ts';

interface FromR {
	readonly signedRank: ReadonlyArray<{
		readonly differences: readonly number[];
		readonly p: number;
		readonly interval: readonly [number, number];
		readonly confidence: number;
		readonly tInterval: readonly [number, number];
		readonly tP: number;
		readonly mad: number;
	}>;
	readonly rankSum: ReadonlyArray<{
		readonly first: readonly number[];
		readonly second: readonly number[];
		readonly interval: readonly [number, number];
	}>;
	readonly signedRankQuantiles: Readonly<Record<string, number>>;
	readonly tQuantiles: Readonly<Record<string, number>>;
}

const fromR: FromR = JSON.parse(readFixture('statistics/from-r.json'));

describe('signed ranks', () => {
	test('have the critical values of the published table (Wilcoxon 1947; two-sided 5 %)', () => {
		const table = {6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 11: 10, 12: 13, 13: 17, 14: 21, 15: 25, 16: 29, 20: 52, 25: 89};
		for (const [count, critical] of Object.entries(table)) {
			expect(2 * signedRankProbability(critical, Number(count)), count).toBeLessThanOrEqual(0.05);
			expect(2 * signedRankProbability(critical + 1, Number(count)), count).toBeGreaterThan(0.05);
		}
	});

	test('have the quantiles of R', () => {
		for (const [count, quantile] of Object.entries(fromR.signedRankQuantiles)) {
			expect(signedRankQuantile(0.025, Number(count)), count).toBe(quantile);
		}
	});

	test.each(fromR.signedRank)('give the interval and the p-value of R: $differences', sample => {
		const interval = signedRankInterval(sample.differences);
		expect(interval?.low).toBeCloseTo(sample.interval[0], 12);
		expect(interval?.high).toBeCloseTo(sample.interval[1], 12);
		expect(interval?.confidence).toBeCloseTo(sample.confidence, 10);
		expect(signedRankTest(sample.differences)).toBeCloseTo(sample.p, 10);
	});

	test('leave 0 out of the interval exactly when the test is below the level of the interval', () => {
		// Whole numbers of different size: halves of them are exact, and no two of them cancel.
		const differences = fc.uniqueArray(fc.integer({min: -1e6, max: 1e6}).filter(Boolean), {
			minLength: 6,
			maxLength: 12,
			selector: Math.abs,
		});
		fc.assert(
			fc.property(differences, values => {
				const interval = signedRankInterval(values);
				if (interval) {
					const excluded = interval.low > 0 || interval.high < 0;
					expect(excluded).toBe(signedRankTest(values) <= 1 - interval.confidence + 1e-12);
				}
			}),
		);
	});

	test('give no interval of fewer than six values', () => {
		expect(signedRankInterval([1, 2, 3, 4, 5])).toBeUndefined();
		expect(signedRankInterval([1, 2, 3, 4, 5, 6])).toEqual({low: 1, high: 6, confidence: 0.96875});
	});

	test('of nothing but zeros show no difference', () => {
		expect(signedRankTest([0, 0, 0, 0, 0, 0])).toBe(1);
	});
});

describe("Student's t", () => {
	test('has the quantiles of the published table', () => {
		const table = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 30: 2.042, 120: 1.98};
		for (const [freedom, value] of Object.entries(table)) {
			expect(studentQuantile(0.975, Number(freedom)), freedom).toBeCloseTo(value, 3);
		}
	});

	test('has the quantiles of R', () => {
		for (const [freedom, value] of Object.entries(fromR.tQuantiles)) {
			expect(studentQuantile(0.975, Number(freedom)), freedom).toBeCloseTo(value, 9);
		}
	});

	test('has half of its probability below 0', () => {
		expect([1, 2, 3, 4].map(freedom => studentProbability(0, freedom))).toEqual([0.5, 0.5, 0.5, 0.5]);
	});

	test.each(fromR.signedRank)('gives the interval and the p-value of R: $differences', sample => {
		const interval = studentInterval(sample.differences);
		expect(interval?.low).toBeCloseTo(sample.tInterval[0], 12);
		expect(interval?.high).toBeCloseTo(sample.tInterval[1], 12);
		expect(studentTest(sample.differences)).toBeCloseTo(sample.tP, 10);
	});

	test('gives nothing of one value', () => {
		expect(studentInterval([1])).toBeUndefined();
	});
});

describe('rank sums', () => {
	test.each(fromR.rankSum)('give the interval of R: $first, $second', ({first, second, interval}) => {
		expect(rankSumInterval(first, second)?.low).toBeCloseTo(interval[0], 10);
		expect(rankSumInterval(first, second)?.high).toBeCloseTo(interval[1], 10);
	});

	test('give no interval of three against three', () => {
		expect(rankSumInterval([1, 2, 3], [4, 5, 6])).toBeUndefined();
		expect(rankSumInterval([1, 2, 3, 4], [5, 6, 7, 8])).toEqual({low: 1, high: 7, confidence: 1 - 2 / 70});
	});
});

test('quantiles are linear between the order statistics', () => {
	expect(quantile([40, 10, 30, 20], 0.25)).toBe(17.5);
	expect(median([3, 1, 2])).toBe(2);
	expect(median([])).toBeNaN();
});

test('deviations are those of R', () => {
	expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809, 5);
	for (const {differences, mad} of fromR.signedRank) {
		expect(robustDeviation(differences)).toBeCloseTo(mad, 12);
	}
});
