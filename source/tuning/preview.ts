import type {Host} from '../host.ts';
import type {MachineFacts} from '../model/facts.ts';
import type {Change, Setting, Situation, TuningStep} from '../model/tuning.ts';
import {describeRestart} from './boot-guard.ts';
import {describeSetting, disturbs, isSameValue, readSetting, toShellLine} from './settings.ts';
import {wordsOf} from './words.ts';

/** A change as it is shown before it is made. */
export interface PlannedChange extends Change {
	readonly label: string;
	/** The same in a shell, to copy. */
	readonly shellLine: string;
	readonly undoLine: string;
	/** What the kernel rewrites along with it. */
	readonly disturbed: readonly Setting[];
}

/** What a step would do now. */
export interface Preview {
	readonly step: TuningStep;
	readonly changes: readonly PlannedChange[];
	readonly notes: readonly string[];
	/** Why there is nothing to apply; absent: there is. */
	readonly unavailable?: string;
	/** True: because all that it wants is so already. */
	readonly holds: boolean;
	/** True: the paths have to be probed before it is known. */
	readonly unprobed: boolean;
	readonly facts?: MachineFacts;
}

/**
Plans a step and reads what its settings hold now: what already holds is no change. A setting that cannot be read makes
the step unavailable, in the machine's own words.
*/
export async function previewStep(step: TuningStep, situation: Situation, host: Host): Promise<Preview> {
	const plan = step.plan(situation);
	const facts = situation.readings.machine?.value;
	const base = {step, unprobed: false, ...(facts && {facts})};
	if ('unavailable' in plan) {
		const {unavailable, holds = false, unprobed = false} = plan;
		return {...base, changes: [], notes: [], unavailable, holds, unprobed};
	}
	try {
		const changes: PlannedChange[] = [];
		for (const {setting, to} of plan.wishes) {
			const from = await readSetting(setting, host);
			if (!isSameValue(setting, from, to, facts)) {
				changes.push(describeChange({setting, from, to}, situation));
			}
		}
		const holds = changes.length === 0;
		const notes = [...(plan.notes ?? []), ...describeRestart(changes, host)];
		return {...base, changes, notes, holds, ...(holds && {unavailable: 'everything it wants is so already'})};
	} catch (error) {
		return {...base, changes: [], notes: plan.notes ?? [], unavailable: wordsOf(error), holds: false};
	}
}

function describeChange(change: Change, situation: Situation): PlannedChange {
	const {setting, from, to} = change;
	return {
		...change,
		label: describeSetting(setting),
		shellLine: toShellLine(setting, to),
		undoLine: toShellLine(setting, from),
		disturbed: disturbs(setting, situation.readings),
	};
}

/** What the user wants of the guard, beyond what a step asks for by itself. */
export interface GuardWishes {
	/** Guards every step. */
	readonly guard?: boolean;
	/** Seconds to confirm in; guards every step. */
	readonly within?: number;
}

/** Seconds within which a step must be confirmed; `undefined`: it needs no guard. */
export function chooseWithin({step, changes}: Preview, {guard = false, within}: GuardWishes): number | undefined {
	const isGuarded = step.risk === 'may cut the connection' || guard || within !== undefined;
	return isGuarded ? (within ?? chooseTimeLimit(changes)) : undefined;
}

/** Seconds to confirm in: longer where devices or the tunnel come up anew. */
export function chooseTimeLimit(changes: readonly Change[]): number {
	const slow = new Set<Setting['kind']>(['channels', 'mtu', 'netbird-mtu']);
	return changes.some(({setting}) => slow.has(setting.kind)) ? 120 : 60;
}
