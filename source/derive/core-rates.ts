import type {CpuRates, SoftnetRates} from '../model/rates.ts';
import type {Readings} from '../model/snapshot.ts';
import {allCpus, type CpuUse, deriveCpuUse} from './cpu-rates.ts';
import {derivePair} from './pair.ts';
import {deriveSoftirqRates, deriveSoftnetRates, sumSoftnetRates} from './softnet-rates.ts';

/**
What each CPU did: its percentages, joined by CPU id with its interrupts, soft interrupts and packets per second.

Each source is divided by its own interval. What a source does not tell of a CPU is absent.
*/
export function deriveCoreRates(
	previous: Readings,
	current: Readings,
	interruptsPerCpu: ReadonlyMap<number, number> | undefined,
): {cpus: CpuRates[]; all?: CpuRates} | undefined {
	const use = derivePair(previous.cpuTimes, current.cpuTimes, deriveCpuUse);
	if (use === undefined) {
		return undefined;
	}

	const counts: EventCounts = {
		netRxPerSecond: deriveSoftirqs(previous, current, 'NET_RX'),
		netTxPerSecond: deriveSoftirqs(previous, current, 'NET_TX'),
		interruptsPerSecond: interruptsPerCpu,
	};
	const softnet = derivePair(previous.softnet, current.softnet, deriveSoftnetRates);
	const cpus = use.cpus.map(cpu => join(cpu, counts, softnet?.get(cpu.cpu)));
	return use.all === undefined
		? {cpus}
		: {cpus, all: join(use.all, sumUp(counts), sumSoftnetRates([...(softnet?.values() ?? [])]))};
}

type EventName = 'netRxPerSecond' | 'netTxPerSecond' | 'interruptsPerSecond';
type EventCounts = Readonly<Record<EventName, ReadonlyMap<number, number> | undefined>>;

function deriveSoftirqs(previous: Readings, current: Readings, name: string): Map<number, number> | undefined {
	return derivePair(previous.softirqs, current.softirqs, (before, now, seconds) =>
		deriveSoftirqRates(before, now, name, seconds),
	);
}

function join(use: CpuUse, counts: EventCounts, softnet: SoftnetRates | undefined): CpuRates {
	const netRx = counts.netRxPerSecond?.get(use.cpu);
	const netTx = counts.netTxPerSecond?.get(use.cpu);
	const interrupts = counts.interruptsPerSecond?.get(use.cpu);
	return {
		...use,
		...(netRx === undefined ? {} : {netRxPerSecond: netRx}),
		...(netTx === undefined ? {} : {netTxPerSecond: netTx}),
		...(interrupts === undefined ? {} : {interruptsPerSecond: interrupts}),
		...(softnet === undefined ? {} : {softnet}),
	};
}

/** The counts of all CPUs together, under the id of the row of all. */
function sumUp(counts: EventCounts): EventCounts {
	const sum = (rates: ReadonlyMap<number, number> | undefined) => {
		const total = [...(rates?.values() ?? [])].reduce((a, b) => a + b, 0);
		return rates === undefined || rates.size === 0 ? undefined : new Map([[allCpus, total]]);
	};
	return {
		netRxPerSecond: sum(counts.netRxPerSecond),
		netTxPerSecond: sum(counts.netTxPerSecond),
		interruptsPerSecond: sum(counts.interruptsPerSecond),
	};
}
