import {type Host, HostError} from '../host.ts';
import type {Problem, Reading, Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {ParseError} from '../parse/parse-error.ts';

/** What a source has at hand: the machine, the newest readings, and who feeds whom as far as that is known. */
export interface Context {
	readonly host: Host;
	readonly readings: Readings;
	readonly topology: Topology;
	/** Notes what is missing and what to do about it; the source still gives what it has. */
	note(message: string): void;
}

/** What is known at once, and the same with what had to be waited for: the very same object where that changes nothing. */
export interface Staged<T> {
	readonly now: T;
	readonly later: Promise<T>;
}

/** The value, read just now. */
export function readNow<T>(host: Host, value: T): Reading<T> {
	return {at: host.now().monotonic, value};
}

/** What `read` gives, or nothing where the file is not there, may not be read, or holds something else. */
export function tryRead<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof HostError || error instanceof ParseError) {
			return undefined;
		}
		throw error;
	}
}

/** A file of one line, without its line end. */
export function tryLine(host: Host, path: string): string | undefined {
	return tryRead(() => host.readText(path).trim());
}

/** A file of one whole number, decimal or with `0x`. Anything else is absent. */
export function tryNumber(host: Host, path: string): number | undefined {
	const bytes = tryRead(() => host.readBytes(path));
	return bytes === undefined ? undefined : (parseDigits(bytes) ?? parseText(Buffer.from(bytes).toString().trim()));
}

/** Most files of the kernel are a few digits and a line end, and there are dozens of them at every tick. */
function parseDigits(bytes: Uint8Array): number | undefined {
	const length = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length;
	if (length === 0 || length > safeDigits) {
		return undefined;
	}
	let value = 0;
	for (let index = 0; index < length; index++) {
		const digit = (bytes[index] ?? 0) - zero;
		if (digit < 0 || digit > 9) {
			return undefined;
		}
		value = value * 10 + digit;
	}
	return value;
}

const newline = 0x0a;
const zero = 0x30;
/** So many digits a number holds exactly. */
const safeDigits = 15;

function parseText(text: string): number | undefined {
	return /^(?:-?\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : undefined;
}

/** The names in a folder, none where it is not there. */
export function tryList(host: Host, path: string): readonly string[] {
	return tryRead(() => host.list(path)) ?? [];
}

/** The last part of a link's target: the name of what it points to. */
export function tryTarget(host: Host, path: string): string | undefined {
	return tryRead(() => host.readLink(path).split('/').at(-1));
}

/** The words for a source that failed. */
export function describeFailure(source: string, error: unknown): Problem {
	return {source, message: error instanceof Error ? error.message : String(error)};
}
