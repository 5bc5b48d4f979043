import {expect, test} from 'vitest';
import {Interrupted, NotPutBack} from '../../source/bench/bench-error.ts';
import {findScenario, type Scenario} from '../../source/bench/scenarios.ts';
import {noiseRuns, runTrial, type TrialOptions} from '../../source/bench/trial.ts';
import {planPairs} from '../../source/bench/trial-plan.ts';
import type {ScenarioEvent, TrialEvent} from '../../source/model/events.ts';
import type {Setting, TuningStep} from '../../source/model/tuning.ts';
import {listInForce} from '../../source/tuning/in-force.ts';
import {confirm, undoStep} from '../../source/tuning/undo.ts';
import {formatRun, setUpLoad} from '../helpers/load.ts';
import {createNoisyMachine} from '../helpers/noisy-machine.ts';
import {budget, budgetFile, knobs, listNotices, makeStep, readKnobs} from '../helpers/tuning.ts';

const step = makeStep({id: 'bigger', wishes: [{setting: budget, to: '600'}]});
const quiet = {variation: 0.01, drift: 0, dips: 0};

function makeOptions(parts: Partial<TrialOptions> = {}): TrialOptions {
	const scenario = findScenario('tcp-forward') as Scenario;
	return {step, scenario, seconds: 10, omit: 3, count: 7, seed: 5, ...parts};
}

/** A machine on which the wished value is worth `effect`, behind such noise. */
function setUpEffect(effect: number, {noise = quiet, seed = 1, file = budgetFile, wished = '600'} = {}) {
	const noisy = createNoisyMachine(noise, seed);
	const parts = setUpLoad((_, {machine}) => formatRun(noisy.run(machine.read(file) === wished ? effect : 0)));
	return {...parts, before: readKnobs(parts.machine)};
}

test('a step that helps is better, and the machine is as it was', async () => {
	const {tools, machine, before, fold} = setUpEffect(0.2);
	const {verdict, noise, detectable, reason} = await runTrial(makeOptions(), tools);
	expect(verdict).toMatchObject({word: 'better', evidence: 'pairs', count: 7});
	expect(verdict?.change).toBeCloseTo(0.2, 1);
	expect(reason).toBeUndefined();
	expect(noise?.runs).toBe(noiseRuns);
	expect(detectable).toBeLessThan(0.1);
	expect(readKnobs(machine)).toEqual(before);
	expect(listInForce(fold())).toEqual([]);
});

test.each([1, 2, 3, 4, 5, 6])('a step that does nothing is not better, with seed %i', async seed => {
	const {tools} = setUpEffect(0, {noise: {variation: 0.04, drift: 0.01, dips: 0.02}, seed});
	const {verdict} = await runTrial(makeOptions({seed}), tools);
	expect(['same', 'inconclusive', undefined]).toContain(verdict?.word);
});

test('runs stand in the order that was drawn by lot, each one told with its side', async () => {
	const {tools, events} = setUpEffect(0.2);
	const {id} = await runTrial(makeOptions({seed: 9}), tools);
	const runs = events.filter((event): event is ScenarioEvent => event.type === 'scenario' && event.change === 'ended');
	const order = planPairs(7, 9).join('').toLowerCase();
	expect(runs.map(({side}) => side).join('')).toBe('a'.repeat(noiseRuns) + order);
	expect(new Set(runs.map(({trial}) => trial))).toEqual(new Set([id]));
	expect(runs.every(({raw, figures}) => raw !== undefined && figures?.goodput !== undefined)).toBe(true);
});

test('what is to be shown is told before the step is tried', async () => {
	const {tools, events} = setUpEffect(0.2);
	await runTrial(makeOptions(), tools);
	const told = events.filter((event): event is TrialEvent => event.type === 'trial');
	expect(told.map(({change}) => change)).toEqual(['started', 'measured', 'ended']);
	expect(told[0]?.plan).toEqual({evidence: 'pairs', count: 7, seed: 5});
	expect(told[1]?.noise).toEqual({variation: expect.any(Number), detectable: expect.any(Number)});
	expect(told[2]?.verdict?.word).toBe('better');
	const measured = events.indexOf(told[1] as TrialEvent);
	const firstWith = events.findIndex(event => event.type === 'scenario' && event.side === 'b');
	expect(measured).toBeLessThan(firstWith);
});

