import type {InterfaceSummary, SessionHeader, TimelineEvent} from '../model/events.ts';
import type {MachineFacts} from '../model/facts.ts';
import type {Stamp} from '../model/snapshot.ts';
import type {Setting, Wish} from '../model/tuning.ts';
import {type ComparisonRow, compareConfigurations} from './comparison.ts';
import {type Configuration, divideByTuning} from './configurations.ts';
import type {SampleFigures} from './figures.ts';
import {compareSettings, type SettingDifference, type SettingsList} from './settings-list.ts';
import {type StepTold, tellSteps} from './steps-told.ts';

/** What a session was made into by one pass over it: a report needs no more. */
export interface SessionDigest {
	readonly name: string;
	readonly header: SessionHeader;
	/** Of the header, or of the first sample that knew. */
	readonly machine?: MachineFacts;
	/** What tuning had done before, as far as it was in force then. */
	readonly past: readonly TimelineEvent[];
	readonly events: readonly TimelineEvent[];
	readonly figures: readonly SampleFigures[];
	/** As they were known first, and last. */
	readonly settings: {readonly before: SettingsList; readonly after: SettingsList};
	/** What could not be read of the file. */
	readonly notes: readonly string[];
}

/** Schema `nbtop.report/1` (docs/session.md). */
export interface Report {
	readonly schema: 'nbtop.report/1';
	readonly session: string;
	readonly version: string;
	readonly start: Stamp;
	readonly end: Stamp;
	readonly samples: number;
	readonly machine?: MachineFacts;
	readonly interfaces: readonly InterfaceSummary[];
	readonly comparison: readonly ComparisonRow[];
	readonly configurations: readonly Configuration[];
	readonly steps: readonly StepReport[];
	/** What was set again at every start of the machine when the session ended; absent: not known. */
	readonly persisted?: readonly PersistedSetting[];
	readonly settings: readonly SettingDifference[];
	readonly timeline: readonly TimelineEvent[];
	/** What failed, or was read less often. */
	readonly problems: readonly ProblemTold[];
	readonly notes: readonly string[];
}

export interface StepReport extends Omit<StepTold, 'changes'> {
	readonly changes: readonly (StepTold['changes'][number] & {readonly label: string; readonly shellLine: string})[];
}

export interface PersistedSetting extends Wish {
	readonly label: string;
}

/** How often a source had a problem, for how many seconds in all, and its words of the last time. */
export interface ProblemTold {
	readonly source: string;
	readonly message: string;
	readonly times: number;
	readonly seconds: number;
}

/** How settings are called, and how a shell would write them. */
export interface SettingWords {
	label(setting: Setting): string;
	shellLine(setting: Setting, to: string): string;
}

/** Makes a report of a session. Throws a `RangeError` for one without samples. */
export function createReport(digest: SessionDigest, words: SettingWords): Report {
	const {name, header, machine, past, events, figures, settings, notes} = digest;
	const start = figures[0]?.at;
	const end = figures.at(-1)?.at;
	if (start === undefined || end === undefined) {
		throw new RangeError(['there is no sample in it', ...notes].join('; '));
	}
	const last = events.findLast(event => event.type === 'persisted');
	const persisted = last?.type === 'persisted' ? last.wishes : header.persisted;
	const configurations = divideByTuning({past, events}, start, {...end, monotonic: end.monotonic + 1});
	return {
		schema: 'nbtop.report/1',
		session: name,
		version: header.version,
		start,
		end,
		samples: figures.length,
		...(machine && {machine}),
		interfaces: header.interfaces ?? [],
		comparison: compareConfigurations(configurations, events, figures),
		configurations,
		steps: tellSteps(past, events).map(step => ({
			...step,
			changes: step.changes.map(change => ({
				...change,
				label: words.label(change.setting),
				shellLine: words.shellLine(change.setting, change.to),
			})),
		})),
		...(persisted && {
			persisted: persisted.map(wish => ({...wish, label: words.label(wish.setting)})),
		}),
		// What is not known at one of the two is no difference: a source may just have been silent.
		settings: compareSettings(settings.before, settings.after).filter(
			({before, after}) => before !== undefined && after !== undefined,
		),
		// What another program did stands in the session when it was noticed.
		timeline: events.filter(isOfInterest).toSorted((a, b) => a.at.monotonic - b.at.monotonic),
		problems: tellProblems(events, end),
		notes,
	};
}

/**
The journal has a line for each write; a timeline of people has what they did and what came of it. Problems come and go on a
busy machine: they are told together.
*/
function isOfInterest(event: TimelineEvent): boolean {
	const details = ['armed', 'intent', 'applied', 'restored', 'reported', 'reverting'];
	return event.type === 'tuning' ? !details.includes(event.event.type) : event.type !== 'problem';
}

/** By source, in the order in which they were first met. */
function tellProblems(events: readonly TimelineEvent[], end: Stamp): ProblemTold[] {
	const told = new Map<string, ProblemTold & {readonly since?: number | undefined}>();
	for (const event of events.filter(each => each.type === 'problem')) {
		const {source, message} = event.problem;
		const before = told.get(source) ?? {source, message, times: 0, seconds: 0};
		const {monotonic} = event.at;
		told.set(
			source,
			event.change === 'raised'
				? {...before, message, times: before.times + 1, since: monotonic}
				: {...before, seconds: before.seconds + monotonic - (before.since ?? monotonic), since: undefined},
		);
	}
	return [...told.values()].map(({since, ...problem}) => ({
		...problem,
		seconds: problem.seconds + (since === undefined ? 0 : end.monotonic - since),
	}));
}
