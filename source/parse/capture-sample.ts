import type {Stamp} from '../model/snapshot.ts';
import {ParseError} from './parse-error.ts';

/** One thing that a Host gave: the body of a file, a link, a list or a program, or an error in its place. */
export interface CaptureEntry {
	readonly kind: string;
	/** Seconds, monotonic. */
	readonly at: number;
	readonly body: Uint8Array;
	readonly status?: number;
	readonly timedOut?: boolean;
	/** Of an error: errno's name. */
	readonly code?: string;
	stderr?: string;
}

export interface CaptureSample {
	readonly started: Stamp;
	/** By kind and subject: `file /proc/stat`, `program wg\0show`. An error stands under all kinds of its path. */
	readonly entries: ReadonlyMap<string, CaptureEntry>;
}

/**
Parses one sample of a capture (`docs/capture.md`): entries that begin with a line such as `-- file /proc/stat @12.5 --`.
Entries without a time have the sample's; a sample without one has `nominal` (seconds). `shift` is added to all times.
Throws `ParseError` where a header is missing or unreadable.
*/
export function parseCaptureSample(
	bytes: Uint8Array,
	{name, nominal, shift = 0}: {readonly name: string; readonly nominal: number; readonly shift?: number},
): CaptureSample {
	const entries = new Map<string, CaptureEntry>();
	let started: Stamp = {monotonic: nominal, wall: nominal * 1000};
	let previous: CaptureEntry | undefined;
	for (const {header, body} of splitEntries(toBuffer(bytes), name)) {
		const {kind, subject, attributes} = parseHeader(header, name);
		const at = attributes.time === undefined ? started.monotonic : attributes.time + shift;
		if (kind === 'sample') {
			started = {monotonic: at, wall: parseWall(subject[0], at, shift)};
		} else if (kind === 'stderr') {
			if (previous !== undefined) {
				previous.stderr = unescapeBody(body, attributes).toString('utf8');
			}
		} else {
			previous = makeEntry(kind, subject, attributes, at, unescapeBody(body, attributes));
			for (const key of keysOf(kind, subject)) {
				entries.set(key, previous);
			}
		}
	}
	return {started, entries};
}

interface Attributes {
	readonly time?: number;
	readonly status?: number;
	readonly timedOut: boolean;
	readonly noNewline: boolean;
}

function parseHeader(header: string, name: string) {
	const [kind = '', ...words] = splitWords(header, name);
	const isAttribute = (word: string): boolean => /^@|^status=\d*$|^timed-out$|^no-newline$/.test(word);
	const given = words.filter(isAttribute);
	const numberAfter = (prefix: string): number | undefined => {
		const text = given.find(word => word.startsWith(prefix))?.slice(prefix.length);
		const number = Number(text || Number.NaN);
		return Number.isFinite(number) ? number : undefined;
	};
	const time = numberAfter('@');
	const status = numberAfter('status=');
	const attributes: Attributes = {
		...(time !== undefined && {time}),
		...(status !== undefined && {status}),
		timedOut: given.includes('timed-out'),
		noNewline: given.includes('no-newline'),
	};
	return {kind, subject: words.filter(word => !isAttribute(word)), attributes};
}

function parseWall(text: string | undefined, at: number, shift: number): number {
	const wall = Date.parse(text ?? '');
	return Number.isNaN(wall) ? at * 1000 : wall + shift * 1000;
}

function makeEntry(
	kind: string,
	subject: readonly string[],
	{status, timedOut}: Attributes,
	at: number,
	body: Buffer,
): CaptureEntry {
	// By hand one leaves the status out: a program that gave something is taken to have succeeded.
	const known = status ?? (timedOut ? undefined : 0);
	return {
		kind,
		at,
		body,
		...(kind === 'program' && known !== undefined && {status: known}),
		...(timedOut && {timedOut: true}),
		...(kind === 'error' && {code: subject[0] ?? 'EIO'}),
	};
}

function keysOf(kind: string, subject: readonly string[]): readonly string[] {
	if (kind === 'error') {
		return ['file', 'link', 'list'].map(each => `${each} ${subject[1]}`);
	}
	return [`${kind} ${kind === 'program' ? subject.join('\0') : subject[0]}`];
}

function* splitEntries(bytes: Buffer, name: string): Generator<{header: string; body: Buffer}> {
	let start = 0;
	while (start < bytes.length) {
		const lineEnd = indexOfOr(bytes, '\n', start, bytes.length);
		const text = bytes.toString('utf8', start, lineEnd);
		const header = /^-- (.*) --$/.exec(text)?.[1];
		if (header === undefined) {
			throw new ParseError(
				name,
				`expected a line such as "-- file /proc/stat --", found ${JSON.stringify(text.slice(0, 60))}`,
				bytes.subarray(0, start).toString('latin1').split('\n').length,
			);
		}
		// From the line's own end on, so that an entry without a body is seen too.
		const next = indexOfOr(bytes, '\n-- ', lineEnd, bytes.length);
		const body = bytes.subarray(lineEnd + 1, next + 1);
		yield {header, body};
		start = next + 1;
	}
}

function indexOfOr(bytes: Buffer, text: string, from: number, otherwise: number): number {
	const index = bytes.indexOf(text, from);
	return index === -1 ? otherwise : index;
}

/** In a body a line that begins with `-- ` or with a backslash has one more backslash before it. */
function unescapeBody(body: Buffer, {noNewline}: Attributes): Buffer {
	const kept = noNewline ? body.subarray(0, -1) : body;
	if (kept[0] !== 0x5c && !kept.includes('\n\\')) {
		return kept;
	}
	return Buffer.from(kept.toString('latin1').replaceAll(/^\\/gm, ''), 'latin1');
}

/** Blanks part words; a word with anything unusual stands as a JSON string. */
function splitWords(header: string, name: string): string[] {
	return [...header.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)].map(([word]) => {
		try {
			return word.startsWith('"') ? String(JSON.parse(word)) : word;
		} catch {
			throw new ParseError(name, `${word} is no JSON string`);
		}
	});
}

function toBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