test('it is put in under a guard only, that waits for longer than the runs take', async () => {
	const {tools, armed, fold} = setUpEffect(0);
	await runTrial(makeOptions(), tools);
	const {transactions} = fold();
	expect(armed).toEqual(transactions.map(({id}) => id));
	expect(transactions.every(({within = 0, phase}) => within > 2 * 13 && phase === 'reverted')).toBe(true);
	// Two runs with the step that follow each other need no change between them.
	expect(transactions.length).toBeLessThan(7);
});

test('what cannot be toggled is compared in blocks, with a return', async () => {
	const mtu: Setting = {kind: 'mtu', device: 'wt0'};
	const slow = makeStep({id: 'mtu', wishes: [{setting: mtu, to: '1420'}]});
	const {tools, fold, machine, before, events} = setUpEffect(0.2, {file: '/sys/class/net/wt0/mtu', wished: '1420'});
	const {verdict, evidence} = await runTrial(makeOptions({step: slow, count: 4}), tools);
	expect({evidence, verdict}).toMatchObject({
		evidence: 'blocks',
		verdict: {word: 'better', evidence: 'blocks', count: 4},
	});
	const runs = events.filter(event => event.type === 'scenario' && event.change === 'ended') as ScenarioEvent[];
	expect(runs.map(({side}) => side).join('')).toBe(`${'a'.repeat(noiseRuns)}aaaabbbbaaaa`);
	expect(fold().transactions).toHaveLength(1);
	expect(readKnobs(machine)).toEqual(before);
});

test('runs that differ too much by themselves are told, and the step is not even tried', async () => {
	const {tools, machine} = setUpEffect(0, {noise: {variation: 0.25, drift: 0, dips: 0}});
	const {verdict, reason} = await runTrial(makeOptions(), tools);
	expect(verdict).toBeUndefined();
	expect(reason).toMatch(/^runs differ by \d+\.\d % without any change: too noisy for a verdict$/);
	expect(machine.acts.filter(act => act.startsWith('write'))).toEqual([]);
});

test('where noise is no reason to stop, a change that the noise alone may make is none', async () => {
	const seeds = Array.from({length: 60}, (_, seed) => seed);
	const words = seeds.map(async seed => {
		const {tools} = setUpEffect(0, {noise: {variation: 0.25, drift: 0, dips: 0}, seed});
		return (await runTrial(makeOptions({despiteNoise: true, count: 5, seed}), tools)).verdict?.word;
	});
	const claims = (await Promise.all(words)).filter(word => word !== 'inconclusive' && word !== 'same');
	expect(claims.length).toBeLessThanOrEqual(2);
});

test('where noise is no reason to stop, a change that is large enough shows all the same', async () => {
	const noise = {variation: 0.25, drift: 0, dips: 0};
	const large = setUpEffect(3, {noise});
	const {verdict, detectable} = await runTrial(makeOptions({despiteNoise: true}), large.tools);
	expect(verdict?.word).toBe('better');
	expect(detectable).toBeGreaterThan(0.3);
	const none = setUpEffect(0, {noise});
	expect((await runTrial(makeOptions({despiteNoise: true}), none.tools)).verdict?.word).toBe('inconclusive');
});

test('a pair that fell out of the noise is run again', async () => {
	const {tools, runs} = setUpLoad(run => formatRun(run === noiseRuns + 3 ? 5e8 : 1e9 + run * 1e5));
	const {verdict} = await runTrial(makeOptions(), tools);
	expect(runs()).toBe(noiseRuns + 2 * 8);
	expect(verdict?.word).toBe('same');
});

test('a peer that goes in the middle ends the trial, and the step is out', async () => {
	const {tools, machine, fold, events} = setUpLoad((run, parts) => {
		const isIn = parts.machine.read(budgetFile) === '600';
		return isIn && run > 10
			? '{"start": {}, "intervals": [], "end": {}, "error": "unable to connect to server: Connection refused"}'
			: formatRun(1e9);
	});
	const {verdict, reason} = await runTrial(makeOptions(), tools);
	expect({verdict, reason}).toEqual({verdict: undefined, reason: expect.stringMatching(/no iperf3 server answers/)});
	expect(machine.read(budgetFile)).toBe('300');
	expect(listInForce(fold())).toEqual([]);
	expect(events.at(-1)).toMatchObject({type: 'trial', change: 'ended', reason});
});

