import type {Readings} from '../../source/model/snapshot.ts';
import type {Risk, Setting, Situation, TuningStep, Wish} from '../../source/model/tuning.ts';
import {foldJournal, type JournalState, parseJournal} from '../../source/tuning/journal.ts';
import {type Journal, openJournal} from '../../source/tuning/journal-file.ts';
import {previewStep} from '../../source/tuning/preview.ts';
import {describeNotice, inspectJournal} from '../../source/tuning/recover.ts';
import {type ApplyResult, applyStep, type TuningTools} from '../../source/tuning/tune.ts';
import {createFakeMachine, type FakeMachine, type FakeMachineParts} from './host.ts';

export const budget: Setting = {kind: 'sysctl', name: 'net.core.netdev_budget'};
export const backlog: Setting = {kind: 'sysctl', name: 'net.core.netdev_max_backlog'};
export const weight: Setting = {kind: 'sysctl', name: 'net.core.dev_weight'};

export const budgetFile = '/proc/sys/net/core/netdev_budget';
export const backlogFile = '/proc/sys/net/core/netdev_max_backlog';
export const weightFile = '/proc/sys/net/core/dev_weight';
export const journalFile = '/state/journal.jsonl';

/** Values as a fresh kernel has them. */
export const knobs: Readonly<Record<string, string>> = {
	[budgetFile]: '300\n',
	[backlogFile]: '1000\n',
	[weightFile]: '64\n',
};

/** `/proc/PID/stat` with what is read of it. */
export function formatProcess(pid: number, startTime: number, state = 'S'): string {
	const fields = Array.from({length: 49}, (_, index) => (index === 18 ? startTime : 0));
	return `${pid} (node) ${state} ${fields.join(' ')}\n`;
}

export interface Bench {
	readonly machine: FakeMachine;
	readonly journal: Journal;
	readonly tools: TuningTools;
	/** The journal as a program that starts now would see it. */
	fold(): JournalState;
	/** Previews and applies a step with these wishes. */
	apply(id: string, wishes: readonly Wish[], within?: number): Promise<ApplyResult>;
	readonly readings: Readings;
}

/** A made machine with a journal, and the process 42 that acts on it. */
export function setUp(parts: FakeMachineParts = {}, readings: Readings = {}): Bench {
	const machine = createFakeMachine({
		...parts,
		files: {
			...knobs,
			'/proc/sys/kernel/random/boot_id': 'boot-one\n',
			'/proc/self/stat': formatProcess(42, 7),
			'/proc/42/stat': formatProcess(42, 7),
			...parts.files,
		},
	});
	return startProgram(machine, readings);
}

/** Another nbtop on the same machine: it knows nothing but what is on its disk. */
export function startProgram(machine: FakeMachine, readings: Readings = {}): Bench {
	const {host} = machine;
	const journal = openJournal(host, '/state');
	const tools: TuningTools = {host, journal, version: '1.2.3', arm: async () => undefined};
	return {
		machine,
		journal,
		tools,
		readings,
		fold: () =>
			foldJournal(parseJournal(machine.files.get(journalFile) ?? ''), machine.read('/proc/sys/kernel/random/boot_id')),
		async apply(id, wishes, within) {
			const preview = await previewStep(makeStep({id, wishes}), makeSituation(readings), host);
			return applyStep(preview, {...(within !== undefined && {within})}, tools);
		},
	};
}

export function makeSituation(readings: Readings = {}): Situation {
	return {readings, topology: {tunnels: [], underlays: [], pathDevices: [], irqs: {}}, rates: {}};
}

interface StepParts {
	readonly id: string;
	readonly wishes: readonly Wish[];
	readonly risk?: Risk;
	readonly seen?: TuningStep['effect']['seen'];
}

/** A step that wants what it is told to want. */
export function makeStep({id, wishes, risk = 'none', seen = () => undefined}: StepParts): TuningStep {
	return {
		id,
		key: '1',
		title: `Do ${id}`,
		why: 'A test wants it.',
		answers: [],
		risk,
		effect: {counter: 'a counter moves', seen},
		plan: () => ({wishes}),
	};
}

/** Every knob of a made machine: all that a step could have changed, and nothing of the journal. */
export function readKnobs(machine: FakeMachine): Record<string, string> {
	return Object.fromEntries([...machine.files].filter(([path]) => /^\/(?:sys|proc\/(?:sys|irq))\//.test(path)));
}

/** What another nbtop that starts now would tell. */
export function listNotices(machine: FakeMachine): string[] {
	const self = machine.files.get('/proc/self/stat') ?? '';
	machine.files.set('/proc/self/stat', formatProcess(43, 900));
	const {journal} = startProgram(machine);
	const notices = inspectJournal(journal.read(), journal.bootId, machine.host).map(describeNotice);
	machine.files.set('/proc/self/stat', self);
	return notices;
}
