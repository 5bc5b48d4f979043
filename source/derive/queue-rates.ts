import type {NicStatistic} from '../model/counters.ts';
import type {QueueRate} from '../model/rates.ts';
import type {NicReading} from '../model/snapshot.ts';
import {maximumPackets, subtractCounter32, subtractCounter64} from './counters.ts';
import type {Pair} from './nic-drops.ts';
import {pairStatistics} from './nic-readings.ts';

/**
Packets per second of each queue, where the driver counts them (`ethtool -S`), by device, direction and queue.

A queue that is in one reading only, or one of whose counters was set back, has no rate. The newest virtio_net (seen in
6.18) tells its packets over netlink alone, and has no queues here.
*/
export function deriveQueueRates(
	previous: Readonly<Record<string, NicReading>>,
	current: Readonly<Record<string, NicReading>>,
	seconds: number,
): QueueRate[] {
	return Object.entries(current).flatMap(([device, now]) => {
		const before = Object.hasOwn(previous, device) ? previous[device] : undefined;
		const pair = before && pairStatistics({previous: before, current: now, seconds});
		return pair === undefined ? [] : deriveDeviceQueues(device, pair);
	});
}

function deriveDeviceQueues(device: string, {previous, current, seconds}: Pair<readonly NicStatistic[]>): QueueRate[] {
	const before = collectQueues(previous);
	const now = collectQueues(current);
	const rates = Array.from(now.values()).flatMap((queue): QueueRate[] => {
		const earlier = before.get(identify(queue));
		const packets = earlier === undefined ? undefined : subtractQueue(earlier, queue, seconds);
		const {direction, queue: number} = queue;
		return packets === undefined ? [] : [{device, direction, queue: number, packetsPerSecond: packets / seconds}];
	});
	return rates.sort((a, b) => (a.direction === b.direction ? a.queue - b.queue : a.direction < b.direction ? -1 : 1));
}

type Direction = QueueRate['direction'];

interface Queue {
	readonly direction: Direction;
	readonly queue: number;
	/** Unicast, multicast and broadcast packets, where a driver tells them apart. */
	readonly counters: readonly {readonly value: number; readonly bits: 32 | 64}[];
}

/** The queues of one direction count from 0; numbers that do not are sizes in a histogram. */
function collectQueues(statistics: readonly NicStatistic[]): Map<string, Queue> {
	const queues = new Map<string, Queue>();
	for (const statistic of statistics) {
		const found = findQueue(statistic);
		if (found !== undefined) {
			const {bits, ...place} = found;
			const counters = queues.get(identify(place))?.counters ?? [];
			queues.set(identify(place), {...place, counters: [...counters, {value: statistic.value, bits}]});
		}
	}

	return new Map(Array.from(queues).filter(([, {direction}]) => queues.has(identify({direction, queue: 0}))));
}

function identify({direction, queue}: Pick<Queue, 'direction' | 'queue'>): string {
	return `${direction} ${queue}`;
}

function subtractQueue(before: Queue, now: Queue, seconds: number): number | undefined {
	let sum = 0;
	for (const [index, {value, bits}] of now.counters.entries()) {
		const old = before.counters[index]?.value;
		const delta =
			old === undefined
				? undefined
				: bits === 32
					? subtractCounter32(old, value, maximumPackets, seconds)
					: subtractCounter64(old, value);
		if (delta === undefined) {
			return undefined;
		}

		sum += delta;
	}

	return sum;
}

/** Which queue's packets a statistic counts; undefined for any other. */
function findQueue({name, section}: NicStatistic): {direction: Direction; queue: number; bits: 32 | 64} | undefined {
	for (const pattern of patterns) {
		const {direction, queue} = pattern.exec(name)?.groups ?? {};
		if (direction !== undefined && queue !== undefined) {
			return {direction: direction as Direction, queue: Number(queue), bits: 64};
		}
	}

	const completed = gveCompleted.exec(name)?.groups?.queue;
	if (completed !== undefined) {
		return {direction: 'rx', queue: Number(completed), bits: 32};
	}

	const queue = /^[RT]x Queue#: (\d+)$/.exec(section ?? '')?.[1];
	const direction = vmxnet3Packets.exec(name)?.groups?.direction;
	return queue === undefined || direction === undefined
		? undefined
		: {direction: direction as Direction, queue: Number(queue), bits: 64};
}

const patterns = [
	// Older virtio_net, hv_netvsc, ice, igb, igc, ixgbe, ixgbevf, veth, wangxun: rx_queue_0_packets.
	// Newer virtio_net, mlx4, mlx5: rx0_packets. mana: rx_0_packets. i40e, iavf: rx-0.packets, in older versions rx-0.rx_packets.
	/^(?<direction>rx|tx)(?:_queue_|_|-)?(?<queue>\d+)[._](?:[rt]x_)?packets$/,
	// ena.
	/^queue_(?<queue>\d+)_(?<direction>rx|tx)_cnt$/,
	// bnxt_en, bnx2x.
	/^\[(?<queue>\d+)\]: (?<direction>rx|tx)_[umb]cast_packets$/,
] as const;

/**
gve counts no packets per queue but completed receive descriptors, one for each packet that fits a buffer of 2 KiB. That
counter (`gve_rx_ring.cnt`) has 32 bits. Sending has none in its newer queue format.
*/
const gveCompleted = /^rx_completed_desc\[(?<queue>\d+)\]$/;

/** vmxnet3: in sections by queue. */
const vmxnet3Packets = /^[umb]cast pkts (?<direction>rx|tx)$/;
