import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {commands} from '../source/commands.ts';
import {program, runProgram} from './helpers/program.ts';

let folder: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-cli-'));
});

afterAll(() => rmSync(folder, {recursive: true}));

const nbtop = (...args: string[]) => runProgram(args);

test.each([
	[['--intervall', '2'], /unknown option --intervall; did you mean '--interval'\?/],
	[['onec'], /there is no command 'onec'; did you mean 'once'\?/],
	[['once', '--interval', '0.01'], /--interval takes 0.2 to 60 seconds, not 0.01/],
	[['once', '--interval', 'soon'], /--interval takes a number/],
	[['once', '--interval'], /^nbtop: --interval takes a number\n$/],
	[['once', '--json=3'], /^nbtop: --json takes no value\n$/],
	[['once', '--count', '2', '--count=3'], /^nbtop: --count is given 2 times\n$/],
	[['--color'], /unknown option --color; did you mean '--no-color'\? \(see nbtop --help\)/],
	[['once', '--no-foo'], /^nbtop: unknown option --no-foo \(see/],
	[['please'], /^nbtop: there is no command 'please'; nbtop --help lists them\n$/],
	[['once', '--count', '1.5'], /--count takes a whole number from 1, not 1.5/],
	[['once', 'upon'], /unexpected argument 'upon'/],
	[['capture'], /capture needs -o DIR/],
	[['capture', '-o', '/nowhere', 'else'], /unexpected argument 'else'/],
	[['--nic', 'eth0', 'once', '--json'], /^nbtop: the command comes first: nbtop once --nic eth0 --json\n$/],
	[['--record'], /^nbtop: --record is for the screen, and none can be drawn here: nbtop record needs none\n$/],
	[['--record', 'mine.jsonl'], /: nbtop record -o mine\.jsonl needs none\n$/],
	[['--loop'], /^nbtop: --loop needs --capture DIR: this machine has no end\n$/],
	[['--ascii', 'demo'], /^nbtop: the command comes first: nbtop demo --ascii\n$/],
])('a wrong call says what is wrong and ends with status 2: nbtop %j', (args, message) => {
	const {stdout, stderr, status} = nbtop(...args);
	expect(stderr).toMatch(message);
	expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
	expect({stdout, status}).toEqual({stdout: '', status: 2});
});

test('a capture that is none is one line and status 1', () => {
	const {stderr, status} = nbtop('once', '--capture', folder);
	expect(stderr).toMatch(/^nbtop: cannot read the capture: .* holds no capture.*\n$/);
	expect(status).toBe(1);
});

test.each([
	[
		['capture', '-o', '/proc/nbtop', '-n', '1'],
		{},
		/^nbtop: cannot write the capture: ENOENT.*mkdir '\/proc\/nbtop'\n$/,
	],
	[
		['record', '--for', '1'],
		{XDG_STATE_HOME: '/proc/nbtop'},
		/^nbtop: cannot record: ENOENT.*mkdir '\/proc\/nbtop'.*\n$/,
	],
])('a folder that cannot be made ends the call with status 1: nbtop %j', (args, variables, message) => {
	const env = {...process.env, ...variables};
	const {stderr, status} = spawnSync(process.execPath, [program, ...args], {encoding: 'utf8', timeout: 30_000, env});
	expect(stderr).toMatch(message);
	expect(status).toBe(1);
});

test('what a failed read does not name by itself is named', () => {
	expect(nbtop('replay', folder)).toMatchObject({
		stderr: `nbtop: cannot read the session: EISDIR: illegal operation on a directory, read '${folder}'\n`,
		status: 1,
	});
});

test('where the locale has no UTF-8 the tables are ASCII', () => {
	const capture = path.join(import.meta.dirname, 'fixtures/one-queue');
	const env = {...process.env, LC_ALL: 'C'};
	const stdout = execFileSync(process.execPath, [program, 'once', '--capture', capture], {env, encoding: 'utf8'});
	expect(stdout).toMatch(/^[ -~\n]*$/);
	expect(stdout).toContain("Use more of the NIC's queues");
});

test.each(['--help', 'once --interval 0.2', 'once --json --interval 0.2'])(
	'output that found no room is told, and is no success: nbtop %s > /dev/full',
	words => {
		const line = `exec '${process.execPath}' '${program}' ${words} > /dev/full`;
		const {stderr, status} = spawnSync('sh', ['-c', line], {encoding: 'utf8', timeout: 60_000});
		expect(stderr).toMatch(/^nbtop: cannot write to standard output: ENOSPC.*\n$/);
		expect(status).toBe(1);
	},
);

test('--version tells the version of package.json', () => {
	const {stdout, status} = nbtop('--version');
	expect(stdout).toMatch(/^nbtop \d+\.\d+\.\d+\n$/);
	expect(status).toBe(0);
});

test.each(commands.filter(each => !each.hidden))('nbtop $name --help tells every option', command => {
	const {stdout, status} = nbtop(...(command.name === '' ? [] : [command.name]), '--help');
	expect(status).toBe(0);
	for (const {name} of command.options) {
		expect(stdout).toContain(`--${name}`);
	}
});

test('without a terminal the tables are printed once, with status 0', () => {
	const {stdout, stderr, status} = nbtop('--interval', '0.5');
	expect({stderr, status}).toEqual({stderr: '', status: 0});
	expect(stdout).toMatch(/%soft/);
	expect(stdout).toMatch(/IRQ/);
	expect(stdout).not.toContain('\x1b[');
});

test('a machine that was captured shows the same again, and no secret of its tunnels is in the capture', () => {
	const target = path.join(folder, 'capture');
	expect(nbtop('capture', '-o', target, '--samples', '2', '--interval', '1').status).toBe(0);
	const {stdout, status} = nbtop('once', '--json', '--capture', target);
	expect(status).toBe(0);
	const sample = JSON.parse(stdout);
	expect(sample.schema).toBe('nbtop.sample/1');
	expect(sample.seconds).toBeGreaterThan(0.9);
	expect(sample.cpus.length).toBeGreaterThan(0);
	const {soft, idle} = sample.all;
	expect(soft).toBeGreaterThanOrEqual(0);
	expect(idle).toBeLessThanOrEqual(100);
	const asked = execFileSync('grep', ['-rhoE', '^-- program wg .*', target], {encoding: 'utf8'});
	expect(asked).not.toMatch(/dump|private|preshared/);
});

test('--count prints one JSON object a line', () => {
	const {stdout} = nbtop('once', '--json', '--count', '2', '--interval', '0.3');
	const samples = stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(samples).toHaveLength(2);
	expect(Date.parse(samples[1].time)).toBeGreaterThan(Date.parse(samples[0].time));
});

test.each(['once --count 1000 --interval 0.2', 'manual', 'doctor'])(
	'who reads a pipe may leave without a word of nbtop %s',
	words => {
		const line = `'${process.execPath}' '${program}' ${words} | head -c 10`;
		const {stdout, stderr, status} = spawnSync('bash', ['-c', line], {encoding: 'utf8', timeout: 60_000});
		expect({length: stdout.length, stderr, status}).toEqual({length: 10, stderr: '', status: 0});
	},
);
