import {expect, test} from 'vitest';
import {runBench, summarise, wakePeer} from '../../source/bench/bench.ts';
import {BenchError, Interrupted} from '../../source/bench/bench-error.ts';
import {findProgress} from '../../source/bench/progress.ts';
import {runUntilValid} from '../../source/bench/repeat.ts';
import {runScenario} from '../../source/bench/run.ts';
import {findScenario, type Scenario, type ScenarioId} from '../../source/bench/scenarios.ts';
import type {ScenarioEvent} from '../../source/model/events.ts';
import {initialState, type State} from '../../source/session/state.ts';
import {formatRun, setUpLoad} from '../helpers/load.ts';
import {readFixture} from '../helpers/parser-law.ts';

const find = (id: ScenarioId) => findScenario(id) as Scenario;
const request = {scenario: find('tcp-forward'), seconds: 10, omit: 3};

test('a run begins and ends as an event, with its command, figures and the document word for word', async () => {
	const {bench, events} = setUpLoad(() => formatRun(1e9, {retransmits: 3}));
	const {run} = await runScenario({...request, trial: 'x', side: 'b'}, bench);
	expect(run.invalid).toEqual([]);
	const [started, ended] = events as ScenarioEvent[];
	expect(started).toMatchObject({change: 'started', scenario: 'tcp-forward', trial: 'x', side: 'b'});
	expect(started?.command?.slice(0, 3)).toEqual(['iperf3', '-c', '100.64.0.2']);
	expect(ended).toMatchObject({
		...{change: 'ended', run: started?.run, trial: 'x', side: 'b', raw: formatRun(1e9, {retransmits: 3})},
		figures: {goodput: 1e9, seconds: 10, retransmits: 3},
	});
	expect(ended).not.toHaveProperty('invalid');
});

test('what was seen is of the seconds that were measured, and stands in the event', async () => {
	const verdict = {id: 'pinned', severity: 'limit' as const, text: 'CPU1 is full', steps: []};
	const {bench, events} = setUpLoad(
		() => formatRun(1e9),
		() => ({verdict}),
	);
	const {observation} = await runScenario(request, bench);
	expect(observation?.verdict).toEqual(verdict);
	expect(events.at(-1)).toMatchObject({verdict, guards: {}});
});

test('a run during which the tunnel was made anew, or another congestion control was used, says so', async () => {
	const remade = setUpLoad((_, {machine}) => {
		machine.files.set('/sys/class/net/wt0/ifindex', '9\n');
		return formatRun(1e9);
	});
	expect((await runScenario(request, remade.bench)).run.invalid).toEqual(['the tunnel interface was made anew']);
	const gone = setUpLoad((_, {machine}) => {
		machine.files.delete('/sys/class/net/wt0/ifindex');
		return formatRun(1e9);
	});
	expect((await runScenario(request, gone.bench)).run.invalid).toEqual(['the tunnel interface was made anew']);
	const other = setUpLoad(() => formatRun(1e9));
	other.machine.files.set('/proc/sys/net/ipv4/tcp_congestion_control', 'bbr\n');
	expect((await runScenario(request, other.bench)).run.invalid).toEqual(['the sender used cubic, expected bbr']);
});

test('an MSS that differs from the runs before makes it another experiment', async () => {
	const {bench} = setUpLoad(() => formatRun(1e9, {mss: 1368}));
	expect((await runScenario({...request, mss: 1368}, bench)).run.invalid).toEqual([]);
	expect((await runScenario({...request, mss: 1228}, bench)).run.invalid).toEqual(['the MSS is 1368, expected 1228']);
});

test('NetBird is asked before and after the run, for what is known of it may be old', async () => {
	const {bench, machine} = setUpLoad((_, parts) => {
		parts.machine.programs.set('netbird', formatStatus('Relayed'));
		return formatRun(1e9);
	});
	machine.programs.set('netbird', formatStatus('P2P'));
	const readings = {netbird: {at: 1, value: {peers: []}}};
	const getState = (): State => ({
		...initialState,
		snapshot: {at: {monotonic: 1, wall: 1}, readings, problems: []},
	});
	const {run} = await runScenario(request, {...bench, store: {...bench.store, getState}});
	expect(run.invalid).toEqual(['the peer went from p2p to relayed']);
});

function formatStatus(connectionType: string): string {
	return JSON.stringify({peers: {details: [{publicKey: 'B', status: 'Connected', connectionType}]}});
}

test('the underlay is measured to the endpoint, and not at all where that is not known', async () => {
	const {bench, events} = setUpLoad(() => formatRun(1e9));
	const underlay = {...request, scenario: find('underlay')};
	await expect(runScenario(underlay, bench)).rejects.toThrow(BenchError);
	await runScenario(underlay, {...bench, peer: {...bench.peer, endpoint: '[2001:db8::2]:51820'}});
	expect((events[0] as ScenarioEvent).command?.slice(0, 3)).toEqual(['iperf3', '-c', '2001:db8::2']);
});

test('a run that is broken off has an end too', async () => {
	const {bench, events, abort} = setUpLoad(() => {
		abort.abort();
		return formatRun(1e9);
	});
	await expect(runScenario(request, bench)).rejects.toThrow(Interrupted);
	expect(events.at(-1)).toMatchObject({change: 'ended', invalid: ['interrupted']});
});

