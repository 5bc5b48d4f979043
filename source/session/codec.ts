import type {SampleEvent, SessionEvent, SessionHeader} from '../model/events.ts';
import type {Reading, Readings, SourceName, Stamp} from '../model/snapshot.ts';
import {applyChange, findChange, formatJson, formatPlain, toPlain} from './delta.ts';

/** The version of the file format that this program writes. */
export const sessionFormat = 1;

/** Every so many samples one is whole: what is cut off or damaged before it costs nothing after it. */
export const samplesPerKey = 60;

/** A line of a session, without its line end. `key`: it can be read without any line before it but the header. */
export interface SessionLine {
	readonly text: string;
	readonly key: boolean;
}

export interface Encoder {
	encode(event: SessionEvent): SessionLine;
	/** Makes the next sample a whole one: another file begins with it. */
	restart(): void;
}

/**
Writes events as lines. A sample holds raw counters: every `samplesPerKey`th whole, the others as what has changed in each
reading since the one before (`delta.ts`). `docs/session.md` describes the lines.
*/
export function createEncoder(): Encoder {
	let known: Readings = {};
	let problems: SampleEvent['problems'] | undefined;
	let number = 0;
	let untilKey = 0;

	const encodeSample = (event: SampleEvent): SessionLine => {
		const key = untilKey === 0;
		untilKey = key ? samplesPerKey - 1 : untilKey - 1;
		const carried = key ? omit(known, [...Object.keys(event.readings), ...(event.gone ?? [])]) : {};
		const hasProblems = key || findChange(problems, event.problems) !== undefined;
		const line = {
			type: 'sample',
			n: number++,
			at: event.at,
			...(key && {key: true}),
			readings: key ? event.readings : findReadingChanges(known, event.readings),
			...(Object.keys(carried).length > 0 && {carried}),
			...(event.gone !== undefined && {gone: event.gone}),
			...(hasProblems && {problems: event.problems}),
		};
		known = omit({...known, ...event.readings}, event.gone ?? []);
		problems = event.problems;
		return {text: key ? formatJson(line) : formatPlain(line), key};
	};

	return {
		encode: event => (event.type === 'sample' ? encodeSample(event) : {text: formatJson(event), key: false}),
		restart() {
			untilKey = 0;
		},
	};
}

export function formatHeader(header: SessionHeader): string {
	return formatJson(header);
}

/** A reading as it stands in a line: whole, or as a change of the one before, or (neither) the same again. */
interface WrittenReading {
	readonly at: number;
	readonly value?: unknown;
	readonly change?: unknown;
}

interface WrittenSample extends Omit<SampleEvent, 'readings' | 'problems'> {
	readonly n: number;
	readonly key?: boolean;
	readonly readings: Readonly<Record<string, WrittenReading>>;
	readonly carried?: Readings;
	readonly problems?: SampleEvent['problems'];
}

function findReadingChanges(known: Readings, readings: Readings): Readonly<Record<string, WrittenReading>> {
	const entries = Object.entries(readings) as [SourceName, Reading<unknown>][];
	return Object.fromEntries(
		entries.map(([source, {at, value}]) => {
			const before: Reading<unknown> | undefined = known[source];
			if (before === undefined) {
				return [source, {at, value: toPlain(value)}];
			}
			const change = findChange(before.value, value);
			return [source, change === undefined ? {at} : {at, change}];
		}),
	);
}

function omit(readings: Readings, names: readonly string[]): Readings {
	return Object.fromEntries(Object.entries(readings).filter(([name]) => !names.includes(name))) as Readings;
}

/** An event of a later version: only its type and its time are known. */
export interface UnknownEvent {
	readonly type: string;
	readonly at: Stamp;
}

/** What one line says. */
export type Decoded =
	| {readonly kind: 'header'; readonly header: SessionHeader}
	| {
			readonly kind: 'sample';
			readonly event: SampleEvent;
			/** Of a whole sample: what was known before it, for a reader that begins here. */
			readonly carried?: Readings;
	  }
	| {readonly kind: 'event'; readonly event: SessionEvent}
	| {readonly kind: 'unknown'; readonly event: UnknownEvent}
	/** A line that says nothing, and why. */
	| {readonly kind: 'damaged'; readonly reason: string};

export interface Decoder {
	decode(line: string): Decoded;
}

/**
Reads lines, from a header or from any whole sample on. A line that is damaged or missing costs the samples up to the next
whole one, because their changes have lost what they change; never an error.
*/
export function createDecoder(): Decoder {
	let known: Readings = {};
	let problems: SampleEvent['problems'] = [];
	/** The number that the next sample must have; absent: only a whole one can be read. */
	let next: number | undefined;

	const decodeSample = (line: WrittenSample): Decoded => {
		if (!line.key && line.n !== next) {
			next = undefined;
			return {kind: 'damaged', reason: 'a sample whose forerunner is missing'};
		}
		const readings = readReadings(line.key ? {} : known, line.readings);
		const gone = line.gone ?? [];
		known = omit({...(line.key ? line.carried : known), ...readings}, gone);
		problems = line.problems ?? problems;
		next = line.n + 1;
		const event: SampleEvent = {
			type: 'sample',
			at: line.at,
			readings,
			...(line.gone !== undefined && {gone}),
			problems,
		};
		return {kind: 'sample', event, ...(line.carried !== undefined && {carried: line.carried})};
	};

	return {
		decode(text) {
			try {
				const line: unknown = JSON.parse(text);
				if (!isTyped(line) || !isStamped(line)) {
					throw new TypeError('a line that is no event');
				}
				if (line.type === 'session') {
					next = undefined;
					known = {};
					return {kind: 'header', header: line as SessionHeader};
				}
				if (line.type === 'sample') {
					return decodeSample(line as WrittenSample);
				}
				return isKnown(line) ? {kind: 'event', event: line} : {kind: 'unknown', event: line};
			} catch (error) {
				return {kind: 'damaged', reason: error instanceof Error ? error.message : String(error)};
			}
		},
	};
}

function readReadings(known: Readings, readings: WrittenSample['readings']): Readings {
	const entries = Object.entries(readings).map(([source, {at, value, change}]) => {
		if (value !== undefined) {
			return [source, {at, value}] as const;
		}
		const before: Reading<unknown> | undefined = known[source as SourceName];
		if (before === undefined) {
			throw new TypeError(`a change of ${source}, of which nothing is known`);
		}
		return [source, {at, value: change === undefined ? before.value : applyChange(before.value, change)}] as const;
	});
	return Object.fromEntries(entries) as Readings;
}

function isTyped(value: unknown): value is UnknownEvent {
	return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function isStamped(event: UnknownEvent): boolean {
	const {at} = event as {readonly at?: Partial<Stamp>};
	return Number.isFinite(at?.monotonic) && Number.isFinite(at?.wall);
}

const knownTypes: Readonly<Record<Exclude<SessionEvent['type'], 'sample'>, true>> = {
	finding: true,
	problem: true,
	link: true,
	peer: true,
	tuning: true,
	scenario: true,
	trial: true,
	autopilot: true,
	persisted: true,
	marker: true,
	note: true,
};

function isKnown(event: UnknownEvent): event is SessionEvent {
	return Object.hasOwn(knownTypes, event.type);
}
