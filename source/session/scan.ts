import type {TimelineEvent} from '../model/events.ts';
import type {Stamp} from '../model/snapshot.ts';
import {createDecoder} from './codec.ts';
import type {Lines} from './session.ts';

/** Where the samples and the other events stand in the lines of a session. */
export interface SessionIndex {
	/** Those that can be read. */
	readonly samples: readonly SamplePlace[];
	/** How many cannot: their lines are missing or damaged, or one is on which they build. */
	readonly lost: number;
	readonly events: readonly EventPlace[];
	/** How many lines say nothing. */
	readonly damaged: number;
}

export interface SamplePlace {
	readonly line: number;
	readonly at: Stamp;
	/** True: it can be read without those before it. */
	readonly key: boolean;
}

export interface EventPlace {
	readonly line: number;
	/** How many samples stand before it. */
	readonly sample: number;
	readonly event: TimelineEvent;
}

/** Looks through a session without reading the counters. */
export function scanSession(lines: Lines): SessionIndex {
	const samples: SamplePlace[] = [];
	const events: EventPlace[] = [];
	const decoder = createDecoder();
	const chain = createChain();
	let damaged = 0;
	for (let line = 0; line < lines.length; line++) {
		const text = lines.text(line);
		const found = findSample(text);
		if (found !== undefined) {
			if (chain.add(found)) {
				samples.push({line, at: found.at, key: found.key});
			}
			continue;
		}
		const decoded = decoder.decode(text);
		if (decoded.kind === 'event' && decoded.event.type !== 'sample') {
			events.push({line, sample: samples.length, event: decoded.event});
		} else if (decoded.kind === 'damaged') {
			damaged += 1;
		} else if (decoded.kind === 'header') {
			chain.restart();
		}
	}
	return {samples, lost: chain.lost(), events, damaged};
}

/** What could not be read of a session, in words. `read`: how many samples were, where that is known better. */
export function describeLoss({samples, lost, damaged}: SessionIndex, read = samples.length): string[] {
	const all = samples.length + lost;
	const lines = `${damaged} ${damaged === 1 ? 'line' : 'lines'}`;
	return [
		...(damaged === 0 ? [] : [`${lines} could not be read`]),
		...(read >= all ? [] : [`${all - read} of ${all} samples could not be read: a line is missing or damaged`]),
	];
}

/**
Follows the numbers of samples: each builds on the one before, a whole one on none. What is read here is no more than a
line's start, so that a line that is damaged in its middle is taken for whole.
*/
function createChain() {
	/** The number of the last sample, and whether it could be read. */
	let last: {readonly n: number; readonly isRead: boolean} | undefined;
	let lost = 0;
	return {
		/** True: it can be read. */
		add({n, key}: Found): boolean {
			const isNext = last?.isRead === true && n === last.n + 1;
			const isRead = key || isNext;
			const missing = last === undefined || isNext ? 0 : Math.max(0, n - last.n - 1);
			lost += missing + (isRead ? 0 : 1);
			last = {n, isRead};
			return isRead;
		},
		/** Another session begins. */
		restart() {
			last = undefined;
		},
		lost: () => lost,
	};
}

/** A sample's line as its start tells it. */
interface Found extends Omit<SamplePlace, 'line'> {
	readonly n: number;
}

/** The start of a sample as this program writes it: the rest of the line need not be read to know where it stands. */
const sampleStart = /^\{"type":"sample","n":(\d+),"at":\{"monotonic":([\d.e+-]+),"wall":([\d.e+-]+)\}(,"key":true)?/;

function findSample(text: string): Found | undefined {
	const match = sampleStart.exec(text);
	if (match !== null && text.endsWith('}')) {
		const [, n, monotonic, wall, key] = match;
		return {n: Number(n), at: {monotonic: Number(monotonic), wall: Number(wall)}, key: key !== undefined};
	}
	return match === null && text.includes('"sample"') ? parseSample(text) : undefined;
}

/** One that another program has written anew. */
function parseSample(text: string): Found | undefined {
	try {
		const {type, n, at, key = false} = JSON.parse(text) as {type?: unknown; n: number; at: Stamp; key?: boolean};
		return type === 'sample' && Number.isFinite(at.monotonic) && Number.isFinite(at.wall) ? {n, at, key} : undefined;
	} catch {
		return undefined;
	}
}
