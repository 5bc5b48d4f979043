import type {CpuTicks, CpuTimes} from '../model/counters.ts';
import type {CpuPercentages} from '../model/rates.ts';

/** What `/proc/stat` alone tells of a CPU in an interval. */
export interface CpuUse extends CpuPercentages {
	readonly cpu: number;
	/** 100 − idle − iowait − steal. */
	readonly busy: number;
}

/** Stands in `cpu` of the row of all CPUs together. */
export const allCpus = -1;

/**
Percentages of each CPU's own interval, and of all CPUs together, by the rules of mpstat (sysstat's `get_per_cpu_interval`
and `get_global_cpu_mpstats`), whose figures they equal.

A CPU that is in one of the two readings only was offline in the other, and has no figures. `all` is the sum over the CPUs that
have: the kernel's own line of it counts offline CPUs too and can go backwards. It is absent where no CPU has figures.
*/
export function deriveCpuUse(previous: CpuTimes, current: CpuTimes): {cpus: CpuUse[]; all?: CpuUse} {
	const before = new Map(previous.cpus.filter(isOnline).map(ticks => [ticks.cpu, ticks]));
	const intervals: Interval[] = [];
	for (const now of current.cpus.filter(isOnline)) {
		const ticks = before.get(now.cpu);
		if (ticks !== undefined) {
			const reference = correct(ticks, now);
			intervals.push({before: reference, now, length: measure(ticks, reference, now)});
		}
	}

	const cpus = intervals.map(interval => ({
		cpu: interval.now.cpu,
		...(interval.length === 0 ? tickless : divide(interval)),
	}));
	return cpus.length === 0 ? {cpus} : {cpus, all: {cpu: allCpus, ...divide(sumUp(intervals))}};
}

interface Interval {
	readonly before: CpuTicks;
	readonly now: CpuTicks;
	/** In ticks. */
	readonly length: number;
}

/** A CPU without a single tick is one that never was online. */
function isOnline(ticks: CpuTicks): boolean {
	return counted.some(field => ticks[field] > 0);
}

/** The fields that make up an interval: `guest` and `guestNice` are in `user` and `nice` already. */
const counted = ['user', 'nice', 'system', 'iowait', 'idle', 'steal', 'irq', 'softirq'] as const;

/**
The earlier ticks, corrected where the kernel's later ones went backwards.

Iowait may shrink because it is an estimate: while idle time went on, nothing else happened. Idle and iowait start from zero
when a CPU comes back online, while the others go on.
*/
function correct(before: CpuTicks, now: CpuTicks): CpuTicks {
	const estimated = now.iowait < before.iowait && now.idle > before.idle;
	return {
		...before,
		iowait: estimated ? now.iowait : now.iowait < before.iowait ? 0 : before.iowait,
		idle: now.idle < before.idle ? 0 : before.idle,
	};
}

/** The ticks of the CPU's interval. Guest time can run ahead of the user time that holds it: what it is ahead counts too. */
function measure(before: CpuTicks, reference: CpuTicks, now: CpuTicks): number {
	let interval = 0;
	for (const field of counted) {
		interval += Math.max(0, now[field] - reference[field]);
	}

	const userShift = now.user < before.user ? 0 : before.user - before.guest - (now.user - now.guest);
	const niceShift = now.nice < before.nice ? 0 : before.nice - before.guestNice - (now.nice - now.guestNice);
	return interval + Math.max(0, userShift) + Math.max(0, niceShift);
}

function divide({before, now, length}: Interval): CpuPercentages & {busy: number} {
	// All CPUs together cannot be tickless: where none has ticked, mpstat prints zeros.
	const percent = (from: number, to: number) => (to < from ? 0 : ((to - from) / (length || 1)) * 100);
	const idle = percent(before.idle, now.idle);
	const iowait = percent(before.iowait, now.iowait);
	const steal = percent(before.steal, now.steal);
	return {
		usr: percent(before.user - before.guest, now.user - now.guest),
		nice: percent(before.nice - before.guestNice, now.nice - now.guestNice),
		sys: percent(before.system, now.system),
		iowait,
		irq: percent(before.irq, now.irq),
		soft: percent(before.softirq, now.softirq),
		steal,
		guest: percent(before.guest, now.guest),
		gnice: percent(before.guestNice, now.guestNice),
		idle,
		busy: length === 0 ? 0 : Math.max(0, 100 - idle - iowait - steal),
	};
}

/** Without its ticks a CPU cannot have done anything. */
const tickless = {
	usr: 0,
	nice: 0,
	sys: 0,
	iowait: 0,
	irq: 0,
	soft: 0,
	steal: 0,
	guest: 0,
	gnice: 0,
	idle: 100,
	busy: 0,
};

function sumUp(intervals: readonly Interval[]): Interval {
	return {
		before: sumTicks(intervals.map(({before}) => before)),
		now: sumTicks(intervals.map(({now}) => now)),
		length: intervals.reduce((sum, {length}) => sum + length, 0),
	};
}

function sumTicks(rows: readonly CpuTicks[]): CpuTicks {
	const sum = (field: keyof CpuTicks) => rows.reduce((total, row) => total + row[field], 0);
	return {
		cpu: allCpus,
		user: sum('user'),
		nice: sum('nice'),
		system: sum('system'),
		idle: sum('idle'),
		iowait: sum('iowait'),
		irq: sum('irq'),
		softirq: sum('softirq'),
		steal: sum('steal'),
		guest: sum('guest'),
		guestNice: sum('guestNice'),
	};
}
