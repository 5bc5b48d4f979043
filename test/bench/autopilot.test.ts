import {expect, test} from 'vitest';
import {runAutopilot} from '../../source/bench/autopilot.ts';
import {NotPutBack} from '../../source/bench/bench-error.ts';
import type {LoopOptions} from '../../source/bench/loop.ts';
import {openLoopLog} from '../../source/bench/loop-log.ts';
import {findScenario, type Scenario} from '../../source/bench/scenarios.ts';
import type {Finding} from '../../source/model/findings.ts';
import type {PeerRates} from '../../source/model/rates.ts';
import type {State} from '../../source/session/state.ts';
import {listSteps} from '../../source/tuning/in-force.ts';
import {undoAll} from '../../source/tuning/undo.ts';
import type {FakeMachine} from '../helpers/host.ts';
import {formatRun, setUpLoad} from '../helpers/load.ts';
import {createNoisyMachine} from '../helpers/noisy-machine.ts';
import {
	backlog,
	backlogFile,
	budget,
	budgetFile,
	listNotices,
	makeStep,
	readKnobs,
	startProgram,
	weight,
} from '../helpers/tuning.ts';

// A machine with two planted faults, and a third knob that does nothing.
const useless = makeStep({id: 'useless', wishes: [{setting: weight, to: '128'}]});
const second = makeStep({id: 'second', wishes: [{setting: backlog, to: '10000'}]});
const first = makeStep({id: 'first', wishes: [{setting: budget, to: '600'}]});
const steps = [useless, second, first];

function makeOptions(parts: Partial<LoopOptions> = {}): LoopOptions {
	const scenarios = ['tcp-forward', 'tcp-reverse'].map(id => findScenario(id) as Scenario);
	return {steps, scenarios, seconds: 10, omit: 3, count: 7, budget: 7200, dryRun: false, ...parts};
}

function makeFinding(id: string, ...answers: readonly string[]): Finding {
	return {id, severity: 'limit', text: `${id} limits`, evidence: [], refutedBy: '', steps: answers};
}

const isIn = (machine: FakeMachine) => ({
	first: machine.read(budgetFile) === '600',
	second: machine.read(backlogFile) === '10000',
});

/** What limits: the first fault until it is gone, then the second, and a knob that is always suspected. */
function watch(machine: FakeMachine): Partial<State> {
	const {first: isFirst, second: isSecond} = isIn(machine);
	const findings = [
		...(isFirst ? [] : [makeFinding('first-fault', 'first')]),
		...(isSecond ? [] : [makeFinding('second-fault', 'second')]),
		makeFinding('suspicion', 'useless'),
	];
	const [{id, text} = {id: 'fine', text: 'nothing limits'}] = findings;
	return {findings, verdict: {id, text, severity: 'limit', steps: []}};
}

interface Parts {
	readonly gains?: readonly [first: number, second: number];
	readonly before?: (run: number, machine: FakeMachine) => void;
}

function setUpFaults({gains = [0.3, 0.2], before}: Parts = {}) {
	const noisy = createNoisyMachine({variation: 0.01, drift: 0, dips: 0}, 3);
	const parts = setUpLoad(
		(run, {machine}) => {
			before?.(run, machine);
			const {first: isFirst, second: isSecond} = isIn(machine);
			const gain = (isFirst ? 1 + gains[0] : 1) * (isSecond ? 1 + gains[1] : 1);
			return formatRun(noisy.run() * gain);
		},
		(_, {machine}) => watch(machine),
	);
	const tools = () => ({...parts.tools, log: openLoopLog(parts.machine.host, '/state')});
	const told = () => parts.events.flatMap(event => (event.type === 'autopilot' ? [event] : []));
	return {...parts, tools, told, untouched: readKnobs(parts.machine), inForce: () => listSteps(parts.fold())};
}

const decisionsOf = (events: readonly {readonly step?: string; readonly decision?: string}[]) =>
	events.flatMap(({step, decision}) => (decision === undefined ? [] : [`${step} ${decision}`]));

