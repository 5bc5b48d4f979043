import type {Host} from '../host.ts';
import type {DeviceIdentity} from '../model/journal.ts';
import type {Setting} from '../model/tuning.ts';
import {expectedValue} from './in-force.ts';
import type {JournalState, JournalWrite, Phase} from './journal.ts';
import {
	canBeWritten,
	compareDevices,
	describeSetting,
	followDevice,
	identifyDevice,
	isSameValue,
	readSetting,
	resolveSetting,
	riskOf,
} from './settings.ts';

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
	// What the kernel rewrote along with a later step is nobody's wish.
	const kept = stack.findLastIndex(write => !isChosen(write) && (write.to !== undefined || disturbed));
	const below = stack.slice(kept + 1).find(isChosen);
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
export function isWhatever({setting, disturbed, unfinished}: Restoration): boolean {
	return disturbed || (unfinished && riskOf(setting) !== 'none');
}

/** Whether a value is neither ours nor the one to return to, nor one that a write of ours may have left. */
export function isForeign({setting, to = '', ours, unfinished, found}: Restoration, value: string): boolean {
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

/** Whether somebody asked for it, and it is what would have been put back. */
export function isOwn({to, disturbed}: Restoration): boolean {
	return to !== undefined && !disturbed;
}
