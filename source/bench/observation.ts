import {deriveRates} from '../derive/rates.ts';
import type {Finding, Verdict} from '../model/findings.ts';
import type {Rates} from '../model/rates.ts';
import type {Reading, Readings, SourceName} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import type {Iperf3Run} from '../parse/iperf3.ts';
import type {State} from '../session/state.ts';
import type {GuardFigures} from './guards.ts';
import type {RunContext} from './validity.ts';

/** From when to when a run measured, in seconds on the machine's monotonic clock. */
export interface Window {
	readonly from: number;
	readonly to: number;
}

/** What the monitor saw in the window of a run. */
export interface Observation {
	/** Of the whole window. */
	readonly rates: Rates;
	/** As it stood at the end of the window: rules want some ticks to agree. */
	readonly verdict: Verdict;
	readonly findings: readonly Finding[];
	readonly topology: Topology;
	/** The first and the last of each source in the window. */
	readonly readings: {readonly first: Readings; readonly last: Readings};
	/** Devices under the underlay that owned its rings at the start and are gone, or moved nothing. */
	readonly lostLeaves: readonly string[];
}

/**
Sums up what was seen while a run measured. Each source has its own two readings, the first and the last in the window.
Absent when nothing was read twice in it.
*/
export function observe(states: readonly State[], window: Window): Observation | undefined {
	const inside = states.filter(({snapshot}) => snapshot !== undefined && isInside(snapshot.at.monotonic, window));
	const [first] = inside;
	const last = inside.at(-1);
	if (first === undefined || last?.snapshot === undefined || first === last) {
		return undefined;
	}

	const readings = pickReadings(inside, window);
	const rates = deriveRates(readings.first, readings.last, last.topology, last.snapshot.at.wall);
	const leaves = first.topology.underlays.flatMap(underlay => underlay.leaves);
	return {
		rates,
		verdict: last.verdict,
		findings: last.findings,
		topology: last.topology,
		readings,
		lostLeaves: leaves.filter(leaf => !isMoving(leaf, last.topology, rates)),
	};
}

function isInside(time: number, {from, to}: Window): boolean {
	return time >= from && time <= to;
}

/** By source: a slow one has its readings at other times than a quick one. */
function pickReadings(states: readonly State[], window: Window): {readonly first: Readings; readonly last: Readings} {
	const first: Record<string, Reading<unknown>> = {};
	const last: Record<string, Reading<unknown>> = {};
	for (const {snapshot} of states) {
		const readings = Object.entries(snapshot?.readings ?? {}) as [SourceName, Reading<unknown>][];
		for (const [source, reading] of readings.filter(([, {at}]) => isInside(at, window))) {
			first[source] ??= reading;
			last[source] = reading;
		}
	}

	// Facts are the same before and after: what is not read twice is still what was known.
	const known = states.at(-1)?.snapshot?.readings;
	return {first: first as Readings, last: {...known, ...last} as Readings};
}

function isMoving(leaf: string, topology: Topology, rates: Rates): boolean {
	const underlay = topology.underlays.find(({leaves}) => leaves.includes(leaf));
	if (underlay === undefined) {
		return false;
	}

	const packets = (name: string): number =>
		(rates.links?.[name]?.rx_packets ?? 0) + (rates.links?.[name]?.tx_packets ?? 0);
	return leaf === underlay.interface || packets(leaf) > 0 || packets(underlay.interface) < 100;
}

/** The bytes of outer headers that a peer's counter does not know: Ethernet, IP and UDP. */
const outerHeaders = {v4: 14 + 20 + 8, v6: 14 + 40 + 8} as const;

/** Two sources are compared only where their windows are the same but for so many seconds at either end. */
const sameWindow = 0.7;

export interface RunPath {
	readonly interface: string;
	readonly publicKey?: string;
	readonly endpoint?: string;
}

/** What the window says about the validity of a run through the tunnel. */
export function judgeWindow(
	observation: Observation,
	path: RunPath,
	run: Pick<Iperf3Run, 'reverse'>,
): Partial<RunContext> {
	const {rates, lostLeaves} = observation;
	const peer = findPeer(rates, path);
	const otherTraffic = findOtherTraffic(observation, path, run);
	const steal = rates.all?.steal;
	return {
		...(peer?.handshakeAge !== undefined && {handshakeAge: peer.handshakeAge}),
		...(lostLeaves.length > 0 && {lostVirtualFunction: true}),
		...(otherTraffic !== undefined && {otherTraffic}),
		...(steal !== undefined && {steal}),
	};
}