test('finds and fixes what limits in the order of the findings, and does not keep what does nothing', async () => {
	const {tools, told, machine, untouched, inForce, tools: makeTools} = setUpFaults();
	const {loop, ended, failed, inForce: said} = await runAutopilot(makeOptions(), tools());
	expect(decisionsOf(loop.decisions)).toEqual(['first kept', 'second kept', 'useless put back']);
	expect({ended, failed}).toEqual({
		ended: 'no step is left that answers what limits now: suspicion limits',
		failed: false,
	});
	expect(loop.final).toMatchObject({verdict: {word: 'better'}});
	expect(loop.final?.verdict?.change).toBeCloseTo(1.3 * 1.2 - 1, 1);
	expect(said).toEqual(['second', 'first']);
	expect(inForce()).toEqual(said);
	expect(readKnobs(machine)).toEqual({...untouched, [budgetFile]: '600\n', [backlogFile]: '10000\n'});
	expect(told().map(({change}) => change)).toEqual(['started', 'decided', 'decided', 'decided', 'ended']);
	expect(told().at(-1)?.text).toContain('in force: second, first');
	expect(machine.files.has('/state/autopilot.jsonl')).toBe(false);
	await undoAll({}, makeTools().tuning);
	expect(readKnobs(machine)).toEqual(untouched);
});

test('a machine on which nothing helps is left as it was', async () => {
	const {tools, machine, untouched, inForce} = setUpFaults({gains: [0, 0]});
	const {loop, ended} = await runAutopilot(makeOptions(), tools());
	expect(decisionsOf(loop.decisions)).toEqual(['first put back', 'second put back', 'useless put back']);
	expect(ended).toMatch(/^no step is left|^a plateau/);
	expect(readKnobs(machine)).toEqual(untouched);
	expect(inForce()).toEqual([]);
	expect(loop.final).toBeUndefined();
});

test('three steps in a row that change nothing are a plateau', async () => {
	const {tools} = setUpFaults({gains: [0, 0]});
	const fourth = makeStep({id: 'fourth', wishes: [{setting: weight, to: '200'}]});
	const parts = tools();
	const {store} = parts;
	const getState = (): State => {
		const state = store.getState();
		return {...state, findings: [...state.findings, makeFinding('more', 'fourth')]};
	};
	const {ended} = await runAutopilot(makeOptions({steps: [...steps, fourth]}), {...parts, store: {...store, getState}});
	expect(ended).toBe('a plateau: 3 steps in a row changed nothing for the better');
});

test('a dry run measures, says what it would try first, and changes nothing', async () => {
	const {tools, machine, runs} = setUpFaults();
	const {loop, ended} = await runAutopilot(makeOptions({dryRun: true}), tools());
	expect(ended).toBe('a dry run: nothing was changed');
	expect(loop.next).toMatchObject({
		step: {id: 'first'},
		finding: 'first-fault limits',
		lines: ['sysctl -w net.core.netdev_budget=600'],
	});
	expect(runs()).toBe(2);
	expect(machine.acts.filter(act => /^(?:write|append|save)/.test(act))).toEqual([]);
});

test('what cannot be done here is said, and the next answer is tried', async () => {
	const {tools} = setUpFaults();
	const impossible = {...first, plan: () => ({unavailable: 'it has one queue'})};
	const {loop} = await runAutopilot(makeOptions({steps: [impossible, second, useless]}), tools());
	expect(decisionsOf(loop.decisions)).toEqual([
		'first impossible',
		'second kept',
		'first impossible',
		'useless put back',
	]);
	expect(loop.decisions[0]?.text).toBe('it has one queue');
});

test('what could not be done is tried again once another step is in', async () => {
	const {tools, machine} = setUpFaults();
	const late = {
		...second,
		plan: () => (isIn(machine).first ? {wishes: [{setting: backlog, to: '10000'}]} : {unavailable: 'it has one queue'}),
	};
	const parts = tools();
	const early = makeFinding('early', 'second', 'first');
	const getState = (): State => ({
		...parts.store.getState(),
		findings: [early],
		verdict: {id: early.id, text: early.text, severity: 'limit', steps: []},
	});
	const {loop} = await runAutopilot(makeOptions({steps: [first, late]}), {...parts, store: {...parts.store, getState}});
	expect(decisionsOf(loop.decisions)).toEqual(['second impossible', 'first kept', 'second kept']);
});

