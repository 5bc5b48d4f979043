import type {CpuFacts, LinkFacts, MachineFacts} from '../model.ts';

/**
The CPUs that network work of a device may be given, the best first: online, not isolated, in the device's NUMA node where
that is known; one thread of each core before the second thread of any.
*/
export function listUsableCpus({cpus}: MachineFacts, link?: LinkFacts): number[] {
	const usable = cpus.online.filter(cpu => !isIsolated(cpu, cpus));
	const near = usable.filter(cpu => isNear(cpu, cpus, link));
	const chosen = near.length > 0 ? near : usable;
	const isFirstThread = (cpu: number): boolean => findSiblings(cpu, cpus, chosen)[0] === cpu;
	return [...chosen].sort((a, b) => Number(isFirstThread(b)) - Number(isFirstThread(a)) || a - b);
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

function findSiblings(cpu: number, {siblings}: CpuFacts, among: readonly number[]): readonly number[] {
	const threads = (siblings?.[cpu] ?? [cpu]).filter(each => among.includes(each));
	return threads.sort((a, b) => a - b);
}