test('runs that may not be believed end it with their reason', async () => {
	const {tools, machine} = setUpLoad((_, parts) =>
		formatRun(1e9, {seconds: parts.machine.read(budgetFile) === '600' ? 4 : 10}).replace(
			'"duration": 4',
			'"duration": 10',
		),
	);
	const {reason} = await runTrial(makeOptions(), tools);
	expect(reason).toMatch(/^no run with the step may be believed: measured 4\.00 s instead of 10 s/);
	expect(machine.read(budgetFile)).toBe('300');
});

test('an interrupt while the step is in takes it out first', async () => {
	const {tools, machine, abort, fold, events} = setUpLoad((_, parts) => {
		if (parts.machine.read(budgetFile) === '600') {
			abort.abort();
		}
		return formatRun(1e9);
	});
	await expect(runTrial(makeOptions(), tools)).rejects.toThrow(Interrupted);
	expect(machine.read(budgetFile)).toBe('300');
	expect(listInForce(fold())).toEqual([]);
	expect(events.at(-1)).toMatchObject({type: 'trial', change: 'ended', reason: 'interrupted'});
});

test('a step that was in force is taken out for the comparison, and is in force again after it', async () => {
	const {
		tools,
		machine,
		apply,
		fold,
		tools: {tuning},
	} = setUpEffect(0.2);
	await apply('bigger', [{setting: budget, to: '600'}]);
	const {verdict, toggle} = await runTrial(makeOptions(), tools);
	expect(verdict?.word).toBe('better');
	expect(toggle.wasInForce).toBe(true);
	expect(machine.read(budgetFile)).toBe('600');
	expect(listInForce(fold())).toMatchObject([{original: '300', ours: '600'}]);
	expect(await undoStep('bigger', {}, tuning)).toMatchObject({kind: 'undone'});
	expect(machine.read(budgetFile)).toBe('300');
});

test('a step in force is what it was after the comparison, whatever it would want today', async () => {
	const {tools, machine, apply, fold} = setUpEffect(0.2);
	await apply('bigger', [{setting: budget, to: '600'}]);
	const fickle = {...step, plan: () => ({unavailable: 'no path could be measured'})};
	const {verdict} = await runTrial(makeOptions({step: fickle}), tools);
	expect(verdict?.word).toBe('better');
	expect(machine.read(budgetFile)).toBe('600');
	expect(listNotices(machine)).toEqual([]);
	expect(listInForce(fold())).toMatchObject([{original: '300', ours: '600'}]);
});

test('a step that would want more today is compared as that, and is what it was after it', async () => {
	const {tools, machine, apply, fold} = setUpEffect(0.2, {wished: '900'});
	await apply('bigger', [{setting: budget, to: '600'}]);
	const more = makeStep({id: 'bigger', wishes: [{setting: budget, to: '900'}]});
	const {verdict, toggle} = await runTrial(makeOptions({step: more}), tools);
	expect(verdict?.word).toBe('better');
	expect(listInForce(fold())).toMatchObject([{original: '300', ours: '600'}]);
	expect(machine.read(budgetFile)).toBe('600');
	await toggle.keep();
	expect(listInForce(fold())).toMatchObject([{original: '300', ours: '900'}]);
	expect(listNotices(machine)).toEqual([]);
});

test('a step that was in force and cannot be set again is told as what it is', async () => {
	const {tools, apply} = setUpLoad((run, {machine}) => {
		if (run === noiseRuns - 1) {
			machine.refuse.set(budgetFile, 'EIO');
		}
		return formatRun(1e9);
	});
	await apply('bigger', [{setting: budget, to: '600'}]);
	const running = runTrial(makeOptions(), tools);
	await expect(running).rejects.toThrow(NotPutBack);
	await expect(running).rejects.toThrow(/^bigger was in force, and could not be set again: .*EIO/);
});

