import type {InterruptRate, PeerRates, Rates} from '../model/rates.ts';
import type {Topology, Tunnel, Underlay} from '../model/topology.ts';
import type {Situation} from '../model/tuning.ts';

/** The way of the busiest tunnel's packets: who sends or gets them, over which device, queue and interrupt, on which CPU. */
export interface Path {
	readonly tunnel: Tunnel;
	/** The way of most of its bytes. */
	readonly direction: 'in' | 'out';
	/** Of the tunnel's interface, both ways together. */
	readonly bytesPerSecond: number;
	readonly packetsPerSecond: number;
	/** The tunnel's peers that are active (`findActive`), the busiest first: each is one outer flow. None: not known. */
	readonly peers: readonly PeerRates[];
	readonly underlay?: Underlay;
	/** The device under it that owns the rings and moves most: the underlay itself, or its lower device. */
	readonly device?: string;
	/** Its receive and its send queues, the busiest first. */
	readonly rxQueues: readonly PathQueue[];
	readonly txQueues: readonly PathQueue[];
}

export interface PathQueue {
	/** Absent where one interrupt serves all queues. */
	readonly queue?: number;
	/** Of the device's packets this way (of its interrupts, where the driver counts no packets by queue): 0 to 1. */
	readonly share: number;
	readonly packetsPerSecond?: number;
	/** Absent, with its CPU, where it is not known which of several interrupts serves the queue. */
	readonly irq?: string;
	readonly interruptsPerSecond?: number;
	/** Where its interrupt arrives; when it has not arrived, where it is routed to. */
	readonly cpu?: number;
}

/** From this share of the bytes or packets on a peer or a queue counts as active, however many there are. */
const activeShare = 0.1;

/** Of many that share alike none has so much: then half of what each has on average is enough. */
const activePart = 0.5;

/** What moves less than this of what the busiest moves (keepalives) is none of the many. */
const noticeable = 0.01;

/** Those that count as active: which carry something that matters beside what the others carry. */
export function findActive<T>(items: readonly T[], weigh: (item: T) => number): T[] {
	const weights = items.map(weigh);
	const all = weights.reduce((sum, each) => sum + each, 0);
	const most = Math.max(0, ...weights);
	const many = weights.filter(each => each > 0 && each >= noticeable * most).length;
	const least = all * Math.min(activeShare, activePart / Math.max(1, many));
	return items.filter((_, index) => (weights[index] ?? 0) > 0 && (weights[index] ?? 0) >= least);
}

/** The way of the tunnel that moves most bytes now. Undefined without a tunnel, or before its counters were read twice. */
export function derivePath({topology, rates}: Situation): Path | undefined {
	const ranked = topology.tunnels
		.flatMap(tunnel => {
			const counters = rates.links?.[tunnel.interface];
			return counters === undefined ? [] : [{tunnel, counters, bytes: add(counters.rx_bytes, counters.tx_bytes)}];
		})
		.sort((a, b) => b.bytes - a.bytes);
	const busiest = ranked[0];
	if (busiest === undefined) {
		return undefined;
	}

	const {tunnel, counters, bytes} = busiest;
	const underlay = findUnderlay(tunnel, topology);
	const device = underlay && findDevice(underlay, rates);
	return {
		tunnel,
		direction: (counters.rx_bytes ?? 0) >= (counters.tx_bytes ?? 0) ? 'in' : 'out',
		bytesPerSecond: bytes,
		packetsPerSecond: add(counters.rx_packets, counters.tx_packets),
		peers: findActivePeers(tunnel, rates),
		...(underlay && {underlay}),
		...(device !== undefined && {device}),
		rxQueues: device === undefined ? [] : deriveQueues(device, 'rx', rates),
		txQueues: device === undefined ? [] : deriveQueues(device, 'tx', rates),
	};
}

/** The share of a device's packets that arrive on each CPU (0 to 1), by CPU id; what no CPU is known for is left out. */
export function sumSharesByCpu(queues: readonly PathQueue[]): ReadonlyMap<number, number> {
	const shares = new Map<number, number>();
	for (const {cpu, share} of queues) {
		if (cpu !== undefined) {
			shares.set(cpu, (shares.get(cpu) ?? 0) + share);
		}
	}

	return shares;
}

function add(a = 0, b = 0): number {
	return a + b;
}

function findUnderlay(tunnel: Tunnel, topology: Topology): Underlay | undefined {
	const name = tunnel.underlays[0];
	return name === undefined ? undefined : topology.underlays.find(each => each.interface === name);
}

function findDevice({leaves}: Underlay, {links}: Rates): string | undefined {
	const bytes = (name: string) => add(links?.[name]?.rx_bytes, links?.[name]?.tx_bytes);
	return [...leaves].sort((a, b) => bytes(b) - bytes(a))[0];
}

function findActivePeers(tunnel: Tunnel, {peers = []}: Rates): PeerRates[] {
	const bytes = (peer: PeerRates) => add(peer.rxBytesPerSecond, peer.txBytesPerSecond);
	const ofTunnel = peers.filter(peer => peer.interface === tunnel.interface).sort((a, b) => bytes(b) - bytes(a));
	return findActive(ofTunnel, bytes);
}

/** The queues of one direction, joined with their interrupts. Packets tell more than interrupts: a busy queue is polled. */
export function deriveQueues(device: string, direction: 'rx' | 'tx', rates: Rates): PathQueue[] {
	const interrupts = (rates.interrupts ?? []).filter(
		each => each.device === device && (each.role === direction || each.role === 'rxtx'),
	);
	const counted = (rates.queues ?? []).filter(each => each.device === device && each.direction === direction);
	const shared = findShared(interrupts);
	const queues =
		counted.length > 0
			? counted.map(({queue, packetsPerSecond}) => {
					const interrupt = interrupts.find(each => each.queue === queue) ?? shared;
					return {queue, packetsPerSecond, weight: packetsPerSecond, ...describeInterrupt(interrupt)};
				})
			: interrupts.map(each => ({
					...(each.queue !== undefined && {queue: each.queue}),
					weight: each.perSecond,
					...describeInterrupt(each),
				}));
	const all = queues.reduce((sum, {weight}) => sum + weight, 0);
	return queues
		.map(({weight, ...queue}) => ({...queue, share: all > 0 ? weight / all : 0}))
		.sort((a, b) => b.share - a.share);
}

/**
The interrupt of the queues that have none of their own. Of several without a queue (mlx4 names them by event queue, which is not
the ring's number) nobody knows which serves which.
*/
function findShared(interrupts: readonly InterruptRate[]): InterruptRate | undefined {
	return onlyOne(interrupts.filter(each => each.queue === undefined));
}

function describeInterrupt(interrupt: InterruptRate | undefined) {
	if (interrupt === undefined) {
		return {};
	}

	const {irq, perSecond, perCpu, effective, affinity} = interrupt;
	const cpu = perCpu[0]?.cpu ?? onlyOne(effective) ?? onlyOne(affinity);
	return {irq, interruptsPerSecond: perSecond, ...(cpu !== undefined && {cpu})};
}

function onlyOne<T>(list: readonly T[] | undefined): T | undefined {
	return list?.length === 1 ? list[0] : undefined;
}
