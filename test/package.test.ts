import {execFile, spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {beforeEach, expect, test} from 'vitest';

// The Debian package of `npm run build:deb`, which `npm test` does not build.

const run = promisify(execFile);
const root = path.dirname(import.meta.dirname);
const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const file = path.join(root, `release/nbtop_${version}_${process.arch === 'x64' ? 'amd64' : process.arch}.deb`);

beforeEach(context => {
	if (!existsSync(file)) {
		context.skip(`${path.relative(root, file)} is not there (npm run build:deb)`);
	}
});

test('unpacked, it runs, and brings its manual page and completions', async ({onTestFinished}) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'nbtop-package-'));
	onTestFinished(() => rm(folder, {recursive: true}));
	await run('dpkg-deb', ['-x', file, folder]);
	const {stdout} = await run(path.join(folder, 'usr/bin/nbtop'), ['--version'], {env: {PATH: '/nonexistent'}});
	expect(stdout).toBe(`nbtop ${version}\n`);
	const page = (await run('zcat', [path.join(folder, 'usr/share/man/man1/nbtop.1.gz')])).stdout;
	expect(page).toContain(`.TH NBTOP 1`);
	const completion = path.join(folder, 'usr/share/bash-completion/completions/nbtop');
	expect((await run('bash', ['-c', '. "$1"; complete -p nbtop', 'bash', completion])).stdout).toContain('_nbtop');
});

test('all of it belongs to root, and nobody else may write to it', async () => {
	const {stdout} = await run('dpkg-deb', ['-c', file]);
	const lines = stdout.trimEnd().split('\n');
	expect(lines.length).toBeGreaterThan(8);
	expect(lines.filter(line => !/^[-d]rw[-x]r-[-x]r-[-x] root\/root /.test(line))).toEqual([]);
});

test('lintian finds no error in it', {timeout: 120_000}, async context => {
	if (spawnSync('lintian', ['--version']).error !== undefined) {
		context.skip('lintian is not installed (apt install lintian)');
	}
	const {stdout} = await run('lintian', ['--fail-on', 'none', file]);
	expect(stdout.split('\n').filter(line => line.startsWith('E:'))).toEqual([]);
});
