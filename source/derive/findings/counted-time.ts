import type {CpuTicks} from '../../model/counters.ts';
import type {Readings} from '../../model/snapshot.ts';

/** USER_HZ: a CPU has so many ticks in a second. */
const ticksPerSecond = 100;

export interface CountedTime {
	/** Of the CPUs' time how much the kernel has counted as anything: 0 to 1. */
	readonly share: number;
	/** The CPU of which least was counted, and how much. */
	readonly least: {readonly cpu: number; readonly share: number};
}

/**
How much of the time between the two readings of `/proc/stat` was counted at all. Where a hypervisor takes a CPU away without
telling (Hyper-V, emulation), ticks are missing, and a thread that always runs comes to no more than this. Undefined where the
file was not read twice, or within too short a time to tell.
*/
export function findCountedTime(previous: Readings, current: Readings): CountedTime | undefined {
	const seconds = (current.cpuTimes?.at ?? 0) - (previous.cpuTimes?.at ?? 0);
	if (previous.cpuTimes === undefined || current.cpuTimes === undefined || seconds < 0.9) {
		return undefined;
	}

	const before = new Map(previous.cpuTimes.value.cpus.map(ticks => [ticks.cpu, ticks]));
	const shares = current.cpuTimes.value.cpus.flatMap(now => {
		const earlier = before.get(now.cpu);
		const counted = earlier === undefined ? 0 : sumTicks(now) - sumTicks(earlier);
		// A CPU that was away or came back has counted nothing, or all that it missed.
		return counted <= 0 ? [] : [{cpu: now.cpu, share: Math.min(1, counted / ticksPerSecond / seconds)}];
	});
	const least = shares.toSorted((a, b) => a.share - b.share)[0];
	return least === undefined
		? undefined
		: {share: shares.reduce((sum, {share}) => sum + share, 0) / shares.length, least};
}

function sumTicks({user, nice, system, idle, iowait, irq, softirq, steal}: CpuTicks): number {
	return user + nice + system + idle + iowait + irq + softirq + steal;
}
