import {expect, test, vi} from 'vitest';
import type {Situation} from '../../source/model/tuning.ts';
import {backlogBudget} from '../../source/tuning/steps/backlog-budget.ts';
import type {Tuner} from '../../source/tuning/tuner.ts';
import {findObstacle} from '../../source/tuning/tuner-status.ts';
import {setUpTuner, type TunerBench} from '../helpers/tuner.ts';
import {backlog, backlogFile, budget, budgetFile, makeStep, weight, weightFile} from '../helpers/tuning.ts';

const wishes = [
	{setting: budget, to: '600'},
	{setting: backlog, to: '10000'},
];
const step = makeStep({id: 'both', wishes});
const risky = makeStep({id: 'risky', wishes, risk: 'may cut the connection'});

async function ready(tuner: Tuner): Promise<void> {
	await vi.waitFor(() => expect(tuner.status().look?.preview).toBeDefined());
}

/** Looks at the step, applies it, and waits until it is written. */
async function apply({tuner, settle}: TunerBench, wanted = step): Promise<void> {
	tuner.look(wanted);
	await ready(tuner);
	tuner.apply();
	await settle();
}

test('what has not been seen is not applied', async () => {
	const {machine, tuner, settle} = setUpTuner();
	tuner.look(step);
	tuner.apply();
	await settle();
	expect(tuner.status().answer).toBe('it is still being looked at');
	expect(machine.read(budgetFile)).toBe('300');
	tuner.close();
});

test('looking changes nothing, not even the state folder', async () => {
	const {machine, tuner} = setUpTuner();
	tuner.look(backlogBudget);
	await ready(tuner);
	expect(tuner.status().look?.preview?.changes.map(({label, from, to}) => [label, from, to])).toContainEqual([
		'net.core.netdev_budget',
		'300',
		'600',
	]);
	expect(machine.acts).toEqual([]);
	tuner.close();
});

test('a key that is pressed twice applies once, and what was applied is not applied again', async () => {
	const bench = setUpTuner();
	const {machine, tuner, settle} = bench;
	tuner.look(step);
	await ready(tuner);
	tuner.apply();
	tuner.apply();
	await settle();
	expect(machine.acts.filter(act => act === `write ${budgetFile} 600`)).toHaveLength(1);
	expect(tuner.status().run).toMatchObject({phase: 'watching', result: {kind: 'applied'}});
	tuner.close();
});

test('the effect is judged from samples after the change, against those before it', async () => {
	const seen = vi.fn(
		(before: Situation, after: Situation) => (before.rates.self?.cpuPercent ?? 0) > (after.rates.self?.cpuPercent ?? 0),
	);
	const bench = setUpTuner();
	const {tuner, sample} = bench;
	let used = 0;
	const tick = (percent: number): void => {
		used += percent / 100;
		sample(1, {self: {at: bench.machine.time + 1, value: {cpuSeconds: used, residentBytes: 1}}});
	};
	tick(0);
	tuner.look(makeStep({id: 'both', wishes, seen}));
	await ready(tuner);
	tick(90);
	tick(90);
	tuner.apply();
	await bench.settle();
	for (const percent of [90, 10, 10, 10, 10]) {
		tick(percent);
	}
	expect(tuner.status().run?.verdict).toBeUndefined();
	tick(10);
	await vi.waitFor(() => expect(tuner.status().run).toMatchObject({phase: 'over', verdict: {kind: 'effective'}}));
	const [before, after] = seen.mock.calls[0] ?? [];
	expect(before?.rates.self?.cpuPercent).toBeCloseTo(90);
	expect(after?.rates.self?.cpuPercent).toBeCloseTo(10);
	expect(bench.other.fold().transactions[0]?.verdict?.kind).toBe('effective');
	tuner.close();
});

test('nothing else begins while an effect is being watched', async () => {
	const bench = setUpTuner();
	await apply(bench);
	bench.tuner.look(makeStep({id: 'other', wishes: [{setting: budget, to: '900'}]}));
	await ready(bench.tuner);
	expect(findObstacle(bench.tuner.status())).toBe("one at a time: the effect of 'Do both' is being watched");
	bench.tuner.apply();
	await bench.settle();
	expect(bench.machine.read(budgetFile)).toBe('600');
	bench.tuner.close();
});

test('a guarded step waits for its own key, and a second one waits for that', async () => {
	const bench = setUpTuner();
	const {machine, tuner, settle} = bench;
	await apply(bench, risky);
	machine.time += 10;
	expect(bench.other.fold().transactions[0]).toMatchObject({phase: 'waiting', within: 60});
	bench.sample(1);
	bench.sample(5);
	await vi.waitFor(() => expect(tuner.status().run?.phase).toBe('over'));
	tuner.look(makeStep({id: 'other', wishes: [{setting: budget, to: '900'}]}));
	await ready(tuner);
	expect(findObstacle(tuner.status())).toBe("one at a time: 'Do risky' waits to be confirmed");
	tuner.apply();
	await settle();
	expect(machine.read(budgetFile)).toBe('600');
	tuner.confirm();
	await settle();
	expect(bench.other.fold().transactions[0]?.phase).toBe('kept');
	tuner.close();
});

