import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, test} from 'vitest';
import {deriveCpuUse} from '../../source/derive/cpu-rates.ts';
import {parseStat} from '../../source/parse/stat.ts';
import {explainMissingMpstat, type MpstatRow, runMpstat} from '../helpers/mpstat.ts';
import {type StatFields, writeProcStat} from '../helpers/proc-stat.ts';

/*
The law: on the same two texts of `/proc/stat`, our figures are those of mpstat. What mpstat 12.6.1 printed for each case
stands in the fixture; where mpstat is installed, the last test asks it again (`vitest -u` writes the fixture anew).
*/

type Cpus = Readonly<Record<number, StatFields>>;

//                 user nice system idle iowait irq softirq steal guest guest_nice
const base: StatFields = [4000, 300, 2000, 90_000, 600, 50, 700, 80, 900, 100];
const add = (fields: StatFields, ...deltas: readonly number[]) => fields.map((field, i) => field + (deltas[i] ?? 0));
const idle = add(base, 0, 0, 0, 100);

const cases: Readonly<Record<string, {readonly before: Cpus; readonly after: Cpus; readonly cpuCount?: number}>> = {
	'every column has its own figure': {
		before: {0: base, 1: add(base, 11, 12, 13, 14, 15, 16, 17, 18, 9, 8)},
		after: {0: add(base, 23, 7, 11, 31, 5, 2, 13, 3, 9, 1), 1: add(base, 20, 14, 16, 99, 20, 22, 24, 19, 10, 9)},
	},
	'CPU 2 is offline all the time': {
		before: {0: base, 1: base, 3: base},
		after: {0: add(base, 10, 0, 3, 80), 1: idle, 3: add(base, 0, 0, 90, 9)},
		cpuCount: 4,
	},
	'CPU 1 goes offline': {
		before: {0: base, 1: base, 2: base},
		after: {0: add(base, 7, 0, 3, 80), 2: add(base, 0, 0, 50, 43)},
		cpuCount: 3,
	},
	'CPU 1 comes online': {
		before: {0: base, 2: base},
		after: {0: add(base, 7, 0, 3, 80), 1: add(base, 1, 2, 3, 4), 2: add(base, 0, 0, 50, 43)},
		cpuCount: 3,
	},
	'CPU 1 was away in between: idle and iowait start from zero, the others go on': {
		before: {0: base, 1: base},
		after: {0: idle, 1: [4010, 300, 2020, 37, 9, 50, 703, 80, 900, 100]},
	},
	'CPU 1 was away in between, and has not waited for a disk since': {
		before: {0: base, 1: base},
		after: {0: idle, 1: [4010, 300, 2020, 37, 0, 50, 703, 80, 900, 100]},
	},
	'iowait goes backwards while idle time goes on': {
		before: {0: base, 1: base},
		after: {0: idle, 1: add(base, 20, 0, 10, 65, -8)},
	},
	'iowait goes backwards while idle time stands': {
		before: {0: base, 1: base},
		after: {0: idle, 1: add(base, 20, 0, 10, 0, -8)},
	},
	'guest time runs ahead of the user time that holds it': {
		before: {0: base, 1: base},
		after: {0: add(base, 10, 0, 0, 80, 0, 0, 0, 0, 13), 1: add(base, 30, 0, 5, 60, 0, 0, 0, 0, 29)},
	},
	'nice guest time runs ahead of the nice time that holds it': {
		before: {0: base, 1: base},
		after: {0: add(base, 10, 5, 0, 80, 0, 0, 0, 0, 0, 7), 1: add(base, 0, 30, 5, 60, 0, 0, 0, 0, 0, 11)},
	},
	'an idle CPU without ticks stands still': {
		before: {0: base, 1: base, 2: base},
		after: {0: add(base, 40, 0, 20, 37), 1: base, 2: idle},
	},
	'all CPUs stand still': {before: {0: base, 1: base}, after: {0: base, 1: base}},
	'one CPU': {before: {0: base}, after: {0: add(base, 23, 7, 11, 31, 5, 2, 13, 3, 9, 1)}},
	'a kernel before 2.6.11, without steal and guest': {
		before: {0: base.slice(0, 7), 1: base.slice(0, 7)},
		after: {0: add(base, 5, 6, 7, 70, 8, 9, 10).slice(0, 7), 1: idle.slice(0, 7)},
	},
	'a CPU that never was online has only zeros': {
		before: {0: base, 1: base.map(() => 0)},
		after: {0: add(base, 7, 0, 3, 80), 1: base.map(() => 0)},
	},
	'a CPU that had only zeros comes to life': {
		before: {0: base, 1: base.map(() => 0)},
		after: {0: add(base, 7, 0, 3, 80), 1: base},
	},
	'96 CPUs of all kinds': {before: createMachine(96, 0), after: createMachine(96, 1)},
};

