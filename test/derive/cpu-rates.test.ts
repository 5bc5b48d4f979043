import fc from 'fast-check';
import {expect, test} from 'vitest';
import {deriveCpuUse} from '../../source/derive/cpu-rates.ts';
import {parseStat} from '../../source/parse/stat.ts';
import {type StatFields, writeProcStat} from '../helpers/proc-stat.ts';

const derive = (before: Readonly<Record<number, StatFields>>, after: Readonly<Record<number, StatFields>>) =>
	deriveCpuUse(parseStat(writeProcStat(before)), parseStat(writeProcStat(after)));

test('busy is what is neither idle, nor waiting for a disk, nor stolen', () => {
	const {cpus, all} = derive(
		{0: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0], 1: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]},
		{0: [10, 2, 8, 51, 20, 3, 5, 2, 4, 1], 1: [0, 0, 0, 101, 0, 0, 0, 0, 0, 0]},
	);
	expect(cpus[0]).toEqual({
		cpu: 0,
		usr: 6,
		nice: 1,
		sys: 8,
		iowait: 20,
		irq: 3,
		soft: 5,
		steal: 2,
		guest: 4,
		gnice: 1,
		idle: 50,
		busy: 28,
	});
	expect(cpus[1]?.busy).toBe(0);
	expect(all?.busy).toBe(14);
});

test('a CPU that stands still is idle, and not busy', () => {
	const fields = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
	const {cpus, all} = derive({3: fields}, {3: fields});
	expect(cpus).toMatchObject([{cpu: 3, idle: 100, busy: 0}]);
	expect(all?.busy).toBe(0);
});

test('guest time above the user time that should hold it gives no user time, and no giant', () => {
	const {cpus} = derive({0: [3, 0, 0, 0, 0, 0, 0, 0, 3, 0]}, {0: [5, 0, 0, 6, 0, 0, 0, 0, 7, 0]});
	expect(cpus[0]).toMatchObject({usr: 0, guest: 40, idle: 60});
});

test('a CPU that is in one reading only has no figures, and without any there are none of all', () => {
	expect(derive({0: [1, 0, 0, 9]}, {1: [2, 0, 0, 9]})).toEqual({cpus: []});
});

test('a field that shrinks never makes an interval shrink', () => {
	const {cpus} = derive({0: [0, 0, 0, 100, 0, 0, 0, 500]}, {0: [10, 0, 0, 190, 0, 0, 0, 20]});
	expect(cpus[0]).toMatchObject({usr: 10, idle: 90, steal: 0, busy: 10});
});

const fields = fc.array(fc.integer({min: 0, max: 1e9}), {minLength: 10, maxLength: 10});

test('whatever the kernel prints, no figure is below zero', () => {
	fc.assert(
		fc.property(fields, fields, (before, after) => {
			for (const figure of derive({0: before}, {0: after}).cpus.flatMap(({cpu: _, ...figures}) =>
				Object.values(figures),
			)) {
				expect(figure).toBeGreaterThanOrEqual(0);
			}
		}),
	);
});

test('where time only goes on, the ten figures make 100', () => {
	const spent = fc.array(fc.integer({min: 0, max: 100}), {minLength: 8, maxLength: 8});
	fc.assert(
		fc.property(fields, spent, (start, deltas) => {
			const [user = 0, nice = 0] = deltas;
			const before = start.with(8, 0).with(9, 0);
			const after = [...before.slice(0, 8).map((value, i) => value + (deltas[i] ?? 0)), user >> 1, nice >> 2];
			const {cpu: _, busy, ...figures} = derive({0: before}, {0: after}).cpus[0] ?? {cpu: 0, busy: 0, idle: 100};
			const sum = Object.values(figures).reduce((a, b) => a + b, 0);
			expect(sum).toBeCloseTo(100, 6);
			expect(busy).toBeLessThanOrEqual(100);
		}),
	);
});