/**
The share of the underlay's bytes, the way of the run, that are not the peer's. What a full backlog drops on its way to the
tunnel was received by the device and not by WireGuard (`enqueue_to_backlog()` in `net/core/dev.c` counts it as the device's
`rx_dropped`), and what a full socket drops by a tunnel that is a program: both are taken for the run's, whose loss they most
likely are. So is the share that the two counters may differ by because they were not read at the same moment.
*/
function findOtherTraffic(
	{rates, topology, readings}: Observation,
	path: RunPath,
	{reverse}: Pick<Iperf3Run, 'reverse'>,
): number | undefined {
	const tunnel = topology.tunnels.find(each => each.interface === path.interface);
	const underlay = tunnel?.underlays[0];
	const counters = underlay === undefined ? undefined : rates.links?.[underlay];
	const peer = findPeer(rates, path);
	const bytes = reverse ? counters?.rx_bytes : counters?.tx_bytes;
	const packets = reverse ? counters?.rx_packets : counters?.tx_packets;
	const ours = reverse ? peer?.rxBytesPerSecond : peer?.txBytesPerSecond;
	const slack = findSlack(readings);
	if (!bytes || packets === undefined || ours === undefined || slack === undefined) {
		return undefined;
	}

	const headers = path.endpoint?.startsWith('[') ? outerHeaders.v6 : outerHeaders.v4;
	const overflows = tunnel?.kind === 'userspace' ? sum(socketCounters.map(name => rates.protocols?.[name] ?? 0)) : 0;
	const lost = reverse && packets > 0 ? ((counters?.rx_dropped ?? 0) + overflows) / packets : 0;
	return Math.max(0, 1 - lost - slack - (ours + packets * headers) / bytes);
}

/** Datagrams for which the socket had no room (`net/ipv4/udp.c`, `net/ipv6/udp.c`). */
const socketCounters = ['Udp.RcvbufErrors', 'Udp6.RcvbufErrors'];

function findPeer({peers}: Rates, path: RunPath) {
	return peers?.find(each => each.interface === path.interface && each.publicKey === path.publicKey);
}

/**
The share of the window in which only one of the two was counting, the peers' counters or the devices': a busy machine reads
them one after the other. Undefined where they are too far apart to be compared.
*/
function findSlack({first, last}: Observation['readings']): number | undefined {
	const [begin, end] = [first, last].map(({linkStatistics: link, wireguard}) =>
		link && wireguard ? Math.abs(link.at - wireguard.at) : Number.POSITIVE_INFINITY,
	);
	const seconds = (last.linkStatistics?.at ?? 0) - (first.linkStatistics?.at ?? 0);
	return begin === undefined || end === undefined || Math.max(begin, end) > sameWindow || seconds <= 0
		? undefined
		: (begin + end) / seconds;
}

const fragmentCounters = ['Ip.FragCreates', 'Ip.ReasmReqds', 'Ip6.FragCreates', 'Ip6.ReasmReqds'];

/** The guard figures of a run (`guards.ts`); what was not measured is absent. */
export function measureGuards(
	{rates}: Observation,
	run: Pick<Iperf3Run, 'goodput' | 'retransmits' | 'received'>,
): GuardFigures {
	const gigabytes = (run.goodput ?? 0) / 8e9;
	const perGigabyte = (perSecond: number | undefined): number | undefined =>
		gigabytes > 0 && perSecond !== undefined ? perSecond / gigabytes : undefined;
	const received = (run.received?.bytes ?? 0) / 1e9;
	const {cpus, protocols} = rates;
	const figures: Readonly<Record<string, number | undefined>> = {
		'softnet-drops': perGigabyte(sumDrops(rates, 'softnet')),
		'nic-drops': perGigabyte(sumDrops(rates, 'nic')),
		retransmits: run.retransmits !== undefined && received > 0 ? run.retransmits / received : undefined,
		fragments: perGigabyte(protocols && sum(fragmentCounters.map(name => protocols[name] ?? 0))),
		cpu: perGigabyte(cpus && sum(cpus.map(({busy}) => busy / 100))),
		squeezes: cpus && sum(cpus.map(({softnet}) => softnet?.timeSqueeze ?? 0)),
		'top-core': cpus && Math.max(...cpus.map(({busy}) => busy)),
	};
	return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as GuardFigures;
}

function sumDrops({drops}: Rates, layer: 'softnet' | 'nic'): number | undefined {
	const rows = drops?.filter(drop => drop.layer === layer && drop.headline);
	return rows === undefined || rows.length === 0 ? undefined : sum(rows.map(({perSecond}) => perSecond));
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
