import type {SampleEvent, TimelineEvent} from '../model/events.ts';
import type {MachineFacts} from '../model/facts.ts';
import {createFiguresReader, type SampleFigures} from './figures.ts';
import {createFold} from './fold.ts';
import type {SessionDigest} from './report.ts';
import {describeLoss, scanSession} from './scan.ts';
import type {Session} from './session.ts';
import {listSettings, type SettingsList} from './settings-list.ts';
import type {State} from './state.ts';

/** A part of a session, in seconds on its monotonic clock: the end is not in it. */
export interface Period {
	readonly from: number;
	readonly to: number;
}

const everything: Period = {from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY};

/** Goes through a session once, from its first line to its last. Events and figures are those of the period. */
export function digestSession({name, header, lines, notes}: Session, period: Period = everything): SessionDigest {
	const past: TimelineEvent[] = [];
	const events: TimelineEvent[] = [];
	const figures: SampleFigures[] = [];
	const readFigures = createFiguresReader();
	let machine: MachineFacts | undefined = header.machine;
	let before: SettingsList = {};
	let after: SettingsList = {};
	let read = 0;
	const noteSettings = ({readings, at}: SampleEvent, state: State): void => {
		// Counters change with every sample, settings only with these sources.
		if (settingSources.some(source => readings[source] !== undefined)) {
			after = listSettings(state.snapshot?.readings ?? {});
			// What is read late was so before: the first value of each is where it began.
			before = at.monotonic < period.from ? after : {...after, ...before};
		}
	};
	const fold = createFold(lines, {
		isKey: () => false,
		...(header.options && {path: header.options}),
		onEvent(event, state) {
			const {monotonic} = event.at;
			read += event.type === 'sample' ? 1 : 0;
			// What was in force when the session began stands before its first sample, with the times at which it was done.
			if (event.type === 'tuning' && state.samples === 0) {
				past.push(event);
				return;
			}
			if (monotonic >= period.to) {
				return;
			}
			if (event.type === 'sample') {
				noteSettings(event, state);
			}
			// What it counts from is the sample before the period.
			const sample = event.type === 'sample' ? readFigures(state) : undefined;
			if (monotonic < period.from) {
				return;
			}
			if (event.type !== 'sample') {
				events.push(event);
				return;
			}
			if (sample !== undefined) {
				figures.push(sample);
			}
			machine ??= state.snapshot?.readings.machine?.value;
		},
	});
	fold.moveTo(lines.length);
	return {
		name,
		header,
		...(machine && {machine}),
		past,
		events,
		figures,
		settings: {before, after},
		notes: [...notes, ...describeLoss(scanSession(lines), read)],
	};
}

const settingSources = ['sysctls', 'links', 'nics', 'irqs', 'qdiscs', 'machine'] as const;
