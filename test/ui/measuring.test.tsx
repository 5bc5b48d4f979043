import {afterEach, expect, test, vi} from 'vitest';
import {openLoopLog} from '../../source/bench/loop-log.ts';
import {createMeasurer, type Measurer} from '../../source/bench/measurer.ts';
import type {Host, ProgramOutput} from '../../source/host.ts';
import type {State} from '../../source/session/state.ts';
import {formatRun} from '../helpers/load.ts';
import {changeState, makeState} from '../helpers/state.ts';
import {startTerminalApp, type TerminalApp} from '../helpers/terminal-app.tsx';
import {setUpTuner, type TunerBench, type TunerParts} from '../helpers/tuner.ts';
import {backlogFile, startProgram} from '../helpers/tuning.ts';

interface Bench extends TunerBench {
	readonly terminal: TerminalApp;
	readonly measurer: Measurer;
	readonly loads: boolean[];
	/** Types, and waits until the screen says this. */
	press(keys: string, expected: string | RegExp): Promise<string>;
}

const running: {readonly terminal: TerminalApp; readonly bench: TunerBench; readonly measurer: Measurer}[] = [];
const esc = '\u001B';

/** Peers of the tunnel with addresses, as NetBird gives them. */
function addPeers(state: State, count: number): State {
	const at = state.snapshot?.at.monotonic ?? 0;
	const keys =
		state.snapshot?.readings.wireguard?.value.flatMap(({peers}) => peers.map(({publicKey}) => publicKey)) ?? [];
	const peers = keys
		.slice(0, count)
		.map((publicKey, index) => ({publicKey, address: `100.64.0.${index + 2}`, fqdn: `peer-${index}.netbird.cloud`}));
	const {snapshot} = state;
	return snapshot === undefined
		? state
		: changeState(state, {snapshot: {...snapshot, readings: {...snapshot.readings, netbird: {at, value: {peers}}}}});
}

type Load = (bench: TunerBench) => Partial<ProgramOutput> | Promise<Partial<ProgramOutput>>;

function start(load: Load = () => ({stdout: formatRun(1e9)}), parts: TunerParts = {}, peers = 2): Bench {
	const bench = setUpTuner({...parts, state: addPeers(makeState(), peers)});
	const {machine, store} = bench;
	machine.programs.set('ping', 'answered');
	machine.programs.set('iperf3', async () => load(bench));
	const host: Host = {
		...machine.host,
		async sleep(seconds, signal) {
			await machine.host.sleep(seconds, signal);
			await new Promise(resolve => setTimeout(resolve, 1));
		},
	};
	const loads: boolean[] = [];
	const measurer = createMeasurer({
		host,
		store,
		refresh: () => undefined,
		emit: event => store.dispatch(event),
		open() {
			const {tools} = startProgram(machine);
			return {tuning: {...tools, host}, log: openLoopLog(host, '/state')};
		},
		onLoad: isLoading => loads.push(isLoading),
	});
	const terminal = startTerminalApp(makeState(), {
		...{columns: 100, rows: 40, store, tuning: bench.tuner, measuring: measurer},
	});
	running.push({terminal, bench, measurer});
	return {
		...bench,
		terminal,
		measurer,
		loads,
		async press(keys, expected) {
			await terminal.type(keys);
			const text = async (): Promise<string> => (await terminal.lines()).join('\n');
			await vi.waitFor(async () => expect(await text()).toMatch(expected), {timeout: 8000, interval: 20});
			return text();
		},
	};
}

afterEach(async () => {
	for (const {terminal, bench, measurer} of running.splice(0)) {
		measurer.stop();
		await measurer.finish();
		bench.tuner.close();
		terminal.app.unmount();
	}
});

/** A load that goes on until it is told to end. */
function createGate() {
	const {promise, resolve} = Promise.withResolvers<Partial<ProgramOutput>>();
	return {load: () => promise, open: () => resolve({stdout: formatRun(1e9)})};
}

