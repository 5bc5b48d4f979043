import type {Finding} from '../../model/findings.ts';
import type {Readings, Stamp} from '../../model/snapshot.ts';
import type {Situation} from '../../model/tuning.ts';
import {deriveLoad, type Load} from '../load.ts';
import {derivePath, type Path} from '../path.ts';
import {type CountedTime, findCountedTime} from './counted-time.ts';

/** What the fold knows at one tick, as far as rules look at it. */
export interface Moment extends Situation {
	readonly at: Stamp;
	/** For each source the reading before the newest. */
	readonly previous: Readings;
	/** Bytes per second of the last ticks by peer (`INTERFACE PUBLICKEY`), oldest first. */
	readonly peerTraces: Readonly<Record<string, {readonly rx: Trace; readonly tx: Trace}>>;
	/** The monotonic times of new handshakes by peer. */
	readonly handshakes: Readonly<Record<string, readonly number[]>>;
}

type Trace = readonly (number | undefined)[];

/** What rules look at: the moment, what follows from it for all of them, and what was raised before them in the list. */
export interface Scene extends Moment {
	readonly load: Load;
	readonly path?: Path;
	/** What the underlay of the busiest tunnel sent since load began, oldest first. */
	readonly egress: readonly Egress[];
	/** How much of the CPUs' time was counted, where that can be told. */
	readonly counted?: CountedTime;
	/** How far the wall clock went from the monotonic one since the tick before, in seconds. */
	readonly clockStep?: number;
	/** What is raised, by id, of the rules that stand before this one in the list. */
	readonly raised: ReadonlyMap<string, Finding>;
}

export interface Egress {
	/** Seconds, monotonic. */
	readonly at: number;
	readonly bytesPerSecond: number;
}

/** How many points of egress are kept, and how many seconds lie between them at least. */
const egressLength = 30;
const egressEvery = 0.9;

/** What of a tick the next one needs to make its scene. */
export interface SceneMemory {
	readonly at?: Stamp;
	readonly egress: readonly Egress[];
}

/** The scene of a moment; `raised` is filled by who goes through the rules. */
export function createScene(moment: Moment, memory: SceneMemory, raised: ReadonlyMap<string, Finding>): Scene {
	const path = derivePath(moment);
	const load = deriveLoad(path, moment);
	const counted = findCountedTime(moment.previous, moment.readings);
	return {
		...moment,
		load,
		...(path && {path}),
		...(counted && {counted}),
		egress: extendEgress(memory.egress, load, moment.at.monotonic, sentBy(path, moment)),
		...(memory.at && {
			clockStep: (moment.at.wall - memory.at.wall) / 1000 - (moment.at.monotonic - memory.at.monotonic),
		}),
		raised,
	};
}

function sentBy(path: Path | undefined, {rates}: Moment): number | undefined {
	return path?.underlay && rates.links?.[path.underlay.interface]?.tx_bytes;
}

/** A plateau is one of load: when that ends, the next begins anew. */
function extendEgress(
	egress: readonly Egress[],
	load: Load,
	at: number,
	bytesPerSecond: number | undefined,
): readonly Egress[] {
	if (load.level !== 'load') {
		return [];
	}

	const isSoon = at - (egress.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < egressEvery;
	return bytesPerSecond === undefined || isSoon ? egress : [...egress.slice(1 - egressLength), {at, bytesPerSecond}];
}
