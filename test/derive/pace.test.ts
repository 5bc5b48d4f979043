import fc from 'fast-check';
import {expect, test} from 'vitest';
import {followCost, type Pace, startPace} from '../../source/derive/pace.ts';

/** What follows from samples that each cost so many percent of a CPU. */
function follow(pace: Pace, percents: readonly number[], cpus = 4): Pace {
	return percents.reduce((next, percent) => followCost(next, percent, cpus), pace);
}

const many = (percent: number): number[] => Array.from({length: 8}, () => percent);

test('a program that costs little keeps the interval that was asked for', () => {
	expect(follow(startPace(1), [400, 90, 50, ...Array.from({length: 40}, () => 2)]).interval).toBe(1);
});

test('one that costs more than a tenth of a CPU reads half as often, and again if that is not enough', () => {
	expect(follow(startPace(1), many(11)).interval).toBe(2);
	expect(follow(startPace(1), [...many(30), ...many(15)]).interval).toBe(4);
	expect(
		follow(
			startPace(1),
			Array.from({length: 200}, () => 90),
		).interval,
	).toBe(10);
});

test('on a machine of a thousand CPUs it may cost a thousandth of them', () => {
	expect(follow(startPace(1), many(100), 1152).interval).toBe(1);
	expect(follow(startPace(1), many(120), 1152).interval).toBe(2);
});

test('it goes back when that costs little', () => {
	const slowed = follow(startPace(1), [...many(30), ...many(15)]);
	expect(follow(slowed, many(3)).interval).toBe(2);
	expect(follow(slowed, [...many(3), ...many(3), ...many(3)]).interval).toBe(1);
});

test('the interval is never shorter than what was asked for', () => {
	fc.assert(
		fc.property(fc.double({min: 0.2, max: 60, noNaN: true}), fc.array(fc.nat(200)), (wanted, percents) => {
			const {interval} = follow(startPace(wanted), percents);
			expect(interval).toBeGreaterThanOrEqual(wanted);
			expect(interval).toBeLessThanOrEqual(Math.max(10, wanted));
		}),
	);
});