test('b says what it would do and what it needs, and y does it', async () => {
	const bench = start();
	const asked = await bench.press('b', 'y begins it');
	expect(asked.split('\n').at(-1)).toMatch(/y begin .*Esc close/);
	expect(asked).toMatch(/Measure the tunnel to peer-0\.netbird\.cloud \(100\.64\.0\.2\)/);
	expect(asked).toContain('iperf3 -s -B 100.64.0.2');
	expect(bench.loads).toEqual([]);
	const done = await bench.press('y', /8 streams to 1: 1\.00/);
	expect(done).toMatch(/tcp-forward +1\.00 Gbit\/s/);
	expect(bench.loads).toEqual([true, false]);
});

test('b again takes the next peer, and comes around', async () => {
	const bench = start();
	await bench.press('b', '100.64.0.2');
	await bench.press('b', /to peer-1\.netbird\.cloud \(100\.64\.0\.3\)/);
	await bench.press('b', /to peer-0/);
});

test('while it runs the monitor goes on, the overlay may be closed, and x ends it', async () => {
	const gate = createGate();
	const bench = start(gate.load);
	await bench.press('b', 'y begins');
	await bench.press('y', 'x stops it');
	await bench.press(esc, /busy/);
	expect(bench.measurer.status().running).toBeDefined();
	await bench.press('b', 'x stops it');
	await bench.press('x', 'Ending');
	gate.open();
	await bench.press('', /not everything was measured: interrupted|stopped: the machine is as it was/);
	expect(bench.measurer.status().running).toBeUndefined();
});

test('what is missing is said in words', async () => {
	const refused =
		'{"start": {}, "intervals": [], "end": {}, "error": "unable to connect to server: Connection refused"}';
	const bench = start(() => ({stdout: refused}));
	await bench.press('b', 'y begins');
	await bench.press('y', /no iperf3 server answers on 100\.64\.0\.2 port 5201/);
});

test('t compares the step that is being looked at, and the step is out in the end', async () => {
	const bench = start(({machine}) => ({stdout: formatRun(machine.read(backlogFile) === '10000' ? 1.5e9 : 1e9)}));
	await bench.press('5', 'y applies this');
	const asked = await bench.press('t', 'y begins it');
	expect(asked).toMatch(/Compare with and without backlog-budget, to peer-0/);
	expect(asked).toMatch(/Judged by TCP from the peer, 8 streams/);
	const done = await bench.press('y', /better: \+50\.0 %/);
	expect(done).toMatch(/the machine is as it was before: backlog-budget is not applied/);
	expect(bench.machine.read(backlogFile)).toBe('1000');
});

test('while a step is compared, the line on top says so and not that it waits for a key', async () => {
	const gate = createGate();
	const bench = start(gate.load);
	await bench.press('5t', 'y begins it');
	await bench.press('y', 'x stops it');
	const screen = await bench.press(esc, /x stops it +comparing backlog-budget/);
	expect(screen.split('\n')[1]).toMatch(/comparing backlog-budget/);
	gate.open();
});

test('t without a step, and anything that tunes without root, say why not', async () => {
	const bench = start();
	await bench.press('t', 'look at a step first');
	const other = start(undefined, {facts: {root: false}});
	await other.press('A', 'tuning needs root');
	await other.press('b', 'y begins it');
});

test('A walks the loop, and says how it ended', async () => {
	const bench = start();
	await bench.press('A', /The guided loop, to peer-0/);
	await bench.press('y', /no step is left that answers what limits now|the end of the road/);
	expect(bench.machine.read(backlogFile)).toBe('1000');
});

test('without a peer nothing begins', async () => {
	const bench = start(undefined, {}, 0);
	await bench.press('b', 'No tunnel here has a peer');
	await bench.press('y', 'no tunnel here has a peer');
	expect(bench.loads).toEqual([]);
});

test('leaving takes out what was in for a comparison', async () => {
	const gate = createGate();
	const bench = start(({machine}) => (machine.read(backlogFile) === '10000' ? gate.load() : {stdout: formatRun(1e9)}));
	await bench.press('5t', 'y begins it');
	await bench.press('y', 'with');
	await vi.waitFor(() => expect(bench.machine.read(backlogFile)).toBe('10000'), {timeout: 8000});
	bench.measurer.stop();
	gate.open();
	await bench.measurer.finish();
	expect(bench.machine.read(backlogFile)).toBe('1000');
	expect(bench.measurer.status().outcome?.outcome).toMatchObject({kind: 'failed', reason: /as it was before/});
});
