import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {cp, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {transform} from 'esbuild';
import {expect, onTestFinished, test} from 'vitest';

// `npm test` builds first.

const run = promisify(execFile);
const root = path.dirname(import.meta.dirname);
const launcher = path.join(root, 'dist/nbtop.cjs');

async function makeFolder(): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'nbtop-bundle-'));
	onTestFinished(() => rm(folder, {recursive: true}));
	return folder;
}

const readDist = (file: string) => readFile(path.join(root, 'dist', file), 'utf8');

test('the program is one file below 1.5 MB', async () => {
	expect((await readdir(path.join(root, 'dist'))).filter(name => !/\.json$/.test(name)).sort()).toEqual([
		'LICENSES.txt',
		'demo.jsonl.gz',
		'nbtop.1',
		'nbtop.cjs',
		'program.cjs',
	]);
	expect((await readDist('program.cjs')).length).toBeLessThan(1_500_000);
});

test('nothing that only development needs is in it', async () => {
	const bundle = await readDist('program.cjs');
	// React's development build measures every render, and keeps what it measured.
	expect(bundle).not.toContain('react-reconciler.development');
	expect(bundle).not.toContain('performance.measure');
	expect(bundle).not.toMatch(/(?:from|import\(?)\s*["']react-devtools-core/);
	// meow's reader of package.json knows every licence that SPDX lists.
	expect(bundle).not.toContain('AGPL-3.0-only');
});

test('it needs no package beside it', async () => {
	const folder = await makeFolder();
	await cp(path.join(root, 'dist'), folder, {recursive: true});
	const {stdout, stderr} = await run(process.execPath, [path.join(folder, 'nbtop.cjs'), '--help']);
	expect(stdout).toContain('nbtop');
	expect(stderr).toBe('');
});

test('the licences of what is in it are handed out with it', async () => {
	const licenses = await readDist('LICENSES.txt');
	for (const name of ['execa', 'ink', 'ink-table', 'meow', 'react', 'react-reconciler', 'yoga-layout']) {
		expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
	}

	// All that Ink asks of it is its throttle, which gives way to ours: were it here, nothing would have been replaced.
	expect(licenses).not.toMatch(/^es-toolkit \d/m);

	// ink-table and yoga-layout name their licence, and bring no text.
	const parts = licenses.split(/^={80}$/m).slice(1);
	expect(parts.length).toBeGreaterThan(30);
	expect(
		parts.filter(part => !/Permission (?:is hereby granted|to use)|Redistribution and use|Apache License/.test(part)),
	).toEqual([]);
	expect(licenses).toMatch(/Copyright \(c\) Meta Open Source/);
});

test('the launcher starts the program, which knows its version', async () => {
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	const {stdout} = await run(process.execPath, [launcher, '--version']);
	expect(stdout).toBe(`nbtop ${version}\n`);
});

test.each(['20.19.4', '22.11.0', '8.17.0', '0.10.48'])('Node %s is told in one line to be too old', async version => {
	const preload = path.join(await makeFolder(), 'preload.cjs');
	await writeFile(preload, `Object.defineProperty(process, 'versions', {value: {node: '${version}'}});`);
	await expect(run(process.execPath, ['-r', preload, launcher, '--version'])).rejects.toMatchObject({
		code: 1,
		stdout: '',
		stderr: `nbtop needs Node 22.12 or newer (this is ${version}); see https://nodejs.org/en/download\n`,
	});
});

test('an old Node of this machine says it too', async context => {
	const node = '/usr/bin/node';
	const version = existsSync(node) ? (await run(node, ['-p', 'process.versions.node'])).stdout.trim() : '';
	const [major = 0, minor = 0] = version.split('.').map(Number);
	if (version === '' || major > 22 || (major === 22 && minor >= 12)) {
		context.skip('no old Node here');
	}

	await expect(run(node, [launcher])).rejects.toMatchObject({code: 1, stderr: expect.stringContaining(version)});
});

test('the launcher keeps to the syntax of the oldest Node', async () => {
	const source = await readDist('nbtop.cjs');
	const [old, now] = await Promise.all(['es5', 'esnext'].map(target => transform(source, {target})));
	expect(old?.code).toBe(now?.code);
});
