import {expect, test} from 'vitest';
import {runAutopilot} from '../../source/bench/autopilot.ts';
import {runBench} from '../../source/bench/bench.ts';
import {openLoopLog} from '../../source/bench/loop-log.ts';
import {findScenario, type Scenario, scenarios} from '../../source/bench/scenarios.ts';
import {runTrial} from '../../source/bench/trial.ts';
import type {Finding} from '../../source/model/findings.ts';
import {formatAutopilotText} from '../../source/ui/autopilot-text.ts';
import {formatBenchText} from '../../source/ui/bench-text.ts';
import {describeMeasuring} from '../../source/ui/measuring-event.ts';
import {formatTrialText} from '../../source/ui/trial-text.ts';
import {formatRun, setUpLoad} from '../helpers/load.ts';
import {createNoisyMachine} from '../helpers/noisy-machine.ts';
import {readFixture} from '../helpers/parser-law.ts';
import {budget, budgetFile, makeStep} from '../helpers/tuning.ts';

const lengths = {seconds: 10, omit: 3};
const step = makeStep({id: 'bigger', wishes: [{setting: budget, to: '600'}]});
const finding: Finding = {
	id: 'small',
	severity: 'limit',
	text: 'the budget is small',
	evidence: [],
	refutedBy: '',
	steps: ['bigger'],
};

function setUp() {
	const noisy = createNoisyMachine({variation: 0.01, drift: 0, dips: 0}, 1);
	return setUpLoad(
		(_, {machine}) => formatRun(noisy.run(machine.read(budgetFile) === '600' ? 0.2 : 0)),
		(_, {machine}) => {
			const findings = machine.read(budgetFile) === '600' ? [] : [finding];
			const {id, text} = findings[0] ?? {id: 'fine', text: 'nothing limits'};
			return {findings, verdict: {id, text, severity: 'limit', steps: []}};
		},
	);
}

function expectNarrow(text: string, width: number): void {
	// Tables keep their columns; what is said is wrapped.
	const words = text.split('\n').filter(line => !/^scenario|^(?:tcp|udp)-\S+ /.test(line));
	expect(Math.max(...words.map(line => line.length))).toBeLessThanOrEqual(width);
	expect(text.endsWith('\n')).toBe(true);
	expect(text).not.toMatch(/[ \t]\n|undefined|NaN|\[object/);
}

test('a bench reads well in a ticket: who, what, each run with its window, what it means together', async () => {
	const {bench} = setUp();
	const chosen = scenarios.filter(({id}) => id === 'tcp-forward' || id === 'tcp-single');
	const result = await runBench({scenarios: chosen, ...lengths}, bench);
	const text = formatBenchText(result, {width: 100, host: 'gateway-1'});
	expectNarrow(text, 100);
	expect(text).toMatch(/^gateway-1 to 100\.64\.0\.2 through wt0, 20\d\d-/);
	expect(text).toMatch(/^tcp-forward +(?:1\.\d\d Gbit\/s|9\d\d Mbit\/s) /m);
	expect(text).toContain('finding: the budget is small');
	expect(text).toMatch(/8 streams to 1: (?:1\.0|0\.9)/);
});

test('a run that says nothing is marked in the table, with its reasons below', async () => {
	const {bench} = setUpLoad(() => readFixture('iperf3/interrupted.json'));
	const text = formatBenchText(
		await runBench({scenarios: [findScenario('tcp-single') as Scenario], ...lengths}, bench),
	);
	expect(text).toMatch(/^tcp-single \(invalid\)/m);
	expect(text).toMatch(/invalid: interrupt/);
});

test('what was not measured any more is said at the end', async () => {
	const {bench} = setUpLoad(run => (run === 0 ? formatRun(1e9) : readFixture('iperf3/refused.json')));
	const chosen = scenarios.filter(({id}) => id === 'tcp-forward' || id === 'tcp-single');
	const text = formatBenchText(await runBench({scenarios: chosen, ...lengths}, bench), {width: 80});
	expectNarrow(text, 80);
	expect(text).toMatch(/not everything was measured: no iperf3 server answers/);
});

test('a trial says what it sets, what could be shown, the verdict, the guards, every figure and what is left', async () => {
	const {tools} = setUp();
	const options = {step, scenario: findScenario('tcp-reverse') as Scenario, ...lengths, count: 7, seed: 5};
	const text = formatTrialText(await runTrial(options, tools), {width: 90, host: 'gateway-1', peer: 'beta'});
	expectNarrow(text, 90);
	expect(text).toMatch(/^gateway-1 to beta: Do bigger \(bigger\), by tcp-reverse/);
	expect(text).toContain('net.core.netdev_budget: 300 → 600');
	expect(text).toMatch(/runs differ by \d\.\d % by themselves: 7 pairs show a change of \d+ % or more/);
	expect(text).toMatch(/^better: \+\d\d\.\d % /m);
	expect(text).toMatch(/^ +retransmits +0\.00\/GB +0\.00\/GB +same$/m);
	expect(text.match(/\b[AB]=\d\.\d{3}\b/g)).toHaveLength(20);
	expect(text).toMatch(/A without, B with, Gbit\/s, seed 5: [AB]=/);
	expect(text).toContain('the machine is as it was before: bigger is not applied; nbtop tune bigger applies it');
});

test('the loop says before and after, each decision with its reason, and what is in force', async () => {
	const {tools, machine, events} = setUp();
	const chosen = [findScenario('tcp-forward') as Scenario];
	const options = {steps: [step], scenarios: chosen, ...lengths, count: 7, budget: 3600, dryRun: false};
	const result = await runAutopilot(options, {...tools, log: openLoopLog(machine.host, '/state')});
	const text = formatAutopilotText(result, {width: 100, peer: 'beta'});
	expectNarrow(text, 100);
	expect(text).toMatch(/^scenario +before +after +limit$/m);
	expect(text).toMatch(/^tcp-forward +\S+ .bit\/s +1\.\d+ Gbit\/s +fine$/m);
	expect(text).toMatch(/^1\. bigger: kept, better: .* \(answers small\)$/m);
	expect(text).toMatch(/in force: bigger \(nbtop undo --all takes it back\)\n$/);
	const told = events.flatMap(event => describeMeasuring(event) ?? []);
	expect(told[0]).toBe('guided loop to 100.64.0.2, for 60 min at most');
	expect(told).toContainEqual(
		expect.stringMatching(/^comparing with and without bigger by tcp-forward: the noise first, then 7 pairs/),
	);
	expect(told).toContainEqual(expect.stringMatching(/^runs differ by .* a change of \d+ % or more will show$/));
	expect(told).toContainEqual(expect.stringMatching(/^ {2}tcp-forward, with the step: 1\.\d\d Gbit\/s$/));
	expect(told.at(-1)).toMatch(/no step is left that answers what limits now: nothing limits; in force: bigger/);
});

test('a dry run shows the lines of a shell that would do the same', async () => {
	const {tools, machine} = setUp();
	const chosen = [findScenario('tcp-forward') as Scenario];
	const options = {steps: [step], scenarios: chosen, ...lengths, count: 7, budget: 3600, dryRun: true};
	const result = await runAutopilot(options, {...tools, log: openLoopLog(machine.host, '/state')});
	const text = formatAutopilotText(result, {width: 100, peer: 'beta'});
	expectNarrow(text, 100);
	expect(text).toContain('first it would try bigger (Do bigger), because the budget is small');
	expect(text).toContain('  sysctl -w net.core.netdev_budget=600');
	expect(text).toContain('no step is in force');
});
