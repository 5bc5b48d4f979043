import {type Host, HostError} from '../host.ts';
import type {Setting} from '../model/tuning.ts';
import type {Journal, JournalEntry} from './journal-file.ts';
import {findAgain, isForeign, isOwn, isWhatever, type Restoration} from './restoration.ts';
import {describeSetting, isInForce, isSameValue, readSetting, SettingError, writeSetting} from './settings.ts';
import {wordsOf} from './words.ts';

/** A setting that could not be put back. */
export interface Left {
	readonly setting: Setting;
	readonly original: string;
	readonly message: string;
}

/** A setting of which there is nothing left to put back. */
export interface Passed {
	readonly setting: Setting;
	/** Why, in words: `eth0 is another device now: …`. */
	readonly note: string;
}

export interface PutBackOptions {
	/** Says for which settings somebody else's value is overwritten. */
	readonly force: (setting: Setting) => boolean;
}

/**
Puts settings back one by one, reads each back, and notes the outcome in the journal. One that fails holds up no other,
and a journal that cannot be written holds up none: the machine comes first. Never throws.
*/
export async function putBack(
	restorations: readonly Restoration[],
	{host, journal}: {readonly host: Host; readonly journal: Journal},
	{force}: PutBackOptions,
): Promise<{readonly left: readonly Left[]; readonly passed: readonly Passed[]}> {
	const left: Left[] = [];
	const passed: Passed[] = [];
	const owed = new Set<string>();
	for (const restoration of restorations) {
		const outcome = await restoreAgain(restoration, host, force);
		if ('failure' in outcome) {
			const original = restoration.theirs ?? restoration.to ?? '';
			left.push({setting: restoration.setting, original, message: outcome.failure});
			restoration.writes.forEach(({id}) => void owed.add(id));
		} else {
			passed.push(...describePassed(restoration, outcome));
		}
		// What is still to be put back will rewrite its neighbours once more: they are not done with.
		const isEarly = restoration.disturbed && restoration.writes.some(({id}) => owed.has(id));
		if (!isEarly || 'failure' in outcome) {
			tryAppending(journal, noteOutcome(restoration, outcome));
		}
	}
	return {left, passed};
}

function describePassed(restoration: Restoration, outcome: Outcome): Passed[] {
	const {setting, theirs} = restoration;
	if ('note' in outcome) {
		return isOwn(restoration) ? [{setting, note: outcome.note}] : [];
	}
	return theirs === undefined
		? []
		: [{setting, note: `somebody else has set it to ${theirs || 'none'}, and it stays so`}];
}

type Outcome =
	| {readonly actual: string}
	/** Nothing was to be written, and why. */
	| {readonly note: string}
	| {readonly failure: string; readonly isFinal?: boolean};

/** Busy locks and devices that are just coming up pass: three tries. */
async function restoreAgain(
	restoration: Restoration,
	host: Host,
	force: PutBackOptions['force'],
	tries = 3,
): Promise<Outcome> {
	const outcome = await restoreOnce(restoration, host, force).catch(error => ({failure: wordsOf(error)}));
	if (!('failure' in outcome) || tries === 1 || ('isFinal' in outcome && outcome.isFinal)) {
		return outcome;
	}
	await host.sleep(0.5);
	return restoreAgain(restoration, host, force, tries - 1);
}

async function restoreOnce(restoration: Restoration, host: Host, force: PutBackOptions['force']): Promise<Outcome> {
	const {setting, writes, to, theirs: target = to} = restoration;
	if (target === undefined) {
		return {note: 'a later step has set it'};
	}
	const found = findAgain(setting, host, writes[0]?.device);
	if ('gone' in found) {
		return {note: found.gone};
	}
	const objection = await findObjection(restoration, found.setting, host, force);
	if (objection !== undefined) {
		return objection;
	}
	await writeSetting(found.setting, target, host, {force: force(setting) || isHalfWritten(restoration)});
	const actual = await readSetting(found.setting, host);
	return isSameValue(setting, actual, target) ? {actual} : {failure: `it is ${actual}, expected ${target}`};
}

/** What stands there then may be a half of ours, and look like somebody else's. */
function isHalfWritten({unfinished, disturbed}: Restoration): boolean {
	return unfinished && !disturbed;
}

/** Why nothing is to be written; undefined when something is. */
async function findObjection(
	restoration: Restoration,
	setting: Setting,
	host: Host,
	force: PutBackOptions['force'],
): Promise<Outcome | undefined> {
	const {to = '', theirs: target = to, unfinished} = restoration;
	const overrules = isWhatever(restoration) || force(setting);
	try {
		const actual = await readSetting(setting, host);
		if (isSameValue(setting, actual, target)) {
			// NetBird may be on its way down at this moment: neither its file nor its interface tells of that.
			const isUnclear = unfinished && setting.kind === 'netbird-mtu';
			return !isUnclear && (await isInForce(setting, target, host)) ? {actual} : undefined;
		}
		return overrules || !isForeign(restoration, actual)
			? undefined
			: {failure: `somebody else has set it to ${actual}`, isFinal: true};
	} catch (error) {
		if (isGone(error)) {
			return {note: 'it is not there any more'};
		}
		return overrules ? undefined : {failure: wordsOf(error)};
	}
}

/** A file of the kernel that has gone, its device, or the process that kept the value: the value went with it. */
function isGone(error: unknown): boolean {
	return error instanceof HostError
		? ['ENOENT', 'ENODEV', 'ENXIO'].includes(error.code)
		: error instanceof SettingError && ['ESRCH', 'ENODEV'].includes(error.code ?? '');
}

function noteOutcome({setting, writes}: Restoration, outcome: Outcome): JournalEntry[] {
	if ('failure' in outcome) {
		const [newest] = writes;
		const message = `${describeSetting(setting)}: ${outcome.failure}`;
		return newest === undefined ? [] : [{type: 'not restored', id: newest.id, seq: newest.seq, message}];
	}
	return writes.map(({id, seq}) => ({type: 'restored', id, seq, ...outcome}));
}

/** Gives what went wrong, in words. */
export function tryAppending(journal: Journal, entries: readonly JournalEntry[]): string | undefined {
	try {
		journal.append(...entries);
		return undefined;
	} catch (error) {
		return wordsOf(error);
	}
}
