import type {AutopilotEvent, ScenarioEvent, TimelineEvent, TrialEvent} from '../../model/events.ts';
import type {JournalEvent} from '../../model/journal.ts';
import type {WindowFigures} from '../figures.ts';

/** What stands where nothing is known. */
export const unknown = '?';

/** `942 Mbit/s`, `1.23 Gbit/s`. */
export function sayBits(bitsPerSecond: number | undefined): string {
	if (bitsPerSecond === undefined) {
		return unknown;
	}
	const [value, unit] =
		bitsPerSecond >= 999.5e6 ? [bitsPerSecond / 1e9, 'Gbit/s'] : ([bitsPerSecond / 1e6, 'Mbit/s'] as const);
	return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** `88 % (cpu1)`. */
export function sayTopCore(topCore: WindowFigures['topCore']): string {
	return topCore === undefined ? unknown : `${topCore.soft.toFixed(0)} % (cpu${topCore.cpu})`;
}

/** Packets as a whole number; a little is not nothing. */
export function sayCount(count: number | undefined): string {
	if (count === undefined) {
		return unknown;
	}
	return count > 0 && count < 0.95 ? '<1' : count.toFixed(0);
}

export function sayPercent(percent: number | undefined): string {
	return percent === undefined ? unknown : `${percent.toFixed(0)} %`;
}

/** `2026-11-22 14:18:25`, in UTC: a report is read elsewhere. */
export function sayTime(wall: number): string {
	return new Date(wall).toISOString().replace('T', ' ').slice(0, 19);
}

/** `1 h 02 min`, `12 min 03 s`, `7 s`. */
export function sayDuration(seconds: number): string {
	const whole = Math.round(seconds);
	const two = (number: number): string => String(number).padStart(2, '0');
	if (whole >= 3600) {
		return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
	}
	return whole >= 60 ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s` : `${whole} s`;
}

/** One event in two texts: its kind, and what happened. `titles`: those of the steps, by the id of their application. */
export function sayEvent(
	event: TimelineEvent,
	titles: ReadonlyMap<string, string>,
): readonly [kind: string, text: string] {
	switch (event.type) {
		case 'finding':
			return [`finding ${event.change}`, `${event.finding.severity}: ${event.finding.text}`];
		case 'problem':
			return [`problem ${event.change}`, `${event.problem.source}: ${event.problem.message}`];
		case 'link':
			return ['link', `${event.interface} ${event.what}: ${sayFromTo(event)}`];
		case 'peer':
			return ['peer', `${event.name ?? event.publicKey} ${event.what}: ${sayFromTo(event)}`];
		case 'tuning':
			return ['tuning', sayTuning(event.event, titles)];
		case 'scenario':
			return [`scenario ${event.change}`, sayScenario(event)];
		case 'trial':
			return [`trial ${event.change}`, `${event.step} with ${event.scenario}${sayEnd(event)}`];
		case 'autopilot':
			return [`guided loop ${event.change}`, event.step === undefined ? event.text : sayDecision(event)];
		case 'persisted':
			return [
				'persisted',
				`${event.wishes.length} ${event.wishes.length === 1 ? 'setting' : 'settings'} will outlive a restart`,
			];
		case 'marker':
		case 'note':
			return [event.type, event.text];
	}
}

function sayEnd({verdict, reason}: TrialEvent): string {
	const told = verdict === undefined ? reason && `no verdict: ${reason}` : `${verdict.word}, ${verdict.text}`;
	return told === undefined ? '' : `: ${told}`;
}

function sayDecision({step, decision, finding, text}: AutopilotEvent): string {
	return `${step} ${decision}: ${text}${finding === undefined ? '' : ` (to answer ${finding})`}`;
}

function sayFromTo({from, to}: {readonly from?: string; readonly to?: string}): string {
	return `${from ?? 'none'} → ${to ?? 'none'}`;
}

function sayTuning(event: JournalEvent, titles: ReadonlyMap<string, string>): string {
	const title = event.type === 'restarted' ? undefined : titles.get(event.id);
	return `${title === undefined ? '' : `${title}: `}${sayOutcome(event)}`;
}

function sayOutcome(event: JournalEvent): string {
	switch (event.type) {
		case 'opened':
			return `${event.changes.length} ${event.changes.length === 1 ? 'change' : 'changes'} begun`;
		case 'completed':
			return event.deadline === undefined ? 'all of it is written' : 'all of it is written, to be confirmed';
		case 'judged':
			return 'counter' in event.verdict ? `${event.verdict.kind}: ${event.verdict.counter}` : event.verdict.kind;
		case 'reverted':
			return `put back (${event.reason})`;
		case 'failed':
		case 'not restored':
			return `${event.type}: ${event.message}`;
		case 'restarted':
			return 'the machine has been restarted since';
		default:
			return event.type;
	}
}

function sayScenario({scenario, figures, invalid = []}: ScenarioEvent): string {
	const parts = [
		scenario,
		...(figures?.goodput === undefined ? [] : [sayBits(figures.goodput)]),
		...(figures?.retransmits === undefined ? [] : [`${figures.retransmits} retransmits`]),
		...(figures?.lostPercent === undefined ? [] : [`${figures.lostPercent.toFixed(2)} % lost`]),
		...invalid.map(reason => `not valid: ${reason}`),
	];
	return parts.join(', ');
}
