import type {Change, TuningStep} from '../model/tuning.ts';
import {settingKey} from '../tuning/journal.ts';

/** A step that wants what was found to be right before, whatever the machine looks like now. */
export function fixStep(step: TuningStep, changes: readonly Change[]): TuningStep {
	const wishes = changes.map(({setting, to}) => ({setting, to}));
	// What is wanted is known: nothing has to be probed for it.
	return {...step, needsProbes: false, plan: () => ({wishes})};
}

/** Several steps as one, to be compared with none of them. Where two set the same, the later one counts. */
export function joinSteps(
	kept: readonly {readonly step: TuningStep; readonly changes: readonly Change[]}[],
): TuningStep {
	const wishes = new Map(
		kept.flatMap(({changes}) => changes).map(({setting, to}) => [settingKey(setting), {setting, to}] as const),
	);
	const names = kept.map(({step}) => step.id).join(' and ');
	return {
		id: 'all-kept',
		key: '',
		title: `Everything that was kept: ${names}`,
		why: 'Gains do not add up.',
		answers: [],
		risk: 'may stall',
		effect: {counter: `that of ${names}`, seen: () => undefined},
		plan: () => ({wishes: [...wishes.values()]}),
	};
}
