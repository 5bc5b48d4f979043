import type {TimelineEvent} from '../model/events.ts';
import type {Stamp} from '../model/snapshot.ts';
import {createDecoder} from './codec.ts';
import type {Lines} from './session.ts';

/** Where the samples and the other events stand in the lines of a session. */
export interface SessionIndex {
	readonly samples: readonly SamplePlace[];
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
	let damaged = 0;
	for (let line = 0; line < lines.length; line++) {
		const text = lines.text(line);
		const place = findSample(text);
		if (place !== undefined) {
			samples.push({...place, line});
			continue;
		}
		const decoded = decoder.decode(text);
		if (decoded.kind === 'event' && decoded.event.type !== 'sample') {
			events.push({line, sample: samples.length, event: decoded.event});
		} else if (decoded.kind === 'damaged') {
			damaged += 1;
		}
	}
	return {samples, events, damaged};
}

/** The start of a sample as this program writes it: the rest of the line need not be read to know where it stands. */
const sampleStart = /^\{"type":"sample","n":\d+,"at":\{"monotonic":([\d.e+-]+),"wall":([\d.e+-]+)\}(,"key":true)?/;

function findSample(text: string): Omit<SamplePlace, 'line'> | undefined {
	const match = sampleStart.exec(text);
	if (match !== null && text.endsWith('}')) {
		return {at: {monotonic: Number(match[1]), wall: Number(match[2])}, key: match[3] !== undefined};
	}
	return match === null && text.includes('"sample"') ? parseSample(text) : undefined;
}

/** One that another program has written anew. */
function parseSample(text: string): Omit<SamplePlace, 'line'> | undefined {
	try {
		const {type, at, key = false} = JSON.parse(text) as {type?: unknown; at: Stamp; key?: boolean};
		return type === 'sample' && Number.isFinite(at.monotonic) && Number.isFinite(at.wall) ? {at, key} : undefined;
	} catch {
		return undefined;
	}
}
