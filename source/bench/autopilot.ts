import type {Change} from '../model/tuning.ts';
import {listSteps} from '../tuning/in-force.ts';
import {type Preview, previewStep} from '../tuning/preview.ts';
import {wordsOf} from '../tuning/words.ts';
import {wakePeer} from './bench.ts';
import {BenchError, Interrupted, NotPutBack} from './bench-error.ts';
import {type Candidate, describeEnd, findObstacle, listCandidates, type Shown} from './candidates.ts';
import {compareAll} from './final-trial.ts';
import {fixStep} from './fixed-step.ts';
import {lookAnew} from './fresh-look.ts';
import {beginLoop, decide, endLoop, type Loop, type LoopOptions, type LoopTools} from './loop.ts';
import {readPathNow} from './path-now.ts';
import {isValid, runUntilValid, usualOverhead} from './repeat.ts';
import type {Scenario} from './scenarios.ts';
import {canToggle, createToggle, recoverAndTell} from './toggle.ts';
import {estimateTrial, measureOverhead, runTrial, type Trial, type TrialTools} from './trial.ts';

export interface AutopilotTools extends TrialTools, LoopTools {}

export interface AutopilotResult {
	readonly loop: Loop;
	/** Why it ended. */
	readonly ended: string;
	/** The user, or a signal, has ended it. */
	readonly interrupted: boolean;
	/** It could not begin, or had to stop: the path or the server has gone. */
	readonly failed: boolean;
	/** The steps that are in force now, the newest first. */
	readonly inForce: readonly string[];
}

/**
The guided loop: measures, names what limits, tries the step that answers it, keeps it if it is better, and goes on until
nothing is left to try. After a crash it goes on where it was. Each step is in only while it is measured, until it has been
proven. Throws `NotPutBack` when the machine is not as it was meant to be left.
*/
export async function runAutopilot(options: LoopOptions, tools: AutopilotTools): Promise<AutopilotResult> {
	const {journal} = tools.tuning;
	await recoverAndTell(tools);
	const loop = beginLoop(options, tools);
	let interrupted = false;
	let failed = false;
	let ended: string;
	try {
		await prepare(loop, tools);
		ended = await iterate(loop, tools);
		await finish(loop, tools);
	} catch (error) {
		if (error instanceof NotPutBack) {
			throw new NotPutBack(`${error.message}; ${describeInForce(listSteps(journal.read()))}`);
		}
		if (!(error instanceof BenchError || error instanceof Interrupted)) {
			throw error;
		}
		interrupted = error instanceof Interrupted;
		failed = !interrupted;
		ended = interrupted ? 'stopped by the user' : wordsOf(error);
	}
	const inForce = listSteps(journal.read());
	endLoop(loop, `${ended}; ${describeInForce(inForce)}`, tools);
	return {loop, ended, interrupted, failed, inForce};
}

export function describeInForce(steps: readonly string[]): string {
	return steps.length === 0 ? 'no step is in force' : `in force: ${steps.join(', ')} (nbtop undo --all takes it back)`;
}

/** Sees that tuning can help at all, sets again what a crash has taken out, and measures as it is. */
async function prepare(loop: Loop, tools: AutopilotTools): Promise<void> {
	await wakePeer(tools);
	const {topology, findings} = tools.store.getState();
	const tunnel = topology.tunnels.find(each => each.interface === tools.peer.interface);
	if (tunnel?.kind === 'userspace') {
		const told = findings.find(({id}) => id === 'userspace-wireguard')?.text;
		throw new BenchError(
			`tuning cannot help here: ${told ?? `${tunnel.interface} is a userspace tunnel; first let the kernel's WireGuard carry it`}`,
		);
	}
	const {connection} = await readPathNow(tools);
	if (connection === 'relayed') {
		throw new BenchError(
			'tuning cannot help here: the peer is relayed, through a program that no setting of queues and cores makes faster; first get a direct connection (firewall, NAT, UDP ports)',
		);
	}
	await restoreKept(loop, tools);
	loop.baseline.push(...(await measureAll(loop.options.scenarios, loop, tools)));
}

/** What was proven before a crash, and was taken out by it or by a restart. */
async function restoreKept({kept}: Loop, tools: AutopilotTools): Promise<void> {
	const inForce = listSteps(tools.tuning.journal.read());
	for (const {step, changes} of kept.filter(each => !inForce.includes(each.step.id))) {
		await (await createToggle(fixStep(step, changes), tools)).keep();
	}
}

/** Runs scenarios; what those of TCP show is what limits are looked for in. Throws a `BenchError` when none may be believed. */
async function measureAll(scenarios: readonly Scenario[], loop: Loop, tools: AutopilotTools) {
	const {seconds, omit} = loop.options;
	const runs = [];
	for (const scenario of scenarios) {
		const run = await runUntilValid({scenario, seconds, omit}, tools);
		runs.push(run);
		if (isValid(run) && shows(scenario)) {
			loop.shown.set(scenario.id, run);
		}
	}
	if (!runs.some(isValid)) {
		throw new BenchError(`no run may be believed: ${[...new Set(runs.flatMap(({run}) => run.invalid))].join('; ')}`);
	}
	return runs;
}

function shows({id, path}: Scenario): boolean {
	return path === 'overlay' && id.startsWith('tcp');
}

/** So many steps in a row that are of no use are a plateau. */
const mostMisses = 3;

