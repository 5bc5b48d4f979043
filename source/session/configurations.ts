import type {TimelineEvent} from '../model/events.ts';
import type {JournalEvent} from '../model/journal.ts';
import type {Stamp} from '../model/snapshot.ts';

/** A stretch of a session in which no setting was changed by tuning. Times are monotonic seconds. */
export interface Configuration {
	/** What is different from the one before: `+ Raise the NET_RX budget`. */
	readonly title: string;
	readonly from: number;
	readonly to: number;
	/** The steps whose change made it, by id: written, put back, or left in force by a trial. */
	readonly steps: readonly string[];
	/** Those of them that are in force since it began. */
	readonly applied: readonly string[];
}

/**
Divides a session where tuning changed something: a configuration begins when a step is written completely, or put back
completely, and ends when the next change begins. Within a trial, which applies and puts back all the time, nothing begins.
What was in force before (`past`) is a part of the first configuration.
*/
export function divideByTuning(
	{past = [], events}: {readonly past?: readonly TimelineEvent[]; readonly events: readonly TimelineEvent[]},
	start: Stamp,
	end: Stamp,
): Configuration[] {
	const found: Draft[] = [{title: 'as found', steps: [], applied: [], from: start.monotonic, to: end.monotonic}];
	const titles = new Map<string, {readonly title: string; readonly step: string}>();
	const completed = new Set<string>();
	let trial: {readonly id: string; readonly inForce: ReadonlySet<string>} | undefined;

	const close = (at: Stamp): void => {
		const last = found.at(-1);
		if (last !== undefined && last.to === end.monotonic) {
			last.to = Math.max(last.from, at.monotonic);
		}
	};
	/** `ids`: whose change made it; those that are complete then have been applied. */
	const begin = (at: Stamp, title: string, ids: readonly string[]): void => {
		close(at);
		const applied = listSteps(ids.filter(id => completed.has(id)));
		found.push({title, steps: listSteps(ids), applied, from: at.monotonic, to: end.monotonic});
	};
	const listSteps = (ids: readonly string[]): string[] => ids.flatMap(id => titles.get(id)?.step ?? []);
	const nameOf = (id: string): string => titles.get(id)?.title ?? id;
	const followTuning = (event: JournalEvent): void => {
		const {at} = event;
		switch (event.type) {
			case 'opened':
				titles.set(event.id, event);
				close(at);
				break;
			case 'completed':
				completed.add(event.id);
				begin(at, `+ ${nameOf(event.id)}`, [event.id]);
				break;
			case 'reverting':
				close(at);
				break;
			case 'reverted':
				begin(at, describeReturn(nameOf(event.id), event.reason, completed.delete(event.id)), [event.id]);
				break;
		}
	};
	/** Only remembers what is in force: what a trial leaves behind is a change like any other. */
	const remember = (event: JournalEvent): void => {
		if (event.type === 'opened') {
			titles.set(event.id, event);
		} else if (event.type === 'completed') {
			completed.add(event.id);
		} else if (event.type === 'reverted') {
			completed.delete(event.id);
		}
	};

	for (const {event} of past.filter(each => each.type === 'tuning')) {
		remember(event);
	}
	// What the journal has got is noticed a sample later: a trial's last write stands after its end.
	for (const event of events.toSorted((a, b) => a.at.monotonic - b.at.monotonic)) {
		if (event.type === 'trial' && event.change === 'started') {
			trial = {id: event.trial, inForce: new Set(completed)};
			close(event.at);
		} else if (event.type === 'trial' && event.change === 'ended' && trial?.id === event.trial) {
			const left = [...completed].filter(id => trial?.inForce.has(id) === false);
			begin(event.at, left.map(id => `+ ${nameOf(id)}`).join(', ') || 'after the trial', left);
			trial = undefined;
		} else if (event.type === 'tuning') {
			(trial ? remember : followTuning)(event.event);
		}
	}
	return joinEmpty(found);
}

type Draft = {-readonly [Name in keyof Configuration]: Configuration[Name]};

function describeReturn(title: string, reason: string, wasComplete: boolean): string {
	return wasComplete ? `− ${title} (${reason})` : `${title} was not applied (${reason})`;
}

/** Steps that are undone together leave nothing between them that could be measured: the next one tells of both. */
function joinEmpty(found: readonly Draft[]): Configuration[] {
	const joined: Draft[] = [];
	for (const each of found) {
		const last = joined.at(-1);
		if (last !== undefined && last.to - last.from < 1 && last.title !== 'as found') {
			joined[joined.length - 1] = {
				...each,
				title: `${last.title}, ${each.title}`,
				steps: [...last.steps, ...each.steps],
				applied: [...last.applied.filter(step => !each.steps.includes(step)), ...each.applied],
			};
		} else {
			joined.push(each);
		}
	}
	return joined;
}
