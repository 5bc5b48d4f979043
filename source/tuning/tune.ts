import type {Host} from '../host.ts';
import type {MachineFacts} from '../model/facts.ts';
import type {Setting} from '../model/tuning.ts';
import {findOpen} from './in-force.ts';
import {settingKey, type Transaction} from './journal.ts';
import type {Journal, JournalEntry} from './journal-file.ts';
import type {PlannedChange, Preview} from './preview.ts';
import {identifySelf} from './processes.ts';
import {findAgain, tryReading} from './restoration.ts';
import {type Left, tryAppending} from './restore.ts';
import {revertTransaction} from './revert.ts';
import {identifyDevice, isSameValue, readSetting, writeSetting} from './settings.ts';
import {takeLock} from './undo.ts';
import {wordsOf} from './words.ts';

export interface TuningTools {
	readonly host: Host;
	readonly journal: Journal;
	readonly version: string;
	/** Starts the guard of a transaction and waits until it stands ready. Throws when it does not. */
	readonly arm: (id: string) => Promise<void>;
	/** Waited for before each change: who draws a screen meanwhile gets its turn. */
	readonly makeWay?: () => Promise<void>;
}

export type ApplyResult =
	/** Nothing was written. */
	| {readonly kind: 'refused'; readonly reason: string}
	/** It failed, and everything is as before. */
	| {readonly kind: 'put back'; readonly id: string; readonly reason: string}
	/** It failed, and not everything is as before. */
	| {readonly kind: 'left'; readonly id: string; readonly reason: string; readonly left: readonly Left[]}
	| {
			readonly kind: 'applied';
			readonly id: string;
			/** What the machine made of values that it did not take as they were. */
			readonly clamped: readonly string[];
			/** Seconds, monotonic: confirmed by then, or put back. */
			readonly deadline?: number;
	  };

/**
Applies what was previewed: the journal before each write, each value read back after it. If anything fails, what was
written goes back in reverse order. `within` arms a guard before the first write. Never throws.
*/
export async function applyStep(
	preview: Preview,
	{within}: {readonly within?: number},
	tools: TuningTools,
): Promise<ApplyResult> {
	const {journal} = tools;
	if (preview.changes.length === 0) {
		return {kind: 'refused', reason: preview.unavailable ?? 'there is nothing to change'};
	}
	try {
		// The guard of what was just undone looks once more whether it is needed.
		const lock = await takeLock(tools.host, journal);
		if (lock === undefined) {
			return {kind: 'refused', reason: 'another nbtop is changing settings at this moment'};
		}
		try {
			return await applyLocked(preview, within, tools);
		} finally {
			await lock.release();
		}
	} catch (error) {
		return {kind: 'refused', reason: `nothing was changed: ${wordsOf(error)}`};
	}
}

async function applyLocked(preview: Preview, within: number | undefined, tools: TuningTools): Promise<ApplyResult> {
	const {host, journal, version} = tools;
	const state = journal.read();
	const open = findOpen(state);
	if (open !== undefined) {
		return {kind: 'refused', reason: describeOpen(open)};
	}
	const {id: step, title} = preview.step;
	const id = `${step}-${state.transactions.length + 1}`;
	const changes = preview.changes.map(({setting, from, to}) => ({setting, from, to}));
	journal.append({
		...{type: 'opened', id, step, title, version, bootId: journal.bootId, process: identifySelf(host), changes},
		...(journal.netns !== undefined && {netns: journal.netns}),
		...(within !== undefined && {within}),
	});
	try {
		if (within !== undefined) {
			await tools.arm(id);
		}
		const clamped = await writeChanges(id, preview, tools);
		expectApplying(id, journal);
		const deadline = within === undefined ? undefined : host.now().monotonic + within;
		journal.append({type: 'completed', id, ...(deadline !== undefined && {deadline})});
		return {kind: 'applied', id, clamped, ...(deadline !== undefined && {deadline})};
	} catch (error) {
		return abandon(id, wordsOf(error), tools);
	}
}

/** Why no other step may be applied now, and what to do. */
export function describeOpen({id, title, phase}: Transaction): string {
	return phase === 'waiting'
		? `'${title}' waits to be confirmed: nbtop confirm ${id}, or nbtop undo`
		: `'${title}' (${id}) is not finished: nbtop undo puts it back`;
}

