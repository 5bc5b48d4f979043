import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createRealHost, type Host} from '../../source/host.ts';

let folder: string;
let host: Host;

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-durable-'));
	host = createRealHost();
});

afterEach(() => {
	host.close();
	rmSync(folder, {recursive: true});
});

test('ends a line that a crash has torn before the next one is appended', () => {
	const file = `${folder}/journal`;
	host.appendDurably(file, 'one\n');
	host.appendDurably(file, 'torn');
	host.appendDurably(file, 'two\n');
	expect(readFileSync(file, 'utf8')).toBe('one\ntorn\ntwo\n');
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('replaces a file as a whole, with its mode, and through no link that lies in wait', () => {
	const elsewhere = `${folder}/elsewhere`;
	writeFileSync(elsewhere, 'theirs');
	symlinkSync(elsewhere, `${folder}/unit.nbtop-draft`);
	writeFileSync(`${folder}/unit`, 'old and longer');
	host.saveDurably(`${folder}/unit`, 'new', 0o755);
	expect(readFileSync(`${folder}/unit`, 'utf8')).toBe('new');
	expect(statSync(`${folder}/unit`).mode & 0o777).toBe(0o755);
	expect(readFileSync(elsewhere, 'utf8')).toBe('theirs');
	expect(readdirSync(folder)).toEqual(['elsewhere', 'unit']);
});

test('removes a file, one that is not there, and a folder with nothing in it', () => {
	mkdirSync(`${folder}/below`);
	writeFileSync(`${folder}/below/one`, '');
	expect(() => host.remove(`${folder}/below`)).toThrow('ENOTEMPTY');
	host.remove(`${folder}/below/one`);
	host.remove(`${folder}/below/one`);
	host.remove(`${folder}/below`);
	expect(readdirSync(folder)).toEqual([]);
});

test('makes a folder that nobody else may enter', () => {
	host.makeOwnFolder(`${folder}/a/state`);
	expect(statSync(`${folder}/a/state`).mode & 0o777).toBe(0o700);
});

test('makes a folder with those above it, whoever is first', () => {
	host.makeFolder(`${folder}/a/b/../c/`);
	host.makeFolder(`${folder}/a/c`);
	expect(readdirSync(`${folder}/a`)).toEqual(['b', 'c']);
	symlinkSync(`${folder}/a`, `${folder}/link`);
	host.makeFolder(`${folder}/link/d`);
	expect(readdirSync(`${folder}/a`)).toEqual(['b', 'c', 'd']);
	host.makeFolder('/');
});

test('tells in the kernel’s words why a folder cannot be made', () => {
	writeFileSync(`${folder}/file`, '');
	symlinkSync(`${folder}/nowhere`, `${folder}/dangling`);
	for (const make of [host.makeFolder, host.makeOwnFolder]) {
		expect(() => make(`${folder}/file`)).toThrow(/^EEXIST: .*file'$/);
		expect(() => make(`${folder}/file/a/b`)).toThrow(/^ENOTDIR: /);
		expect(() => make(`${folder}/dangling/a`)).toThrow(/^EEXIST: [^']*'[^']*dangling'$/);
		expect(() => make('')).toThrow(/^ENOENT: /);
	}
});

test('a folder that cannot be made below /proc ends at once', () => {
	// In a program of its own: what never returns would take this one along.
	const line = `
		import {createRealHost} from '${path.join(import.meta.dirname, '../../source/host.ts')}';
		const host = createRealHost();
		for (const make of [host.makeFolder, host.makeOwnFolder]) {
			for (const folder of ['/proc/nbtop', '/proc/nbtop/a/b']) {
				try {
					make(folder);
				} catch ({code, message}) {
					console.log(code, message);
				}
			}
		}
		host.close();
	`;
	const words = ['--input-type=module', '--eval', line];
	const {stdout, status} = spawnSync(process.execPath, words, {encoding: 'utf8', timeout: 20_000});
	const refusal = "ENOENT ENOENT: no such file or directory, mkdir '/proc/nbtop'\n";
	expect({stdout, status}).toEqual({stdout: refusal.repeat(4), status: 0});
});

test('refuses a folder in which others could write what would be believed', () => {
	mkdirSync(`${folder}/open`);
	chmodSync(`${folder}/open`, 0o770);
	expect(() => host.makeOwnFolder(`${folder}/open`)).toThrow('others could write to it');
});

test('says in the words of the machine why a line cannot be kept', () => {
	expect(() => host.appendDurably(`${folder}/missing/journal`, 'one\n')).toThrow('ENOENT');
	expect(() => host.appendDurably('/dev/full', 'one\n')).toThrow('ENOSPC');
});

test('a folder that cannot be made keeps the word of the kernel', context => {
	const module = path.join(import.meta.dirname, '../../source/host/durable.ts');
	const script = `import {makeOwnFolder} from '${module}'; makeOwnFolder('${folder}/state')`;
	const {stderr, status} = spawnSync('unshare', [
		...['-m', 'sh', '-c', 'mount -t tmpfs -o ro tmpfs "$1" || exit 77; shift; exec "$@"', 'sh'],
		...[folder, process.execPath, '--input-type=module', '-e', script],
	]);
	if (status !== 1 || String(stderr).startsWith('unshare')) {
		context.skip('needs root and mount namespaces');
	}
	expect(String(stderr)).toContain('EROFS: read-only file system');
});
