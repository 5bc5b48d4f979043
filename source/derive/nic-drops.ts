import type {Counters, NicStatistic} from '../model/counters.ts';
import type {Drop} from '../model/rates.ts';
import {type DropKind, makeDrop} from './drop.ts';

/** A counter of a kind in two readings of one device. */
export interface Pair<T> {
	readonly previous: T;
	readonly current: T;
	readonly seconds: number;
}

/**
What the device lost by the kernel's own count (`include/uapi/linux/if_link.h`): `rx_missed_errors`, `rx_fifo_errors` and
`rx_over_errors` of the device that owns the rings.

Where two of them stand at the same figure they mirror one register, and only the first is in the headline. ena has its
losses in `rx_dropped`, which for other drivers holds much that is no loss of the device: so many packets of it as are `apart`
were dropped by others (`ena-drops.ts`), and where that is not known none is in the headline.
*/
export function deriveRingDrops(
	device: string,
	driver: string | undefined,
	{previous, current, seconds}: Pair<Counters>,
	apart?: number,
): Drop[] {
	const place = {layer: 'nic' as const, device, seconds};
	const read = (counter: string) => ({counter, previous: previous[counter], current: current[counter]});
	const drops = ringCounters.flatMap(counter =>
		makeDrop(place, {
			...read(counter),
			kind: 'loss',
			// mlx5 shows the 32-bit `rx_out_of_buffer` there.
			bits: driver === 'mlx5_core' && counter === 'rx_missed_errors' ? 32 : 64,
		}),
	);
	if (driver === 'ena') {
		const kind = apart === undefined ? 'sign' : 'loss';
		drops.push(...makeDrop(place, {...read('rx_dropped'), kind, ...(apart !== undefined && {apart})}));
	}

	return drops.map((drop, index) => {
		const mirrors = drops.slice(0, index).some(({total, delta}) => total === drop.total && delta === drop.delta);
		return drop.total > 0 && mirrors ? {...drop, headline: false} : drop;
	});
}

export const ringCounters: readonly string[] = ['rx_missed_errors', 'rx_fifo_errors', 'rx_over_errors'];

/**
What the device lost by its driver's own count (`ethtool -S`), and what it did not let pass because the cloud allows no
more (`*_allowance_exceeded` of ena).

In the headline are only the overflow counters that a driver does not export to the kernel's counters (see `overflows`):
all else copies them, or counts no packets. `owner` tells that the device has the rings, and not its lower device; `link`
are the kernel's counters of the device.
*/
export function deriveDriverDrops(
	device: string,
	{driver, owner, link}: DriverFacts & {readonly link?: Counters | undefined},
	pair: Pair<readonly NicStatistic[]>,
): readonly Drop[] {
	const facts: DriverFacts = {driver, owner, isMissedExported: Boolean(link?.rx_missed_errors)};
	const key = JSON.stringify([device, facts, pair.seconds]);
	const known = newest.get(pair.current);
	if (known?.previous === pair.previous && known.key === key) {
		return known.drops;
	}

	const drops = classifyDrops(device, facts, pair);
	// Each entry holds the statistics before its own: with theirs too it would be all since the start.
	newest.delete(pair.previous);
	newest.set(pair.current, {previous: pair.previous, key, drops});
	return drops;
}

/** What was derived from these statistics: they are asked for at every tick and read seldom, and mlx5 has a thousand. */
const newest = new WeakMap<
	readonly NicStatistic[],
	{readonly previous: readonly NicStatistic[]; readonly key: string; readonly drops: readonly Drop[]}
>();

/** Whose statistics they are. */
interface DriverFacts {
	readonly driver?: string | undefined;
	readonly owner: boolean;
	/** The kernel's `rx_missed_errors` of the device has ever counted. */
	readonly isMissedExported?: boolean;
}

function classifyDrops(
	device: string,
	facts: DriverFacts,
	{previous, current, seconds}: Pair<readonly NicStatistic[]>,
): Drop[] {
	const before = nameStatistics(previous);
	const now = nameStatistics(current);
	const names = new Set(current.map(({name}) => name));
	return Array.from(now, ([counter, statistic]) => {
		const isAllowance = allowance.test(statistic.name);
		const kind = isAllowance ? 'loss' : classify(statistic.name, {...facts, names});
		const place = {layer: isAllowance ? ('cloud' as const) : ('nic' as const), device, seconds};
		const bits = statistic.name === 'rx_out_of_buffer' ? 32 : 64;
		const values = {previous: before.get(counter)?.value, current: statistic.value};
		const apart = kind === 'loss' ? countXdpDrops(statistic.name, facts, {before, now}) : 0;
		return kind === undefined ? [] : makeDrop(place, {counter, kind, bits, apart, ...values});
	}).flat();
}

const allowance = /_allowance_exceeded$/;

