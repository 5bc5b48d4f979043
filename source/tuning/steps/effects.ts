import type {Drop, InterruptRate} from '../../model/rates.ts';
import type {Situation} from '../../model/tuning.ts';

/*
What the effect checks of several steps look at. Below these rates too little happens to tell.
*/

const enoughPackets = 100;
const enoughInterrupts = 2;

/** Interrupts of the path's data queues that arrive often enough to tell where. */
export function listBusyInterrupts({rates, topology}: Situation): InterruptRate[] {
	const leaves = new Set(topology.underlays.flatMap(underlay => underlay.leaves));
	return (rates.interrupts ?? []).filter(
		({device, role, perSecond}) =>
			device !== undefined && leaves.has(device) && role !== 'control' && perSecond >= enoughInterrupts,
	);
}

/** How many receive queues packets arrive on; undefined while too few packets arrive at all, or nobody counts them. */
function countUsedQueues(situation: Situation): number | undefined {
	const {rates, topology} = situation;
	const leaves = new Set(topology.underlays.flatMap(underlay => underlay.leaves));
	const queues = (rates.queues ?? []).filter(({device, direction}) => direction === 'rx' && leaves.has(device));
	const packets = sum(queues.map(({packetsPerSecond}) => packetsPerSecond));
	if (packets >= enoughPackets) {
		return queues.filter(({packetsPerSecond}) => packetsPerSecond >= packets / 100).length;
	}
	const busy = listBusyInterrupts(situation).filter(({role}) => role !== 'tx');
	return queues.length > 0 || busy.length === 0 ? undefined : busy.length;
}

/** Whether more queues are used than before. */
export function seesMoreQueues(before: Situation, after: Situation): boolean | undefined {
	const used = countUsedQueues(after);
	return used === undefined ? undefined : used > (countUsedQueues(before) ?? 1);
}

/** Whether a loss has become rarer: undefined where there was none before, or too little has happened since. */
export function seesFall(before: number | undefined, after: number | undefined): boolean | undefined {
	return before === undefined || before === 0 || after === undefined ? undefined : after < before / 2;
}

/** Packets that the softirqs of all CPUs handle in a second, and what else is counted beside them. */
export function sumSoftnet(
	{rates}: Situation,
	counter: 'processed' | 'dropped' | 'timeSqueeze' | 'receivedRps',
): number | undefined {
	const figures = (rates.cpus ?? []).flatMap(({softnet}) => (softnet === undefined ? [] : [softnet[counter]]));
	return figures.length === 0 ? undefined : sum(figures);
}

export function hasTraffic(situation: Situation): boolean {
	return (sumSoftnet(situation, 'processed') ?? 0) >= enoughPackets;
}

/** Losses a second of one layer; undefined where they are not known. */
export function sumDrops({rates}: Situation, isMeant: (drop: Drop) => boolean): number | undefined {
	const drops = rates.drops?.filter(isMeant);
	return drops === undefined ? undefined : sum(drops.map(({perSecond}) => perSecond));
}

function sum(figures: readonly number[]): number {
	return figures.reduce((total, each) => total + each, 0);
}
