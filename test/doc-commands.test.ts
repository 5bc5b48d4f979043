import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {formatSession, makeSession} from './helpers/evening.ts';
import {listBlockLines} from './helpers/quotes.ts';

// What the documents tell people to type, typed: on a capture or a session where a line does not name one.

vi.setConfig({testTimeout: 120_000});

const root = path.dirname(import.meta.dirname);
const hasJq = spawnSync('jq', ['--version']).status === 0;
let folder: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-documents-'));
	const session = formatSession(makeSession());
	for (const name of ['FILE', 'A', 'B', 'session.jsonl']) {
		writeFileSync(path.join(folder, name), session);
	}
	symlinkSync(path.join(root, 'test/fixtures/one-queue'), path.join(folder, 'CAPTURE'));
	writeFileSync(path.join(folder, 'whole.jq'), /```jq\n([\s\S]*?)```/.exec(read('docs/session.md'))?.[1] ?? '');
	mkdirSync(path.join(folder, 'bin'));
	const program = path.join(folder, 'bin/nbtop');
	writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${root}/dist/nbtop.cjs' "$@"\n`);
	chmodSync(program, 0o755);
});

afterAll(() => rmSync(folder, {recursive: true}));

const read = (document: string): string => readFileSync(path.join(root, document), 'utf8');

function runLine(line: string) {
	const env = {...process.env, PATH: `${folder}/bin:${process.env.PATH}`, XDG_STATE_HOME: `${folder}/state`};
	const options = {cwd: folder, env, encoding: 'utf8', timeout: 100_000, maxBuffer: 2 ** 26} as const;
	return spawnSync('bash', ['-c', `set -o pipefail; ${line}`], options);
}

/** Shorter, and on what was saved where this machine has nothing to show. */
function prepare(line: string): string {
	return line
		.replace(/\s+#.*$/, '')
		.replace(/--for \d+/, '--for 2')
		.replace(/--samples \d+/, '--samples 2')
		.replace('--interval 5', '--interval 1')
		.replace(/^nbtop (once|diagnose)(?!.*--capture)/, 'nbtop $1 --capture CAPTURE')
		.replace(/--capture DIR/, '--capture CAPTURE');
}

/** What measures over a tunnel is typed in the lab (test/lab/cases/bench.ts, loop.ts). */
const needsTunnel = /^nbtop (?:bench|trial|autopilot)/;

/** What is refused without a screen. */
const needsScreen = /^nbtop --record/;

const lines = ['README.md', 'CONTRIBUTING.md', ...readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`)]
	.flatMap(document => listBlockLines(read(document)).map(line => ({document, line})))
	.filter(({line}) => /^(?:nbtop|jq) /.test(line) && !needsTunnel.test(line) && !needsScreen.test(line));

test('the documents show how nbtop is called', () => {
	expect(lines.length).toBeGreaterThan(12);
});

test.each(lines)('$document: $line', ({line}) => {
	if (line.includes('jq ') && !hasJq) {
		return;
	}
	const {stdout, stderr, status} = runLine(prepare(line));
	// A fault that was found, and something essential that is missing here, are answers.
	expect(stderr).not.toMatch(/unknown|usage|did you mean|--debug/);
	expect(status).toBeLessThanOrEqual(line.startsWith('nbtop diagnose') ? 3 : line.startsWith('nbtop doctor') ? 1 : 0);
	// Where nothing is to be mended, nothing is listed.
	expect(`${stdout}${stderr}`.trim() !== '' || line.startsWith('nbtop doctor')).toBe(true);
	expect(`${stdout}${stderr}`).not.toMatch(/undefined|\[object Object\]|^null$/m);
});

test('the capture that is made by hand shows its counters', () => {
	const script = /## By hand[\s\S]*?```sh\n([\s\S]*?)```/.exec(read('docs/capture.md'))?.[1] ?? '';
	expect(script).toContain('softnet_stat');
	expect(runLine(script.replace('sleep 5', 'sleep 1')).status).toBe(0);
	const {stdout, status} = runLine('nbtop once --capture capture --json');
	expect(status).toBe(0);
	const sample = JSON.parse(stdout);
	expect(sample.cpus.length).toBeGreaterThan(0);
	expect(sample.seconds).toBeGreaterThan(0.5);
});
