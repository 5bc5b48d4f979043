import {deriveFindings, type FindingsMemory, initialMemory} from '../derive/findings.ts';
import {listMisnamed} from '../derive/no-tunnel.ts';
import {deriveRates} from '../derive/rates.ts';
import {deriveTopology, isShapedAlike, type TopologyOptions} from '../derive/topology.ts';
import type {WireGuardInterface} from '../model/counters.ts';
import type {SampleEvent, SessionEvent, TimelineEvent} from '../model/events.ts';
import type {Finding, SilentRule, Verdict} from '../model/findings.ts';
import type {JournalEvent} from '../model/journal.ts';
import type {Drop, Rates} from '../model/rates.ts';
import type {Problem, Reading, Readings, Snapshot, SourceName, Stamp} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {findChange} from './delta.ts';

/** How many ticks of history the traces keep. */
export const historyLength = 60;

/** How many events beside the samples are kept: on the screen nobody goes further back; a report reads the session. */
const timelineLength = 500;

/** The last ticks of one thing, oldest first; a tick without a figure is `undefined`. */
export type Trace = readonly (number | undefined)[];

export interface History {
	/** Percent by CPU id. */
	readonly cpus: Readonly<Record<number, {readonly busy: Trace; readonly soft: Trace}>>;
	/** Bytes per second by `peerKey`. */
	readonly peers: Readonly<Record<string, {readonly rx: Trace; readonly tx: Trace}>>;
}

/** What is known: a fold over events, so live view and replay show the same. */
export interface State {
	readonly started?: Stamp;
	readonly samples: number;
	readonly snapshot?: Snapshot;
	/** For each source the reading before the newest: the pair gives its rates. */
	readonly previous: Readings;
	readonly topology: Topology;
	readonly rates: Rates;
	readonly history: History;
	/** What each drop counter (`dropKey`) stood at when it was first seen: `total - base` is "since start". */
	readonly dropBases: Readonly<Record<string, number>>;
	/** Handshakes seen since the first sample, by `peerKey`: the monotonic times at which the handshake was a new one. */
	readonly handshakes: Readonly<Record<string, readonly number[]>>;
	/** The newest events beside the samples, oldest first. */
	readonly timeline: readonly TimelineEvent[];
	/** What tuning did, oldest first: all of it, for what is in force may have been set long ago. */
	readonly journal: readonly JournalEvent[];
	/** What is raised, in the order of causes; the one thing to say; and the rules that cannot be judged here. */
	readonly findings: readonly Finding[];
	readonly verdict: Verdict;
	readonly silent: readonly SilentRule[];
	readonly findingsMemory: FindingsMemory;
}

export const initialState: State = {
	samples: 0,
	previous: {},
	topology: {tunnels: [], underlays: [], pathDevices: [], irqs: {}},
	rates: {},
	history: {cpus: {}, peers: {}},
	dropBases: {},
	handshakes: {},
	timeline: [],
	journal: [],
	findings: [],
	verdict: {id: 'measuring', severity: 'fine', text: 'measuring: rates come with the second reading', steps: []},
	silent: [],
	findingsMemory: initialMemory,
};

/** Tells one drop counter from another. */
export function dropKey(drop: Pick<Drop, 'layer' | 'device' | 'counter'>): string {
	return `${drop.layer} ${drop.device ?? ''} ${drop.counter}`;
}

/** Tells one peer of one tunnel from another. */
export function peerKey(peer: {readonly interface: string; readonly publicKey: string}): string {
	return `${peer.interface} ${peer.publicKey}`;
}

/** Folds one event into the state. An event of a later version changes nothing. */
export function reduce(state: State, event: SessionEvent, options: TopologyOptions = {}): State {
	return event.type === 'sample'
		? reduceSample(state, event, options)
		: {
				...state,
				timeline: [...state.timeline.slice(1 - timelineLength), event],
				...(event.type === 'tuning' && {journal: [...state.journal, event.event]}),
			};
}

/**
Folds one sample into the state: pairs every source's newest reading with the one before, and derives rates, topology
and history from the pairs.
*/
function reduceSample(state: State, event: SampleEvent, options: TopologyOptions): State {
	const {readings, previous} = pairReadings(state, event);
	const topology = keepTopology(state, readings, options);
	const snapshot: Snapshot = {at: event.at, readings, problems: listProblems(event, topology)};
	const fresh = dropStale(readings, previous, event.at.monotonic);
	const rates = deriveRates(previous, fresh, topology, event.at.wall);
	const history = extendHistory(state.history, rates);
	const handshakes = noteHandshakes(state, event);
	const {memory, ...diagnosis} = deriveFindings(
		{at: event.at, readings, previous, topology, rates, peerTraces: history.peers, handshakes},
		state.findingsMemory,
	);
	return {
		...state,
		started: state.started ?? event.at,
		samples: state.samples + 1,
		snapshot,
		previous,
		topology,
		rates,
		history,
		dropBases: rememberDropBases(state.dropBases, rates.drops),
		handshakes,
		...diagnosis,
		findingsMemory: memory,
	};
}

/** What the sources tell, and what cannot be shown for the names that the user gave. */
function listProblems({problems}: SampleEvent, topology: Topology): readonly Problem[] {
	const misnamed = listMisnamed(topology);
	return misnamed.length === 0 ? problems : [...problems, ...misnamed];
}

/** The same object while nothing has changed: what is derived from it stands too. */
function keepTopology({snapshot, topology}: State, readings: Readings, options: TopologyOptions): Topology {
	if (snapshot !== undefined && isShapedAlike(snapshot.readings, readings)) {
		return topology;
	}
	const derived = deriveTopology(readings, options);
	return findChange(topology, derived) === undefined ? topology : derived;
}

