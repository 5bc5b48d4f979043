import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, type TestContext, test, vi} from 'vitest';
import type {ScenarioEvent} from '../../source/model/events.ts';
import {type Ended, makeNamespaces, missing, missingSsh} from '../helpers/namespaces.ts';

// The real program and the real iperf3 between two network namespaces. `npm test` builds first.

const peer = '10.99.0.2';
const tunnel = ['--tunnel', 'v0'];
const options = [...tunnel, '--time', '2'];

function makeFolder({onTestFinished}: Pick<TestContext, 'onTestFinished'>): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-bench-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

/** The parts of `nbtop bench --json` (docs/json.md) that are looked at here. */
interface Document {
	readonly scenarios: readonly {readonly scenario: string; readonly runs: readonly Run[]}[];
	readonly broken: string | null;
}

interface Run {
	readonly command: readonly string[];
	readonly valid: boolean;
	readonly invalid: readonly string[];
	readonly figure: number;
	readonly figures: Readonly<Record<string, number>>;
	readonly verdict: {readonly id: string} | null;
	readonly cpus: readonly unknown[] | null;
}

/** What was measured, and nothing on standard error but where it was recorded. */
function parse({stdout, stderr, status}: Ended): Document {
	expect({stderr: stderr.replace(/^recorded to .*\n$/, ''), status: status ?? 'killed'}).toMatchObject({stderr: ''});
	return JSON.parse(stdout) as Document;
}

describe.skipIf(missing !== undefined)(`between two namespaces${missing === undefined ? '' : `: ${missing}`}`, () => {
	test('gives the very figures of iperf3’s own document, which the session keeps', async context => {
		const {nbtop, serve} = await makeNamespaces(context);
		const session = path.join(makeFolder(context), 'session.jsonl');
		await serve();
		const chosen = ['--scenario', 'tcp-reverse,udp-1200', '--json', '--record', session];
		// Long enough for two readings on a machine that has much else to do.
		const {scenarios} = parse(await nbtop('bench', peer, ...tunnel, ...chosen, '--time', '6').ended);
		expect(scenarios.map(({scenario}) => scenario)).toEqual(['tcp-reverse', 'udp-1200']);
		const events = readFileSync(session, 'utf8')
			.split('\n')
			.filter(line => line.startsWith('{"type":"scenario"'))
			.map(line => JSON.parse(line) as ScenarioEvent);
		const runs = scenarios.flatMap(each => each.runs);
		const ended = events.filter(({change}) => change === 'ended');
		expect(ended.map(({run}) => run)).toEqual(events.filter(({change}) => change === 'started').map(({run}) => run));
		expect(runs.map(({figure}) => figure)).toEqual(ended.map(({raw}) => readGoodput(raw ?? '')));
		for (const {figure, verdict, cpus} of runs) {
			// The link carries 50 Mbit/s, headers included.
			// On a busy machine it is much less.
			expect(figure).toBeGreaterThan(1e6);
			expect(figure).toBeLessThan(52e6);
			expect({verdict, cpus}).toEqual({verdict: expect.anything(), cpus: expect.anything()});
		}
	}, 90_000);

	test('waits for a server that is busy', async context => {
		const {nbtop, serve, start} = await makeNamespaces(context);
		await serve();
		const other = start('here', ['iperf3', '-c', peer, '-t', '5']);
		await new Promise(resolve => setTimeout(resolve, 500));
		const running = nbtop('bench', peer, ...options, '--scenario', 'tcp-single', '--json');
		const {scenarios} = parse(await running.ended);
		expect(scenarios[0]?.runs[0]?.invalid.join()).not.toMatch(/busy/);
		expect((await other.ended).status).toBe(0);
	}, 60_000);

	test('without a server it says how to start one', async context => {
		const {nbtop} = await makeNamespaces(context);
		const {stdout, stderr, status} = await nbtop('bench', peer, ...options).ended;
		expect({stdout, status}).toEqual({stdout: '', status: 1});
		expect(stderr).toMatch(
			/^nbtop: no iperf3 server answers on 10\.99\.0\.2 port 5201: start one .*`iperf3 -s -B 10\.99\.0\.2`.*--ssh.*\n$/,
		);
	}, 60_000);

	test('a peer that is nobody is told with those there are', async context => {
		const {nbtop} = await makeNamespaces(context);
		const {stderr, status} = await nbtop('bench', '192.0.2.7', ...options).ended;
		expect({stderr, status}).toEqual({
			stderr: "nbtop: '192.0.2.7' is not reached through v0: name an address in the mesh\n",
			status: 1,
		});
		expect((await nbtop('bench', '10.99.0.1', ...options).ended).stderr).toMatch(/is this machine/);
	}, 60_000);

	test('a server that dies in the middle costs that run, and nothing that was measured before', async context => {
		const {nbtop, serve, find} = await makeNamespaces(context);
		const server = await serve();
		const running = nbtop('bench', peer, ...options, '--scenario', 'tcp-single,tcp-reverse', '--json');
		await vi.waitFor(() => expect(find(`iperf3 -c ${peer} .* -R`)).not.toEqual([]), {timeout: 30_000});
		server.child.kill('SIGKILL');
		const ended = await running.ended;
		const {scenarios, broken} = parse(ended);
		expect(scenarios[0]?.runs[0]?.figure).toBeGreaterThan(20e6);
		expect(scenarios[1]?.runs[0]).toMatchObject({valid: false});
		expect(broken).toMatch(/no iperf3 server answers/);
		expect(ended.status).toBe(1);
	}, 90_000);

	test.each([
		['SIGKILL', null],
		['SIGTERM', 130],
		['SIGINT', 130],
	] as const)(
		'%s leaves no iperf3 behind',
		async (signal, status) => {
			const context = {onTestFinished: (act: () => void) => void finish.push(act)};
			const finish: (() => void)[] = [];
			const {nbtop, serve, find} = await makeNamespaces(context as never);
			await serve(5277);
			const running = nbtop('bench', peer, '--tunnel', 'v0', '--time', '60', '--port', '5277');
			await vi.waitFor(() => expect(find(`iperf3 -c ${peer} -p 5277`)).not.toEqual([]), {timeout: 30_000});
			running.child.kill(signal);
			expect((await running.ended).status).toBe(status);
			await vi.waitFor(() => expect(find(`iperf3 -c ${peer} -p 5277`)).toEqual([]), {timeout: 8000});
			for (const act of finish) {
				act();
			}
		},
		60_000,
	);
});

