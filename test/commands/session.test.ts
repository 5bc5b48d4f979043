import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {findLeaks} from '../../source/session/sensitive.ts';
import {formatSession, makeSession} from '../helpers/evening.ts';
import {openScreen} from '../lab/terminal.ts';

const program = path.join(import.meta.dirname, '../../dist/nbtop.cjs');
// Each test starts the program several times, on a machine that may be busy.
vi.setConfig({testTimeout: 90_000});

let folder: string;
let evening: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-session-'));
	evening = path.join(folder, 'evening.jsonl');
	writeFileSync(evening, formatSession(makeSession()));
	writeFileSync(path.join(folder, 'empty.jsonl'), '');
	writeFileSync(path.join(folder, 'headed.jsonl'), `${formatSession(makeSession()).split('\n')[0]}\n{"type":"sam`);
});

afterAll(() => rmSync(folder, {recursive: true}));

const environment = () => ({...process.env, XDG_STATE_HOME: path.join(folder, 'state'), TZ: 'UTC'});

function nbtop(...args: string[]) {
	const options = {encoding: 'utf8', timeout: 60_000, env: environment(), cwd: folder, maxBuffer: 2 ** 26} as const;
	const {stdout, stderr, status} = spawnSync(process.execPath, [program, ...args], options);
	return {stdout, stderr, status};
}

const read = (name: string) => readFileSync(path.join(folder, name));

test('nbtop record writes a session of this machine, and replay shows it', () => {
	const {stderr, status} = nbtop('record', '--for', '2', '-i', '0.5', '-o', 'mine.jsonl.gz');
	expect(stderr).toMatch(/^[3-6] samples in mine\.jsonl\.gz\n$/);
	expect(status).toBe(0);
	const [header = '', ...lines] = gunzipSync(read('mine.jsonl.gz')).toString().trimEnd().split('\n');
	expect(JSON.parse(header)).toMatchObject({type: 'session', format: 1, machine: {bootId: expect.any(String)}});
	expect(lines.filter(line => line.includes('"sample"')).length).toBeGreaterThan(2);
	const replay = nbtop('replay', 'mine.jsonl.gz');
	expect(replay.status).toBe(0);
	expect(replay.stdout).toMatch(/%soft/);
});

test('without a name the file is in the folder of sessions; with -o - it is standard output', () => {
	expect(nbtop('record', '--for', '0.5').status).toBe(0);
	const sessions = path.join(folder, 'state/nbtop/sessions');
	const [name = ''] = readdirSync(sessions);
	expect(statSync(path.join(sessions, name)).mode & 0o777).toBe(0o600);
	const {stdout} = nbtop('record', '--for', '0.5', '-o', '-');
	expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({type: 'session'});
});

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
	'a recording that ends with %s opens, and lacks a sample at most',
	async signal => {
		const name = `${signal}.jsonl`;
		const child = spawn(process.execPath, [program, 'record', '-i', '0.2', '-o', name], {
			cwd: folder,
			env: environment(),
			stdio: 'ignore',
		});
		const count = () =>
			existsSync(path.join(folder, name)) ? read(name).toString().split('"type":"sample"').length - 1 : 0;
		while (count() < 6) {
			await new Promise(resolve => setTimeout(resolve, 50));
		}
		const before = count();
		child.kill(signal);
		const [status] = await once(child, 'exit');
		expect(status).toBe(signal === 'SIGKILL' ? null : 0);
		const report = JSON.parse(nbtop('report', name, '--json').stdout);
		expect(report.samples).toBeGreaterThanOrEqual(before - 1);
	},
);

test('who reads standard output may leave', () => {
	const line = `${process.execPath} ${program} record -i 0.2 --for 20 -o - | head -c 100 >/dev/null; echo "\${PIPESTATUS[0]}"`;
	const {stdout, stderr} = spawnSync('bash', ['-c', line], {encoding: 'utf8', env: environment(), timeout: 30_000});
	expect(stderr).toBe('nbtop: recording to standard output stopped: nobody reads any more\n');
	expect(stdout).toBe('1\n');
});

test('nbtop report writes Markdown, a page, JSON or CSV', () => {
	expect(nbtop('report', 'evening.jsonl').stdout).toContain('| + Raise the backlog |');
	expect(nbtop('report', 'evening.jsonl', '-o', 'report.html').status).toBe(0);
	expect(read('report.html').toString()).toMatch(/^<!doctype html>[\s\S]*<svg/);
	expect(nbtop('report', 'evening.jsonl', '-o', 'report.md').status).toBe(0);
	expect(read('report.md').toString()).toContain('## Comparison');
	expect(JSON.parse(nbtop('report', 'evening.jsonl', '--json').stdout)).toMatchObject({
		schema: 'nbtop.report/1',
		samples: 300,
	});
	expect(nbtop('report', 'evening.jsonl', '--csv').stdout.split('\r\n')).toHaveLength(8);
});