test('only the steps that it may try are tried', async () => {
	const {tools} = setUpFaults();
	const {loop} = await runAutopilot(makeOptions({steps: [second]}), tools());
	expect(decisionsOf(loop.decisions)).toEqual(['second kept']);
});

test('a budget that leaves no time for a comparison ends it before', async () => {
	const {tools, machine, untouched} = setUpFaults();
	const {loop, ended} = await runAutopilot(makeOptions({budget: 300}), tools());
	expect(ended).toBe('the budget leaves no time for another comparison');
	expect(loop.decisions).toEqual([]);
	expect(readKnobs(machine)).toEqual(untouched);
});

test('where runs take longer than they measure, the budget is held all the same', async () => {
	const {tools, machine} = setUpFaults();
	const usual = machine.programs.get('iperf3');
	machine.programs.set('iperf3', args => {
		machine.time += 20;
		return typeof usual === 'function' ? usual(args) : {};
	});
	const parts = tools();
	const begun = machine.time;
	const budget = 2000;
	const {loop, ended} = await runAutopilot(makeOptions({budget}), parts);
	expect(decisionsOf(loop.decisions)).toEqual(['first kept']);
	expect(ended).toBe('the budget leaves no time for another comparison');
	expect(machine.time - begun).toBeLessThan(budget);
});

test('the last comparison is made despite the noise of the faults that were found', async () => {
	const faults = setUpFaults({gains: [3, 0.5]});
	const usual = faults.machine.programs.get('iperf3');
	let isHigh = false;
	faults.machine.programs.set('iperf3', async args => {
		const output = typeof usual === 'function' ? await usual(args) : {};
		isHigh = !isHigh;
		return isIn(faults.machine).first ? output : {...output, stdout: formatRun(isHigh ? 1.3e8 : 0.8e8)};
	});
	const parts = faults.tools();
	const getState = (): State => {
		const state = parts.store.getState();
		return {...state, findings: state.findings.map(finding => ({...finding, severity: 'fault'}))};
	};
	const options = makeOptions({steps: [first, second]});
	const {loop} = await runAutopilot(options, {...parts, store: {...parts.store, getState}});
	expect(decisionsOf(loop.decisions)).toEqual(['first kept', 'second kept']);
	expect(loop.final?.noise?.tooNoisy).toBe(true);
	expect(loop.final?.verdict?.word).toBe('better');
});

test('who kills the last comparison is told which steps are out, and nobody else is', async () => {
	const told: string[] = [];
	const faults = setUpFaults({
		before(_, machine) {
			const isLast = machine.files.get('/state/journal.jsonl')?.includes('for a comparison') ?? false;
			const {first: isFirst, second: isSecond} = isIn(machine);
			if (isLast && !isFirst && !isSecond) {
				told.push(listNotices(machine).join());
			}
		},
	});
	await runAutopilot(makeOptions(), faults.tools());
	expect(told[0]).toMatch(/first.* taken out for a comparison.*second.* taken out for a comparison/);
	expect(listNotices(faults.machine)).toEqual([]);
	expect(faults.events.filter(event => event.type === 'note' && event.text.includes('for a comparison'))).toEqual([]);
});

test('steps that are worse together go back together', async () => {
	const faults = setUpFaults();
	const {machine, untouched} = faults;
	const usual = machine.programs.get('iperf3');
	machine.programs.set('iperf3', async args => {
		const output = typeof usual === 'function' ? await usual(args) : {};
		const {first: isFirst, second: isSecond} = isIn(machine);
		const isFinal = machine.files.get('/state/journal.jsonl')?.includes('all-kept') ?? false;
		return isFinal && isFirst && isSecond ? {...output, stdout: formatRun(1e8)} : output;
	});
	const {loop} = await runAutopilot(makeOptions(), faults.tools());
	expect(loop.final?.verdict?.word).toBe('worse');
	expect(decisionsOf(loop.decisions).slice(-2)).toEqual(['first put back', 'second put back']);
	expect(listNotices(machine)).toEqual([]);
	expect(readKnobs(machine)).toEqual(untouched);
});

