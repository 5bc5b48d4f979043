import {type Host, HostError} from '../host.ts';
import type {DeviceIdentity} from '../model/journal.ts';
import type {Setting} from '../model/tuning.ts';
import {expectedValue, type JournalState, type JournalWrite, type Phase} from './journal.ts';
import type {Journal, JournalEntry} from './journal-file.ts';
import {
	canBeWritten,
	compareDevices,
	describeSetting,
	followDevice,
	identifyDevice,
	isInForce,
	isSameValue,
	readSetting,
	resolveSetting,
	riskOf,
	SettingError,
	writeSetting,
} from './settings.ts';
import {wordsOf} from './words.ts';

/** What taking some writes back means for one setting. */
export interface Restoration {
	readonly setting: Setting;
	/** The writes that are taken back, the newest first. */
	readonly writes: readonly JournalWrite[];
	/** The value to return to; absent: a later step's value stays. */
	readonly to?: string;
	/** What it should hold now. */
	readonly ours: string;
	/** Rewritten by the kernel along with a neighbour: put right at last. */
	readonly disturbed: boolean;
	/** Of one that was disturbed: what somebody else has made of it since, and what it is to be again in the end. */
	readonly theirs?: string;
	/** A crash hides whether it was written: it may hold `ours`, what was there before it, or a part of the way. */
	readonly unfinished: boolean;
	/** What the newest write found there. */
	readonly found: string;
}

/** A setting that somebody else has changed since. */
export interface Conflict {
	readonly setting: Setting;
	readonly original: string;
	readonly ours: string;
	readonly theirs: string;
}

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

/**
What is to be done to take the chosen writes back, in the order in which it has to be: the newest first, and what the
kernel rewrote along with them at last, because undoing them rewrites it again.
*/
export function planRestorations(state: JournalState, isChosen: (write: JournalWrite) => boolean): Restoration[] {
	const age = new Map(state.transactions.map(({id}, index) => [id, index]));
	const isNewer = (a: Restoration, b: Restoration): number => {
		const [first, second] = [a.writes[0], b.writes[0]];
		const transactions = (age.get(second?.id ?? '') ?? 0) - (age.get(first?.id ?? '') ?? 0);
		return Number(a.disturbed) - Number(b.disturbed) || transactions || (second?.seq ?? 0) - (first?.seq ?? 0);
	};
	return [...state.stacks.values()].flatMap(stack => planRestoration(stack, isChosen)).sort(isNewer);
}

function planRestoration(
	stack: readonly JournalWrite[],
	isChosen: (write: JournalWrite) => boolean,
): readonly Restoration[] {
	const top = stack.at(-1);
	const writes = stack.filter(isChosen).reverse();
	if (top === undefined || writes.length === 0) {
		return [];
	}
	const disturbed = writes.some(write => write.to === undefined);
	const kept = stack.findLastIndex(write => !isChosen(write));
	const below = stack[kept + 1];
	const to = below?.from ?? (disturbed ? expectedValue(top) : undefined);
	const unfinished = below !== undefined && top.actual === undefined;
	const values = {...(to !== undefined && {to}), ours: expectedValue(top), found: top.from};
	return [{setting: top.setting, writes, ...values, disturbed, unfinished}];
}

/** The same, with each device under the name that it has now. */
export function nameAnew(restorations: readonly Restoration[], host: Host): Restoration[] {
	return restorations.map(restoration => {
		const {setting, writes} = restoration;
		const device = writes[0]?.device;
		return device === undefined ? restoration : {...restoration, setting: followDevice(setting, device, host)};
	});
}

/**
The same, with what somebody else has made since of the neighbours of a change: undoing the change rewrites them once more, and
they are to be then as they are now. Looked at before anything is written, `before` is the journal of that moment: of what was
cut short, in being written or in being put back, nobody knows what the kernel has made of its neighbours.
*/
export async function noteOthers(
	restorations: readonly Restoration[],
	before: JournalState,
	host: Host,
): Promise<Restoration[]> {
	const isBegun = (phase: Phase): boolean => phase === 'reverting' || phase === 'reverted';
	const begun = new Set(before.transactions.filter(({phase}) => isBegun(phase)).map(({id}) => id));
	const noted: Restoration[] = [];
	for (const restoration of restorations) {
		const {disturbed, unfinished, writes} = restoration;
		const isJudged = disturbed && !unfinished && !writes.some(({id}) => begun.has(id));
		const theirs = isJudged ? await findForeign(restoration, host) : undefined;
		noted.push({...restoration, ...(theirs !== undefined && {theirs})});
	}
	return noted;
}

