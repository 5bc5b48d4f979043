import type {TopologyOptions} from '../derive/topology.ts';
import type {Writer} from '../host/writer.ts';
import {type Host, HostError} from '../host.ts';
import type {SampleEvent, SessionEvent, TimelineEvent} from '../model/events.ts';
import type {JournalEvent} from '../model/journal.ts';
import type {Readings} from '../model/snapshot.ts';
import type {Wish} from '../model/tuning.ts';
import {listOpenEvents} from '../tuning/in-force.ts';
import {createEncoder, formatHeader} from './codec.ts';
import {openInFolder} from './folder.ts';
import {createHeader} from './header.ts';
import {noticeChanges} from './notice.ts';
import {createRing, type Ring, type RingSegment} from './ring.ts';
import type {Store} from './store.ts';

export interface RecorderOptions {
	readonly host: Host;
	readonly store: Store;
	readonly version: string;
	/** The tunnel and the NIC that the user named. */
	readonly path?: TopologyOptions;
	/** What is set again at every start of the machine; absent: not known. */
	readonly readPersisted?: () => readonly Wish[];
	/** What else has happened since the last sample (`followJournal`). */
	readonly follow?: () => readonly TimelineEvent[];
}

/** What is said of the recording on the screen. */
export interface RecordingStatus {
	/** The file that is being written. */
	readonly file?: string;
	/** Why the recording has stopped, or has just not begun, in a few words. */
	readonly failure?: string;
	/** What has just been saved, or why it was not. */
	readonly saved?: string;
	readonly unsaved?: string;
}

/** Stands between who collects and who draws: every event passes through it, into the state, the ring and the file. */
export interface Recorder {
	/** Takes a sample, and notices what it has changed. */
	takeSample(event: SampleEvent): void;
	take(event: TimelineEvent): void;
	/** Takes at once what else has happened, and does not wait for the next sample. */
	catchUp(): void;
	/**
	Begins a file, in the folder of sessions where none is named, and gives its path. Throws a `HostError` when that cannot
	be written or is there already. `machine`: what is known of the machine before the first sample.
	*/
	start(file?: string, machine?: Pick<Readings, 'machine' | 'links'>): string;
	/** Begins on something that is no file. */
	startOn(writer: Writer, name: string, machine?: Pick<Readings, 'machine' | 'links'>): void;
	/** Ends when the file is whole on the disk. */
	stop(): Promise<void>;
	/** Writes the ring to a file of its own, and gives its path; `undefined` while nothing has happened. */
	saveRing(): Promise<string | undefined>;
	status(): RecordingStatus;
	/** Puts a failure into the status. */
	tell(error: unknown): void;
	readonly ring: Ring;
}

export function createRecorder({host, store, version, path = {}, readPersisted, follow}: RecorderOptions): Recorder {
	const encoder = createEncoder();
	const ring = createRing();
	let writer: Writer | undefined;
	let status: RecordingStatus = {};
	let news: {readonly at: number; readonly status: RecordingStatus} | undefined;

	const announce = (passing: RecordingStatus): void => {
		news = {at: host.now().monotonic, status: passing};
	};
	const take = (event: SessionEvent): void => {
		const before = store.getState();
		const line = encoder.encode(event);
		ring.add(line, event.at, before);
		writer?.write(`${line.text}\n`);
		store.dispatch(event);
	};
	/** The header, and what tuning has in force already: `journal` is what it did until then. */
	const formatStart = (
		journal: readonly JournalEvent[],
		readings: Pick<Readings, 'machine' | 'links'> = store.getState().snapshot?.readings ?? {},
	): string => {
		const past = listOpenEvents(journal, readings.machine?.value.bootId ?? '');
		return [
			formatHeader(createHeader(host.now(), version, readings, path, readPersisted?.())),
			...past.map(event => encoder.encode({type: 'tuning', at: event.at, event}).text),
		]
			.map(line => `${line}\n`)
			.join('');
	};
	const open = (file: string, onFailure: (error: HostError) => void): Writer =>
		host.createWriter(file, {gzip: file.endsWith('.gz'), onFailure});
	const openNew = (file: string | undefined, suffix: string, onFailure: (error: HostError) => void) =>
		file === undefined
			? openInFolder(host, store.getState().snapshot?.readings.machine?.value.host, suffix, name =>
					open(name, onFailure),
				)
			: {file, writer: open(file, onFailure)};
	const begin = (next: Writer, file: string, machine?: Pick<Readings, 'machine' | 'links'>): void => {
		writer = next;
		status = {file};
		news = undefined;
		writer.write(formatStart(store.getState().journal, machine));
		encoder.restart();
	};
	const saveSegments = async (segments: readonly RingSegment[], journal: readonly JournalEvent[]): Promise<string> => {
		let failure: HostError | undefined;
		const {file, writer: saving} = openNew(undefined, '-before', error => {
			failure = error;
		});
		saving.write(formatStart(journal));
		for (const {lines} of segments) {
			saving.write(lines.map(line => `${line}\n`).join(''));
		}
		await saving.close();
		if (failure !== undefined) {
			throw failure;
		}
		return file;
	};

	return {
		ring,
		status() {
			const isNew = news !== undefined && host.now().monotonic - news.at <= newsSeconds;
			return isNew ? {...news?.status, ...status} : status;
		},
		tell(error) {
			status = {...status, failure: error instanceof HostError ? describeFailure(error) : String(error)};
		},
		take,
		catchUp() {
			for (const event of follow?.() ?? []) {
				take(event);
			}
		},
		takeSample(event) {
			const before = store.getState();
			take(event);
			for (const change of [...(follow?.() ?? []), ...noticeChanges(before, store.getState())]) {
				take(change);
			}
		},
		start(file, machine) {
			const fail = (error: HostError): void => {
				writer = undefined;
				status = {failure: describeFailure(error)};
			};
			try {
				const opened = openNew(file, '', fail);
				begin(opened.writer, opened.file, machine);
				return opened.file;
			} catch (error) {
				announce({failure: describeFailure(error as HostError)});
				throw error;
			}
		},
		startOn(next, name, machine) {
			begin(next, name, machine);
		},
		async stop() {
			const ending = writer;
			writer = undefined;
			const {file, failure} = status;
			if (file !== undefined && failure === undefined) {
				status = {};
				announce({saved: file});
			}
			await ending?.close();
		},
		async saveRing() {
			const segments = ring.segments();
			const [first] = segments;
			if (first === undefined) {
				return undefined;
			}
			try {
				const file = await saveSegments(segments, first.before.journal);
				announce({saved: file});
				return file;
			} catch (error) {
				announce({unsaved: error instanceof HostError ? describeFailure(error) : String(error)});
				throw error;
			}
		},
	};
}

/** Seconds for which it is said what has come of a key: the header has better to say after that. */
const newsSeconds = 20;

const failures: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full',
	EDQUOT: 'the disk quota is used up',
	ENOENT: 'the file or its folder has been deleted',
	EROFS: 'the file system is read-only now',
	EIO: 'the disk fails',
	ETIMEDOUT: 'the disk takes nothing any more',
	EPIPE: 'nobody reads any more',
};

/** Why nothing can be written, in a few words for the header. */
export function describeFailure(error: HostError): string {
	return failures[error.code] ?? error.message;
}
