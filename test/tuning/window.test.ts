import {expect, test} from 'vitest';
import {openWindow} from '../../source/tuning/window.ts';
import {setUpTuner} from '../helpers/tuner.ts';

function setUp() {
	const bench = setUpTuner();
	let used = 0;
	return {
		...bench,
		/** A second in which this program used so many percent of a CPU. */
		tick(percent: number): void {
			used += percent / 100;
			bench.sample(1, {self: {at: bench.machine.time + 1, value: {cpuSeconds: used, residentBytes: 1}}});
		},
	};
}

test('what was read at the moment of the change, or before, is no part of what comes after', () => {
	const {machine, store, tick} = setUp();
	tick(100);
	const window = openWindow(store, machine.time);
	expect([window.samples(), window.look().rates.self]).toEqual([0, undefined]);
	tick(100);
	expect([window.samples(), window.look().rates.self]).toEqual([1, undefined]);
	tick(10);
	tick(20);
	expect(window.samples()).toBe(3);
	expect(window.look().rates.self?.cpuPercent).toBeCloseTo(15);
	expect(window.look().readings.sysctls).toBeDefined();
});

test('without a moment it begins with what was read last', () => {
	const {store, tick} = setUp();
	tick(100);
	const window = openWindow(store);
	tick(30);
	expect([window.samples(), window.look().rates.self?.cpuPercent]).toEqual([2, expect.closeTo(30)]);
	window.close();
	tick(90);
	expect(window.samples()).toBe(2);
});