test('who kills the comparison of a step that was in force is told that it is out', async () => {
	const told: (readonly string[])[] = [];
	const {tools, machine, apply} = setUpLoad((_, parts) => {
		// What the next nbtop would find, if this one had ended here.
		if (parts.machine.read(budgetFile) === '300') {
			told.push(listNotices(parts.machine));
		}
		return formatRun(1e9);
	});
	await apply('bigger', [{setting: budget, to: '600'}]);
	await runTrial(makeOptions(), tools);
	expect(new Set(told.map(each => each.join()))).toEqual(
		new Set(["'Do bigger' (bigger-1) was put back: taken out for a comparison, which was to set it again in the end"]),
	);
	expect(listNotices(machine)).toEqual([]);
});

test('a value that somebody else changes meanwhile is left to them, and that is said', async () => {
	const {tools, machine} = setUpLoad((_, parts) => {
		if (parts.machine.read(budgetFile) === '600') {
			parts.machine.files.set(budgetFile, '4711\n');
		}
		return formatRun(1e9);
	});
	await expect(runTrial(makeOptions(), tools)).rejects.toThrow(NotPutBack);
	expect(machine.read(budgetFile)).toBe('4711');
	await expect(runTrial(makeOptions(), tools)).rejects.toThrow(/somebody else|4711/);
});

test('a step that somebody undoes meanwhile ends the trial', async () => {
	const {tools, machine} = setUpLoad((_, parts) => {
		if (parts.machine.read(budgetFile) === '600') {
			undone = undoStep('bigger', {}, parts.tools);
		}
		return formatRun(1e9);
	});
	let undone: Promise<unknown> | undefined;
	const {reason} = await runTrial(makeOptions(), tools);
	await undone;
	expect(reason).toMatch(/somebody else has undone bigger/);
	expect(machine.read(budgetFile)).toBe('300');
});

test('one that somebody confirms meanwhile is taken out all the same', async () => {
	const {tools, machine, fold} = setUpLoad((_, parts) => {
		void confirm(undefined, parts.tools);
		return formatRun(1e9);
	});
	await runTrial(makeOptions(), tools);
	expect(machine.read(budgetFile)).toBe('300');
	expect(listInForce(fold())).toEqual([]);
});

test.each<[Partial<TuningStep>, RegExp]>([
	[{plan: () => ({unavailable: 'it has one queue'})}, /bigger cannot be compared: it has one queue/],
	[{plan: () => ({wishes: [{setting: budget, to: '300'}]})}, /bigger cannot be compared: everything it wants is so/],
])('a step that changes nothing cannot be compared, and nothing is run for it', async (parts, message) => {
	const {tools, events, runs} = setUpEffect(0);
	await expect(runTrial(makeOptions({step: {...step, ...parts}}), tools)).rejects.toThrow(message);
	expect({events, runs: runs()}).toEqual({events: [], runs: 0});
});

test('a guard that does not stand ready, and another step that waits, keep it from beginning', async () => {
	const {tools, apply, machine, events} = setUpEffect(0);
	const arm = () => Promise.reject(new Error('no guard'));
	const {reason} = await runTrial(makeOptions(), {...tools, tuning: {...tools.tuning, arm}});
	expect(reason).toMatch(/bigger could not be applied: no guard/);
	await apply('other', [{setting: {kind: 'sysctl', name: 'net.core.dev_weight'}, to: '128'}], 60);
	// Nobody guards it: it is put back, as every nbtop that may write does, and that is told.
	await runTrial(makeOptions(), tools);
	expect(readKnobs(machine)).toMatchObject(knobs);
	expect(events).toContainEqual(
		expect.objectContaining({type: 'note', text: expect.stringMatching(/'Do other' .* was put back/)}),
	);
});

test('an error of the program itself is not taken for the end of a measurement, and the step is out all the same', async () => {
	const {tools, machine} = setUpLoad((_, parts) => {
		if (parts.machine.read(budgetFile) === '600') {
			throw new TypeError('a fault of the program');
		}
		return formatRun(1e9);
	});
	await expect(runTrial(makeOptions(), tools)).rejects.toThrow(TypeError);
	expect(machine.read(budgetFile)).toBe('300');
});
