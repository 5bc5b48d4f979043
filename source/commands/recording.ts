import {readLinks} from '../collect/links.ts';
import {readMachine, readToolVersions} from '../collect/machine.ts';
import type {TopologyOptions} from '../derive/topology.ts';
import type {Host} from '../host.ts';
import {HostError} from '../host.ts';
import type {JournalEvent} from '../model/journal.ts';
import type {Readings} from '../model/snapshot.ts';
import {followJournal} from '../session/journal-tail.ts';
import {followPersisted} from '../session/persisted.ts';
import {createRecorder, type Recorder} from '../session/recorder.ts';
import {initialState} from '../session/state.ts';
import {createStore, type Store} from '../session/store.ts';
import {journalFile, readJournalEvents} from '../tuning/journal-file.ts';
import {manifestPath} from '../tuning/persist/files.ts';
import type {RecordingControls} from '../ui/session-keys.ts';
import {type CommandContext, Failure} from './command.ts';
import {pathOptions} from './sampling.ts';
import {chooseStateFolder} from './tuning.ts';

/** A store that knows from the start what tuning has done so far on this machine, where one may know that. */
export function createHostStore({host, flags}: CommandContext, path: TopologyOptions, isLive = true): Store {
	return createStore(path, {...initialState, journal: isLive ? readPastTuning(host, chooseStateFolder(flags)) : []});
}

function readPastTuning(host: Host, folder: string): readonly JournalEvent[] {
	try {
		return readJournalEvents(host, folder);
	} catch {
		return [];
	}
}

export interface HostRecorderParts {
	readonly context: CommandContext;
	/** The machine, or a capture. */
	readonly host: Host;
	readonly store: Store;
	/** False: what this machine's journal says has nothing to do with what is shown. */
	readonly isLive: boolean;
}

/** A recorder that also takes what tuning does meanwhile, here or in another nbtop. */
export function createHostRecorder({context, host, store, isLive}: HostRecorderParts): Recorder {
	const {flags, version} = context;
	const persisted = followPersisted(host, manifestPath);
	const followTuning = followJournal(host, journalFile(chooseStateFolder(flags)));
	return createRecorder({
		host,
		store,
		version,
		path: pathOptions(flags),
		...(isLive && {
			readPersisted: persisted.read,
			follow: () => [...followTuning(), ...persisted.follow()],
		}),
	});
}

/** Begins before the first sample: what the machine is stands in the header all the same. Throws a `Failure`. */
export async function recordFromTheStart(recorder: Recorder, host: Host, file: string): Promise<string> {
	const machine = await readMachineNow(host);
	try {
		return recorder.start(file === '' ? undefined : file, machine);
	} catch (error) {
		const advice = file === '' ? '; -o FILE takes another place' : '';
		throw error instanceof HostError ? new Failure(`cannot record: ${error.message}${advice}`) : error;
	}
}

/** What the machine is, for the header of a session. */
export async function readMachineNow(host: Host): Promise<Pick<Readings, 'machine' | 'links'>> {
	const tools = await readToolVersions(host);
	const at = host.now().monotonic;
	return {machine: {at, value: readMachine(host, tools)}, ...(await readLinksNow(host, at))};
}

async function readLinksNow(host: Host, at: number): Promise<Pick<Readings, 'links'>> {
	try {
		return {links: {at, value: await readLinks(host)}};
	} catch {
		return {};
	}
}

/** What the keys do: what fails is told on the screen, by the recorder's own status. */
export function controlRecording(recorder: Recorder, host: Host): RecordingControls {
	return {
		status: recorder.status,
		toggle() {
			if (recorder.status().file === undefined) {
				tolerate(() => recorder.start());
			} else {
				void recorder.stop();
			}
		},
		saveRing() {
			void recorder.saveRing().catch(() => undefined);
		},
		mark: text => recorder.take({type: 'marker', at: host.now(), text}),
	};
}

function tolerate(act: () => unknown): void {
	try {
		act();
	} catch (error) {
		if (!(error instanceof HostError)) {
			throw error;
		}
	}
}
