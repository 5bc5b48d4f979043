import type {TimelineEvent} from '../model/events.ts';
import type {JournalEvent, StepVerdict} from '../model/journal.ts';
import type {Stamp} from '../model/snapshot.ts';
import type {Change, Setting} from '../model/tuning.ts';

/** One application of a step, as the events of a session tell it. */
export interface StepTold {
	readonly id: string;
	readonly step: string;
	readonly title: string;
	readonly at: Stamp;
	readonly changes: readonly ChangeTold[];
	/** Seconds within which it had to be confirmed; absent: there was no guard. */
	readonly within?: number;
	readonly verdict?: StepVerdict;
	/** `kept`, why not, or that it was in force before the session began. */
	readonly outcome: string;
	readonly problems: readonly string[];
}

export interface ChangeTold extends Change {
	/** What was read back after it was written; absent: it was not written. */
	readonly actual?: string;
	/** What was read back after it was put back. */
	readonly restored?: string;
}

/** Follows the events of tuning step by step, in the order in which they were opened. `past`: those before the session began. */
export function tellSteps(past: readonly TimelineEvent[], events: readonly TimelineEvent[]): StepTold[] {
	const told = new Map<string, Draft>();
	follow(past, told);
	for (const draft of told.values()) {
		draft.outcome = draft.outcome.startsWith('kept') ? 'in force before the session began' : draft.outcome;
	}
	follow(events, told);
	return [...told.values()].map(({settings: _, ...draft}) => draft);
}

function follow(events: readonly TimelineEvent[], told: Map<string, Draft>): void {
	for (const {event} of events.filter(each => each.type === 'tuning')) {
		if (event.type === 'opened') {
			told.set(event.id, openDraft(event));
		} else if (event.type !== 'restarted') {
			const draft = told.get(event.id);
			if (draft !== undefined) {
				tell(draft, event);
			}
		}
	}
}

interface Draft extends Omit<StepTold, 'changes' | 'problems' | 'outcome' | 'verdict'> {
	readonly changes: ChangeDraft[];
	readonly problems: string[];
	/** By the number of the write. */
	readonly settings: Map<number, Setting>;
	outcome: string;
	verdict?: StepVerdict;
}

type ChangeDraft = {-readonly [Name in keyof ChangeTold]: ChangeTold[Name]};

function openDraft(event: Extract<JournalEvent, {type: 'opened'}>): Draft {
	const {id, step, title, at, changes, within} = event;
	return {
		...{id, step, title, at},
		...(within !== undefined && {within}),
		changes: changes.map(change => ({...change})),
		settings: new Map(),
		problems: [],
		outcome: 'not finished when the session ended',
	};
}

function tell(draft: Draft, event: Exclude<JournalEvent, {type: 'opened' | 'restarted'}>): void {
	switch (event.type) {
		case 'intent':
			draft.settings.set(event.seq, event.setting);
			break;
		case 'applied':
			changeOf(draft, event.seq, change => {
				change.actual = event.actual;
			});
			break;
		case 'restored':
			changeOf(draft, event.seq, change => {
				change.restored = event.actual ?? event.note ?? '';
			});
			break;
		case 'failed':
		case 'not restored':
			draft.problems.push(event.message);
			break;
		case 'completed':
			draft.outcome = event.deadline === undefined ? 'kept' : 'written, not confirmed when the session ended';
			break;
		case 'confirmed':
			draft.outcome = 'kept (confirmed)';
			break;
		case 'judged':
			draft.verdict = event.verdict;
			break;
		case 'reverted':
			draft.outcome = `put back: ${event.reason}`;
			break;
	}
}

function changeOf({changes, settings}: Draft, seq: number, change: (draft: ChangeDraft) => void): void {
	const key = JSON.stringify(settings.get(seq));
	const found = changes.find(({setting}) => JSON.stringify(setting) === key);
	if (found !== undefined) {
		change(found);
	}
}
