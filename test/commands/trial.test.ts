import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, type TestContext, test, vi} from 'vitest';
import {foldJournal, type JournalState, parseJournal} from '../../source/tuning/journal.ts';
import {makeNamespaces, missing} from '../helpers/namespaces.ts';

// The real program, iperf3, settings and guard, in network namespaces of their own. `npm test` builds first.

const peer = '10.99.0.2';
const knob = '/proc/sys/net/ipv4/tcp_wmem';
const before = '4096\t16384\t1000000';

/** A trial that has come so far that the step is in, and a run with it is under way. */
async function reachStep(context: Pick<TestContext, 'onTestFinished'>, port: number) {
	const {nbtop, serve, start, find} = await makeNamespaces(context);
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-trial-'));
	const readJournal = (): JournalState => {
		const events = parseJournal(readFileSync(`${folder}/state/journal.jsonl`, 'utf8'));
		const opened = events.find(event => event.type === 'opened');
		return foldJournal(events, opened?.bootId ?? '');
	};
	context.onTestFinished(() => {
		for (const {process: guard} of readJournal().transactions.flatMap(({guards}) => guards)) {
			tryKilling(guard.pid);
		}
		rmSync(folder, {recursive: true, force: true, maxRetries: 3});
	});
	const read = async (): Promise<string> => (await start('here', ['cat', knob]).ended).stdout.trim();
	await start('here', ['sysctl', '-qw', `net.ipv4.tcp_wmem=${before.replaceAll('\t', ' ')}`]).ended;
	await serve(port);
	const trial = nbtop(
		...['trial', 'socket-buffers', peer, '--tunnel', 'v0', '--time', '2', '--port', `${port}`],
		// A machine that is busy with other tests is a noisy one.
		...['--despite-noise', '--state-dir', `${folder}/state`],
	);
	await Promise.race([
		vi.waitFor(async () => expect(await read()).toMatch(/16777216$/), {timeout: 150_000, interval: 500}),
		trial.ended.then(({stderr}) => {
			throw new Error(`it has ended before the step was in: ${stderr}`);
		}),
	]);
	const isLoading = (): boolean => find(`iperf3 -c ${peer} -p ${port}`).length > 0;
	await vi.waitFor(() => expect(isLoading()).toBe(true), {timeout: 60_000});
	return {trial, read, readJournal, isLoading};
}

function tryKilling(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has gone already.
	}
}

describe.skipIf(missing !== undefined)(`a trial${missing === undefined ? '' : `: ${missing}`}`, () => {
	test.concurrent('that is told to end takes the step out, ends its load, and says so', async context => {
		const {trial, read, readJournal} = await reachStep(context, 5291);
		trial.child.kill('SIGTERM');
		const {stderr, status} = await trial.ended;
		expect(status).toBe(130);
		expect(stderr).toMatch(/a change of \d+ % or more will show/);
		expect(stderr).toMatch(/socket-buffers: no verdict: interrupted\nthe machine is as it was before the trial/);
		expect(await read()).toBe(before);
		expect(readJournal().stacks).toEqual(new Map());
	}, 240_000);

	test.concurrent('that is killed leaves a guard behind, which takes the step out', async context => {
		const {trial, read, readJournal, isLoading} = await reachStep(context, 5292);
		trial.child.kill('SIGKILL');
		await trial.ended;
		const transaction = readJournal().transactions.at(-1);
		expect(transaction).toMatchObject({step: 'socket-buffers', phase: 'waiting'});
		expect(transaction?.within).toBeLessThan(150);
		await vi.waitFor(() => expect(isLoading()).toBe(false), {timeout: 8000});
		// It would do the same when its time is over.
		for (const {process: guard} of transaction?.guards ?? []) {
			process.kill(guard.pid, 'SIGTERM');
		}
		await vi.waitFor(async () => expect(await read()).toBe(before), {timeout: 20_000});
	}, 240_000);
});