test('a run that may not be believed is repeated twice; one that has no figure for the same reason is not', async () => {
	const short = (seconds: number) => formatRun(1e9, {seconds}).replace(/"duration": \d+/, '"duration": 10');
	const twice = setUpLoad(run => (run < 2 ? short(4 + run) : formatRun(1e9)));
	expect((await runUntilValid(request, twice.bench)).run.invalid).toEqual([]);
	expect(twice.runs()).toBe(3);
	const always = setUpLoad(run => short(4 + run));
	expect((await runUntilValid(request, always.bench)).run.invalid[0]).toMatch(/measured 6\.00 s/);
	expect(always.runs()).toBe(3);
	const fail = (words: string) => JSON.stringify({start: {}, intervals: [], end: {}, error: words});
	const silent = setUpLoad(() => fail('unable to connect to server: Connection timed out'));
	await runUntilValid(request, silent.bench);
	expect(silent.runs()).toBe(2);
	const different = setUpLoad(run => (run % 2 === 0 ? fail('timed out') : fail('idle')));
	await runUntilValid(request, different.bench);
	expect(different.runs()).toBe(3);
});

test('UDP that lost packets is run again below the rate at which it loses its own', async () => {
	const udp = readFixture('iperf3/udp.json');
	const {bench, events} = setUpLoad(() => udp);
	const {items} = await runBench({scenarios: [find('udp-1200')], seconds: 10, omit: 3}, bench);
	const [item] = items;
	const goodput = item?.runs[0]?.run.goodput ?? Number.NaN;
	expect(item?.runs[0]?.run.loss?.lostPercent).toBeGreaterThan(0.5);
	expect(item?.paced).toBeDefined();
	const commands = (events as ScenarioEvent[]).flatMap(({command}) => (command === undefined ? [] : [command]));
	expect(commands.map(words => words[words.indexOf('-b') + 1])).toContain(`${Math.round(0.9 * goodput)}`);
});

test('what was measured before the server went is told', async () => {
	const refused = readFixture('iperf3/refused.json');
	const {bench} = setUpLoad(run => (run === 0 ? formatRun(1e9) : refused));
	const scenarios = [find('tcp-forward'), find('tcp-single')];
	const {items, broken} = await runBench({scenarios, seconds: 10, omit: 3}, bench);
	expect(items.map(({scenario}) => scenario.id)).toEqual(['tcp-forward']);
	expect(broken).toMatch(/no iperf3 server answers/);
	expect(summarise(items)).toEqual({'tcp-forward': {runs: 1, goodput: 1e9}});
	const none = setUpLoad(() => refused);
	await expect(runBench({scenarios, seconds: 10, omit: 3}, none.bench)).rejects.toThrow(/no iperf3 server answers/);
});

test('a peer at which nobody ever answers is not asked for each scenario', async () => {
	const silent = readFixture('iperf3/no-route.json');
	const scenarios = [find('tcp-forward'), find('tcp-single')];
	const none = setUpLoad(() => silent);
	const {items, broken} = await runBench({scenarios, seconds: 10, omit: 3}, none.bench);
	expect(items.map(({scenario}) => scenario.id)).toEqual(['tcp-forward']);
	expect(broken).toMatch(/no iperf3 server answers on 100\.64\.0\.2.*No route to host: a firewall/);
	// One that has answered before may have gone for a moment.
	const later = setUpLoad(run => (run === 0 ? formatRun(1e9) : silent));
	expect((await runBench({scenarios, seconds: 10, omit: 3}, later.bench)).broken).toBeUndefined();
});

test('that eight streams may be one thread is said where either end is old or unknown', async () => {
	const {bench} = setUpLoad(() => formatRun(1e9));
	const {notes} = await runBench({scenarios: [find('tcp-forward')], seconds: 10, omit: 3}, bench);
	expect(notes.join()).toMatch(/one thread serves all streams/);
	const single = await runBench({scenarios: [find('tcp-single')], seconds: 10, omit: 3}, bench);
	expect(single.notes).toEqual([]);
});

test('a peer that sleeps is woken; one that answers no ping is waited for no longer than that', async () => {
	const {bench, machine} = setUpLoad(() => formatRun(1e9));
	let pings = 0;
	machine.programs.set('ping', () => ({status: ++pings < 3 ? 1 : 0}));
	await wakePeer(bench);
	expect(pings).toBe(3);
	machine.programs.set('ping', () => ({status: 1}));
	const before = machine.time;
	await wakePeer(bench);
	expect(machine.time - before).toBeLessThan(15);
});

test('the progress is that of the run which has begun and not ended', () => {
	const at = {monotonic: 100, wall: 0};
	const started: ScenarioEvent = {
		...{type: 'scenario', at, change: 'started', run: 'r', scenario: 'tcp-forward', side: 'b'},
		command: ['iperf3', '-c', 'x', '-t', '10', '-O', '3'],
	};
	const state: State = {
		...initialState,
		snapshot: {at: {monotonic: 104, wall: 0}, readings: {}, problems: []},
		timeline: [started],
		topology: {tunnels: [{interface: 'wt0', kind: 'kernel', underlays: []}], underlays: [], pathDevices: [], irqs: {}},
		rates: {links: {wt0: {rx_bytes: 5, tx_bytes: 1000}}},
	};
	expect(findProgress(state)).toEqual({
		...{scenario: 'tcp-forward', side: 'b', elapsed: 4, total: 13, bytesPerSecond: 1000},
		verdict: 'measuring',
	});
	const ended: State = {...state, timeline: [started, {...started, change: 'ended'}]};
	expect(findProgress(ended)).toBeUndefined();
	expect(findProgress(initialState)).toBeUndefined();
});
