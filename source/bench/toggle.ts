import type {TimelineEvent} from '../model/events.ts';
import type {StepVerdict} from '../model/journal.ts';
import type {Change, Setting, TuningStep} from '../model/tuning.ts';
import {toSituation} from '../session/situation.ts';
import {findOpen, listInForce, listSteps} from '../tuning/in-force.ts';
import {type Preview, previewStep} from '../tuning/preview.ts';
import {describeNotice, recover} from '../tuning/recover.ts';
import {describeSetting} from '../tuning/settings.ts';
import {applyStep, describeOpen, type TuningTools} from '../tuning/tune.ts';
import {confirm, type UndoResult, undoStep} from '../tuning/undo.ts';
import {wordsOf} from '../tuning/words.ts';
import {BenchError, NotPutBack} from './bench-error.ts';
import {fixStep} from './fixed-step.ts';
import {type LookTools, lookAnew} from './fresh-look.ts';

/** A step that a comparison puts in and takes out again. */
export interface Toggle {
	readonly preview: Preview;
	/** True: it was in force before, and stays so in the end. */
	readonly wasInForce: boolean;
	/** Puts it in, unless it is in, so that it stays in for so many seconds at least. Throws a `BenchError`. */
	putIn(seconds: number): Promise<void>;
	/** Throws a `BenchError` when somebody has taken out meanwhile what is meant to be in. */
	check(): void;
	/** Takes it out, unless it is out. Throws a `NotPutBack` that says what it has left. */
	takeOut(): Promise<void>;
	/** Leaves the machine as it was before: without it, or with what it had set. Throws a `NotPutBack` or a `BenchError`. */
	restore(): Promise<void>;
	/** Puts it in for good, with what was seen of its effect. Throws a `BenchError`. */
	keep(effect?: StepVerdict): Promise<void>;
	/** What the machine did not take as it was wanted, when it was put in last. */
	clamped(): readonly string[];
}

export interface ToggleTools extends LookTools {
	readonly tuning: TuningTools;
	readonly emit: (event: TimelineEvent) => void;
}

/** Puts back what a crash has left half done, and tells what happened meanwhile: it is told once. */
export async function recoverAndTell({tuning, emit}: Pick<ToggleTools, 'tuning' | 'emit'>): Promise<void> {
	for (const notice of await recover(tuning)) {
		emit({type: 'note', at: tuning.host.now(), text: describeNotice(notice)});
	}
}

/** Seconds that a guard waits beyond the time that was asked for: it must never put back what is being measured. */
const spare = 30;

