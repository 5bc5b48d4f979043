import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, onTestFinished, test, vi} from 'vitest';
import {openScreen} from './lab/terminal.ts';

// `npm test` builds first.

const launcher = path.join(import.meta.dirname, '../dist/nbtop.cjs');

async function setUp() {
	const home = await mkdtemp(path.join(tmpdir(), 'nbtop-launcher-'));
	onTestFinished(() => rm(home, {recursive: true, force: true, maxRetries: 3}));
	const folder = path.join(home, '.cache/nbtop');
	const find = async () => (existsSync(folder) ? await readdir(folder) : []).map(name => path.join(folder, name));
	return {
		home,
		folder,
		find,
		/** Shows the screen until `until` holds. */
		async watch(until: () => unknown) {
			const words = ['/usr/bin/env', '-i', `HOME=${home}`, 'PATH=/nonexistent', 'TERM=xterm-256color', 'LANG=C.UTF-8'];
			const screen = openScreen([...words, process.execPath, launcher], 100, 30);
			await screen.waitFor('q quit');
			await until();
			screen.type('q');
			await screen.waitFor(() => screen.ended());
			screen.close();
		},
		/** Until a run that has kept nothing would have kept its code. */
		keeps: () =>
			vi.waitFor(
				async () =>
					expect((await find()).map(name => path.basename(name))).toEqual([
						expect.stringMatching(/^code-[\da-f]+-[\da-f]{32}$/),
					]),
				{timeout: 20_000, interval: 100},
			),
	};
}

test('a screen keeps its compiled code for the next one, where nobody else can write', {timeout: 60_000}, async () => {
	const {watch, keeps, find} = await setUp();
	await watch(keeps);
	const [file = ''] = await find();
	const kept = await stat(file);
	// The outermost function alone is less than half a megabyte.
	expect(kept.size).toBeGreaterThan(1_000_000);
	expect(kept.mode & 0o777).toBe(0o600);

	await watch(() => sleep(7000));
	expect((await stat(file)).ino).toBe(kept.ino);
});

test('code that is damaged or of another program is not run, and replaced', {timeout: 60_000}, async () => {
	const {watch, keeps, find, folder} = await setUp();
	await watch(keeps);
	const [file = ''] = await find();
	const whole = await readFile(file);
	await writeFile(file, whole.subarray(0, 1000));
	await writeFile(path.join(folder, `${path.basename(file).slice(0, -32)}${'0'.repeat(32)}`), whole);
	await watch(() =>
		vi.waitFor(async () => expect((await stat(file)).size).toBeGreaterThan(1_000_000), {timeout: 20_000}),
	);
	expect(await find()).toEqual([file]);
});

test('no code is kept in a folder that others may write to', {timeout: 60_000}, async () => {
	const {watch, find, home} = await setUp();
	await chmod(home, 0o777);
	await watch(() => sleep(7000));
	expect(await find()).toEqual([]);
});

test('a cache folder that cannot be made below /proc keeps no start waiting', () => {
	const env = {...process.env, XDG_CACHE_HOME: '/proc/nbtop/cache'};
	const {stdout, status} = spawnSync(process.execPath, [launcher, '--version'], {
		env,
		encoding: 'utf8',
		timeout: 20_000,
	});
	expect(stdout).toMatch(/^nbtop /);
	expect(status).toBe(0);
});
