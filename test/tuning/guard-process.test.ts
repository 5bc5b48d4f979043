import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {cp, mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, type TestContext, test, vi} from 'vitest';
import {foldJournal, type Guard, parseJournal, type Transaction} from '../../source/tuning/journal.ts';

// The real program, on real settings of a network namespace that is made for the test. `npm test` builds first.

const run = promisify(execFile);
const dist = path.join(import.meta.dirname, '../../dist');
const before = {tcp_rmem: '4096\t131072\t1000000', tcp_wmem: '4096\t16384\t1000000'};

async function setUp({onTestFinished}: Pick<TestContext, 'onTestFinished'>) {
	const folder = await mkdtemp(path.join(tmpdir(), 'nbtop-guard-'));
	const state = `${folder}/state`;
	const program = `${folder}/program`;
	await cp(dist, program, {recursive: true});
	const holder = spawn('unshare', ['--net', 'sleep', '600'], {stdio: 'ignore'});
	const inside = (...words: string[]): string[] => ['--net', `--target=${holder.pid}`, ...words];
	onTestFinished(async () => {
		for (const {process} of (await readJournal())?.guards ?? []) {
			kill(process.pid);
		}
		holder.kill('SIGKILL');
		await rm(folder, {recursive: true, force: true, maxRetries: 3});
	});
	const readNamespace = async (pid: number | string) => (await run('readlink', [`/proc/${pid}/ns/net`])).stdout;
	await vi.waitFor(async () => expect(await readNamespace(holder.pid ?? 0)).not.toBe(await readNamespace('self')));

	const readJournal = async (): Promise<Transaction | undefined> => {
		const text = await readFile(`${state}/journal.jsonl`, 'utf8').catch(() => '');
		const events = parseJournal(text);
		const opened = events.find(event => event.type === 'opened');
		return opened && foldJournal(events, opened.bootId).transactions[0];
	};
	const readValue = async (name: string): Promise<string> =>
		(await run('nsenter', inside('cat', `/proc/sys/net/ipv4/${name}`))).stdout.trim();
	const nbtop = (...words: string[]): string[] =>
		inside(process.execPath, `${program}/nbtop.cjs`, ...words, '--state-dir', state);
	for (const [name, value] of Object.entries(before)) {
		await run('nsenter', inside('sysctl', '-qw', `net.ipv4.${name}=${value.replaceAll('\t', ' ')}`));
	}

	return {
		program,
		readJournal,
		readAll: async () => ({tcp_rmem: await readValue('tcp_rmem'), tcp_wmem: await readValue('tcp_wmem')}),
		run: (...words: string[]) => run('nsenter', nbtop(...words)),
		/** Starts to tune under guard, and gives the process when everything is written. */
		async tune(seconds: number): Promise<ChildProcess> {
			const words = ['tune', 'socket-buffers', '--yes', '--guard', '--confirm-within', String(seconds)];
			const child = spawn('nsenter', nbtop(...words), {stdio: 'ignore'});
			await vi.waitFor(async () => expect(await readJournal()).toMatchObject({phase: 'waiting'}), {timeout: 30_000});
			return child;
		},
		async waitForPhase(phase: string, seconds: number): Promise<Transaction> {
			return vi.waitFor(
				async () => {
					const transaction = await readJournal();
					expect(transaction).toMatchObject({phase});
					return transaction as Transaction;
				},
				{timeout: seconds * 1000, interval: 100},
			);
		},
	};
}

function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
	try {
		process.kill(pid, signal);
	} catch {
		// It has gone already.
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function listPids(guards: readonly Guard[] = []): number[] {
	return guards.map(({process}) => process.pid);
}

describe.skipIf(process.getuid?.() !== 0)('the guard', {timeout: 90_000, concurrent: true}, () => {
	test('leaves what is confirmed, and goes', async context => {
		const lab = await setUp(context);
		const child = await lab.tune(60);
		const guards = listPids((await lab.readJournal())?.guards);
		expect(guards).toHaveLength(2);
		expect((await lab.run('confirm')).stdout).toContain('it stays');
		await vi.waitFor(() => expect(guards.filter(isRunning)).toEqual([]), {timeout: 10_000});
		await once(child, 'exit');
		expect(child.exitCode).toBe(0);
		expect(Object.values(await lab.readAll()).map(value => value.split('\t')[2])).toEqual(['16777216', '16777216']);
		expect((await lab.run('undo')).stdout).toContain('socket-buffers is undone');
		expect(await lab.readAll()).toEqual(before);
	});

	test('puts back what nobody confirms, though nbtop, its files and the other guard are gone, and it is told', async context => {
		const lab = await setUp(context);
		const child = await lab.tune(12);
		kill(child.pid ?? 0);
		const first = (await lab.readJournal())?.guards ?? [];
		await rm(lab.program, {recursive: true});
		kill(listPids(first)[0] ?? 0);
		await vi.waitFor(
			async () => {
				const guards = (await lab.readJournal())?.guards;
				expect(listPids(guards)).not.toContain(listPids(first)[0]);
				expect(guards).toHaveLength(2);
			},
			{timeout: 10_000},
		);
		expect(await lab.readAll()).not.toEqual(before);
		expect(await lab.waitForPhase('reverted', 20)).toMatchObject({reason: 'not confirmed within 12 s', writes: []});
		expect(await lab.readAll()).toEqual(before);
		await cp(dist, lab.program, {recursive: true});
		expect((await lab.run('undo')).stdout).toContain('was put back: not confirmed within 12 s');
		expect((await lab.run('undo')).stdout).not.toContain('was put back');
	});

	test('killed with all others, it leaves a journal from which the next nbtop finishes', async context => {
		const lab = await setUp(context);
		const child = await lab.tune(60);
		for (const pid of [child.pid ?? 0, ...listPids((await lab.readJournal())?.guards)]) {
			kill(pid, 'SIGSTOP');
		}
		for (const pid of [child.pid ?? 0, ...listPids((await lab.readJournal())?.guards)]) {
			kill(pid);
		}
		expect(await lab.readAll()).not.toEqual(before);
		expect((await lab.run('tune')).stdout).toContain('nobody guards it');
		expect((await lab.run('undo', '--all')).stdout).toContain('its writer and its guard had ended');
		expect(await lab.readAll()).toEqual(before);
		expect(await lab.readJournal()).toMatchObject({phase: 'reverted', writes: []});
	});

	test('told to end, it puts back first; a hang-up it does not hear', async context => {
		const lab = await setUp(context);
		await lab.tune(60);
		const [pid = 0] = listPids((await lab.readJournal())?.guards);
		kill(pid, 'SIGHUP');
		await new Promise(resolve => setTimeout(resolve, 1000));
		expect(isRunning(pid)).toBe(true);
		expect(await lab.readJournal()).toMatchObject({phase: 'waiting'});
		kill(pid, 'SIGTERM');
		expect(await lab.waitForPhase('reverted', 10)).toMatchObject({reason: 'the guard was told to end'});
		expect(await lab.readAll()).toEqual(before);
	});
});
