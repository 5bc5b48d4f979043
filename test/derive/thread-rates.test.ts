import {expect, test} from 'vitest';
import {deriveSelfRates, deriveThreadRates} from '../../source/derive/thread-rates.ts';

const thread = (pid: number, user: number, system: number, startTime = 50) => ({
	pid,
	name: `t${pid}`,
	user,
	system,
	startTime,
});

test('a hundred ticks in a second are one whole CPU', () => {
	expect(
		deriveThreadRates([thread(7, 10, 20)], [{...thread(7, 60, 120), name: 'kworker/3:1-wg-crypt-wt0', cpu: 3}], 2),
	).toEqual([{pid: 7, name: 'kworker/3:1-wg-crypt-wt0', cpu: 3, usr: 25, sys: 50}]);
});

test('a thread that came, went, or has the number of another has no rate', () => {
	const before = [thread(1, 5, 5), thread(2, 5, 5), thread(3, 5, 5)];
	const now = [thread(2, 9, 9, 51), thread(3, 4, 9), thread(4, 1, 1)];
	expect(deriveThreadRates(before, now, 1)).toEqual([]);
});

test('the own cost is in percent of one CPU', () => {
	expect(deriveSelfRates({cpuSeconds: 1, residentBytes: 7}, {cpuSeconds: 1.5, residentBytes: 9}, 10)).toEqual({
		cpuPercent: 5,
		residentBytes: 9,
	});
});

test('on a capture the own cost goes by the clock of the machine that reads it', () => {
	const [before, now] = [10, 14].map(clock => ({clock, cpuSeconds: clock / 4, residentBytes: 7}));
	expect(before && now && deriveSelfRates(before, now, 1)).toMatchObject({cpuPercent: 25});
});
