import type {Host} from '../host.ts';
import {describeElsewhere, findOpen, listElsewhere, listSteps} from './in-force.ts';
import type {JournalState} from './journal.ts';
import {goOnWithout, type Journal} from './journal-file.ts';
import {isAlive} from './processes.ts';
import {beginPuttingBack, isGuarded, type PutBackTools} from './put-back-guard.ts';
import {type Conflict, findConflicts, nameAnew, noteOthers, planRestorations, type Restoration} from './restoration.ts';
import {type Left, type Passed, putBack} from './restore.ts';
import {wordsOf} from './words.ts';

export type UndoTools = PutBackTools;

export type UndoResult =
	| {readonly kind: 'nothing'; readonly reason: string}
	/** Nothing was written. */
	| {readonly kind: 'refused'; readonly reason: string}
	/** Somebody else has changed these since: nothing was written. */
	| {readonly kind: 'conflict'; readonly step: string; readonly conflicts: readonly Conflict[]}
	| ({
			readonly kind: 'undone';
			readonly step: string;
			readonly restored: readonly Restoration[];
			/** What had gone by itself. */
			readonly passed: readonly Passed[];
	  } & Shortcomings)
	| ({readonly kind: 'left'; readonly step: string; readonly left: readonly Left[]} & Shortcomings);

/** What held up nothing, and is to be known. */
export interface Shortcomings {
	/** Why the journal does not tell of it, or not of all. */
	readonly untold?: string;
	/** Why no guard stood by that would have finished it. */
	readonly unguarded?: string;
}

export interface UndoOptions {
	readonly force?: boolean;
	/** It is taken out for a comparison: who starts nbtop next is told so, until the journal says that it was reported. */
	readonly forNow?: boolean;
}

/** Why a step is out that a comparison is to set again. */
export const outForNow = 'taken out for a comparison, which was to set it again in the end';

/**
Undoes a step, or the newest: every setting goes back to what it was before the step was first applied. Refuses where
somebody else has changed a value since, unless `force`. A journal that cannot be written holds up nothing. Never throws.
*/
export async function undoStep(step: string | undefined, options: UndoOptions, tools: UndoTools): Promise<UndoResult> {
	const [result] = await withLock(tools, async () => {
		const chosen = step ?? findNewestStep(tools.journal.read());
		return [await undoLocked(chosen, options, tools)];
	});
	return result ?? nothing;
}

/** Undoes every step, the newest first; one that is refused or fails holds up no other. Never throws. */
export async function undoAll({force = false}: {readonly force?: boolean}, tools: UndoTools): Promise<UndoResult[]> {
	return withLock(tools, async () => {
		const results: UndoResult[] = [];
		for (const step of listSteps(tools.journal.read())) {
			results.push(await undoLocked(step, {force}, tools));
		}
		if (results.length === 0) {
			closeFinished('undone', {...tools, journal: goOnWithout(tools.journal)});
		}
		return results.length > 0 ? results : [findElsewhere(tools.journal.read()) ?? nothing];
	});
}

/** What is in force in another network namespace is not to be undone in this one. */
function findElsewhere(state: JournalState, step?: string): UndoResult | undefined {
	const [newest] = listElsewhere(state, step);
	return newest && {kind: 'refused', reason: describeElsewhere(newest)};
}

const nothing: UndoResult = {kind: 'nothing', reason: 'nothing to undo: no step is in force'};

async function withLock(
	{host, journal}: Pick<UndoTools, 'host' | 'journal'>,
	act: () => Promise<UndoResult[]>,
): Promise<UndoResult[]> {
	try {
		const lock = await takeLock(host, journal);
		if (lock === undefined) {
			return [{kind: 'refused', reason: 'another nbtop is changing settings at this moment'}];
		}
		try {
			return await act();
		} finally {
			await lock.release();
		}
	} catch (error) {
		return [{kind: 'refused', reason: wordsOf(error)}];
	}
}

/** Another nbtop may be just at it: it is given some seconds. */
export async function takeLock(host: Host, journal: Journal, tries = 10) {
	for (let left = tries; left > 1; left--) {
		const lock = await journal.lock();
		if (lock !== undefined) {
			return lock;
		}
		await host.sleep(0.5);
	}
	return journal.lock();
}

