import type {Softirqs, SoftnetRow} from '../model/counters.ts';
import type {SoftnetRates} from '../model/rates.ts';
import {maximumInterrupts, maximumPackets, subtractCounter32} from './counters.ts';

/**
Rates of `/proc/net/softnet_stat` by CPU.

A CPU that is in one of the two readings only, or one of whose counters was set back, has none.
*/
export function deriveSoftnetRates(
	previous: readonly SoftnetRow[],
	current: readonly SoftnetRow[],
	seconds: number,
): Map<number, SoftnetRates> {
	const before = new Map(previous.map(row => [row.cpu, row]));
	const rates = new Map<number, SoftnetRates>();
	for (const row of current) {
		const earlier = before.get(row.cpu);
		const ofCpu = earlier === undefined ? undefined : compareRows(earlier, row, seconds);
		if (ofCpu !== undefined) {
			rates.set(row.cpu, ofCpu);
		}
	}

	return rates;
}

function compareRows(before: SoftnetRow, now: SoftnetRow, seconds: number): SoftnetRates | undefined {
	const processed = subtractCounter32(before.processed, now.processed, maximumPackets, seconds);
	const dropped = subtractCounter32(before.dropped, now.dropped, maximumPackets, seconds);
	const timeSqueeze = subtractCounter32(before.timeSqueeze, now.timeSqueeze, maximumPackets, seconds);
	const receivedRps = subtractCounter32(before.receivedRps, now.receivedRps, maximumPackets, seconds);
	const flowLimit = subtractCounter32(before.flowLimit, now.flowLimit, maximumPackets, seconds);
	if (
		processed === undefined ||
		dropped === undefined ||
		timeSqueeze === undefined ||
		receivedRps === undefined ||
		flowLimit === undefined
	) {
		return undefined;
	}

	return {
		processed: processed / seconds,
		dropped: dropped / seconds,
		timeSqueeze: timeSqueeze / seconds,
		receivedRps: receivedRps / seconds,
		flowLimit: flowLimit / seconds,
		droppedDelta: dropped,
		...(now.backlogLength === undefined ? {} : {backlogLength: now.backlogLength}),
	};
}

/** The rates of all CPUs together: rates, drops and waiting packets add up. Undefined for no CPU. */
export function sumSoftnetRates(rates: readonly SoftnetRates[]): SoftnetRates | undefined {
	if (rates.length === 0) {
		return undefined;
	}

	const sum = (pick: (of: SoftnetRates) => number) => rates.reduce((total, rate) => total + pick(rate), 0);
	const isBacklogKnown = rates.every(rate => rate.backlogLength !== undefined);
	return {
		processed: sum(of => of.processed),
		dropped: sum(of => of.dropped),
		timeSqueeze: sum(of => of.timeSqueeze),
		receivedRps: sum(of => of.receivedRps),
		flowLimit: sum(of => of.flowLimit),
		droppedDelta: sum(of => of.droppedDelta),
		...(isBacklogKnown ? {backlogLength: sum(of => of.backlogLength ?? 0)} : {}),
	};
}

/**
How often per second each CPU ran one kind of soft interrupt (`NET_RX`), by CPU id: rounds, not packets.

A CPU that is in one of the two readings only, or whose counter was set back, has none.
*/
export function deriveSoftirqRates(
	previous: Softirqs,
	current: Softirqs,
	name: string,
	seconds: number,
): Map<number, number> {
	const before = previous.rows[name];
	const now = current.rows[name];
	const rates = new Map<number, number>();
	if (before === undefined || now === undefined) {
		return rates;
	}

	const columns = new Map(previous.cpus.map((cpu, column) => [cpu, column]));
	for (const [column, cpu] of current.cpus.entries()) {
		const earlier = before[columns.get(cpu) ?? -1];
		const delta =
			earlier === undefined ? undefined : subtractCounter32(earlier, now[column] ?? 0, maximumInterrupts, seconds);
		if (delta !== undefined) {
			rates.set(cpu, delta / seconds);
		}
	}

	return rates;
}
