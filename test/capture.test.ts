import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createCaptureHost, createSavingHost} from '../source/capture.ts';
import {createRealHost, type Host, HostError} from '../source/host.ts';
import {parseCaptureSample} from '../source/parse/capture-sample.ts';
import {ParseError} from '../source/parse/parse-error.ts';

let host: Host;
let folder: string;

beforeEach(() => {
	host = createRealHost();
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-capture-'));
});

afterEach(() => {
	host.close();
	rmSync(folder, {recursive: true});
});

function write(sample: number, text: string): void {
	writeFileSync(path.join(folder, `${String(sample).padStart(4, '0')}.txt`), text);
}

function errorOf(act: () => unknown): {code?: string; message?: string} {
	try {
		act();
	} catch (error) {
		return error as HostError;
	}
	return {};
}

test('what was saved is what a capture gives: files, links, lists, programs, errors and times', async () => {
	const target = path.join(folder, 'capture');
	const strange = path.join(folder, 'strange "name"\\ä');
	writeFileSync(strange, '-- file /proc/stat --\n\\escaped\nno line end');
	const saving = createSavingHost(host, target);
	const given = {
		stat: saving.readText('/proc/uptime'),
		strange: saving.readText(strange),
		link: saving.readLink('/proc/self/ns/net'),
		list: saving.list('/sys/class/net'),
		missing: errorOf(() => saving.readText('/proc/there-is-no-such-file')),
		program: await saving.run('sh', ['-c', 'echo out; echo err >&2; exit 3'], 2),
		none: await saving.run('there-is-no-such-program', [], 2),
	};
	const readAt = saving.now().monotonic;
	saving.saveSample(saving.now());

	const replay = createCaptureHost(host, target);
	expect(replay.readText('/proc/uptime')).toBe(given.stat);
	expect(replay.now().monotonic).toBeLessThan(readAt);
	expect(replay.readText(strange)).toBe(given.strange);
	expect(replay.readLink('/proc/self/ns/net')).toBe(given.link);
	expect(replay.list('/sys/class/net')).toEqual(given.list);
	const missing = errorOf(() => replay.readText('/proc/there-is-no-such-file'));
	expect(missing).toBeInstanceOf(HostError);
	expect([missing.code, missing.message]).toEqual(['ENOENT', given.missing.message]);
	const program = await replay.run('sh', ['-c', 'echo out; echo err >&2; exit 3'], 2);
	expect(program).toEqual({...given.program, at: expect.closeTo(given.program.at, 5)});
	expect(await replay.run('there-is-no-such-program', [], 2)).toMatchObject({status: 127});
});

test('a sample that lacks a file has it from the samples before', () => {
	write(0, '-- sample @10 --\n-- file /a --\n1\n-- file /b @10.5 --\nold\n');
	write(1, '-- sample @11 --\n-- file /a @11.25 --\n2\n');
	const replay = createCaptureHost(host, folder);
	expect([replay.readText('/a'), replay.now().monotonic]).toEqual(['1\n', 10]);
	expect(replay.advance()).toBe(true);
	expect([replay.readText('/a'), replay.now().monotonic]).toEqual(['2\n', 11.25]);
	expect([replay.readText('/b'), replay.now().monotonic]).toEqual(['old\n', 10.5]);
	expect(replay.advance()).toBe(false);
	expect(replay.readText('/a')).toBe('2\n');
});

test('a capture written by hand needs no times: its samples are a second apart', () => {
	write(0, '-- file /a --\n1\n');
	write(1, '-- file /a --\n2\n');
	const replay = createCaptureHost(host, folder);
	replay.readText('/a');
	const before = replay.now().monotonic;
	replay.advance();
	replay.readText('/a');
	expect(replay.now().monotonic - before).toBe(1);
});

test('a looped capture goes on in time', () => {
	write(0, '-- sample @10 --\n-- file /a --\n1\n');
	write(1, '-- sample @11 --\n-- file /a --\n2\n');
	const replay = createCaptureHost(host, folder, {loop: true});
	replay.advance();
	replay.advance();
	expect([replay.readText('/a'), replay.now().monotonic]).toEqual(['1\n', 12]);
});

test('a vanished file stays vanished until it is there again', () => {
	write(0, '-- file /a --\n1\n');
	write(1, '-- error ENOENT /a --\ngone\n');
	write(2, '-- file /a --\n3\n');
	const replay = createCaptureHost(host, folder);
	expect(replay.readText('/a')).toBe('1\n');
	replay.advance();
	expect(errorOf(() => replay.readText('/a'))).toMatchObject({code: 'ENOENT', message: 'gone'});
	replay.advance();
	expect(replay.readText('/a')).toBe('3\n');
});

test('a folder without samples, and a text that is none, are named', () => {
	expect(() => createCaptureHost(host, folder)).toThrow(/holds no capture/);
	write(0, 'cpu 1 2 3\n');
	expect(() => createCaptureHost(host, folder)).toThrow(/0000\.txt line 1: expected a line such as/);
});

test('samples are private, and none is ever overwritten', () => {
	const target = path.join(folder, 'capture');
	const saving = createSavingHost(host, target);
	saving.readText('/proc/uptime');
	saving.saveSample(saving.now());
	expect(readdirSync(target)).toEqual(['0000.txt']);
	const before = readFileSync(path.join(target, '0000.txt'), 'utf8');
	expect(() => createSavingHost(host, target).saveSample(host.now())).toThrow(HostError);
	expect(readFileSync(path.join(target, '0000.txt'), 'utf8')).toBe(before);
});

test('where a recording of a capture goes is told by this machine, how the user was connected by the other', () => {
	const here = {HOME: '/home/me', SSH_CONNECTION: 'here'} as Readonly<Record<string, string>>;
	const own = {...host, environment: (name: string) => here[name]};
	writeFileSync(
		path.join(folder, '0000.txt'),
		'-- environment SSH_CONNECTION --\nthere\n-- environment HOME --\n/root\n',
	);
	const replay = createCaptureHost(own, folder);
	expect([replay.environment('HOME'), replay.environment('SSH_CONNECTION')]).toEqual(['/home/me', 'there']);
	writeFileSync(path.join(folder, '0000.txt'), '-- file /proc/uptime --\n1 1\n');
	expect(createCaptureHost(own, folder).environment('SSH_CONNECTION')).toBeUndefined();
});

test('any bytes give entries or one error of the parser', () => {
	const header = fc.constantFrom(
		'-- file /a --\n',
		'-- program a b @1 status=x --\n',
		'-- stderr --\n',
		'-- "\\x" --\n',
		'\\',
		'-- ',
	);
	fc.assert(
		fc.property(fc.array(fc.oneof(header, fc.string()), {maxLength: 8}), parts => {
			try {
				parseCaptureSample(Buffer.from(parts.join('')), {name: 'x', nominal: 0});
			} catch (error) {
				expect(error).toBeInstanceOf(ParseError);
			}
		}),
	);
});
