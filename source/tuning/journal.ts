import type {DeviceIdentity, JournalEvent, ProcessIdentity, StepVerdict} from '../model/journal.ts';
import type {Stamp} from '../model/snapshot.ts';
import type {Change, Setting} from '../model/tuning.ts';

/** One write that the journal tells of. */
export interface JournalWrite {
	readonly id: string;
	readonly seq: number;
	readonly step: string;
	readonly bootId: string;
	readonly setting: Setting;
	readonly device?: DeviceIdentity;
	/** What undoing it returns to. */
	readonly from: string;
	/** Absent: not ours, but rewritten by the kernel along with one of ours. */
	readonly to?: string;
	/** What was read back; absent: nobody knows whether the write took place. */
	readonly actual?: string;
}

/**
`applying`: under way, or its writer has died. `waiting`: written, to be confirmed. `kept`: for good. `reverting`: being put
back, or who did it has died. `reverted`: over. `gone`: what it set ended with the boot in which it was set. `outlasted`: it
waited to be confirmed when the machine was started anew, and what it set has not ended with that.
*/
export type Phase = 'applying' | 'waiting' | 'kept' | 'reverting' | 'reverted' | 'gone' | 'outlasted';

/** One step, applied once. */
export interface Transaction {
	readonly id: string;
	readonly step: string;
	readonly title: string;
	readonly version: string;
	readonly bootId: string;
	/** The network namespace in which it was applied, where that is another than the one that looks: only there it can be judged. */
	readonly elsewhere?: string;
	readonly opened: Stamp;
	readonly process: ProcessIdentity;
	readonly changes: readonly Change[];
	readonly phase: Phase;
	readonly within?: number;
	/** Seconds on the monotonic clock of its boot. */
	readonly deadline?: number;
	/** The newest guard of each slot. */
	readonly guards: readonly Guard[];
	readonly verdict?: StepVerdict;
	/** What went wrong, in the order in which it did. */
	readonly problems: readonly string[];
	/** Why it was put back. */
	readonly reason?: string;
	/** The writes that are still in force, in their order. */
	readonly writes: readonly JournalWrite[];
	readonly reported: boolean;
}

export interface Guard {
	readonly slot: number;
	readonly process: ProcessIdentity;
	readonly by: 'systemd' | 'pair';
	/** Seconds, monotonic. */
	readonly since: number;
}

export interface JournalState {
	readonly transactions: readonly Transaction[];
	/** The writes in force here, in this network namespace, by `settingKey`, the oldest first. */
	readonly stacks: ReadonlyMap<string, readonly JournalWrite[]>;
	/** Writes that ended with the machine's last boot and of which nobody has been told yet. */
	readonly gone: readonly JournalWrite[];
}

