import type {Host} from '../../source/host.ts';
import type {MachineFacts} from '../../source/model/facts.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {followJournal} from '../../source/session/journal-tail.ts';
import type {State} from '../../source/session/state.ts';
import {createStore, type Store} from '../../source/session/store.ts';
import {parseJournal} from '../../source/tuning/journal.ts';
import {createTuner, type Tuner, type TunerOptions} from '../../source/tuning/tuner.ts';
import type {FakeMachine, FakeMachineParts} from './host.ts';
import {makeState} from './state.ts';
import {type Bench, formatProcess, journalFile, setUp, startProgram} from './tuning.ts';

/** The process that stands guard. */
const guardPid = 77;
export const guardFile = `/proc/${guardPid}/stat`;
export const usecsFile = '/proc/sys/net/core/netdev_budget_usecs';

export interface TunerBench {
	readonly machine: FakeMachine;
	readonly store: Store;
	readonly tuner: Tuner;
	/** What another nbtop, or a guard, does on the same machine. */
	readonly other: Bench;
	/** A sample so many seconds later. */
	sample(seconds: number, readings?: Readings): void;
	/** Waits until what is being written has been. */
	settle(): Promise<void>;
}

export interface TunerParts extends FakeMachineParts {
	readonly state?: State;
	readonly facts?: Partial<MachineFacts>;
	readonly options?: Partial<TunerOptions>;
	/** A guard stands ready when this has come. */
	readonly whileArming?: Promise<void>;
	/** On this machine, on which something has been tuned before. */
	readonly on?: FakeMachine;
}

/** Tuning by keys on a made machine whose clock only the test moves; the state is that of `makeState` and its journal. */
export function setUpTuner(parts: TunerParts = {}): TunerBench {
	const {machine} =
		parts.on === undefined
			? setUp({...parts, files: {[usecsFile]: '8000\n', [guardFile]: formatProcess(guardPid, 8), ...parts.files}})
			: {machine: parts.on};
	const host: Host = {...machine.host, sleep: () => new Promise(resolve => setTimeout(resolve, 5))};
	const store = createStore({}, withJournal(parts, machine));
	const other = startProgram(machine);
	const follow = followJournal(host, journalFile);
	const tuner = createTuner({
		host,
		store,
		bootId: 'boot-one',
		catchUp() {
			for (const event of follow()) {
				store.dispatch(event);
			}
		},
		refresh: () => undefined,
		open() {
			const {tools} = startProgram(machine);
			const arm = async (id: string): Promise<void> => {
				await parts.whileArming;
				tools.journal.append({type: 'armed', id, slot: 0, process: {pid: guardPid, startTime: 8}, by: 'systemd'});
			};
			return {...tools, host, arm};
		},
		...parts.options,
	});
	return {
		machine,
		store,
		tuner,
		other,
		sample(seconds, readings = {}) {
			machine.time += seconds;
			store.dispatch({type: 'sample', at: machine.host.now(), readings, problems: []});
		},
		async settle() {
			await new Promise(resolve => setTimeout(resolve, 5));
			await tuner.finish();
		},
	};
}

function withJournal({state = makeState(), facts = {}}: TunerParts, machine: FakeMachine): State {
	const readings = state.snapshot?.readings ?? {};
	const known = readings.machine?.value;
	const value: MachineFacts = {cpus: {online: [0]}, tools: {}, ...known, bootId: 'boot-one', root: true, ...facts};
	return {
		...state,
		journal: parseJournal(machine.files.get(journalFile) ?? ''),
		snapshot: {
			problems: [],
			...state.snapshot,
			at: machine.host.now(),
			readings: {...readings, machine: {at: machine.time, value}},
		},
	};
}