/** Gives the words for what was clamped. */
async function writeChanges(id: string, {changes, facts}: Preview, tools: TuningTools): Promise<string[]> {
	const known = new Set(changes.map(({setting}) => settingKey(setting)));
	const progress: Progress = {id, facts, seq: 0, known};
	const clamped: string[] = [];
	for (const change of changes) {
		await tools.makeWay?.();
		clamped.push(...(await writeChange(change, progress, tools)));
	}
	return clamped;
}

interface Progress {
	readonly id: string;
	readonly facts: MachineFacts | undefined;
	/** Of the newest write. */
	seq: number;
	/** The settings whose first value the journal has, or will have. */
	readonly known: Set<string>;
}

/** Looks before, writes, looks again. Throws when anybody else was there, or the value does not hold. */
async function writeChange(change: PlannedChange, progress: Progress, {host, journal}: TuningTools): Promise<string[]> {
	const {from, to, label} = change;
	const {id, facts} = progress;
	const found = findAgain(change.setting, host);
	if ('gone' in found) {
		throw new Error(found.gone);
	}
	const {setting} = found;
	const before = await readSetting(setting, host);
	if (isSameValue(setting, before, to, facts)) {
		return [];
	}
	if (!isSameValue(setting, before, from, facts)) {
		throw new Error(`${label} is ${before}, was ${from} when this was planned: somebody else has changed it`);
	}
	const intent = numberIntent({setting, from: before, to}, progress, host);
	const neighbours = await readNeighbours(change, progress, host);
	expectApplying(id, journal);
	journal.append(intent, ...neighbours);
	await writeSetting(setting, to, host);
	const actual = await readSetting(setting, host);
	journal.append({type: 'applied', id, seq: intent.seq, actual}, ...(await readRewritten(neighbours, host)));
	if (isSameValue(setting, actual, to, facts)) {
		return [];
	}
	if (isClamped(before, actual, to)) {
		return [`${label} is ${actual}, asked for ${to}`];
	}
	throw new Error(`${label} is ${actual}, expected ${to}`);
}

/** A guard that was told to end has put everything back: nothing may be written after it. */
function expectApplying(id: string, journal: Journal): void {
	if (journal.read().transactions.find(each => each.id === id)?.phase !== 'applying') {
		throw new Error('the guard has put it back meanwhile');
	}
}

type Intent = Extract<JournalEntry, {readonly type: 'intent'}>;

function numberIntent(
	values: {readonly setting: Setting; readonly from: string; readonly to?: string},
	progress: Progress,
	host: Host,
): Intent {
	progress.seq += 1;
	const device = identifyDevice(values.setting, host);
	return {type: 'intent', id: progress.id, seq: progress.seq, ...values, ...(device && {device})};
}

/** What the kernel will rewrite along with a change, as it is now. What cannot be read is not there to be lost. */
async function readNeighbours({disturbed}: PlannedChange, progress: Progress, host: Host): Promise<Intent[]> {
	const intents: Intent[] = [];
	for (const setting of disturbed.filter(each => !progress.known.has(settingKey(each)))) {
		const from = await tryReading(setting, host);
		if (from !== undefined) {
			progress.known.add(settingKey(setting));
			intents.push(numberIntent({setting, from}, progress, host));
		}
	}
	return intents;
}

/** Neighbours that are not there any more have no value now: undoing brings them back, and their values too. */
async function readRewritten(intents: readonly Intent[], host: Host): Promise<JournalEntry[]> {
	const entries: JournalEntry[] = [];
	for (const {id, seq, setting} of intents) {
		const actual = await tryReading(setting, host);
		if (actual !== undefined) {
			entries.push({type: 'applied', id, seq, actual});
		}
	}
	return entries;
}

/** A number that moved towards the wish, but not as far: a driver's limit. Anything else is no success. */
function isClamped(from: string, actual: string, to: string): boolean {
	const [before, now, wanted] = [from, actual, to].map(text => (/^\d+$/.test(text) ? Number(text) : Number.NaN));
	return before !== undefined && now !== undefined && wanted !== undefined && (now - before) * (wanted - before) > 0;
}

/** Puts back what was written so far. */
async function abandon(id: string, reason: string, {host, journal}: TuningTools): Promise<ApplyResult> {
	tryAppending(journal, [
		{type: 'failed', id, message: reason},
		{type: 'judged', id, verdict: {kind: 'refused', reason}},
	]);
	const {left, count} = await revertTransaction(id, reason, {host, journal});
	tryAppending(journal, [{type: 'reported', id}]);
	if (count === 0) {
		return {kind: 'refused', reason};
	}
	return left.length === 0 ? {kind: 'put back', id, reason} : {kind: 'left', id, reason, left};
}
