import type {Finding, SilentRule, Verdict} from '../../model/findings.ts';
import {describeInput, isEssential, listMissing, readAt} from './inputs.ts';
import type {Judgement, Rule} from './rule.ts';
import {createScene, type Moment, type Scene, type SceneMemory} from './scene.ts';
import {chooseVerdict, describeNoLimit} from './verdict.ts';

/** What is remembered of each rule and of the load from tick to tick, so that findings do not flap. */
export interface FindingsMemory extends SceneMemory {
	readonly rules: Readonly<Record<string, RuleMemory>>;
	/** The last ticks, the newest in the lowest bit: 1 where the tunnel was under load. */
	readonly load: number;
	/** What the newest tick under load said where no rule had anything to say: between two ticks of load it still holds. */
	readonly unlimited?: Verdict | undefined;
}

interface RuleMemory {
	/** The last ticks, the newest in the lowest bit: 1 where the rule agreed. */
	readonly agreed: number;
	/** When what it judges was read last. */
	readonly readAt?: number | undefined;
	/** Raised; of the newest tick that agreed, and when that was. */
	readonly finding?: RaisedFinding | undefined;
	readonly agreedAt?: number | undefined;
}

interface RaisedFinding extends Finding {
	readonly independent: boolean;
}

export const initialMemory: FindingsMemory = {rules: {}, load: 0, egress: []};

/** What the rules say at one tick. */
export interface Diagnosis {
	/** In the order of their causes. */
	readonly findings: readonly Finding[];
	readonly verdict: Verdict;
	readonly silent: readonly SilentRule[];
	readonly memory: FindingsMemory;
}

/**
Goes through the rules in their order, which is that of causes, and remembers what each said. A finding stays as its newest
tick put it. One that another raised finding explains names it as its cause.
*/
export function judgeRules(rules: readonly Rule[], moment: Moment, memory: FindingsMemory): Diagnosis {
	const raised = new Map<string, Finding>();
	const scene = createScene(moment, memory, raised);
	const absent = listMissing(scene);
	const silent: SilentRule[] = [];
	let isBlind = false;
	const next: Record<string, RuleMemory> = {};
	for (const rule of rules) {
		const missing = absent.size === 0 ? [] : rule.needs.filter(input => absent.has(input));
		if (missing.length > 0) {
			isBlind ||= missing.some(isEssential);
			silent.push({id: rule.id, needs: missing.map(describeInput).join('; ')});
		}

		const judged = judgeRule(rule, scene, memory.rules[rule.id] ?? {agreed: 0}, missing.length === 0);
		next[rule.id] = judged;
		if (judged.finding !== undefined) {
			raised.set(rule.id, judged.finding);
		}
	}

	const load = remember(memory.load, scene.load.level === 'load');
	const unlimited = scene.load.level === 'load' ? describeNoLimit(scene, isBlind) : memory.unlimited;
	const findings = rules.flatMap(rule => foldUnderCause(rule, next[rule.id]?.finding, rules, raised));
	return {
		findings,
		verdict: chooseVerdict(findings, scene, wasUnderLoad(load) ? unlimited : undefined),
		silent,
		memory: {rules: next, load, unlimited, at: moment.at, egress: scene.egress},
	};
}

/** So many ticks fit into one number. */
const rememberedTicks = 30;

function remember(ticks: number, agreed: boolean): number {
	return ((ticks << 1) | Number(agreed)) & ((1 << rememberedTicks) - 1);
}

function lastTicks(ticks: number, count: number): number {
	return ticks & ((1 << Math.min(count, rememberedTicks)) - 1);
}

function countTicks(ticks: number): number {
	let count = 0;
	for (let rest = ticks; rest > 0; rest >>>= 1) {
		count += rest & 1;
	}

	return count;
}

/** A pause of a few ticks is none: scenarios follow one another. */
function wasUnderLoad(load: number): boolean {
	return lastTicks(load, 4) > 0;
}

/** Seconds between two ticks of a rule, however often the machine is read: what lasts counts, not what flickers. */
const shortestTick = 0.9;

/** Seconds. Figures of a shorter interval are mostly noise: `/proc/stat` counts in hundredths of a second. */
const shortestInterval = 0.15;

function judgeRule(rule: Rule, scene: Scene, memory: RuleMemory, isAble: boolean): RuleMemory {
	const at = findTick(rule, scene, isAble);
	if (at === undefined || (memory.readAt !== undefined && at - memory.readAt < shortestTick)) {
		return memory;
	}

	const held = memory.finding !== undefined;
	const judgement = isAble && isDue(rule, scene) ? rule.judge(scene, held) : undefined;
	const agreed = remember(memory.agreed, judgement !== undefined);
	const isRaised = held
		? lastTicks(agreed, rule.falls) > 0
		: judgement !== undefined && countTicks(lastTicks(agreed, 2 * rule.rises)) >= rule.rises;
	const agreedAt = judgement === undefined ? memory.agreedAt : at;
	const finding = judgement === undefined ? holdFinding(memory, at) : createFinding(rule, judgement);
	return {agreed, readAt: at, ...(isRaised && finding !== undefined && {finding, agreedAt})};
}

/**
When what is judged was read. What cannot be read any more is forgotten tick by tick too. Rates of too short an interval are
no tick at all.
*/
function findTick({needs: [input]}: Rule, {readings, previous, at}: Scene, isAble: boolean): number | undefined {
	if (!isAble) {
		return at.monotonic;
	}

	const now = readAt(input, readings);
	const before = readAt(input, previous);
	const isShort = now !== undefined && before !== undefined && now - before < shortestInterval;
	return isShort ? undefined : now;
}

function isDue({during}: Rule, {load}: Scene): boolean {
	return during === 'always' || load.level === 'load' || (during === 'traffic' && load.level === 'traffic');
}

function createFinding(rule: Rule, judgement: Judgement): RaisedFinding {
	const {text, evidence, severity = rule.severity, steps = rule.steps, independent = false} = judgement;
	return {
		id: rule.id,
		severity,
		text,
		evidence,
		refutedBy: rule.refutedBy,
		steps,
		...(rule.guide !== undefined && {guide: rule.guide}),
		independent,
	};
}

/** A finding that this tick does not agree to keeps its figures, and says how old they are. */
function holdFinding({finding, agreedAt = 0}: RuleMemory, at: number): RaisedFinding | undefined {
	return finding && {...finding, heldFor: at - agreedAt};
}

/** A hint explains nothing. */
function isLimiting(finding: Finding | undefined): boolean {
	return finding?.severity === 'fault' || finding?.severity === 'limit';
}

function foldUnderCause(
	{symptomOf = []}: Rule,
	found: RaisedFinding | undefined,
	rules: readonly Rule[],
	raised: ReadonlyMap<string, Finding>,
): Finding[] {
	if (found === undefined) {
		return [];
	}

	const {independent, ...finding} = found;
	const cause = independent
		? undefined
		: rules.find(({id}) => symptomOf.includes(id) && isLimiting(raised.get(id)))?.id;
	return [cause === undefined ? finding : {...finding, cause}];
}
