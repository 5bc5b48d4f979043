import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createRealHost, type Host} from '../../source/host.ts';

const source = path.resolve('source');
let host: Host;

beforeEach(() => {
	host = createRealHost();
});

afterEach(() => {
	host.close();
});

function isRunning(pid: number): boolean {
	return existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The processes whose command line holds a text; the brackets keep those out that look for it. */
async function findProcesses(text: string): Promise<string[]> {
	const {stdout} = await host.run('pgrep', ['-f', '--', `[${text.slice(0, 1)}]${text.slice(1)}`], 5);
	return stdout.split('\n').filter(line => line !== '');
}

test('gives what a program wrote, and how it ended', async () => {
	const {ended} = host.start('sh', ['-c', 'echo out; echo err >&2; exit 3'], 10);
	expect(await ended).toMatchObject({stdout: 'out\n', stderr: 'err\n', status: 3});
});

test('words are data, whatever they hold', async () => {
	const words = ['a b', '$(id)', '\'";|&', 'two\nlines', ''];
	const {ended} = host.start('printf', ['%s|', ...words], 10);
	expect((await ended).stdout).toBe(words.map(word => `${word}|`).join(''));
});

test('its standard input stays open and says nothing', async () => {
	const {ended} = host.start('timeout', ['1', 'cat'], 10);
	expect(await ended).toMatchObject({stdout: '', status: 124});
});

test('says which program is not installed', async () => {
	expect(await host.start('no-such-program', [], 1).ended).toMatchObject({status: 127});
});

test('an interrupted program may still say its last words', async () => {
	const running = host.start('sh', ['-c', 'trap "echo bye; exit 0" INT; echo up; while :; do sleep 0.05; done'], 30);
	await host.sleep(0.3);
	running.interrupt();
	expect(await running.ended).toMatchObject({stdout: 'up\nbye\n', status: 0});
});

test('one that does not heed an interrupt is ended at its deadline', async () => {
	const begun = performance.now();
	const {ended} = host.start('sh', ['-c', 'trap "" INT; while :; do sleep 0.1; done'], 0.5);
	const output = await ended;
	expect(output.timedOut).toBe(true);
	expect(output.status).toBeUndefined();
	expect(performance.now() - begun).toBeGreaterThan(3000);
}, 20_000);

test('what is interrupted before it began never begins', async () => {
	const running = host.start('sh', ['-c', 'echo ran'], 10);
	running.interrupt();
	expect((await running.ended).stdout).toBe('');
});

test('a program that leaves its output to another is over when it has ended', async () => {
	const {ended} = host.start('sh', ['-c', 'echo first; sleep 30 & echo $!'], 20);
	const {stdout, status} = await ended;
	expect({stdout, status}).toMatchObject({stdout: expect.stringMatching(/^first\n\d+\n$/), status: 0});
	process.kill(Number(stdout.split('\n')[1]));
}, 10_000);

test.each(['SIGKILL', 'SIGTERM'] as const)(
	'nothing outlives a program that is ended by %s',
	async signal => {
		const mark = `orphan${process.pid}${signal}`;
		// It heeds nothing but SIGKILL.
		const script = `trap "" INT TERM HUP; echo $$; while :; do sleep 0.2; done # ${mark}`;
		const lines = `const host = createRealHost(); host.start('sh', ['-c', ${JSON.stringify(script)}], 60);
		setInterval(() => {}, 1000); console.log('up')`;
		const other = spawn(process.execPath, [
			'--input-type=module',
			'-e',
			`import {createRealHost} from '${source}/host.ts'; ${lines}`,
		]);
		await once(other.stdout, 'data');
		await vi.waitFor(async () => expect(await findProcesses(mark)).toHaveLength(3), {timeout: 5000});
		other.kill(signal);
		await once(other, 'exit');
		await vi.waitFor(async () => expect(await findProcesses(mark)).toEqual([]), {timeout: 8000});
	},
	20_000,
);

test('the watcher of a program that has ended is gone with it', async () => {
	const {stdout} = await host.start('sh', ['-c', 'ps -o pid= --ppid $$; echo $$'], 10).ended;
	const pids = stdout.split('\n').filter(Boolean).map(Number);
	expect(pids.length).toBeGreaterThan(1);
	await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), {timeout: 2000});
});
