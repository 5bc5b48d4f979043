import type {NicStatistic, SoftnetRow} from '../model/counters.ts';
import type {Reading, Readings} from '../model/snapshot.ts';
import {subtractCounter64} from './counters.ts';
import {deriveSoftnetDrops} from './device-drops.ts';
import {findStatistics} from './nic-readings.ts';
import {derivePair} from './pair.ts';

/**
How many packets that ena's `rx_dropped` has counted between two readings were not lost by the device: what found a CPU's
backlog full, which the kernel adds to the counter of the device it came from (`net/core/dev.c: enqueue_to_backlog`), and,
since Linux 6.9, what an XDP program dropped (`ena_netdev.c: ena_get_stats64`). Undefined where the backlogs were not read.

A backlog does not tell whose packets it lost, and no two sources are read at the same moment: what could be others' is taken
for theirs, so that too little is left for the device rather than too much.
*/
export function countOthersDrops(device: string, previous: Readings, current: Readings): number | undefined {
	const link = toPair(previous.linkStatistics, current.linkStatistics);
	const softnet = toPair(previous.softnet, current.softnet);
	const nic = toPair(findStatistics(previous.nicStatistics, device), findStatistics(current.nicStatistics, device));
	const backlogs = softnet && derivePair(...softnet, sumBacklogDrops);
	if (link === undefined || softnet === undefined || backlogs === undefined) {
		return undefined;
	}

	const ofXdp = nic && derivePair(...nic, sumXdpDrops);
	const inTime = backlogs * coverSeconds(link, softnet) + (nic && ofXdp ? ofXdp * coverSeconds(link, nic) : 0);
	return Math.ceil(inTime);
}

type Two<T> = readonly [previous: Reading<T>, current: Reading<T>];

function toPair<T>(previous: Reading<T> | undefined, current: Reading<T> | undefined): Two<T> | undefined {
	return previous && current && [previous, current];
}

/** The seconds of one interval, and those by which the ends of another one lie off: in them a burst is in one of the two only. */
function coverSeconds(interval: Two<unknown>, other: Two<unknown>): number {
	const [from, to] = interval;
	return to.at - from.at + Math.abs(from.at - other[0].at) + Math.abs(to.at - other[1].at);
}

function sumBacklogDrops(previous: readonly SoftnetRow[], current: readonly SoftnetRow[], seconds: number): number {
	return deriveSoftnetDrops({previous, current, seconds})
		.filter(({headline}) => headline)
		.reduce((sum, {perSecond}) => sum + perSecond, 0);
}

function sumXdpDrops(previous: readonly NicStatistic[], current: readonly NicStatistic[], seconds: number): number {
	const before = new Map(previous.map(({name, value}) => [name, value]));
	const deltas = current
		.filter(({name}) => /^queue_\d+_rx_xdp_drop$/.test(name))
		.map(({name, value}) => subtractCounter64(before.get(name) ?? value, value) ?? 0);
	return deltas.reduce((sum, delta) => sum + delta, 0) / seconds;
}
