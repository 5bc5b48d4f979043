import {type Blocks, blockInterval, blockShift} from './blocks.ts';
import type {Disturbance} from './disturbance.ts';
import {type GuardFigures, type GuardOutcome, guards, isReason, weighBlockGuards, weighPairedGuards} from './guards.ts';
import {practicalMargin} from './noise.ts';
import {centreInterval, type Interval, median, signedRankTest, studentTest} from './statistics.ts';

export type VerdictWord = 'better' | 'worse' | 'same' | 'mixed' | 'inconclusive';

/** What one run gave: its figure (goodput, or datagrams a second: higher is better), and its guards. */
export interface RunFigures {
	readonly figure: number;
	readonly guards?: GuardFigures;
}

/** Two runs next to each other, without (`a`) and with the step (`b`), in whatever order they ran. */
export interface Pair {
	readonly a: RunFigures;
	readonly b: RunFigures;
}

export interface Verdict {
	readonly word: VerdictWord;
	/** One sentence: the change, how sure, and what speaks against it. */
	readonly text: string;
	/** The median relative change: 0.062 is +6.2 %. */
	readonly change: number;
	/** Of the same kind; absent where so few runs give none. */
	readonly interval?: Interval;
	/** The exact two-sided probability of so much difference without a change; of blocks there is none. */
	readonly probability?: number;
	/** `blocks` is weaker evidence: the machine had minutes to change on its own. */
	readonly evidence: 'pairs' | 'blocks';
	/** Pairs, or runs in the changed block. */
	readonly count: number;
	readonly guards: readonly GuardOutcome[];
}

/** What is known beside the runs that are judged. */
export interface Circumstances {
	/** The runs that fell out of the noise, whether they were repeated or not. */
	readonly disturbed?: readonly Disturbance[];
	/** The change that counts where the noise asks for more than 3 % (`findLeastChange`). */
	readonly least?: number;
}

/**
Judges interleaved pairs by the logarithms of their ratios: the median, and the distribution-free interval around it.

`better` and `worse` need an interval without 0 and a median of at least 3 %; `same` needs the whole interval within 3 %;
`mixed` is better with a guard that got worse, or with runs that break down more often. Fewer than five pairs can show harm,
but no gain. Throws a `RangeError` for a run that moved nothing: such a run is invalid, not slow.
*/
export function judgePairs(
	pairs: readonly Pair[],
	{disturbed = [], least = practicalMargin}: Circumstances = {},
): Verdict {
	const ratios = pairs.map(({a, b}) => logarithm(b.figure) - logarithm(a.figure));
	const interval = centreInterval(ratios);
	const outcomes = weighPairedGuards(pairs.map(({a, b}) => ({a: a.guards ?? {}, b: b.guards ?? {}})));
	const word = pairs.length < 4 ? 'inconclusive' : weigh(median(ratios), interval, least);
	const harmOnly = pairs.length === 4 && word !== 'worse';
	return describe({
		word: harmOnly ? 'inconclusive' : word,
		objections: [
			...(harmOnly ? ['four pairs can show harm, not gain'] : []),
			...describeTooSmall(median(ratios), interval, least),
		],
		disturbed,
		runsWithout: 1,
		centre: median(ratios),
		interval,
		probability: pairs.length < 6 ? studentTest(ratios) : signedRankTest(ratios),
		evidence: 'pairs',
		count: pairs.length,
		guards: outcomes,
	});
}

/**
Judges blocks A B A, for what cannot be toggled. `detectable` is the effect that was announced: if the second A differs from
the first by more, the machine has changed by itself, and nothing can be said about B.
*/
export function judgeBlocks(
	blocks: Blocks<RunFigures>,
	detectable: number,
	{disturbed = [], least = practicalMargin}: Circumstances = {},
): Verdict {
	const figures = mapBlocks(blocks, run => logarithm(run.figure));
	const drift = median(figures.after) - median(figures.before);
	const drifted = Math.abs(drift) > Math.log1p(detectable);
	const interval = blockInterval(figures);
	const centre = blockShift(figures);
	return describe({
		word: drifted ? 'inconclusive' : weigh(centre, interval, least),
		objections: drifted
			? [`without the step it came back ${formatChange(Math.expm1(drift))} off`]
			: describeTooSmall(centre, interval, least),
		disturbed,
		runsWithout: 2,
		centre,
		interval,
		evidence: 'blocks',
		count: blocks.changed.length,
		guards: weighBlockGuards(mapBlocks(blocks, run => run.guards ?? {})),
	});
}

function logarithm(figure: number): number {
	if (!(figure > 0)) {
		throw new RangeError(`a run that moved nothing (${figure}) cannot be judged`);
	}

	return Math.log(figure);
}