/**
The settings that hold neither what we set nor what they would be put back to: somebody else wants them so. Of neighbours of a
change, only those that could not be made so again.
*/
export async function findConflicts(restorations: readonly Restoration[], host: Host): Promise<Conflict[]> {
	const conflicts: Conflict[] = [];
	for (const restoration of restorations) {
		const {setting, to = '', ours, disturbed} = restoration;
		const isJudged = !disturbed && !isWhatever(restoration);
		const theirs = isJudged ? await findForeign(restoration, host) : restoration.theirs;
		if (theirs !== undefined && (isJudged || !canBeWritten(setting, theirs))) {
			conflicts.push({setting, original: to, ours, theirs});
		}
	}
	return conflicts;
}

/** What it holds, where that is somebody else's. */
async function findForeign(restoration: Restoration, host: Host): Promise<string | undefined> {
	const {setting, writes, to} = restoration;
	const value = to === undefined ? undefined : await tryReading(setting, host, writes[0]?.device);
	return value !== undefined && isForeign(restoration, value) ? value : undefined;
}

/** Whether it is put back whatever it holds: a driver may be half-way, and what can cut the connection may have done so. */
function isWhatever({setting, disturbed, unfinished}: Restoration): boolean {
	return disturbed || (unfinished && riskOf(setting) !== 'none');
}

/** Whether a value is neither ours nor the one to return to, nor one that a write of ours may have left. */
function isForeign({setting, to = '', ours, unfinished, found}: Restoration, value: string): boolean {
	const known = unfinished ? [to, ours, found] : [to, ours];
	const isOnTheWay = unfinished && isPartial(setting, value, found, ours);
	return !isOnTheWay && !known.some(each => isSameValue(setting, value, each));
}

/** Where the kernel takes a number, it may take less of it than was asked for. Masks and lists look like numbers, and are none. */
function isPartial({kind}: Setting, value: string, from: string, to: string): boolean {
	const hasNumbers = kind === 'sysctl' || kind === 'rps-flow-count';
	const isNumber = [value, from, to].every(text => /^\d+$/.test(text));
	const [least, most] = [Number(from), Number(to)].sort((a, b) => a - b) as [number, number];
	return hasNumbers && isNumber && Number(value) >= least && Number(value) <= most;
}

/** The value now; absent where it cannot be read, or where the device is another one than `device`. */
export async function tryReading(setting: Setting, host: Host, device?: DeviceIdentity): Promise<string | undefined> {
	try {
		const found = findAgain(setting, host, device);
		return 'gone' in found ? undefined : await readSetting(found.setting, host);
	} catch {
		return undefined;
	}
}

/** The setting where it is now, or why there is nothing left to write to. */
export function findAgain(
	setting: Setting,
	host: Host,
	device?: DeviceIdentity,
): {readonly setting: Setting} | {readonly gone: string} {
	const followed = device === undefined ? setting : followDevice(setting, device, host);
	const found = resolveSetting(followed, host);
	const other = device === undefined ? undefined : compareDevices(device, identifyDevice(followed, host));
	if (other !== undefined) {
		return {gone: other};
	}
	return found === undefined ? {gone: `${describeSetting(setting)} is not there any more`} : {setting: found};
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
	for (const restoration of restorations) {
		const outcome = await restoreAgain(restoration, host, force);
		if ('failure' in outcome) {
			const original = restoration.theirs ?? restoration.to ?? '';
			left.push({setting: restoration.setting, original, message: outcome.failure});
		} else {
			passed.push(...describePassed(restoration, outcome));
		}
		tryAppending(journal, noteOutcome(restoration, outcome));
	}
	return {left, passed};
}

/** Whether somebody asked for it, and it is what would have been put back. */
export function isOwn({to, disturbed}: Restoration): boolean {
	return to !== undefined && !disturbed;
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