/** Tries step after step; gives why it ended. */
async function iterate(loop: Loop, tools: AutopilotTools): Promise<string> {
	for (;;) {
		const shown = listShown(loop);
		const obstacle = findObstacle(shown);
		if (obstacle !== undefined) {
			throw new BenchError(`tuning cannot help here: ${obstacle}`);
		}
		const candidate = chooseNext(shown, loop);
		if (candidate === undefined) {
			return describeEnd(shown);
		}
		if (loop.misses >= mostMisses) {
			return `a plateau: ${mostMisses} steps in a row changed nothing for the better`;
		}
		const ended = await tryStep(candidate, loop, tools);
		if (ended !== undefined) {
			return ended;
		}
	}
}

function listShown({shown}: Loop): Shown[] {
	return [...shown.values()].flatMap(({scenario, observation}) => (observation ? [{scenario, observation}] : []));
}

/** What was impossible may not be so any more once another step is in: with one queue there is nothing to spread. */
function chooseNext(shown: readonly Shown[], {decisions, options}: Loop): Candidate | undefined {
	const newest = decisions.findLastIndex(({decision}) => decision === 'kept');
	const counts = decisions.filter(({decision}, place) => decision !== 'impossible' || place > newest);
	const tried = new Set(counts.map(({step}) => step));
	return listCandidates(shown).find(({step}) => !tried.has(step) && options.steps.some(({id}) => id === step));
}

/** Compares one step and keeps it if it is better. Gives why the loop ends, where it does. */
async function tryStep(candidate: Candidate, loop: Loop, tools: AutopilotTools): Promise<string | undefined> {
	const {options} = loop;
	const step = options.steps.find(({id}) => id === candidate.step);
	if (step === undefined) {
		return;
	}
	const finding = candidate.finding.id;
	const preview = await previewStep(step, await lookAnew(tools, step), tools.host);
	if (preview.changes.length === 0) {
		decide(loop, {step, decision: 'impossible', text: preview.unavailable ?? 'nothing to change', finding}, tools);
		return;
	}
	const lengths = {...options, overhead: loop.overhead};
	const seconds = estimateTrial(lengths, canToggle(preview) ? 'pairs' : 'blocks');
	if (options.dryRun) {
		const lines = preview.changes.map(({shellLine}) => shellLine);
		loop.next = {step, finding: candidate.finding.text, scenario: candidate.scenario, lines, seconds};
		return 'a dry run: nothing was changed';
	}
	const last = loop.kept.length > 0 ? estimateTrial(lengths, 'blocks') : 0;
	const begun = tools.host.now();
	if (begun.monotonic + seconds + last > loop.end) {
		return 'the budget leaves no time for another comparison';
	}
	const {count, omit} = options;
	const wanted = {
		...{step, scenario: candidate.scenario, seconds: options.seconds, omit, count},
		seed: Math.floor(begun.wall / 1000),
		// Losses make noise of their own, and what ends them shows all the same.
		despiteNoise: candidate.finding.severity === 'fault',
	};
	const trial = await runTrial(wanted, tools);
	loop.overhead = Math.max(usualOverhead, measureOverhead(trial, tools.host.now().monotonic - begun.monotonic));
	return judgeTrial(trial, finding, loop, tools);
}

async function judgeTrial(
	trial: Trial,
	finding: string,
	loop: Loop,
	tools: AutopilotTools,
): Promise<string | undefined> {
	const {verdict, reason = 'broken off', toggle, noise, options} = trial;
	const {step, scenario} = options;
	if (verdict?.word === 'better') {
		await toggle.keep(trial.effect);
		const changes = listChanges(toggle.preview);
		loop.kept.push({step, changes, scenario});
		loop.misses = 0;
		decide(loop, {step, decision: 'kept', text: `${verdict.word}: ${verdict.text}`, finding, changes}, tools);
		await lookAgain(trial, loop, tools);
		return;
	}
	loop.misses += 1;
	const text = verdict === undefined ? reason : `${verdict.word}: ${verdict.text}`;
	decide(loop, {step, decision: 'put back', text, finding}, tools);
	const isTooNoisy = noise?.tooNoisy === true && options.despiteNoise !== true;
	if (verdict === undefined && !isTooNoisy) {
		await expectAnswers(trial, loop, tools);
	}
	return verdict === undefined && isTooNoisy ? reason : undefined;
}

/** What went wrong without the step would go wrong with every other one too. Throws a `BenchError` when it does. */
async function expectAnswers({noise, reason, options}: Trial, loop: Loop, tools: AutopilotTools): Promise<void> {
	if (noise === undefined) {
		throw new BenchError(reason ?? 'no run may be believed');
	}
	await measureAll([options.scenario], loop, tools);
}

function listChanges({changes}: Preview): Change[] {
	return changes.map(({setting, from, to}) => ({setting, from, to}));
}

/** What limits now: the trial's own last run with the step shows one scenario, the others are run again. */
async function lookAgain({runs, options}: Trial, loop: Loop, tools: AutopilotTools): Promise<void> {
	const last = runs.findLast(({side}) => side === 'b');
	if (last?.run.observation !== undefined) {
		loop.shown.set(options.scenario.id, last.run);
	}
	const others = loop.options.scenarios.filter(each => shows(each) && each.id !== options.scenario.id);
	await measureAll(others.length > 0 ? others : [options.scenario], loop, tools);
}

/** Gains do not add up: all that was kept against nothing of it, and the scenarios once more. */
async function finish(loop: Loop, tools: AutopilotTools): Promise<void> {
	if (loop.kept.length > 1) {
		await compareAll(loop, tools);
	}
	const {scenarios, seconds, omit} = loop.options;
	const needed = scenarios.length * (seconds + omit + loop.overhead);
	if (loop.kept.length > 0 && tools.host.now().monotonic + needed <= loop.end) {
		loop.tuned.push(...(await measureAll(scenarios, loop, tools)));
	}
}