test('a key that was typed before the change was complete confirms nothing', async () => {
	const bench = setUpTuner();
	const {machine, tuner, settle} = bench;
	await apply(bench, risky);
	machine.time += 0.2;
	tuner.confirm();
	await settle();
	expect(tuner.status().answer).toContain('pressed before the change was complete');
	machine.time += 0.2;
	tuner.confirm();
	await settle();
	expect(bench.other.fold().transactions[0]?.phase).toBe('kept');
	tuner.close();
});

test('what is being written is brought to its end before the program may', async () => {
	const {promise: whileArming, resolve: arm} = Promise.withResolvers<void>();
	const bench = setUpTuner({whileArming});
	const {machine, tuner} = bench;
	tuner.look(risky);
	await ready(tuner);
	tuner.apply();
	await vi.waitFor(() => expect(tuner.status().journal.transactions).toHaveLength(1));
	let isFinished = false;
	const finished = tuner.finish().then(() => {
		isFinished = true;
	});
	tuner.undo();
	expect(tuner.status().undoing?.results).toEqual([
		{kind: 'refused', reason: "one at a time: 'Do risky' is being applied"},
	]);
	await new Promise(resolve => setTimeout(resolve, 20));
	expect([isFinished, machine.read(budgetFile)]).toEqual([false, '300']);
	arm();
	await finished;
	expect([machine.read(budgetFile), machine.read(backlogFile)]).toEqual(['600', '10000']);
	tuner.close();
});

test('what a guard or another nbtop does is seen without a sample', async () => {
	const bench = setUpTuner();
	const {tuner, other} = bench;
	await apply(bench, risky);
	other.journal.append({type: 'reverting', id: 'risky-1', reason: 'not confirmed within 60 s'});
	await vi.waitFor(() => expect(tuner.status().journal.transactions[0]?.phase).toBe('reverting'));
	other.journal.append({type: 'reverted', id: 'risky-1', reason: 'not confirmed within 60 s'});
	await vi.waitFor(() => expect(tuner.status().journal.transactions[0]?.phase).toBe('reverted'));
	await vi.waitFor(() => expect(tuner.status().run?.phase).toBe('over'));
	tuner.close();
});

test('undoing that is refused can be forced, and only that step is', async () => {
	const bench = setUpTuner();
	const {machine, tuner, settle} = bench;
	await apply(bench);
	machine.files.set(budgetFile, '450\n');
	tuner.undo();
	await settle();
	expect(tuner.status().undoing?.results).toMatchObject([
		{kind: 'conflict', conflicts: [{original: '300', ours: '600', theirs: '450'}]},
	]);
	await bench.other.apply('newer', [{setting: weight, to: '128'}]);
	tuner.undo({force: true});
	await settle();
	expect(tuner.status().undoing?.results).toMatchObject([{kind: 'undone', step: 'both'}]);
	expect([budgetFile, backlogFile, weightFile].map(machine.read)).toEqual(['300', '1000', '128']);
	tuner.close();
});

test.each([
	['not as root', {facts: {root: false}}, 'tuning needs root: start nbtop with sudo'],
	['not with --read-only', {options: {refusal: 'only looking'}}, 'only looking'],
])('%s', async (_, parts, reason) => {
	const bench = setUpTuner(parts);
	bench.sample(1);
	await apply(bench);
	expect(bench.tuner.status()).toMatchObject({answer: reason, refusal: reason});
	bench.tuner.undo({all: true});
	bench.tuner.confirm();
	await bench.settle();
	expect(bench.machine.acts).toEqual([]);
	bench.tuner.close();
});

test('without a journal nothing is applied, in the machine’s own words', async () => {
	const bench = setUpTuner({
		options: {
			open: () => {
				throw new Error('without a journal nothing is changed: EACCES');
			},
		},
	});
	await apply(bench);
	expect(bench.tuner.status().run).toMatchObject({
		phase: 'over',
		result: {kind: 'refused', reason: 'without a journal nothing is changed: EACCES'},
	});
	bench.tuner.close();
});

test('what is over is told until it has been read, then never again', async () => {
	const first = setUpTuner();
	await apply(first, risky);
	first.other.journal.append(
		{type: 'reverting', id: 'risky-1', reason: 'late'},
		{type: 'restored', id: 'risky-1', seq: 1, actual: '300'},
		{type: 'restored', id: 'risky-1', seq: 2, actual: '1000'},
		{type: 'reverted', id: 'risky-1', reason: 'late'},
	);
	first.tuner.close();

	const kindsNow = (): string[] =>
		setUpTuner({on: first.machine})
			.tuner.status()
			.notices.map(({kind}) => kind);
	const second = setUpTuner({on: first.machine});
	expect(second.tuner.status().notices.map(({kind}) => kind)).toEqual(['reverted']);
	expect(kindsNow()).toEqual(['reverted']);
	second.tuner.acknowledge();
	await second.settle();
	expect(second.tuner.status().notices).toEqual([]);
	expect(kindsNow()).toEqual([]);
	second.tuner.close();
});
