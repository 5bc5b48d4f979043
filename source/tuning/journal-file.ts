import type {Lock} from '../host/processes.ts';
import {type Host, HostError} from '../host.ts';
import type {JournalEvent} from '../model/journal.ts';
import {tryFingerprint} from './file-watch.ts';
import {foldJournal, formatEvent, type JournalState, parseJournal} from './journal.ts';
import {wordsOf} from './words.ts';

export const defaultStateFolder = '/var/lib/nbtop';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

/** An event before it is given its time. */
export type JournalEntry = WithoutTime<JournalEvent>;

/** The journal on disk. Every method throws a `HostError` when the machine refuses. */
export interface Journal {
	readonly folder: string;
	readonly bootId: string;
	/** The network namespace of this program, where it is known. */
	readonly netns?: string;
	read(): JournalState;
	readEvents(): readonly JournalEvent[];
	/** Returns when the entries are on the disk, all of them in one write. */
	append(...entries: readonly JournalEntry[]): void;
	/** Held while settings are changed: one at a time. `undefined`: another nbtop holds it. */
	lock(): Promise<Lock | undefined>;
}

/** Opens the journal for writing, and makes its folder. Throws a `HostError`. */
export function openJournal(host: Host, folder: string): Journal {
	host.makeOwnFolder(folder);
	const bootId = readBootId(host);
	const netns = readNetns(host);
	const file = journalFile(folder);
	let known: readonly JournalEvent[] = [];
	/** Of the file as it was when `known` was read from it. */
	let fingerprint: string | undefined;
	let folded: {readonly events: readonly JournalEvent[]; readonly state: JournalState} | undefined;
	/**
	A journal never shrinks: where it cannot be read any more, or was removed, what was read and written before counts. One that
	is as it was is not read again: guards look twice a second. Looked at before it is read, so that no line falls between.
	*/
	const readEvents = (): readonly JournalEvent[] => {
		const now = tryFingerprint(host, file);
		if (now !== undefined && now === fingerprint) {
			return known;
		}
		const events = known.length === 0 ? parseJournal(readFile(host, file)) : tryParsing(host, file);
		fingerprint = events === undefined ? undefined : now;
		known = events === undefined || events.length < known.length ? known : events;
		return known;
	};
	return {
		folder,
		bootId,
		...(netns !== undefined && {netns}),
		readEvents,
		read() {
			const events = readEvents();
			folded = folded?.events === events ? folded : {events, state: foldJournal(events, bootId, netns)};
			return folded.state;
		},
		append(...entries) {
			const at = host.now();
			const events = entries.map(entry => ({at, ...entry}));
			host.appendDurably(file, events.map(formatEvent).join(''));
			known = [...known, ...events];
		},
		lock: () => host.lock(`${folder}/lock`),
	};
}

/** The journal for what is done whether the disk takes it or not: `append` throws nothing, and `failure` keeps its words. */
export interface PatientJournal extends Journal {
	/** What went wrong first; absent: nothing. */
	failure(): string | undefined;
}

export function goOnWithout(journal: Journal): PatientJournal {
	let failure: string | undefined;
	return {
		...journal,
		failure: () => failure,
		append(...entries) {
			try {
				journal.append(...entries);
			} catch (error) {
				failure ??= wordsOf(error);
			}
		},
	};
}

/** Looks into the journal without touching anything; empty where there is none. Throws a `HostError` (`EACCES` without root). */
export function readJournal(host: Host, folder: string): JournalState {
	return foldJournal(readJournalEvents(host, folder), readBootId(host), readNetns(host));
}

/** All that the journal tells, without touching anything; nothing where there is none. Throws a `HostError`. */
export function readJournalEvents(host: Host, folder: string): JournalEvent[] {
	return parseJournal(readFile(host, journalFile(folder)));
}

/** Where the journal is in its folder. */
export function journalFile(folder: string): string {
	return `${folder}/journal.jsonl`;
}

function tryParsing(host: Host, file: string): JournalEvent[] | undefined {
	try {
		return parseJournal(readFile(host, file));
	} catch {
		return undefined;
	}
}

function readFile(host: Host, file: string): string {
	try {
		return host.readText(file);
	} catch (error) {
		if (error instanceof HostError && error.code === 'ENOENT') {
			return '';
		}
		throw error;
	}
}

/** Random for every boot; the same in all its containers. */
function readBootId(host: Host): string {
	return host.readText('/proc/sys/kernel/random/boot_id').trim();
}

/** The network namespace of this program, as the kernel names it; absent on a machine that does not tell. */
export function readNetns(host: Host): string | undefined {
	try {
		return host.readLink('/proc/self/ns/net');
	} catch (error) {
		if (error instanceof HostError) {
			return undefined;
		}
		throw error;
	}
}