function pairReadings(state: State, event: SampleEvent): {readings: Readings; previous: Readings} {
	const old: Readings = state.snapshot?.readings ?? {};
	const readings: Record<string, unknown> = {...old, ...event.readings};
	const previous: Record<string, unknown> = {...state.previous};
	for (const source of Object.keys(event.readings) as SourceName[]) {
		previous[source] = old[source];
	}
	for (const source of event.gone ?? []) {
		delete readings[source];
		delete previous[source];
	}
	return {readings: readings as Readings, previous: forgetReplacedDevices(previous as Readings, readings as Readings)};
}

/** A device that was deleted and made again carries a new index: its counters began anew, whatever they show. */
function forgetReplacedDevices(previous: Readings, current: Readings): Readings {
	const before = previous.linkStatistics;
	const now = current.linkStatistics?.value;
	if (before === undefined || now === undefined) {
		return previous;
	}
	const kept = Object.entries(before.value).filter(([name, counters]) => now[name]?.ifindex === counters.ifindex);
	if (kept.length === Object.keys(before.value).length) {
		return previous;
	}
	const names = new Set(kept.map(([name]) => name));
	return {
		...previous,
		linkStatistics: {at: before.at, value: Object.fromEntries(kept)},
		...(previous.nicStatistics && {nicStatistics: keepDevices(previous.nicStatistics, names)}),
	};
}

function keepDevices<T>(reading: Reading<Readonly<Record<string, T>>>, names: ReadonlySet<string>) {
	return {at: reading.at, value: Object.fromEntries(Object.entries(reading.value).filter(([name]) => names.has(name)))};
}

/** The sources that are read all the time; of the others, an old reading is no sign of anything. */
export const countedSources: readonly SourceName[] = [
	'cpuTimes',
	'interrupts',
	'softirqs',
	'softnet',
	'linkStatistics',
	'protocols',
	'conntrack',
	'nicStatistics',
	'wireguard',
	'qdiscs',
	'threads',
	'sockets',
];

/** True for a counter that has not been read for three of its own intervals (and two seconds): an old rate is no rate. */
export function isStale(source: SourceName, readings: Readings, previous: Readings, now: number): boolean {
	const reading: Reading<unknown> | undefined = readings[source];
	const before: Reading<unknown> | undefined = previous[source];
	return (
		countedSources.includes(source) &&
		reading !== undefined &&
		before !== undefined &&
		now - reading.at > 3 * (reading.at - before.at) + 2
	);
}

function dropStale(readings: Readings, previous: Readings, now: number): Readings {
	const sources = Object.keys(readings) as SourceName[];
	const stale = sources.filter(source => isStale(source, readings, previous, now));
	return stale.length === 0
		? readings
		: (Object.fromEntries(
				sources.filter(source => !stale.includes(source)).map(source => [source, readings[source]]),
			) as Readings);
}

function extendHistory(history: History, rates: Rates): History {
	const cpus: Record<number, {busy: Trace; soft: Trace}> = {};
	for (const cpu of rates.cpus ?? []) {
		const old = history.cpus[cpu.cpu];
		cpus[cpu.cpu] = {busy: extend(old?.busy, cpu.busy), soft: extend(old?.soft, cpu.soft)};
	}
	for (const [id, old] of Object.entries(history.cpus)) {
		const cpu = Number(id);
		if (cpus[cpu] === undefined && old.busy.some(value => value !== undefined)) {
			cpus[cpu] = {busy: extend(old.busy, undefined), soft: extend(old.soft, undefined)};
		}
	}
	const peers: Record<string, {rx: Trace; tx: Trace}> = {};
	for (const peer of rates.peers ?? []) {
		const old = history.peers[peerKey(peer)];
		peers[peerKey(peer)] = {
			rx: extend(old?.rx, peer.rxBytesPerSecond),
			tx: extend(old?.tx, peer.txBytesPerSecond),
		};
	}
	return {cpus, peers};
}

function extend(trace: Trace = [], value: number | undefined): Trace {
	return [...trace.slice(1 - historyLength), value];
}

/** The total at first sight, so that "since start" needs no summing. A counter that began anew has 0 as its base. */
function rememberDropBases(bases: State['dropBases'], drops: readonly Drop[] = []): State['dropBases'] {
	const changed = drops.filter(drop => {
		const base = bases[dropKey(drop)];
		return base === undefined || drop.total < base;
	});
	if (changed.length === 0) {
		return bases;
	}
	const next: Record<string, number> = {...bases};
	for (const drop of changed) {
		next[dropKey(drop)] = bases[dropKey(drop)] === undefined ? drop.total - drop.delta : 0;
	}
	return next;
}

function noteHandshakes(state: State, event: SampleEvent): State['handshakes'] {
	const now = event.readings.wireguard;
	const before = state.snapshot?.readings.wireguard;
	if (now === undefined || before === undefined) {
		return state.handshakes;
	}
	const known = new Map(listPeers(before.value).map(peer => [peerKey(peer), peer.latestHandshake]));
	const next: Record<string, readonly number[]> = {...state.handshakes};
	for (const peer of listPeers(now.value)) {
		const key = peerKey(peer);
		if (known.has(key) && known.get(key) !== peer.latestHandshake && peer.latestHandshake !== undefined) {
			next[key] = [...(next[key] ?? []).filter(time => now.at - time < handshakeMemory), now.at];
		}
	}
	return next;
}

/** Seconds for which handshakes are remembered: the longest window in which churn is judged. */
const handshakeMemory = 300;

function listPeers(interfaces: readonly WireGuardInterface[]) {
	return interfaces.flatMap(each => each.peers.map(peer => ({...peer, interface: each.interface})));
}
