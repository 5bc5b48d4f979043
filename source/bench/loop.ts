import type {AutopilotEvent} from '../model/events.ts';
import type {Change, TuningStep} from '../model/tuning.ts';
import type {LoopLog} from './loop-log.ts';
import {usualOverhead} from './repeat.ts';
import type {BenchTools, ScenarioRun} from './run.ts';
import type {Scenario} from './scenarios.ts';
import type {Trial} from './trial.ts';

/** What the guided loop may do. */
export interface LoopOptions {
	/** The steps that may be tried. */
	readonly steps: readonly TuningStep[];
	/** What is measured at the start and at the end. */
	readonly scenarios: readonly Scenario[];
	/** Seconds to measure, and to leave out before, of each run. */
	readonly seconds: number;
	readonly omit: number;
	/** Pairs of each comparison. */
	readonly count: number;
	/** Seconds in all. */
	readonly budget: number;
	/** Says what would be tried first, and changes nothing. */
	readonly dryRun: boolean;
}

/** A step that stays, and what it has set. */
export interface Kept {
	readonly step: TuningStep;
	readonly changes: readonly Change[];
	readonly scenario?: Scenario;
}

/** What the loop has found and done so far. */
export interface Loop {
	readonly id: string;
	readonly options: LoopOptions;
	/** Seconds, monotonic, at which the budget ends. */
	readonly end: number;
	readonly decisions: AutopilotEvent[];
	readonly kept: Kept[];
	/** The newest valid run of each scenario that limits are looked for in. */
	readonly shown: Map<string, ScenarioRun>;
	readonly baseline: ScenarioRun[];
	/** The same scenarios in the end. */
	readonly tuned: ScenarioRun[];
	final?: Trial;
	/** How many steps in a row were of no use. */
	misses: number;
	/** Seconds that a run takes beside its own: as the last comparison was on this machine. */
	overhead: number;
	/** Of a dry run: what would be tried. */
	next?: Next;
}

export interface Next {
	readonly step: TuningStep;
	readonly finding: string;
	readonly scenario: Scenario;
	/** The lines of a shell that would do the same. */
	readonly lines: readonly string[];
	/** Seconds that its comparison takes about. */
	readonly seconds: number;
}

export interface LoopTools extends BenchTools {
	readonly log: LoopLog;
}

/** What was found so long ago was found on another network: milliseconds. */
const oldest = 24 * 3600 * 1000;

/** Begins a loop, or goes on with the one to this peer that a crash has broken off in the last day. */
export function beginLoop(options: LoopOptions, {host, log, emit, peer}: LoopTools): Loop {
	const [started] = log.events;
	const at = host.now();
	const isSame = started?.change === 'started' && started.peer === peer.address && at.wall - started.at.wall < oldest;
	const past = isSame && !options.dryRun ? log.events.filter(({change}) => change === 'decided') : [];
	const id = past.length > 0 && started ? started.loop : `loop-${Math.round(at.wall / 1000)}`;
	const kept = past.flatMap(({step: name, decision, changes = []}): Kept[] => {
		const step = options.steps.find(each => each.id === name);
		return decision === 'kept' && step !== undefined ? [{step, changes}] : [];
	});
	const loop: Loop = {
		...{id, options, kept, decisions: [...past], shown: new Map(), baseline: [], tuned: [], misses: 0},
		overhead: usualOverhead,
		end: at.monotonic + options.budget,
	};
	if (past.length === 0 && !options.dryRun) {
		log.clear();
	}
	const begun: AutopilotEvent = {
		...{type: 'autopilot', at, change: 'started', loop: id, peer: peer.address},
		text:
			past.length === 0
				? `guided loop to ${peer.name ?? peer.address}, for ${Math.round(options.budget / 60)} min at most`
				: `goes on with the loop that was broken off: ${describePast(past)}`,
	};
	emit(begun);
	if (past.length === 0 && !options.dryRun) {
		log.append(begun);
	}
	return loop;
}

function describePast(decisions: readonly AutopilotEvent[]): string {
	return decisions.map(({step = '', decision = ''}) => `${step} ${decision}`).join(', ');
}

export interface Decision {
	readonly step: TuningStep;
	readonly decision: NonNullable<AutopilotEvent['decision']>;
	readonly text: string;
	readonly finding?: string;
	readonly changes?: readonly Change[];
}

/** Notes what was decided: on the disk first. */
export function decide(loop: Loop, {step, ...decision}: Decision, {host, log, emit}: LoopTools): void {
	const event: AutopilotEvent = {
		...{type: 'autopilot', at: host.now(), change: 'decided', loop: loop.id, step: step.id},
		...decision,
	};
	if (!loop.options.dryRun) {
		log.append(event);
	}
	loop.decisions.push(event);
	emit(event);
}

export function endLoop(loop: Loop, text: string, {host, log, emit}: LoopTools): void {
	if (!loop.options.dryRun) {
		log.clear();
	}
	emit({type: 'autopilot', at: host.now(), change: 'ended', loop: loop.id, text});
}