/**
How many of a counter's packets an XDP program dropped, as it was told to: virtio_net counts those in a queue's `drops` too
(`drivers/net/virtio_net.c: receive_small_xdp`, where `err_xdp` runs into `err`).
*/
function countXdpDrops(
	name: string,
	{driver}: DriverFacts,
	{before, now}: Readonly<Record<'before' | 'now', ReadonlyMap<string, NicStatistic>>>,
): number {
	if (driver !== 'virtio_net' || !name.endsWith('_drops')) {
		return 0;
	}

	const ofXdp = name.replace(/_drops$/, '_xdp_drops');
	const values = [before, now].map(statistics => statistics.get(ofXdp)?.value ?? 0);
	return Math.max(0, (values[1] ?? 0) - (values[0] ?? 0));
}

/** Names that repeat per queue carry their heading in front; of a name that still repeats the first counts. */
function nameStatistics(statistics: readonly NicStatistic[]): Map<string, NicStatistic> {
	const named = new Map<string, NicStatistic>();
	for (const statistic of statistics) {
		const {name, section} = statistic;
		const counter = section === undefined ? name : `${section} ${name}`;
		if (!named.has(counter)) {
			named.set(counter, statistic);
		}
	}

	return named;
}

interface StatisticFacts extends DriverFacts {
	readonly names: ReadonlySet<string>;
}

/** How one statistic counts as a drop; undefined for one that is none. */
function classify(name: string, facts: StatisticFacts): DropKind | undefined {
	const {driver = '', owner} = facts;
	if (owner && overflows[driver]?.(name, facts)) {
		return 'loss';
	}

	const isShown = knownDrivers.has(driver)
		? candidate.test(name) || alsoShown[driver]?.test(name)
		: candidate.test(name) && !falseFriend.test(name);
	return isShown ? 'part' : undefined;
}

/** The overflow counters that a driver keeps from the kernel's counters, by the driver's source. */
const overflows: Readonly<Record<string, (name: string, facts: StatisticFacts) => boolean>> = {
	// mana_en.c: the device had no receive descriptor. Linux 6.19 exports it as `rx_missed_errors`, where that counts it is the same.
	mana: (name, {isMissedExported}) => name === 'hc_rx_discards_no_wqe' && !isMissedExported,
	// gve_ethtool.c: told by the device, some seconds late. `rx_no_buffers_posted` counts the same packets.
	gve: name => gveQueueDrop.test(name),
	// The name of gve's older versions in sysfs.
	gvnic: name => gveQueueDrop.test(name),
	// vmxnet3_ethtool.c: out of buffers, per queue.
	vmxnet3: name => name === 'pkts rx OOB',
	// iavf_virtchnl.c gives it to the kernel as `rx_dropped`.
	iavf: name => name === 'rx_discards',
	i40evf: name => name === 'rx_discards',
	ixgbe: name => name === 'rx_no_dma_resources',
	// Newer versions have a total beside the queues' counters.
	virtio_net: (name, {names}) =>
		name === 'rx_drops' || (!names.has('rx_drops') && /^rx(?:_queue_)?\d+_drops$/.test(name)),
	// Exported as `rx_missed_errors` since 2023, and where that counts it is the same.
	i40e: (name, {isMissedExported}) => name === 'port.rx_discards' && !isMissedExported,
	// A physical function's port buffer; the rings' own overflow is exported.
	mlx5_core: name => name === 'rx_discards_phy',
};

const gveQueueDrop = /^rx_queue_drop_cnt\[\d+\]$/;

/** Of these every counter that sounds like a loss has been looked at, and what would be counted twice is in no headline. */
const knownDrivers = new Set([
	...['bnxt_en', 'e1000e', 'ena', 'gve', 'gvnic', 'hv_netvsc', 'i40e', 'i40evf', 'iavf', 'ice', 'igb', 'igc', 'ixgbe'],
	...['ixgbevf', 'mana', 'mlx5_core', 'r8169', 'veth', 'virtio_net', 'vmxnet3'],
]);

/** What is worth a row although it does not sound like a loss: a ring that ran empty, a buffer that was not to be had. */
const alsoShown: Readonly<Record<string, RegExp>> = {
	ena: /^queue_\d+_rx_empty_rx_ring$/,
	hv_netvsc: /^rx_(?:no_memory|comp_busy)$/,
	mana: /^hc_rx_err_vport_disabled$/,
	vmxnet3: /^rx buf alloc fail$/,
};

const candidate = /drop|discard|miss|no_?buf|out_of_buf|overrun|oob|fifo/i;

/** Of a driver that is not known these are a queue's copy, the other direction, or no packets at all. */
const falseFriend = /xdp|fdir|irq|smbus|hwtstamp|steer|tx_|_tx|queue|^\s*(?:rx|tx|ch)[-_]?\d|\[\d+\]/i;
