import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {runProgram} from '../helpers/program.ts';

const capture = path.join(import.meta.dirname, '../fixtures/idle');

let folder: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-misnamed-'));
});

afterAll(() => rmSync(folder, {recursive: true}));

const nbtop = (...args: string[]) => runProgram(args, {cwd: folder});

const remedy = (option: string) => `without --${option} nbtop looks for it itself`;
const problems = {
	nope: {source: 'tunnel', message: `there is no interface nope; ${remedy('tunnel')}`},
	eth0: {source: 'tunnel', message: `eth0 is neither a WireGuard interface nor a TUN device; ${remedy('tunnel')}`},
	lo: {source: 'tunnel', message: `lo is neither a WireGuard interface nor a TUN device; ${remedy('tunnel')}`},
	nic: {source: 'nic', message: `there is no interface nope; ${remedy('nic')}`},
} as const;

test.each([
	['--tunnel', 'nope', problems.nope],
	['--tunnel', 'eth0', problems.eth0],
	['--tunnel', 'lo', problems.lo],
	['--nic', 'nope', problems.nic],
])('%s %s is the same problem for every command', (option, name, problem) => {
	const words = [option, name, '--capture', capture];
	const sample = JSON.parse(nbtop('once', '--json', ...words).stdout);
	expect(sample.problems).toContainEqual(problem);
	expect(sample.tunnels).toHaveLength(option === '--tunnel' ? 0 : 1);
	const line = `${problem.source}: ${problem.message}`;
	expect(nbtop('once', ...words).stdout).toContain(` ${line}\n`);
	expect(JSON.parse(nbtop('diagnose', '--json', ...words).stdout).problems).toContainEqual(problem);
	expect(nbtop('diagnose', ...words).stdout.replaceAll(/\s+/g, ' ')).toContain(line);
	const file = `${name}${option}.jsonl`;
	expect(nbtop('record', '-i', '0.2', '-o', file, ...words).stderr).toMatch(
		new RegExp(`^nbtop: ${problem.message}\n\\d+ samples in `),
	);
	expect(readFileSync(path.join(folder, file), 'utf8')).toContain(
		`"type":"problem","change":"raised","problem":${JSON.stringify(problem)}`,
	);
});

test('doctor finds no tunnel in what is none', () => {
	const {stdout, status} = nbtop('doctor', '--tunnel', 'lo', '--nic', 'nope', '--json');
	const {checks} = JSON.parse(stdout);
	expect(checks).toContainEqual(
		expect.objectContaining({id: 'tunnel', state: 'missing', text: `no tunnel found: ${problems.lo.message}`}),
	);
	expect(checks).toContainEqual(
		expect.objectContaining({id: 'source-nic', state: 'limited', text: problems.nic.message}),
	);
	expect(checks.filter(({id}: {id: string}) => id === 'source-tunnel')).toEqual([]);
	expect(status).toBe(1);
});
