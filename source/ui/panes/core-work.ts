import type {CpuRates, InterruptRate, ThreadRate} from '../../model/rates.ts';
import {formatCount, formatPercent} from '../format.ts';
import {nameQueue, nameThread} from '../names.ts';

/** By CPU: the network interrupt that lands there most often, in words (`eth0 rx-0 12.3k/s`). */
export function createFeeders(interrupts: readonly InterruptRate[]): ReadonlyMap<number, string> {
	const hottest = new Map<number, {readonly perSecond: number; readonly interrupt: InterruptRate}>();
	for (const interrupt of interrupts) {
		for (const {cpu, perSecond} of interrupt.device === undefined ? [] : interrupt.perCpu) {
			if (perSecond > (hottest.get(cpu)?.perSecond ?? 0)) {
				hottest.set(cpu, {perSecond, interrupt});
			}
		}
	}
	return mapValues(hottest, ({perSecond, interrupt}) =>
		[interrupt.device, nameQueue(interrupt.role, interrupt.queue), `${formatCount(perSecond)}/s`].join(' '),
	);
}

/** A thread in words, and how much of a CPU it takes (percent). */
export interface Runner {
	readonly load: number;
	readonly text: string;
}

/** By CPU: the thread of interest that ran there last and took most of it (`wg-crypt-wt0 47.3%`). */
export function createRunners(threads: readonly ThreadRate[]): ReadonlyMap<number, Runner> {
	const busiest = new Map<number, ThreadRate>();
	for (const thread of threads) {
		const best = thread.cpu === undefined ? undefined : busiest.get(thread.cpu);
		if (thread.cpu !== undefined && load(thread) > (best === undefined ? 0 : load(best))) {
			busiest.set(thread.cpu, thread);
		}
	}
	return mapValues(busiest, thread => ({
		load: load(thread),
		text: `${nameThread(thread.name)} ${formatPercent(load(thread))}%`,
	}));
}

/** Of what a CPU is busy, so much must a thread be to stand for it. */
const worthNaming = 1 / 5;

/** Percent of a CPU from which programs that are not read are worth a word. */
const worthTelling = 20;

/** What a CPU works on: first what takes more of it, softirq with its interrupt or the thread. */
export function describeWork(
	cpu: number,
	rates: CpuRates | undefined,
	feeders: ReadonlyMap<number, string>,
	runners: ReadonlyMap<number, Runner>,
	others: ReadonlyMap<number, Runner>,
): string {
	const feeder = feeders.get(cpu);
	const known = runners.get(cpu);
	const isNamed = (known?.load ?? 0) >= (rates?.busy ?? 0) * worthNaming;
	const runner = isNamed ? (known ?? others.get(cpu)) : others.get(cpu);
	const parts = (runner?.load ?? 0) > (rates?.soft ?? 0) ? [runner?.text, feeder] : [feeder, runner?.text];
	return parts.filter(part => part !== undefined).join(', ');
}

/**
By CPU: that programs take most of it that are not read, and how much (`others 97.5%`). Of a program of several threads
nobody knows where they run: it may explain any core.
*/
export function createOthers(cpus: readonly CpuRates[], threads: readonly ThreadRate[]): ReadonlyMap<number, Runner> {
	const known = new Map<number | undefined, number>();
	for (const {cpu, usr, threads: count = 1} of threads) {
		const place = count > 1 ? undefined : cpu;
		known.set(place, (known.get(place) ?? 0) + usr);
	}
	const anywhere = known.get(undefined) ?? 0;
	const others = cpus.flatMap(({cpu, busy, usr, nice, guest, gnice}) => {
		const unknown = usr + nice + guest + gnice - (known.get(cpu) ?? 0) - anywhere;
		const isMost = unknown >= worthTelling && unknown >= busy / 2;
		return isMost ? [[cpu, {load: unknown, text: `others ${formatPercent(unknown)}%`}] as const] : [];
	});
	return new Map(others);
}

function load(thread: ThreadRate): number {
	return thread.usr + thread.sys;
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): Map<Key, To> {
	return new Map([...map].map(([key, value]) => [key, change(value)]));
}
