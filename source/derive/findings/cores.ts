import type {Evidence} from '../../model/findings.ts';
import type {CpuRates, Rates, ThreadRate} from '../../model/rates.ts';
import {parseCpuMask} from '../../parse/cpu-list.ts';
import {ParseError} from '../../parse/parse-error.ts';
import type {Path} from '../path.ts';
import type {Scene} from './scene.ts';
import {fact, percent} from './words.ts';

/** A core of which so much is used (percent) has nothing left: what rises it, and what still holds it. */
export const saturated = {rises: 90, holds: 80};

export function average(numbers: readonly number[]): number {
	return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** The mean busy percentage of all cores but this one. */
export function busyOfOthers(cores: readonly CpuRates[], cpu: number): number {
	return average(cores.filter(core => core.cpu !== cpu).map(({busy}) => busy));
}

/**
The core that soft interrupts have filled while the others have room; the interrupts that raise them count along.

Soft interrupts that do not keep up are put off to a thread (`ksoftirqd`): where that works much, less is enough. The other
part of its time may have gone to other virtual machines.
*/
export function findSoftirqCore({rates, counted}: Scene, held: boolean): CpuRates | undefined {
	const cores = rates.cpus ?? [];
	const hottest = maximumBy(cores, ({soft, irq}) => soft + irq);
	if (hottest === undefined || cores.length < 2) {
		return undefined;
	}

	const isBehind = findSoftirqThread(rates, hottest.cpu) >= (held ? 15 : 30) * (counted?.share ?? 1);
	const least = isBehind ? {soft: 50, busy: 70} : {soft: 70, busy: 85};
	const milder = held ? 15 : 0;
	return hottest.soft + hottest.irq >= least.soft - milder &&
		hottest.busy >= least.busy - milder &&
		hottest.busy - busyOfOthers(cores, hottest.cpu) >= (held ? 8 : 15)
		? hottest
		: undefined;
}

/** What the thread that does put-off soft interrupts uses of that CPU, in percent. */
function findSoftirqThread({threads = []}: Rates, cpu: number): number {
	const thread = threads.find(({name}) => name === `ksoftirqd/${cpu}`);
	return (thread?.usr ?? 0) + (thread?.sys ?? 0);
}

/** The evidence of it, where it works at all. */
export function describePutOff(rates: Rates, cpu: number): Evidence[] {
	const used = findSoftirqThread(rates, cpu);
	return used < 1 ? [] : [fact(`ksoftirqd/${cpu}: of one CPU`, percent(used))];
}

/** True when packets of one of the device's receive queues are steered to that CPU by RPS. */
export function isRpsTarget({readings}: Scene, device: string | undefined, cpu: number): boolean {
	const link = readings.links?.value.find(({name}) => name === device);
	return link?.rxQueues.some(({rpsCpus}) => listMask(rpsCpus).includes(cpu)) ?? false;
}

/** The CPUs of a mask as the kernel prints it; none of one that cannot be read. */
export function listMask(mask: string | undefined): readonly number[] {
	try {
		return mask === undefined ? [] : parseCpuMask(mask);
	} catch (error) {
		if (error instanceof ParseError) {
			return [];
		}
		throw error;
	}
}

/** What the tunnel's kernel workers use of each CPU, in percent; their thread names hold the interface's name. */
export function sumWorkersByCpu(rates: Rates, path: Path | undefined): ReadonlyMap<number, number> {
	const sums = new Map<number, number>();
	for (const thread of rates.threads ?? []) {
		if (thread.cpu !== undefined && path !== undefined && isWorkerOf(thread, path.tunnel.interface)) {
			sums.set(thread.cpu, (sums.get(thread.cpu) ?? 0) + thread.sys + thread.usr);
		}
	}

	return sums;
}

/** `kworker/1:0-wg-crypt-wt0`: the last work of a shared worker, `+` in place of `-` while it is under way. */
function isWorkerOf({name}: ThreadRate, tunnel: string): boolean {
	return name.includes(`wg-crypt-${tunnel}`.slice(0, 24));
}

/** The evidence of how many flows there are; none active means that no peer's counters can be read. */
export function countPeers({peers}: Path): Evidence {
	return fact('active peers', peers.length === 0 ? '?' : peers.length);
}

export function maximumBy<T>(items: readonly T[], weigh: (item: T) => number): T | undefined {
	return items.reduce<T | undefined>(
		(most, item) => (most === undefined || weigh(item) > weigh(most) ? item : most),
		undefined,
	);
}