test('a relayed peer, a userspace tunnel and a load that says nothing are refused with what would help', async () => {
	const peers: readonly PeerRates[] = [{interface: 'wt0', publicKey: 'B', connection: 'relayed'}];
	const tunnels = [{interface: 'wt0', kind: 'userspace' as const, underlays: []}];
	const refuse = async (parts: Partial<State>) => {
		const {tools, runs} = setUpFaults();
		const made = tools();
		const getState = (): State => ({...made.store.getState(), ...parts});
		const {ended, failed} = await runAutopilot(makeOptions(), {...made, store: {...made.store, getState}});
		expect({failed, runs: runs()}).toEqual({failed: true, runs: 0});
		return ended;
	};
	expect(await refuse({rates: {peers}})).toMatch(/the peer is relayed.*first get a direct connection/);
	const topology = {tunnels, underlays: [], pathDevices: [], irqs: {}};
	expect(await refuse({topology})).toMatch(/userspace tunnel.*kernel's WireGuard/);
});

test('where no run may be believed, it does not begin to tune', async () => {
	const {tools, machine, untouched} = setUpFaults();
	machine.programs.set('iperf3', () => ({stdout: formatRun(0)}));
	const {ended, failed} = await runAutopilot(makeOptions(), tools());
	expect({ended, failed}).toEqual({ended: 'no run may be believed: nothing arrived', failed: true});
	expect(readKnobs(machine)).toEqual(untouched);
});

test('stopped by the user, what was kept stays, what was being tried is out, and both are said', async () => {
	const faults = setUpFaults({
		before(_, machine) {
			if (isIn(machine).first && isIn(machine).second) {
				faults.abort.abort();
			}
		},
	});
	const {loop, interrupted, ended, inForce} = await runAutopilot(makeOptions(), faults.tools());
	expect({interrupted, ended, inForce}).toEqual({interrupted: true, ended: 'stopped by the user', inForce: ['first']});
	expect(decisionsOf(loop.decisions)).toEqual(['first kept']);
	expect(isIn(faults.machine)).toEqual({first: true, second: false});
	expect(faults.told().at(-1)?.text).toBe('stopped by the user; in force: first (nbtop undo --all takes it back)');
});

/** Everything that runs from now on has no answer, and it never comes back. */
function loseServer(faults: ReturnType<typeof setUpFaults>, isNow: () => boolean): void {
	const usual = faults.machine.programs.get('iperf3');
	const error = 'unable to connect to server: Connection refused';
	let isLost = false;
	faults.machine.programs.set('iperf3', async args => {
		isLost ||= isNow();
		const refused = {stdout: JSON.stringify({start: {}, intervals: [], end: {}, error})};
		return isLost ? refused : typeof usual === 'function' ? usual(args) : {};
	});
}

test('a peer that goes in the middle ends it, and everything unfinished is out', async () => {
	const faults = setUpFaults();
	loseServer(faults, () => isIn(faults.machine).first && isIn(faults.machine).second);
	const {loop, ended, failed} = await runAutopilot(makeOptions(), faults.tools());
	expect(decisionsOf(loop.decisions)).toEqual(['first kept', 'second put back']);
	expect(loop.decisions.at(-1)?.text).toMatch(/no iperf3 server answers/);
	expect(ended).toMatch(/no iperf3 server answers/);
	expect(failed).toBe(true);
	expect(isIn(faults.machine)).toEqual({first: true, second: false});
});

test('a path that only one step breaks is measured again, and the next step is tried', async () => {
	const faults = setUpFaults();
	const usual = faults.machine.programs.get('iperf3');
	faults.machine.programs.set('iperf3', args =>
		isIn(faults.machine).first ? {stdout: formatRun(0)} : typeof usual === 'function' ? usual(args) : {},
	);
	const {loop, failed} = await runAutopilot(makeOptions(), faults.tools());
	expect(decisionsOf(loop.decisions)).toEqual(['first put back', 'second kept', 'useless put back']);
	expect(loop.decisions[0]?.text).toMatch(/no run with the step may be believed: nothing arrived/);
	expect(failed).toBe(false);
});

test('after a crash it goes on: nothing that was decided is tried again', async () => {
	let crashes = true;
	const faults = setUpFaults({
		before(_, machine) {
			if (crashes && isIn(machine).first && isIn(machine).second) {
				crashes = false;
				throw new Error('killed');
			}
		},
	});
	await expect(runAutopilot(makeOptions(), faults.tools())).rejects.toThrow('killed');
	// Another program on the same machine knows what is on its disk.
	const {loop} = await runAutopilot(makeOptions(), {...faults.tools(), tuning: startProgram(faults.machine).tools});
	expect(decisionsOf(loop.decisions)).toEqual(['first kept', 'second kept', 'useless put back']);
	const decided = faults.told().filter(({change}) => change === 'decided');
	expect(decisionsOf(decided)).toEqual(['first kept', 'second kept', 'useless put back']);
	expect(faults.told().find(({text}) => text.startsWith('goes on'))?.text).toContain('first kept');
	expect(isIn(faults.machine)).toEqual({first: true, second: true});
});

test('what was proven and a restart has taken out is set again', async () => {
	let crashes = true;
	const faults = setUpFaults({
		before(_, machine) {
			if (crashes && isIn(machine).first && isIn(machine).second) {
				crashes = false;
				throw new Error('the power fails');
			}
		},
	});
	await expect(runAutopilot(makeOptions(), faults.tools())).rejects.toThrow('the power fails');
	for (const [path, value] of Object.entries(faults.untouched)) {
		faults.machine.files.set(path, value);
	}
	faults.machine.files.set('/proc/sys/kernel/random/boot_id', 'boot-two\n');
	const {loop} = await runAutopilot(makeOptions(), {...faults.tools(), tuning: startProgram(faults.machine).tools});
	expect(decisionsOf(loop.decisions)).toEqual(['first kept', 'second kept', 'useless put back']);
	expect(isIn(faults.machine)).toEqual({first: true, second: true});
});

test.each([
	['to another peer', '100.64.0.9', 1],
	['of the day before yesterday', '100.64.0.2', 48],
])('after a loop %s that was broken off, the loop begins anew', async (_, peer, hours) => {
	const faults = setUpFaults();
	const log = openLoopLog(faults.machine.host, '/state');
	const at = {monotonic: 1, wall: faults.machine.host.now().wall - hours * 3_600_000};
	log.append({type: 'autopilot', at, change: 'started', loop: 'old', peer, text: ''});
	log.append({type: 'autopilot', at, change: 'decided', loop: 'old', step: 'first', decision: 'put back', text: ''});
	const {loop} = await runAutopilot(makeOptions(), faults.tools());
	expect(decisionsOf(loop.decisions)[0]).toBe('first kept');
});

test('a torn line of the log costs nothing but itself', () => {
	const {machine} = setUpFaults();
	const event = {type: 'autopilot', at: {monotonic: 1, wall: 1}, change: 'started', loop: 'a', text: ''};
	machine.files.set('/state/autopilot.jsonl', `${JSON.stringify(event)}\n{"type":"autop`);
	expect(openLoopLog(machine.host, '/state').events).toEqual([event]);
});

test('a proven step that cannot be set again after the last comparison is told as what it is', async () => {
	const faults = setUpFaults();
	faults.machine.beforeAct = act => {
		const journal = faults.machine.files.get('/state/journal.jsonl') ?? '';
		const opened = journal.split('\n').findLast(line => line.includes('"type":"opened"')) ?? '';
		if (act.startsWith('write') && journal.includes('all-kept') && opened.includes('"step":"second"')) {
			faults.machine.refuse.set(backlogFile, 'EIO');
		}
	};
	const running = runAutopilot(makeOptions(), faults.tools());
	await expect(running).rejects.toThrow(NotPutBack);
	await expect(running).rejects.toThrow(/second had proven better, and could not be set again.*; in force: first/);
	expect(faults.inForce()).toEqual(['first']);
});