async function undoLocked(
	step: string | undefined,
	{force = false, forNow = false}: UndoOptions,
	given: UndoTools,
): Promise<UndoResult> {
	const {host} = given;
	const journal = goOnWithout(given.journal);
	const tools: UndoTools = {...given, journal};
	const state = journal.read();
	const planned = nameAnew(
		planRestorations(state, write => write.step === step),
		host,
	);
	if (step === undefined || planned.length === 0) {
		closeFinished('undone', tools);
		const refused = findElsewhere(state, step);
		if (refused !== undefined) {
			return refused;
		}
		return step === undefined ? nothing : {kind: 'nothing', reason: `nothing to undo: '${step}' is not in force`};
	}
	const restorations = force ? planned : await noteOthers(planned, state, host);
	const conflicts = force ? [] : await findConflicts(restorations, host);
	if (conflicts.length > 0) {
		return {kind: 'conflict', step, conflicts};
	}
	const reason = forNow ? outForNow : 'undo';
	const unguarded = await beginPuttingBack(restorations, reason, tools);
	const {left, passed} = await putBack(restorations, tools, {force: () => force});
	closeFinished(forNow ? outForNow : 'undone', tools, !forNow);
	const untold = journal.failure();
	const shortcomings = {...(untold !== undefined && {untold}), ...(unguarded !== undefined && {unguarded})};
	if (left.length > 0) {
		giveUp(restorations, reason, tools);
		return {kind: 'left', step, left, ...shortcomings};
	}
	const gone = new Set(passed.map(({setting}) => setting));
	return {
		kind: 'undone',
		step,
		restored: restorations.filter(({setting}) => !gone.has(setting)),
		passed,
		...shortcomings,
	};
}

/** What no guard tries once more is over; what could not be put back stays in force until it is undone again. */
function giveUp(restorations: readonly Restoration[], reason: string, {host, journal}: UndoTools): void {
	const touched = new Set(restorations.flatMap(({writes}) => writes.map(({id}) => id)));
	const ended = journal
		.read()
		.transactions.filter(each => touched.has(each.id) && each.phase === 'reverting' && !isGuarded(each, host));
	if (ended.length > 0) {
		journal.append(...ended.map(({id}) => ({type: 'reverted', id, reason}) as const));
	}
}

/** Ends the transactions of which nothing is in force any more and on which nobody works. `isTold`: the user knows. */
function closeFinished(reason: string, {host, journal}: Pick<UndoTools, 'host' | 'journal'>, isTold = true): void {
	const isOver = (phase: string): boolean => phase === 'reverted' || phase === 'gone';
	const finished = journal
		.read()
		.transactions.filter(({phase, writes}) => writes.length === 0 && !isOver(phase))
		.filter(({elsewhere}) => elsewhere === undefined)
		.filter(({phase, process}) => phase !== 'applying' || !isAlive(process, host));
	if (finished.length > 0) {
		journal.append(
			...finished.flatMap(({id}) => [
				{type: 'reverted', id, reason} as const,
				...(isTold ? [{type: 'reported', id} as const] : []),
			]),
		);
	}
}

function findNewestStep(state: JournalState): string | undefined {
	return listSteps(state)[0];
}

export type ConfirmResult =
	| {readonly kind: 'confirmed' | 'already'; readonly id: string}
	| {readonly kind: 'nothing'; readonly reason: string}
	| {readonly kind: 'refused'; readonly reason: string};

/**
Confirms the transaction that waits for it, or the named one: its values stay. A key pressed before the change was
complete (`pressed`: seconds, monotonic) proves nothing and confirms nothing. Never throws.
*/
export async function confirm(
	id: string | undefined,
	{host, journal}: UndoTools,
	pressed?: number,
): Promise<ConfirmResult> {
	try {
		const lock = await takeLock(host, journal);
		if (lock === undefined) {
			return {kind: 'refused', reason: 'too late: it is being put back'};
		}
		try {
			return confirmLocked(id, {host, journal}, pressed);
		} finally {
			await lock.release();
		}
	} catch (error) {
		return {kind: 'refused', reason: wordsOf(error)};
	}
}

function confirmLocked(id: string | undefined, {host, journal}: UndoTools, pressed: number | undefined): ConfirmResult {
	const state = journal.read();
	const open = findOpen(state) ?? listElsewhere(state).find(({phase}) => phase === 'waiting');
	const named = id === undefined ? open : state.transactions.find(each => each.id === id);
	if (named === undefined) {
		return {
			kind: 'nothing',
			reason: id === undefined ? 'nothing waits to be confirmed' : `nothing of the name '${id}' waits to be confirmed`,
		};
	}
	if (named.elsewhere !== undefined) {
		return {kind: 'refused', reason: describeElsewhere(named)};
	}
	const {phase, deadline = 0, within = 0, reason = ''} = named;
	if (phase === 'kept') {
		return {kind: 'already', id: named.id};
	}
	if (phase === 'outlasted') {
		const reason = `'${named.id}' was set before the machine was started anew, too long ago to be confirmed: nbtop undo ${named.step} puts it back`;
		return {kind: 'refused', reason};
	}
	if (phase !== 'waiting') {
		return {kind: 'refused', reason: `'${named.id}' cannot be confirmed: it is ${phase} (${reason || 'not finished'})`};
	}
	if (host.now().monotonic >= deadline) {
		return {kind: 'refused', reason: `too late: '${named.id}' had ${within} s and is being put back`};
	}
	if (pressed !== undefined && pressed < deadline - within) {
		return {kind: 'refused', reason: 'that key was pressed before the change was complete: press it again'};
	}
	journal.append({type: 'confirmed', id: named.id});
	return {kind: 'confirmed', id: named.id};
}