test('nbtop diff puts two periods side by side', () => {
	writeFileSync(path.join(folder, 'odd@name.jsonl'), read('evening.jsonl'));
	const {stdout, status} = nbtop('diff', 'evening.jsonl@14:20:20', 'odd@name.jsonl');
	expect(status).toBe(0);
	expect(stdout).toMatch(/^throughput +\S+ [GM]bit\/s +\S+ [GM]bit\/s$/m);
	expect(JSON.parse(nbtop('diff', 'evening.jsonl', 'evening.jsonl', '--json').stdout)).toMatchObject({
		schema: 'nbtop.diff/1',
		settings: [],
	});
});

test('nbtop share writes a session that tells nothing, and prints what it replaced', () => {
	const {stdout, status} = nbtop('share', 'evening.jsonl', '-o', 'shared.jsonl.gz');
	expect(status).toBe(0);
	const text = gunzipSync(read('shared.jsonl.gz')).toString();
	expect(findLeaks(text)).toEqual([]);
	expect(text).not.toContain('gateway-1');
	expect(stdout).toMatch(/^host +host-1 +gateway-1$/m);
	expect(nbtop('report', 'shared.jsonl.gz', '--json').status).toBe(0);
	const kept = nbtop('share', 'evening.jsonl', '-o', 'kept.jsonl', '--keep', 'names,addresses');
	expect(kept.status).toBe(0);
	expect(read('kept.jsonl').toString()).toContain('gateway-1');
});

test('whoever looks at a session with a lost line is told how much went with it', () => {
	const [header = '', ...lines] = read('evening.jsonl').toString().trimEnd().split('\n');
	const hurt = lines.filter(line => !line.startsWith('{"type":"sample","n":250,'));
	writeFileSync(path.join(folder, 'hurt.jsonl'), `${[header, ...hurt].join('\n')}\n`);
	const note = '50 of 300 samples could not be read: a line is missing or damaged';
	for (const words of [
		['replay', 'hurt.jsonl'],
		['diff', 'evening.jsonl', 'hurt.jsonl'],
		['share', 'hurt.jsonl', '-o', 'hurt-shared.jsonl'],
	]) {
		expect(nbtop(...words)).toMatchObject({stderr: `nbtop: hurt.jsonl: ${note}\n`, status: 0});
	}
	expect(nbtop('report', 'hurt.jsonl').stdout).toContain(note);
	expect(JSON.parse(nbtop('report', 'hurt.jsonl', '--json').stdout)).toMatchObject({samples: 250, notes: [note]});
	expect(JSON.parse(nbtop('diff', 'evening.jsonl', 'hurt.jsonl', '--json').stdout).notes).toEqual([[], [note]]);
});

/** What a shell makes of a line in which `nbtop` is this program. */
function shell(line: string) {
	const script = `nbtop() { '${process.execPath}' '${program}' "$@"; }; set -o pipefail; ${line}`;
	const options = {encoding: 'utf8', timeout: 60_000, env: environment(), cwd: folder} as const;
	const {stdout, stderr, status} = spawnSync('bash', ['-c', script], options);
	return {stdout, stderr, status};
}

test.each([
	['cat evening.jsonl | nbtop report -', '# nbtop session of gateway-1'],
	['nbtop report - -o - < evening.jsonl', '# nbtop session of gateway-1'],
	['nbtop report /dev/stdin < <(cat evening.jsonl)', '| + Raise the backlog |'],
	['nbtop report <(gzip -c evening.jsonl)', '| + Raise the backlog |'],
	['mkfifo pipe; cat evening.jsonl > pipe & nbtop report pipe', '| + Raise the backlog |'],
	['cat evening.jsonl | nbtop replay -', 'gateway-1'],
	['nbtop record --for 1 -i 0.3 -o - 2>/dev/null | nbtop replay /dev/stdin', '%soft'],
	['cat evening.jsonl | nbtop diff /dev/stdin@14:20:20 evening.jsonl', 'throughput'],
	['nbtop share - -o - < evening.jsonl 2>/dev/null | nbtop report -', '| + Raise the backlog |'],
])('a session comes through a pipe: %s', (line, expected) => {
	const {stdout, stderr, status} = shell(line);
	expect({stderr, status}).toEqual({stderr: '', status: 0});
	expect(stdout).toContain(expected);
});

test('what was replaced never stands in what is shared through a pipe', () => {
	const {stdout, stderr, status} = shell('nbtop share evening.jsonl -o -');
	expect(status).toBe(0);
	expect(findLeaks(stdout)).toEqual([]);
	expect(stderr).toMatch(/^\d+ things replaced in standard output:$/m);
	expect(stderr).toMatch(/^host +host-1 +gateway-1$/m);
	expect(existsSync(path.join(folder, '-'))).toBe(false);
});

test('a pipe that holds no session is told by its name', () => {
	expect(shell('nbtop report - < /dev/null')).toEqual({
		stdout: '',
		stderr: 'nbtop: cannot read the session: standard input is no session of nbtop: there is nothing in it\n',
		status: 1,
	});
});