function mapBlocks<T, U>({before, changed, after}: Blocks<T>, convert: (run: T) => U): Blocks<U> {
	return {before: before.map(convert), changed: changed.map(convert), after: after.map(convert)};
}

function weigh(centre: number, interval: Interval | undefined, least: number): VerdictWord {
	const margin = Math.log1p(practicalMargin);
	if (!interval) {
		return 'inconclusive';
	}

	if (interval.low > 0 && centre >= Math.log1p(least)) {
		return 'better';
	}

	if (interval.high < 0 && centre <= -Math.log1p(least)) {
		return 'worse';
	}

	return interval.low > -margin && interval.high < margin ? 'same' : 'inconclusive';
}

/** Where only the noise forbids to believe it. */
function describeTooSmall(centre: number, interval: Interval | undefined, least: number): string[] {
	const isSure = interval !== undefined && (interval.low > 0 || interval.high < 0);
	const isTooSmall = Math.abs(centre) >= Math.log1p(practicalMargin) && Math.abs(centre) < Math.log1p(least);
	const needed = Math.expm1(Math.sign(centre) * Math.log1p(least));
	return isSure && isTooSmall ? [`runs differ so much that only ${formatChange(needed)} or more would count`] : [];
}

interface Judged extends Omit<Verdict, 'text' | 'change' | 'interval'> {
	readonly objections: readonly string[];
	readonly disturbed: readonly Disturbance[];
	/** Runs without the step to each one with it. */
	readonly runsWithout: number;
	readonly centre: number;
	readonly interval: Interval | undefined;
}

function describe({objections, disturbed, runsWithout, centre, interval, word, ...judged}: Judged): Verdict {
	const change = Math.expm1(centre);
	const worse = judged.guards.filter(({word}) => word === 'worse');
	const reasons = worse.filter(outcome => isReason(outcome, change));
	const breaksDown = doesBreakDown(disturbed, runsWithout, judged.count);
	const isMixed = word === 'better' && (objections.length > 0 || reasons.length > 0 || breaksDown);
	const relative = interval && {...interval, low: Math.expm1(interval.low), high: Math.expm1(interval.high)};
	return {
		...judged,
		word: isMixed ? 'mixed' : word,
		change,
		...(relative ? {interval: relative} : {}),
		text: [
			describeChange(change, relative, judged),
			...objections,
			...describeDisturbed(disturbed, breaksDown),
			...reasons.map(describeGuard),
		].join('; '),
	};
}

/**
Whether runs with the step break down more often than those without: by two of eight, or a quarter of them. What falls out is
not in the figures that are judged, so that it has to be looked at by itself. So few are no proof, but enough not to keep a step.
*/
function doesBreakDown(disturbed: readonly Disturbance[], runsWithout: number, count: number): boolean {
	const down = disturbed.filter(({change}) => change < 0);
	const excess = countSide(down, 'b') - countSide(down, 'a') / runsWithout;
	return excess >= Math.max(2, count / 4);
}

function countSide(disturbed: readonly Disturbance[], side: 'a' | 'b'): number {
	return disturbed.filter(({run}) => run === side).length;
}

function describeDisturbed(disturbed: readonly Disturbance[], breaksDown: boolean): string[] {
	const what = breaksDown ? 'runs with the step break down' : 'runs that fell out of the noise';
	return disturbed.length === 0
		? []
		: [`${what}: ${countSide(disturbed, 'b')} with it, ${countSide(disturbed, 'a')} without`];
}

function describeChange(
	change: number,
	interval: Interval | undefined,
	{evidence, count}: Pick<Verdict, 'evidence' | 'count'>,
): string {
	const runs =
		evidence === 'pairs' ? `${count} ${count === 1 ? 'pair' : 'pairs'}` : `${count} runs in blocks, weaker evidence`;
	const sure = interval
		? `${(100 * interval.confidence).toFixed(0)} % CI ${formatChange(interval.low)} to ${formatChange(interval.high)}`
		: 'too few to be sure';
	return `${formatChange(change)} (${sure}), ${runs}`;
}

function describeGuard({id, a, b}: GuardOutcome): string {
	const guard = findGuard(id);
	return `${guard?.title ?? id} rose from ${formatFigure(a)} to ${formatFigure(b)}${guard?.unit ?? ''}`;
}

function findGuard(id: string) {
	return guards.find(guard => guard.id === id);
}

function formatChange(change: number): string {
	return `${change < 0 ? '−' : '+'}${Math.abs(100 * change).toFixed(1)} %`;
}

function formatFigure(figure: number): string {
	return figure < 10 ? figure.toFixed(2) : figure.toFixed(0);
}
