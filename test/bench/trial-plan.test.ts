import {expect, test} from 'vitest';
import {createRandom} from '../../source/bench/random.ts';
import {planPairs} from '../../source/bench/trial-plan.ts';

test('each pair has a coin of its own', () => {
	const plan = planPairs(400, 3);
	const count = (order: string, after?: string) =>
		plan.filter((each, index) => each === order && (after === undefined || plan[index - 1] === after)).length;
	for (const share of [count('AB') / 400, count('AB', 'AB') / count('AB'), count('AB', 'BA') / count('BA')]) {
		expect(share).toBeGreaterThan(0.4);
		expect(share).toBeLessThan(0.6);
	}
});

test('the same seed gives the same plan, another seed another one', () => {
	expect(planPairs(12, 42)).toEqual(planPairs(12, 42));
	expect(planPairs(24, 42)).not.toEqual(planPairs(24, 43));
});

test('a longer plan begins with the shorter one', () => {
	expect(planPairs(11, 7).slice(0, 7)).toEqual(planPairs(7, 7));
	expect(planPairs(7, 7)).toHaveLength(7);
});

test('random numbers are even, and normal ones normal', () => {
	const random = createRandom(1);
	const draws = 20_000;
	const even = Array.from({length: draws}, () => random.next());
	const normal = Array.from({length: draws}, () => random.normal());
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / draws;
	expect(Math.min(...even)).toBeGreaterThanOrEqual(0);
	expect(Math.max(...even)).toBeLessThan(1);
	expect(mean(even)).toBeCloseTo(0.5, 1);
	expect(mean(even.map(value => value ** 2))).toBeCloseTo(1 / 3, 1.5);
	expect(Math.abs(mean(normal))).toBeLessThan(0.03);
	expect(mean(normal.map(value => value ** 2))).toBeCloseTo(1, 1);
	expect(normal.filter(value => Math.abs(value) < 1.96).length / draws).toBeCloseTo(0.95, 2);
});