const file = new URL('../fixtures/mpstat.json', import.meta.url);

describe('figures equal those of mpstat to 0.01', () => {
	let recorded: Readonly<Record<string, readonly MpstatRow[]>>;

	beforeAll(() => {
		recorded = JSON.parse(readFileSync(file, 'utf8'));
	});

	test.each(Object.entries(cases))('%s', (name, {before, after}) => {
		const {cpus, all} = deriveCpuUse(parseStat(writeProcStat(before)), parseStat(writeProcStat(after)));
		const rows = all === undefined ? cpus : [all, ...cpus];
		const expected = recorded[name] ?? [];
		expect(rows.map(row => (row === all ? 'all' : String(row.cpu)))).toEqual(expected.map(row => row.cpu));
		for (const [index, row] of rows.entries()) {
			for (const [column, percent] of Object.entries(expected[index] ?? {}).filter(([key]) => key !== 'cpu')) {
				const ours = row[column as keyof typeof row];
				expect(Math.abs(ours - Number(percent)), `${column} of ${row.cpu}`).toBeLessThanOrEqual(0.005 + 1e-9);
			}
		}
	});
});

test('mpstat itself, on this machine, prints what is recorded', async context => {
	const missing = await explainMissingMpstat();
	context.skip(missing !== undefined, missing);
	const results = await Promise.all(
		Object.entries(cases).map(async ([name, {before, after, cpuCount}]) => {
			const count = cpuCount ?? Object.keys(before).length;
			return [name, await runMpstat(writeProcStat(before), writeProcStat(after), count)] as const;
		}),
	);
	const rows = results.map(
		([name, cpus]) => `${JSON.stringify(name)}: [\n${cpus.map(cpu => JSON.stringify(cpu)).join(',\n')}\n]`,
	);
	await expect(`{\n${rows.join(',\n')}\n}\n`).toMatchFileSnapshot(file.pathname);
});

/** A machine at one of two moments: CPUs that work, idle, stand still, return, and lose iowait, by their number. */
function createMachine(cpuCount: number, moment: 0 | 1): Cpus {
	const cpus: Record<number, StatFields> = {};
	for (let cpu = 0; cpu < cpuCount; cpu++) {
		const random = createRandom(cpu + 1);
		const start = base.map(field => field + random(5000));
		const user = random(60);
		const nice = random(9);
		const spent = [user, nice, random(40), random(90), random(7), random(3), random(50), random(20)];
		const now = add(start, ...spent, random(user + 4), random(nice + 2));
		const kind = cpu % 8;
		if (kind === 3) {
			now.splice(3, 2, random(200), random(20));
		} else if (kind === 5) {
			now.splice(4, 1, (start[4] ?? 0) - random(30));
		}

		if (kind !== 7 || moment === 0) {
			cpus[cpu] = moment === 0 || kind === 6 ? start : now;
		}
	}

	return cpus;
}

/** Numbers below a limit that look random, and are the same each time. */
function createRandom(seed: number): (limit: number) => number {
	let state = seed * 2_654_435_761;
	return limit => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		return (state >>> 8) % limit;
	};
}
