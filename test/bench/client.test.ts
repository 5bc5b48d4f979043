import {expect, test} from 'vitest';
import {BenchError, Interrupted} from '../../source/bench/bench-error.ts';
import {runClient} from '../../source/bench/client.ts';
import type {Server} from '../../source/bench/servers.ts';
import type {Running} from '../../source/host/running.ts';
import type {Host, ProgramOutput} from '../../source/host.ts';
import {createFakeMachine} from '../helpers/host.ts';
import {readFixture} from '../helpers/parser-law.ts';

const standing: Server = {port: 5201, isFresh: false, failure: () => undefined, stop: async () => undefined};
const fresh: Server = {...standing, isFresh: true};
const good = readFixture('iperf3/single.json');
const busy = readFixture('iperf3/busy.json');
const refused = readFixture('iperf3/refused.json');

/** A machine whose iperf3 answers one output after the other. */
function setUp(...outputs: readonly (string | Partial<ProgramOutput>)[]) {
	const rest = [...outputs];
	const machine = createFakeMachine({
		programs: {
			iperf3() {
				const next = rest.shift() ?? {stdout: '', status: 1};
				return typeof next === 'string' ? {stdout: next} : next;
			},
		},
	});
	const started = machine.time;
	const run = (server: Server = standing) =>
		runClient({host: machine.host, args: ['-c', 'x'], deadline: 20, server, signal: new AbortController().signal});
	return {machine, run, waited: () => machine.time - started, runs: () => machine.acts.length};
}

test('a run is what iperf3 printed, word for word and parsed', async () => {
	const {run} = setUp(good);
	const result = await run();
	expect(result.raw).toBe(good);
	expect(result.command).toEqual(['iperf3', '-c', 'x']);
	expect(result.run).toMatchObject({invalid: [], protocol: 'TCP'});
});

test('a busy server is asked again, for some seconds', async () => {
	const {run, waited} = setUp(busy, busy, good);
	expect((await run()).run.invalid).toEqual([]);
	expect(waited()).toBeCloseTo(1.5);
});

test('one that stays busy is a run that says so', async () => {
	const {run, runs} = setUp(...Array.from({length: 9}, () => busy));
	expect((await run()).run.invalid.join()).toContain('busy');
	expect(runs()).toBe(5);
});

test('a server that was started just now may need a moment; one that stands does not', async () => {
	const starting = setUp(refused, refused, good);
	expect((await starting.run(fresh)).run.invalid).toEqual([]);
	const {run, runs} = setUp(refused, good);
	expect((await run()).run.errorKind).toBe('refused');
	expect(runs()).toBe(1);
});

test('a server that has ended is not waited for', async () => {
	const {run, runs} = setUp(refused, good);
	expect((await run({...fresh, failure: () => 'no such address'})).run.errorKind).toBe('refused');
	expect(runs()).toBe(1);
});

test.each<[Partial<ProgramOutput>, string]>([
	[{stdout: '', stderr: '', timedOut: true}, 'iperf3 hung: it had not ended after 20 s'],
	[{stdout: '', stderr: ''}, 'iperf3 gave no figures: it ended with status 0'],
	[{stdout: 'Segmentation fault', stderr: 'core dumped', status: 139}, 'iperf3 gave no figures: core dumped'],
])('%j says nothing, and why', async (output, reason) => {
	expect((await setUp(output).run()).run.invalid).toEqual([reason]);
});

test('figures that came with a hang are no figures', async () => {
	expect((await setUp({stdout: good, timedOut: true}).run()).run.invalid).toEqual([
		'iperf3 hung: it had not ended after 20 s',
	]);
});

test('without iperf3, or with one that knows other options, nothing can be measured', async () => {
	await expect(setUp({status: 127}).run()).rejects.toThrow(/not installed here \(apt install iperf3\)/);
	const usage = {
		stdout: '',
		stderr: 'iperf3: parameter error - unrecognized option\n\nUsage: iperf3 [-s|-c host]',
		status: 1,
	};
	await expect(setUp(usage).run()).rejects.toThrow(BenchError);
});

test('an abort interrupts the program, and no other is started', async () => {
	const {machine} = setUp();
	const abort = new AbortController();
	let interrupted = 0;
	const {promise, resolve} = Promise.withResolvers<ProgramOutput>();
	const start: Host['start'] = (): Running<ProgramOutput> => ({
		ended: promise,
		interrupt() {
			interrupted += 1;
			resolve({stdout: readFixture('iperf3/interrupted.json'), stderr: '', status: 1, at: 0});
		},
	});
	const host = {...machine.host, start};
	const options = {host, args: [], deadline: 20, server: standing, signal: abort.signal};
	const running = runClient(options);
	abort.abort();
	await expect(running).rejects.toThrow(Interrupted);
	await expect(runClient(options)).rejects.toThrow(Interrupted);
	expect(interrupted).toBe(1);
});
