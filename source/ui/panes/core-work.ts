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

/** What a CPU works on: first what takes more of it, softirq with its interrupt or the thread. */
export function describeWork(
	cpu: number,
	rates: CpuRates | undefined,
	feeders: ReadonlyMap<number, string>,
	runners: ReadonlyMap<number, Runner>,
): string {
	const feeder = feeders.get(cpu);
	const runner = runners.get(cpu);
	const parts = (runner?.load ?? 0) > (rates?.soft ?? 0) ? [runner?.text, feeder] : [feeder, runner?.text];
	return parts.filter(part => part !== undefined).join(', ');
}

function load(thread: ThreadRate): number {
	return thread.usr + thread.sys;
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): Map<Key, To> {
	return new Map([...map].map(([key, value]) => [key, change(value)]));
}
