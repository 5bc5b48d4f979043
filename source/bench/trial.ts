import type {TrialEvent} from '../model/events.ts';
import type {StepVerdict} from '../model/journal.ts';
import type {TuningStep} from '../model/tuning.ts';
import {judgeStep} from '../tuning/effect.ts';
import {wordsOf} from '../tuning/words.ts';
import {wakePeer} from './bench.ts';
import {BenchError, Interrupted} from './bench-error.ts';
import {type Screening, screenBlock, screenPairs} from './disturbance.ts';
import {announceBlockEffect, announceEffect, assessNoise, findLeastChange, type Noise} from './noise.ts';
import {isValid, runUntilValid, usualOverhead} from './repeat.ts';
import type {BenchTools, ScenarioRun} from './run.ts';
import {findDeadline, type Scenario} from './scenarios.ts';
import {canToggle, createToggle, type Toggle, type ToggleTools} from './toggle.ts';
import {planPairs} from './trial-plan.ts';
import {judgeBlocks, judgePairs, type Pair, type RunFigures, type Verdict} from './verdict.ts';

export interface TrialOptions {
	readonly step: TuningStep;
	readonly scenario: Scenario;
	/** Seconds to measure, and to leave out before, of each run. */
	readonly seconds: number;
	readonly omit: number;
	/** Pairs, or runs in each of the three blocks of a step that cannot be toggled. */
	readonly count: number;
	/** Gives the order of the pairs. */
	readonly seed: number;
	/** Goes on where runs differ so much by themselves that only a large change will show: what loses packets does. */
	readonly despiteNoise?: boolean;
}

export interface TrialTools extends BenchTools, ToggleTools {}

export interface TrialRun {
	/** Without the step, or with it. */
	readonly side: 'a' | 'b';
	readonly run: ScenarioRun;
}

/** What a trial has found so far, and in the end. */
export interface Trial {
	readonly id: string;
	readonly options: TrialOptions;
	readonly evidence: 'pairs' | 'blocks';
	readonly toggle: Toggle;
	/** Every run that was believed, in its order; the first `noiseRuns` tell the noise. */
	readonly runs: readonly TrialRun[];
	readonly noise?: Noise;
	/** The smallest relative change that the plan can show. */
	readonly detectable?: number;
	/** Whether what must move has moved. */
	readonly effect?: StepVerdict;
	/** Absent: it was broken off, and `reason` says why. */
	readonly verdict?: Verdict;
	readonly reason?: string;
}

/** Runs without any change, from which the noise is told. */
export const noiseRuns = 6;

/**
Compares with and without a step: first how much runs differ by themselves, and what could be shown at all; then runs next
to each other in an order by lot, or blocks A B A for what cannot be toggled; then the verdict. However it ends, the step is
then as it was before.

What comes in between (the peer has gone, no run may be believed) ends it with a `reason`. Throws a `BenchError` when it
cannot begin, `Interrupted`, and `NotPutBack` when the machine is not as it was.
*/
export async function runTrial(options: TrialOptions, tools: TrialTools): Promise<Trial> {
	await wakePeer(tools);
	const toggle = await createToggle(options.step, tools);
	const evidence = canToggle(toggle.preview) ? 'pairs' : 'blocks';
	const id = `${options.step.id}-trial-${options.seed}`;
	const trial: Draft = {id, options, evidence, toggle, runs: []};
	const {count, seed} = options;
	tell(trial, {change: 'started', plan: {evidence, count, seed}}, tools);
	warnOfRisk(trial, tools);
	let interrupt: Interrupted | undefined;
	try {
		await compare(trial, tools);
	} catch (error) {
		if (!(error instanceof BenchError || error instanceof Interrupted)) {
			throw error;
		}
		trial.reason = wordsOf(error);
		interrupt = error instanceof Interrupted ? error : undefined;
	} finally {
		await leaveAsBefore(trial, tools);
	}
	if (interrupt !== undefined) {
		throw interrupt;
	}
	return trial;
}

type Draft = {-readonly [Name in keyof Trial]: Trial[Name]} & {readonly runs: TrialRun[]};

/** Tells how it has ended when the machine is as it was, or why it is not. */
async function leaveAsBefore(trial: Draft, tools: TrialTools): Promise<void> {
	const {toggle} = trial;
	try {
		await toggle.restore();
	} catch (error) {
		trial.reason = wordsOf(error);
		throw error;
	} finally {
		const {verdict, reason} = trial;
		const told = verdict && {word: verdict.word, text: verdict.text, change: verdict.change};
		tell(trial, {change: 'ended', ...(told && {verdict: told}), ...(reason !== undefined && {reason})}, tools);
	}
}

type Told = Pick<TrialEvent, 'change' | 'plan' | 'noise' | 'verdict' | 'reason'>;

function tell({id, options}: Draft, told: Told, {host, emit}: TrialTools): void {
	const {step, scenario} = options;
	emit({type: 'trial', at: host.now(), trial: id, step: step.id, scenario: scenario.id, ...told});
}

function warnOfRisk({options}: Draft, {host, emit}: TrialTools): void {
	const {id, risk} = options.step;
	if (risk !== 'none') {
		const text = `${id} ${risk}: if it does, it is taken out again within ${longestRun(options)} s or by its guard`;
		emit({type: 'note', at: host.now(), text});
	}
}

