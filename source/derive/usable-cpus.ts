import type {CpuFacts, LinkFacts, MachineFacts} from '../model/facts.ts';

/**
The CPUs that network work of a device may be given, the best first: online, not isolated, in the device's NUMA node where
that is known; one thread of each core before the second thread of any.
*/
export function listUsableCpus({cpus}: MachineFacts, link?: LinkFacts): number[] {
	const usable = cpus.online.filter(cpu => !isIsolated(cpu, cpus));
	const near = usable.filter(cpu => isNear(cpu, cpus, link));
	const chosen = near.length > 0 ? near : usable;
	const among = new Set(chosen);
	const isFirstThread = (cpu: number): boolean =>
		cpu === Math.min(...(cpus.siblings?.[cpu] ?? [cpu]).filter(each => among.has(each)));
	const sorted = chosen.toSorted((a, b) => a - b);
	return [...sorted.filter(isFirstThread), ...sorted.filter(cpu => !isFirstThread(cpu))];
}

/** How many CPUs the kernel's masks have room for: the highest possible id and one. Ids may have holes. */
export function countPossibleCpus({cpus}: MachineFacts): number {
	return Math.max(0, ...(cpus.possible ?? []), ...cpus.online) + 1;
}

function isIsolated(cpu: number, {isolated = [], nohzFull = []}: CpuFacts): boolean {
	return isolated.includes(cpu) || nohzFull.includes(cpu);
}

/** A node of -1 is not known: then all CPUs are near. */
function isNear(cpu: number, {nodes}: CpuFacts, link: LinkFacts | undefined): boolean {
	if (link?.numaNode === undefined || link.numaNode < 0) {
		return true;
	}
	return link.localCpus?.includes(cpu) ?? nodes?.[cpu] === link.numaNode;
}
