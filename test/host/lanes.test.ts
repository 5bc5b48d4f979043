import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, expect, onTestFinished, test, vi} from 'vitest';
import {createLanes, type Lanes} from '../../source/host/lanes.ts';

let lanes: Lanes | undefined;

function open(): Lanes {
	lanes = createLanes();
	return lanes;
}

afterEach(() => lanes?.close());

test('gives output, errors and status apart', async () => {
	expect(await open().run(['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'], 2)).toEqual({
		stdout: 'out\n',
		stderr: 'err\n',
		status: 3,
		at: expect.any(Number),
	});
});

test('an output has the time at which the first of it came, not that of its end', async () => {
	const now = () => performance.now() / 1000;
	const {run} = open();
	const slow = await run(['/bin/sh', '-c', 'echo 1; exec sleep 1.5'], 9);
	expect(now() - slow.at).toBeGreaterThan(0.5);
	const before = now();
	const silent = await run(['/bin/sleep', '9'], 0.5);
	expect(silent.at - before).toBeGreaterThan(0.4);
});

test('programs run in a folder that is always there', async () => {
	expect((await open().run(['/bin/pwd'], 2)).stdout).toBe('/\n');
});

test('words are data: nothing in them is run', async () => {
	const words = [
		'/usr/bin/printf',
		'%s|',
		'$(touch x)',
		'`id`',
		'; exit 9',
		"it's",
		'"q"',
		'\\0',
		'-n',
		' two  blanks ',
	];
	const output = await open().run(words, 2);
	expect(output.stdout).toBe(`${words.slice(2).join('|')}|`);
});

test('a word with a line break is refused, since the shell reads words line by line', async () => {
	expect(await open().run(['/bin/echo', 'a\nb'], 2)).toMatchObject({stdout: '', status: 126});
});

test('output without a line end, and none at all, come back as they are', async () => {
	expect(await open().run(['/usr/bin/printf', 'no end'], 2)).toMatchObject({stdout: 'no end', status: 0});
	expect(await lanes?.run(['/bin/true'], 2)).toMatchObject({stdout: '', stderr: '', status: 0});
});

test('a megabyte of output arrives whole', async () => {
	const output = await open().run(['/usr/bin/head', '-c', '1000000', '/dev/zero'], 5);
	expect(output.stdout.length).toBe(1_000_000);
});

test('lanes that a busy moment opened are closed again, but for one', async () => {
	lanes = createLanes({closeSpareMs: 600});
	const words = ['/bin/sh', '-c', 'echo $PPID; sleep 0.4'];
	const both = await Promise.all([lanes.run(words, 5), lanes.run(words, 5)]);
	const shells = both.map(({stdout}) => stdout.trim());
	expect(new Set(shells).size).toBe(2);
	await vi.waitFor(() => expect(shells.filter(pid => existsSync(`/proc/${pid}`))).toHaveLength(1), 5000);
	expect(shells).toContain((await lanes.run(['/bin/sh', '-c', 'echo $PPID'], 5)).stdout.trim());
});

test('a program that hangs is ended in time and holds up no other', async () => {
	open();
	const started = performance.now();
	const hanging = lanes?.run(['/bin/sleep', '60'], 0.8);
	const quick = await lanes?.run(['/bin/echo', 'quick'], 2);
	const quickTook = performance.now() - started;
	expect(quick?.stdout).toBe('quick\n');
	expect(await hanging).toMatchObject({timedOut: true, stderr: 'no answer within 0.8 s'});
	expect(quickTook).toBeLessThan(700);
	expect((await lanes?.run(['/bin/echo', 'again'], 2))?.stdout).toBe('again\n');
});

test('an answer that came in time counts, however long this program itself was held up', async () => {
	const {run} = open();
	await run(['/bin/true'], 2);
	const quick = run(['/bin/echo', 'quick'], 0.2);
	// The lane has the words before anything else can happen.
	for (let turn = 0; turn < 5; turn++) {
		await Promise.resolve();
	}
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
	expect(await quick).toMatchObject({stdout: 'quick\n', status: 0});
	expect(await run(['/bin/echo', 'again'], 2)).toMatchObject({stdout: 'again\n'});
});

test('a program that ignores its end goes with its lane', async () => {
	const output = await open().run(['/bin/sh', '-c', 'trap "" TERM INT HUP; echo $$; exec sleep 60'], 0.5);
	expect(output.timedOut).toBe(true);
	const pid = Number(output.stdout);
	await expect.poll(() => isRunning(pid), {timeout: 3000}).toBe(false);
});

test('what hangs ends with this program, even when that is killed', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-lanes-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	const file = `${folder}/pid`;
	const words = JSON.stringify(['/bin/sh', '-c', 'echo $$ >"$1"; exec sleep 60', 'sh', file]);
	const module = JSON.stringify(new URL('../../source/host/lanes.ts', import.meta.url).href);
	const program = spawn(process.execPath, ['-e', `import(${module}).then(it => it.createLanes().run(${words}, 60))`]);
	const readPid = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
	await expect.poll(readPid, {timeout: 10_000}).toBeGreaterThan(0);

	program.kill('SIGKILL');

	await expect.poll(() => isRunning(readPid()), {timeout: 5000}).toBe(false);
});

test('closing ends what runs, and answers who waits', async () => {
	open();
	const running = lanes?.run(['/bin/sh', '-c', 'echo $$ >&2; exec sleep 60'], 30);
	await lanes?.run(['/bin/true'], 2);
	lanes?.close();
	expect(await running).toMatchObject({status: 126});
});

test('what programs cost is counted', async () => {
	open();
	await lanes?.run(['/bin/sh', '-c', 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done'], 10);
	expect(lanes?.cpuSeconds(pid => readFileSync(`/proc/${pid}/stat`, 'utf8'))).toBeGreaterThan(0.02);
});

function isRunning(pid: number): boolean {
	try {
		return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}