describe.skipIf(missingSsh !== undefined)(`with ssh${missingSsh === undefined ? '' : `: ${missingSsh}`}`, () => {
	const command = ['bench', `root@${peer}`, '--tunnel', 'v0', '--scenario', 'tcp-single', '--time'];

	test('starts the server itself, knows both versions, and leaves nothing behind', async context => {
		const {nbtop, listenForSsh, find} = await makeNamespaces(context);
		await listenForSsh(makeFolder(context));
		const ended = await nbtop(...command, '2', '--json').ended;
		const {scenarios} = parse(ended);
		expect(scenarios[0]?.runs[0]?.figure).toBeGreaterThan(20e6);
		const {iperf3} = JSON.parse(ended.stdout) as {iperf3: {client: string; server: string}};
		expect(iperf3.server).toBe(iperf3.client);
		expect(find(`iperf3 -s -1 .* -B ${peer}`)).toEqual([]);
	}, 60_000);

	test('a killed nbtop takes the server at the other end with it', async context => {
		const {nbtop, listenForSsh, find} = await makeNamespaces(context);
		await listenForSsh(makeFolder(context));
		const running = nbtop(...command, '60');
		await vi.waitFor(() => expect(find(`iperf3 -c ${peer}`)).not.toEqual([]), {timeout: 30_000});
		expect(find(`iperf3 -s -1 .* -B ${peer}`)).not.toEqual([]);
		running.child.kill('SIGKILL');
		await vi.waitFor(() => expect(find(`iperf3 -[sc] .*${peer}`)).toEqual([]), {timeout: 10_000});
	}, 60_000);

	test('says in ssh’s own words why it cannot get there', async context => {
		const {nbtop} = await makeNamespaces(context);
		const {stderr, status} = await nbtop(...command, '2').ended;
		expect({stderr, status}).toEqual({
			stderr: expect.stringMatching(/^nbtop: ssh root@.*Connection refused/),
			status: 1,
		});
	}, 60_000);
});

/** As the receiver counted it: `sum_received` of the document. */
function readGoodput(raw: string): number {
	const {end} = JSON.parse(raw) as {end: {sum_received: {bits_per_second: number}}};
	return end.sum_received.bits_per_second;
}