/**
Makes a step ready to be compared. It is planned once, so that it is the same each time, and put in only under a guard: if
this program dies, the guard takes it out. A step that is in force is taken out first, for the comparison begins without it.
Throws a `BenchError` when there is nothing to compare.
*/
export async function createToggle(step: TuningStep, tools: ToggleTools): Promise<Toggle> {
	const {tuning, store} = tools;
	const {host, journal} = tuning;
	await recoverAndTell(tools);
	const situation = () => toSituation(store.getState());
	const open = findOpen(journal.read());
	if (open !== undefined) {
		throw new BenchError(describeOpen(open));
	}
	const inForce = listChanges(step, tuning);
	const wasInForce = inForce.length > 0;
	if (wasInForce) {
		expectUndone(await undoStep(step.id, {forNow: true}, tuning), step);
	}
	const planned = await previewStep(step, await lookAnew(tools, step), host);
	const before = fixStep(step, inForce);
	// What is in force can be compared, whatever the step would want today.
	const first = planned.changes.length > 0 || !wasInForce ? planned : await previewStep(before, situation(), host);
	if (first.changes.length === 0) {
		throw new BenchError(`${step.id} cannot be compared: ${first.unavailable ?? 'there is nothing to change'}`);
	}
	const frozen = fixStep(step, first.changes);
	/** While it is in, or a part of it: when its guard would take it out. */
	let deadline: number | undefined;
	let clamped: readonly string[] = [];

	const apply = async (wanted: TuningStep, within: number): Promise<string> => {
		const result = await applyStep(await previewStep(wanted, situation(), host), {within}, tuning);
		if (result.kind !== 'applied') {
			deadline = result.kind === 'left' ? host.now().monotonic : undefined;
			const left = result.kind === 'left' ? `; not put back: ${describeLeft(result.left)}` : '';
			const kind = left === '' ? BenchError : NotPutBack;
			throw new kind(`${step.id} could not be applied: ${result.reason}${left}`);
		}
		clamped = result.clamped;
		deadline = host.now().monotonic + within;
		return result.id;
	};
	const takeOut = async (): Promise<void> => {
		if (deadline !== undefined) {
			expectUndone(await undoStep(step.id, {}, tuning), step);
			deadline = undefined;
		}
	};
	const putInForGood = async (wanted: TuningStep, effect?: StepVerdict): Promise<void> => {
		const id = await apply(wanted, spare);
		if (effect !== undefined) {
			journal.append({type: 'judged', id, verdict: effect});
		}
		const confirmed = await confirm(id, tuning);
		if ('reason' in confirmed) {
			throw new BenchError(`${step.id} could not be kept: ${confirmed.reason}`);
		}
		reportPutBack(step, tuning);
	};

	const failToSetAgain = (error: unknown): never => {
		throw new NotPutBack(`${step.id} was in force, and could not be set again: ${wordsOf(error)}`);
	};

	return {
		preview: first,
		wasInForce,
		clamped: () => clamped,
		async putIn(seconds) {
			if (deadline !== undefined && deadline - host.now().monotonic < seconds + spare / 2) {
				await takeOut();
			}
			if (deadline === undefined) {
				await apply(frozen, Math.ceil(seconds + spare));
			}
		},
		check() {
			if (deadline !== undefined && !listSteps(journal.read()).includes(step.id)) {
				throw new BenchError(`somebody else has undone ${step.id} in the middle of the comparison`);
			}
		},
		takeOut,
		async restore() {
			await takeOut();
			if (wasInForce) {
				await putInForGood(before).catch(failToSetAgain);
			}
		},
		async keep(effect) {
			if (listSteps(journal.read()).includes(step.id)) {
				expectUndone(await undoStep(step.id, {forNow: true}, tuning), step);
			}
			await (wasInForce ? putInForGood(frozen, effect).catch(failToSetAgain) : putInForGood(frozen, effect));
		},
	};
}

/** What a step has set that is in force; none: it is not. */
function listChanges({id}: TuningStep, {journal}: TuningTools): Change[] {
	return listInForce(journal.read())
		.filter(({steps}) => steps.includes(id))
		.map(({setting, original, ours}) => ({setting, from: original, to: ours}));
}

/** It is in again, or out for good: that it was out for now need not be told any more. */
export function reportPutBack({id: step}: TuningStep, {journal}: TuningTools): void {
	const {transactions} = journal.read();
	const untold = transactions.filter(each => each.step === step && each.phase === 'reverted' && !each.reported);
	if (untold.length > 0) {
		journal.append(...untold.map(({id}) => ({type: 'reported', id}) as const));
	}
}

/** Throws a `NotPutBack` that says what an undo has left. */
export function expectUndone(result: UndoResult, {id}: TuningStep): void {
	switch (result.kind) {
		case 'undone':
		case 'nothing':
			return;
		case 'refused':
			throw new NotPutBack(`${id} is still applied: ${result.reason}; nbtop undo ${id} puts it back`);
		case 'left':
			throw new NotPutBack(
				`${id} was not put back completely: ${describeLeft(result.left)}; nbtop undo ${id} tries again`,
			);
		case 'conflict': {
			const others = result.conflicts.map(
				({setting, theirs, ours}) => `${describeSetting(setting)} is ${theirs}, ${id} had set ${ours}`,
			);
			throw new NotPutBack(`somebody else has changed what ${id} had set, and it is left so: ${others.join('; ')}`);
		}
	}
}

function describeLeft(left: readonly {readonly setting: Setting; readonly message: string}[]): string {
	return left.map(({setting, message}) => `${describeSetting(setting)}: ${message}`).join('; ');
}

/** What makes devices or the tunnel anew, or stalls them: too much to be done between two runs. */
const slowKinds: ReadonlySet<Setting['kind']> = new Set(['channels', 'ring', 'mtu', 'netbird-mtu']);

/** Whether a step can be put in and taken out between two runs. */
export function canToggle({changes}: Pick<Preview, 'changes'>): boolean {
	return changes.every(({setting}) => !slowKinds.has(setting.kind));
}
