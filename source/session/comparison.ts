import {median} from '../bench/statistics.ts';
import type {ScenarioEvent, TimelineEvent, TrialVerdict} from '../model/events.ts';
import type {Configuration} from './configurations.ts';
import {percentile, type SampleFigures, summarise, type WindowFigures} from './figures.ts';

/** One row of the guide's comparison table. */
export interface ComparisonRow extends WindowFigures {
	readonly configuration: string;
	/** The scenario that ran; absent: traffic that was there. */
	readonly scenario?: string;
	readonly runs: number;
	/** Of scenarios that count datagrams. */
	readonly packetsPerSecond?: number;
	/** Why there are no figures, or what is to be known of them. */
	readonly note?: string;
	/** Of the newest trial, before this configuration began, of the step that it began with. */
	readonly verdict?: TrialVerdict;
}

/** Under load is what moves at least so much, and at least this part of what the session moved at its best. */
const leastBits = 1e6;
const leastPart = 0.25;
/** Seconds under load that say something. */
const leastSeconds = 5;

/**
The guide's comparison: one row for each scenario that ran in a configuration; where none did, what the samples under load
say. The first and the last sample of a load hold a part of something else, and are left out.
*/
export function compareConfigurations(
	configurations: readonly Configuration[],
	events: readonly TimelineEvent[],
	figures: readonly SampleFigures[],
): ComparisonRow[] {
	const runs = pairRuns(events);
	const threshold = findThreshold(figures);
	const rows = configurations.flatMap(configuration => {
		const own = runs.filter(run => isWithin(run.from, configuration));
		const verdict = findVerdict(configuration, events);
		const base = {configuration: configuration.title, ...(verdict && {verdict})};
		return own.length > 0
			? compareRuns(own, figures).map(row => ({...base, ...row}))
			: [
					{
						...base,
						...summariseLoad(
							figures.filter(({at}) => isWithin(at.monotonic, configuration)),
							threshold,
						),
					},
				];
	});
	const inTrials = runs.filter(run => run.event.trial !== undefined);
	return [...rows, ...compareTrials(inTrials, events, figures)];
}

/** What was known of the step when it was applied: without it, or before it was judged, a configuration has no verdict. */
function findVerdict({from, applied}: Configuration, events: readonly TimelineEvent[]): TrialVerdict | undefined {
	const trials = events.filter(event => event.type === 'trial');
	return trials.findLast(({at, step, verdict}) => verdict && at.monotonic <= from && applied.includes(step))?.verdict;
}

interface Run {
	readonly event: ScenarioEvent;
	readonly from: number;
	readonly to: number;
}

function isWithin(time: number, {from, to}: Pick<Configuration, 'from' | 'to'>): boolean {
	return time >= from && time < to;
}

export interface PeriodFigures extends WindowFigures {
	/** False: of all samples, because there was no load for long enough. */
	readonly isLoaded: boolean;
}

/** The figures of a stretch under load; where there was none for long enough, of all of it. */
export function summarisePeriod(figures: readonly SampleFigures[]): PeriodFigures {
	const threshold = findThreshold(figures);
	const loaded = summarise(figures.filter((_, index) => isInsideLoad(figures, index, threshold)));
	return loaded.seconds >= leastSeconds ? {...loaded, isLoaded: true} : {...summarise(figures), isLoaded: false};
}

/** Runs that have ended with figures that may be used. */
function pairRuns(events: readonly TimelineEvent[]): Run[] {
	const started = new Map<string, number>();
	return events.flatMap(event => {
		if (event.type !== 'scenario') {
			return [];
		}
		if (event.change === 'started') {
			started.set(event.run, event.at.monotonic);
			return [];
		}
		const from = started.get(event.run);
		const isUsable = event.figures !== undefined && (event.invalid ?? []).length === 0;
		return from === undefined || !isUsable ? [] : [{event, from, to: event.at.monotonic}];
	});
}

type Figures = Omit<ComparisonRow, 'configuration' | 'verdict'>;

function compareRuns(runs: readonly Run[], figures: readonly SampleFigures[]): Figures[] {
	const scenarios = [...new Set(runs.map(({event}) => event.scenario))];
	return scenarios.map(scenario =>
		summariseRuns(
			scenario,
			runs.filter(({event}) => event.scenario === scenario),
			figures,
		),
	);
}

/** What arrived is what iperf3 counted; the rest is what the samples show meanwhile. */
function summariseRuns(scenario: string, runs: readonly Run[], figures: readonly SampleFigures[]): Figures {
	const during = figures.filter(({at}) => runs.some(run => isWithin(at.monotonic, {from: run.from + 1, to: run.to})));
	const goodput = findMedian(runs.map(({event}) => event.figures?.goodput));
	const packets = findMedian(runs.map(({event}) => event.figures?.packetsPerSecond));
	const {bitsPerSecond, ...seen} = summarise(during);
	const throughput = goodput ?? bitsPerSecond;
	return {
		...seen,
		...(throughput !== undefined && {bitsPerSecond: throughput}),
		...(packets !== undefined && {packetsPerSecond: packets}),
		scenario,
		runs: runs.length,
	};
}

/** Of what is known: half of it is below, and of two in the middle it is the mean. */
function findMedian(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter(value => value !== undefined);
	return known.length === 0 ? undefined : median(known);
}

function bitsOf({received = 0, sent = 0}: SampleFigures): number {
	return Math.max(received, sent);
}

function summariseLoad(figures: readonly SampleFigures[], threshold: number): Figures {
	const inside = summarise(figures.filter((_, index) => isInsideLoad(figures, index, threshold)));
	if (inside.seconds >= leastSeconds) {
		return {...inside, runs: 0, note: `${Math.round(inside.seconds)} s of traffic`};
	}
	// So few samples fell into the load that its edges are all there is: these figures are a little too low.
	const edges = summarise(figures.filter(each => isLoaded(each, threshold)));
	return edges.seconds >= leastSeconds
		? {...edges, runs: 0, note: `${Math.round(edges.seconds)} s of traffic, its start and end included`}
		: {seconds: edges.seconds, samples: edges.samples, runs: 0, note: 'no load of 5 s or more'};
}

function findThreshold(figures: readonly SampleFigures[]): number {
	return Math.max(leastBits, leastPart * (percentile(figures.map(bitsOf), 0.95) ?? 0));
}

function isInsideLoad(figures: readonly SampleFigures[], index: number, threshold: number): boolean {
	return [index - 1, index, index + 1].every(each => isLoaded(figures[each], threshold));
}

function isLoaded(figures: SampleFigures | undefined, threshold: number): boolean {
	return figures !== undefined && bitsOf(figures) >= threshold;
}

/** Two rows for each scenario of a trial: all its runs without the step, and all with it. */
function compareTrials(
	runs: readonly Run[],
	events: readonly TimelineEvent[],
	figures: readonly SampleFigures[],
): ComparisonRow[] {
	const ended = events.filter(event => event.type === 'trial').filter(event => event.change === 'ended');
	return ended.flatMap(({trial, step, verdict}) =>
		(['a', 'b'] as const).flatMap(side => {
			const own = runs.filter(({event}) => event.trial === trial && event.side === side);
			return compareRuns(own, figures).map(row => ({
				...row,
				configuration: `trial of ${step}: ${side === 'a' ? 'without' : 'with'}`,
				...(side === 'b' && verdict && {verdict}),
			}));
		}),
	);
}