test('a replay of standard input takes its keys from the terminal', async () => {
	const line = `cat evening.jsonl | '${process.execPath}' '${program}' replay -`;
	const words = ['/usr/bin/env', '-C', folder, 'TERM=xterm-256color', 'LANG=C.UTF-8', 'bash', '-c', line];
	const screen = openScreen(words, 100, 30);
	await screen.waitFor('PLAY');
	screen.press('Space');
	await screen.waitFor('PAUSE');
	screen.type('q');
	await screen.waitFor(() => screen.ended());
	await screen.close();
});

test('no file is ever replaced', () => {
	const before = read('evening.jsonl');
	for (const words of [
		['record', '--for', '0.3', '-o', 'evening.jsonl'],
		['share', 'evening.jsonl', '-o', 'evening.jsonl'],
		['report', 'evening.jsonl', '-o', 'report.md'],
	]) {
		writeFileSync(path.join(folder, 'report.md'), 'mine');
		const {stderr, status} = nbtop(...words);
		expect(stderr).toMatch(/^nbtop: cannot (?:record|write): EEXIST.*\n$/);
		expect(status).toBe(1);
	}
	expect(read('evening.jsonl').equals(before)).toBe(true);
	expect(read('report.md').toString()).toBe('mine');
});

test.each([
	[['replay'], /a session is needed/, 2],
	[['replay', 'nowhere.jsonl'], /cannot read the session: ENOENT.*; nbtop records to \S+\/sessions\n$/, 1],
	[
		['replay', 'empty.jsonl'],
		/^nbtop: cannot read the session: empty.jsonl is no session of nbtop: there is nothing in it\n$/,
		1,
	],
	[['replay', 'headed.jsonl'], /^nbtop: headed.jsonl: there is no sample in it\n$/, 1],
	[['report', 'evening.jsonl', '-o', 'report.pdf'], /takes a name that ends in \.md or \.html/, 2],
	[['report', 'evening.jsonl', '--json', '--csv'], /either --json or --csv/, 2],
	[['diff', 'evening.jsonl'], /diff needs two/, 2],
	[['diff', 'evening.jsonl@nothing', 'evening.jsonl'], /there is no marker 'nothing' in it; there are 1 "baseline/, 1],
	[['share', 'evening.jsonl'], /share needs -o FILE/, 2],
	[['diff', '-', '/dev/stdin@2'], /standard input can be one of the two, not both/, 2],
	[['capture', '-o', '-'], /a capture is a folder, which standard output cannot be/, 2],
	[['share', 'evening.jsonl', '-o', 'x.jsonl', '--keep', 'everything'], /--keep takes addresses, names/, 2],
	[['record', '--for', '0'], /--for takes more than 0 seconds/, 2],
])('a wrong call says what is wrong: nbtop %j', (args, message, expected) => {
	const {stdout, stderr, status} = nbtop(...args);
	expect(stderr).toMatch(message);
	expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
	expect({stdout, status}).toEqual({stdout: '', status: expected});
});

test('a session of a machine with 128 CPUs opens on any other', async () => {
	const {createRecordedMachine} = await import('../helpers/recording.ts');
	const machine = createRecordedMachine({cpus: 128});
	writeFileSync(
		path.join(folder, 'big.jsonl'),
		formatSession(makeSession(Array.from({length: 70}, machine), 'big.jsonl')),
	);
	const {stdout, status} = nbtop('replay', 'big.jsonl');
	expect(status).toBe(0);
	expect(stdout).toContain('gateway-1');
	expect(JSON.parse(nbtop('report', 'big.jsonl', '--json').stdout).machine.cpus.online).toHaveLength(128);
});

test('a recording of a capture ends with it, and goes where this machine’s sessions are', () => {
	const capture = path.join(import.meta.dirname, '../fixtures/idle');
	const {stderr, status} = nbtop('record', '--capture', capture, '-i', '0.2');
	expect(stderr).toMatch(/^\d+ samples in (.*)\n$/);
	expect(status).toBe(0);
	expect(/ in (.*)\n/.exec(stderr)?.[1]).toMatch(new RegExp(`^${folder}.*/nbtop/sessions/`));
});

test('a replay asks nothing of the machine but the file, the clock and the time to wait: it runs where no Linux is', async () => {
	const {replay} = await import('../../source/commands/replay.ts');
	const {createRealHost} = await import('../../source/host.ts');
	const real = createRealHost();
	const asked: string[] = [];
	const host = new Proxy(real, {
		get(target, name: keyof typeof real) {
			asked.push(name);
			return target[name];
		},
	});
	let written = '';
	const stream = {write: (text: string) => (written += text)};
	const terminal = {
		stdin: stream,
		stdout: stream,
		stderr: stream,
		isScreen: false,
		columns: 100,
		colour: false,
		unicode: true,
	};
	const status = await replay.run({host, input: [evening], flags: {}, version: '1', terminal: terminal as never});
	real.close();
	expect(status).toBe(0);
	expect(written).toContain('gateway-1');
	expect(new Set(asked)).toEqual(new Set(['readInput', 'realTime', ...(asked.includes('sleep') ? ['sleep'] : [])]));
});