async function compare(trial: Draft, tools: TrialTools): Promise<void> {
	const {options, evidence} = trial;
	const figures: number[] = [];
	while (figures.length < noiseRuns) {
		figures.push((await runSide('a', 0, trial, tools)).figure);
	}
	const noise = assessNoise(figures);
	const announce = evidence === 'pairs' ? announceEffect : announceBlockEffect;
	const detectable = announce(noise, options.count);
	trial.noise = noise;
	if (detectable !== undefined) {
		trial.detectable = detectable;
	}
	const {variation} = noise;
	tell(trial, {change: 'measured', noise: {variation, ...(detectable !== undefined && {detectable})}}, tools);
	if (noise.tooNoisy && options.despiteNoise !== true) {
		throw new BenchError(
			`runs differ by ${(100 * variation).toFixed(1)} % without any change: too noisy for a verdict`,
		);
	}
	trial.verdict = await (evidence === 'pairs' ? comparePairs : compareBlocks)(trial, noise, tools);
}

async function comparePairs(trial: Draft, noise: Noise, tools: TrialTools): Promise<Verdict> {
	const {count, seed} = trial.options;
	const orders = planPairs(2 * count, seed);
	const pairs: Pair[] = [];
	let screening = screenPairs(pairs, count, noise);
	while (screening.missing > 0) {
		pairs.push(await runPair(orders[pairs.length] ?? 'AB', trial, tools));
		screening = screenPairs(pairs, count, noise);
	}
	const {kept, disturbed} = screening;
	const judged = kept.flatMap(place => pairs[place] ?? []);
	return judgePairs(judged, {disturbed, least: findLeastChange(noise, trial.detectable)});
}

async function runPair(order: 'AB' | 'BA', trial: Draft, tools: TrialTools): Promise<Pair> {
	const run = (side: 'a' | 'b') => runSide(side, 1, trial, tools);
	if (order === 'AB') {
		const a = await run('a');
		return {a, b: await run('b')};
	}
	const b = await run('b');
	return {a: await run('a'), b};
}

async function compareBlocks(trial: Draft, noise: Noise, tools: TrialTools): Promise<Verdict> {
	const before = await runBlock('a', trial, noise, tools);
	const changed = await runBlock('b', trial, noise, tools);
	const after = await runBlock('a', trial, noise, tools);
	const blocks = {before: before.runs, changed: changed.runs, after: after.runs};
	const disturbed = [before, changed, after].flatMap(block => block.disturbed);
	return judgeBlocks(blocks, trial.detectable ?? 0, {disturbed, least: findLeastChange(noise, trial.detectable)});
}

interface Block extends Pick<Screening, 'disturbed'> {
	readonly runs: readonly RunFigures[];
}

async function runBlock(side: 'a' | 'b', trial: Draft, noise: Noise, tools: TrialTools): Promise<Block> {
	const {count} = trial.options;
	const runs: RunFigures[] = [];
	const screen = () =>
		screenBlock(
			runs.map(({figure}) => figure),
			count,
			noise,
			side,
		);
	let screening = screen();
	while (screening.missing > 0) {
		runs.push(await runSide(side, screening.missing, trial, tools));
		screening = screen();
	}
	const {kept, disturbed} = screening;
	return {runs: kept.flatMap(place => runs[place] ?? []), disturbed};
}

/** How often the peer is asked for a sign of life after the machine was changed. */
const wakeTries = 3;

/** One run that may be believed, on one side. `following`: how many more may follow it without a change between. */
async function runSide(side: 'a' | 'b', following: number, trial: Draft, tools: TrialTools): Promise<RunFigures> {
	const {toggle, options} = trial;
	const {scenario, seconds, omit} = options;
	await (side === 'b' ? toggle.putIn((following + 1) * longestRun(options)) : toggle.takeOut());
	await wakePeer(tools, wakeTries);
	const mss = trial.runs.find(each => each.side === side)?.run.run.mss;
	const request = {scenario, seconds, omit, trial: trial.id, side, ...(mss !== undefined && {mss})};
	const run = await runUntilValid(request, tools);
	toggle.check();
	if (!isValid(run) || run.figure === undefined) {
		const where = side === 'b' ? 'with the step' : 'without the step';
		throw new BenchError(`no run ${where} may be believed: ${run.run.invalid.join('; ')}`);
	}
	trial.runs.push({side, run});
	noteEffect(side, trial);
	return {figure: run.figure, guards: run.guards};
}

/** Once it is known how it looks with the step and how without. */
function noteEffect(side: 'a' | 'b', trial: Draft): void {
	const look = (wanted: 'a' | 'b') => trial.runs.findLast(each => each.side === wanted)?.run.observation;
	const [before, after] = [look('a'), look('b')];
	if (trial.effect !== undefined || side !== 'b' || before === undefined || after === undefined) {
		return;
	}
	const situation = ({readings, topology, rates}: typeof before) => ({readings: readings.last, topology, rates});
	trial.effect = judgeStep(trial.options.step, {
		before: situation(before),
		after: situation(after),
		clamped: trial.toggle.clamped(),
	});
}

/** Seconds that a run may take with a repetition. */
function longestRun({seconds, omit}: TrialOptions): number {
	return 2 * findDeadline({address: '', port: 0, seconds, omit});
}

/** Seconds that a trial takes about, if nothing has to be repeated. `overhead`: what each run takes beside its own seconds. */
export function estimateTrial(
	{seconds, omit, count, overhead = usualOverhead}: Lengths & {readonly overhead?: number},
	evidence: 'pairs' | 'blocks',
): number {
	const runs = noiseRuns + (evidence === 'pairs' ? 2 : 3) * count;
	return runs * (seconds + omit + overhead);
}

/** What each run of a trial took beside its own seconds, repetitions and all. */
export function measureOverhead({runs, options}: Trial, elapsed: number): number {
	return runs.length === 0 ? usualOverhead : elapsed / runs.length - options.seconds - options.omit;
}

type Lengths = Pick<TrialOptions, 'seconds' | 'omit' | 'count'>;
