import type {Finding} from '../../model/findings.ts';
import type {StepVerdict} from '../../model/journal.ts';
import type {Plan, Situation, TuningStep} from '../../model/tuning.ts';
import {rememberWhileSame} from '../../session/remember.ts';
import {readTuning, toSituation} from '../../session/situation.ts';
import type {State} from '../../session/state.ts';
import {findOpen, listSteps} from '../../tuning/in-force.ts';
import type {JournalState, Transaction} from '../../tuning/journal.ts';
import {notBeforeRestart} from '../../tuning/recover.ts';
import {steps} from '../../tuning/steps.ts';
import {formatClock} from '../format.ts';
import {rememberLast} from '../remember-last.ts';
import type {Tone} from '../theme.ts';

/** A step as it stands now. */
export interface StepLine {
	readonly step: TuningStep;
	readonly state: string;
	readonly tone: Tone;
	/** The ids of the findings that name it. */
	readonly findings: readonly string[];
}

/** Every step in the order of its keys: in force, waiting, ready, so already, or why not now. The same list while nothing is another. */
export function describeSteps(state: State): readonly StepLine[] {
	const tuning = readTuning(state);
	const findings = state.findings.length === 0 ? none : state.findings;
	const now = findOpen(tuning) === undefined ? undefined : state.snapshot?.at.monotonic;
	return describeAll(tuning, findings, now, ...planSteps(state));
}

const none: readonly Finding[] = [];

const describeAll = rememberLast(
	(
		tuning: JournalState,
		findings: readonly Finding[],
		now: number | undefined,
		...plans: readonly Plan[]
	): readonly StepLine[] => {
		const inForce = new Set(listSteps(tuning));
		return steps.map((step, index) => ({
			step,
			...(describeJournal(step, tuning, {inForce, now}) ?? describePlan(step, plans[index])),
			findings: findings.filter(finding => finding.steps.includes(step.id)).map(({id}) => id),
		}));
	},
);

type Words = Pick<StepLine, 'state' | 'tone'>;

interface Moment {
	readonly inForce: ReadonlySet<string>;
	/** Seconds, monotonic. */
	readonly now: number | undefined;
}

/** What tuning has done with it. */
function describeJournal({id}: TuningStep, tuning: JournalState, {inForce, now}: Moment): Words | undefined {
	const open = findOpen(tuning);
	if (open?.step === id) {
		return {state: describeOpen(open, now), tone: 'warning'};
	}
	const applied = tuning.transactions.filter(each => each.step === id);
	if (inForce.has(id)) {
		const since = applied.find(({writes}) => writes.length > 0)?.opened.wall;
		const verdict = applied.findLast(({writes}) => writes.length > 0)?.verdict;
		const when = since === undefined ? '' : ` since ${formatClock(since)}`;
		return {state: `in force${when}${shorten(verdict)}`, tone: 'good'};
	}
	const last = applied.at(-1);
	return last?.phase === 'reverted' && last.verdict?.kind === 'refused'
		? {state: `refused: ${last.verdict.reason}`, tone: 'warning'}
		: undefined;
}

function describeOpen({phase, deadline = 0}: Transaction, now: number | undefined): string {
	switch (phase) {
		case 'waiting':
			return `c keeps it${now === undefined ? '' : `, else undone in ${Math.max(0, Math.round(deadline - now))} s`}`;
		case 'reverting':
			return 'is being put back';
		case 'outlasted':
			return `u undoes it: ${notBeforeRestart}`;
		default:
			return 'is being applied';
	}
}

function shorten(verdict: StepVerdict | undefined): string {
	switch (verdict?.kind) {
		case 'effective':
			return ', effective';
		case 'no effect seen':
			return ', no effect seen';
		case 'clamped':
			return `, clamped: ${verdict.values.join('; ')}`;
		default:
			return '';
	}
}

function describePlan(step: TuningStep, plan: Plan | undefined): Words {
	if (plan === undefined) {
		return {state: 'not known yet', tone: 'faint'};
	}
	if ('unavailable' in plan) {
		if (plan.unprobed) {
			return {state: 'ready: measures the paths first', tone: 'normal'};
		}
		return {state: `${plan.holds ? 'already so' : 'not now'}: ${plan.unavailable}`, tone: 'faint'};
	}
	const {length} = plan.wishes;
	const risk = step.risk === 'none' ? '' : ` (${step.risk})`;
	return {state: `ready: ${length} ${length === 1 ? 'setting' : 'settings'}${risk}`, tone: 'normal'};
}

/** The plans for the newest sample. */
function planSteps(state: State): readonly Plan[] {
	const situation = toSituation(state);
	return state.snapshot === undefined ? [] : planners.map(plan => plan(situation));
}

const planners = steps.map(step => rememberWhileSame((situation: Situation) => step.plan(situation)));