/** Tells one setting from another: by what it is, not by a number that may move. */
export function settingKey(setting: Setting): string {
	const entries = Object.entries(setting).filter(([name]) => name !== 'irq');
	return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One line of the journal. */
export function formatEvent(event: JournalEvent): string {
	return `${JSON.stringify(event)}\n`;
}

/** Parses a journal. A line that a crash has torn, and an event of a later version, cost nothing but themselves. */
export function parseJournal(text: string): JournalEvent[] {
	return text.split('\n').flatMap(line => {
		try {
			const event: unknown = JSON.parse(line);
			return isEvent(event) ? [event] : [];
		} catch {
			return [];
		}
	});
}

function isEvent(value: unknown): value is JournalEvent {
	return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/**
Folds a journal into what it says is so. `bootId` is that of the machine now: what was set at run time in another boot is
not in force any more. `netns` is the network namespace that looks: what was set in another one of the same boot is not in force
here. Without it all counts as being here.
*/
export function foldJournal(events: readonly JournalEvent[], bootId: string, netns?: string): JournalState {
	const transactions = new Map<string, Draft>();
	const stacks = new Map<string, JournalWrite[]>();
	const stacksElsewhere = new Map<string, JournalWrite[]>();
	for (const event of events) {
		if (event.type === 'restarted') {
			dropGone(stacks, event.bootId);
		} else if (event.type === 'opened') {
			transactions.set(event.id, {...openDraft(event), ...findElsewhere(event, bootId, netns)});
		} else {
			const draft = transactions.get(event.id);
			if (draft !== undefined) {
				note(draft, event, draft.elsewhere === undefined ? stacks : stacksElsewhere);
			}
		}
	}
	const gone = dropGone(stacks, bootId);
	return {
		transactions: [...transactions.values()].map(draft =>
			close(draft, draft.elsewhere === undefined ? stacks : stacksElsewhere, bootId),
		),
		stacks,
		gone: gone.filter(write => write.to !== undefined),
	};
}

type Draft = {-readonly [Name in keyof Transaction]: Transaction[Name]};
type OfTransaction = Exclude<JournalEvent, {readonly type: 'opened' | 'restarted'}>;
type Opened = Extract<JournalEvent, {readonly type: 'opened'}>;

/** A namespace's number means nothing in another boot. */
function findElsewhere(event: Opened, bootId: string, netns: string | undefined): Pick<Draft, 'elsewhere'> {
	const isKnown = netns !== undefined && event.netns !== undefined && event.bootId === bootId;
	return isKnown && event.netns !== netns ? {elsewhere: event.netns} : {};
}

function openDraft(event: Opened): Draft {
	const {id, step, title, version, bootId, process, changes, within, at: opened} = event;
	return {
		...{id, step, title, version, bootId, process, changes, opened},
		...(within !== undefined && {within}),
		phase: 'applying',
		guards: [],
		problems: [],
		writes: [],
		reported: false,
	};
}

function note(draft: Draft, event: OfTransaction, stacks: Map<string, JournalWrite[]>): void {
	switch (event.type) {
		case 'intent':
		case 'applied':
		case 'restored':
			noteWrite(draft, event, stacks);
			break;
		case 'armed': {
			const {slot, process, by, at} = event;
			const others = draft.guards.filter(guard => guard.slot !== slot);
			draft.guards = [...others, {slot, process, by, since: at.monotonic}];
			break;
		}
		case 'failed':
		case 'not restored':
			draft.problems = [...draft.problems, event.message];
			break;
		case 'completed':
			draft.phase = event.deadline === undefined ? 'kept' : 'waiting';
			if (event.deadline !== undefined) {
				draft.deadline = event.deadline;
			}
			break;
		case 'confirmed':
			draft.phase = 'kept';
			break;
		case 'judged':
			draft.verdict = event.verdict;
			break;
		case 'reverting':
		case 'reverted':
			draft.phase = event.type;
			draft.reason = event.reason;
			break;
		case 'reported':
			draft.reported = true;
			break;
	}
}

type OfWrite = Extract<JournalEvent, {readonly type: 'intent' | 'applied' | 'restored'}>;

function noteWrite(draft: Draft, event: OfWrite, stacks: Map<string, JournalWrite[]>): void {
	if (event.type === 'intent') {
		const {id, seq, setting, from, to, device} = event;
		const {step, bootId} = draft;
		const key = settingKey(setting);
		const write = {id, seq, step, bootId, setting, from, ...(to !== undefined && {to}), ...(device && {device})};
		stacks.set(key, [...(stacks.get(key) ?? []), write]);
		return;
	}
	for (const [key, stack] of stacks) {
		const index = stack.findIndex(write => write.id === event.id && write.seq === event.seq);
		const write = stack[index];
		if (write !== undefined) {
			const rest =
				event.type === 'applied' ? stack.with(index, {...write, actual: event.actual}) : takeOut(stack, index);
			stacks.set(key, rest);
		}
	}
}

/** The write above takes over what the one that goes would have returned to: the first value is never lost. */
function takeOut(stack: readonly JournalWrite[], index: number): JournalWrite[] {
	const above = stack[index + 1];
	const from = stack[index]?.from;
	const kept = above === undefined || from === undefined ? stack : stack.with(index + 1, {...above, from});
	return kept.filter((_, position) => position !== index);
}

/** Nearly everything is kept by the kernel alone and ends with it; NetBird writes its MTU into its own configuration. */
export function survivesRestart(setting: Setting): boolean {
	return setting.kind === 'netbird-mtu';
}

function dropGone(stacks: Map<string, JournalWrite[]>, bootId: string): JournalWrite[] {
	const isGone = (write: JournalWrite): boolean => write.bootId !== bootId && !survivesRestart(write.setting);
	const gone = [...stacks.values()].flatMap(stack => stack.filter(isGone));
	for (const [key, stack] of stacks) {
		const kept = stack.filter(write => !isGone(write));
		if (kept.length > 0) {
			stacks.set(key, kept);
		} else {
			stacks.delete(key);
		}
	}
	return gone;
}

function close(draft: Draft, stacks: ReadonlyMap<string, readonly JournalWrite[]>, bootId: string): Transaction {
	const writes = [...stacks.values()].flat().filter(write => write.id === draft.id);
	return {
		...draft,
		phase: draft.bootId === bootId ? draft.phase : judgeOther(draft.phase, writes),
		writes: writes.sort((a, b) => a.seq - b.seq),
	};
}

/** What has become of a transaction of another boot. */
function judgeOther(phase: Phase, writes: readonly JournalWrite[]): Phase {
	if (writes.length === 0) {
		return phase === 'reverted' ? phase : 'gone';
	}
	return phase === 'waiting' ? 'outlasted' : phase;
}
