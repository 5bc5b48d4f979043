import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createRealHost, type Host} from '../../source/host.ts';

const source = path.resolve('source');
let folder: string;
let host: Host;

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-processes-'));
	host = createRealHost();
});

afterEach(() => {
	host.close();
	rmSync(folder, {recursive: true});
});

/** A program that runs some lines with a Host, and prints what they print. */
function startProgram(lines: string) {
	const text = `import {createRealHost} from '${source}/host.ts'; const host = createRealHost(); ${lines}`;
	return spawn(process.execPath, ['--input-type=module', '-e', text], {stdio: ['ignore', 'pipe', 'inherit']});
}

test('a lock is held by one at a time', async () => {
	const first = await host.lock(`${folder}/lock`);
	expect(first).toBeDefined();
	expect(await host.lock(`${folder}/lock`)).toBeUndefined();
	await first?.release();
	const second = await host.lock(`${folder}/lock`);
	expect(second).toBeDefined();
	await second?.release();
});

test('a lock goes with the program that held it, killed or not', async () => {
	const other = startProgram(`await host.lock('${folder}/lock'); console.log('held'); await host.sleep(60);`);
	await once(other.stdout, 'data');
	expect(await host.lock(`${folder}/lock`)).toBeUndefined();
	other.kill('SIGKILL');
	await vi.waitFor(async () => {
		const lock = await host.lock(`${folder}/lock`);
		expect(lock).toBeDefined();
		await lock?.release();
	});
});

test('says why a file cannot be locked', async () => {
	await expect(host.lock(`${folder}/missing/lock`)).rejects.toThrow(/No such file/);
});

test('a detached program has no terminal, a session of its own, and outlives the one that started it', async () => {
	const script = `ps -o sid=,tty= -p $$ > ${folder}/seen; readlink /proc/$$/fd/0 /proc/$$/cwd >> ${folder}/seen; sleep 1; echo done > ${folder}/done`;
	const other = startProgram(`await host.startDetached(['/bin/sh', '-c', ${JSON.stringify(script)}]); host.close();`);
	await once(other, 'close');
	expect(existsSync(`${folder}/done`)).toBe(false);
	await vi.waitFor(() => expect(existsSync(`${folder}/done`)).toBe(true), {timeout: 5000});
	const [session = '', input, place] = readFileSync(`${folder}/seen`, 'utf8').trim().split('\n');
	expect(session.trim()).toMatch(/^\d+ \?$/);
	expect(session.trim()).not.toMatch(new RegExp(`^${process.pid} `));
	expect([input, place]).toEqual(['/dev/null', '/']);
});
