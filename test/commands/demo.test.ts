import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {demo} from '../../source/commands/demo.ts';
import {createRealHost} from '../../source/host.ts';
import {scanSession} from '../../source/session/scan.ts';
import {parseSession} from '../../source/session/session-file.ts';
import {openScreen} from '../lab/terminal.ts';

const root = path.join(import.meta.dirname, '../..');
const bytes = readFileSync(path.join(root, 'media/demo.jsonl.gz'));
/** No Linux tools, no home, nothing but Node. */
const bare = {PATH: '/nonexistent', TERM: 'xterm-256color', LANG: 'C.UTF-8'};

test('the recording is small, whole, and has chapters', async () => {
	expect(bytes.length).toBeLessThanOrEqual(300_000);
	const {notes, lines} = await parseSession(bytes, 'demo');
	expect(notes).toEqual([]);
	const {events, damaged} = scanSession(lines);
	expect(damaged).toBe(0);
	expect(events.filter(({event}) => event.type === 'marker').length).toBeGreaterThan(4);
});

test('it tells a story: a fault that is named, steps that stay, one that the guard puts back, and an end without losses', async () => {
	const {lines} = await parseSession(bytes, 'demo');
	const {events} = scanSession(lines);
	const found = events.flatMap(({event}) => (event.type === 'finding' ? [event] : []));
	const faults = found.filter(({finding}) => finding.severity === 'fault');
	expect(faults[0]?.change).toBe('raised');
	expect(faults.at(-1)?.change).toBe('cleared');
	const tuned = events.flatMap(({event}) => (event.type === 'tuning' ? [event.event] : []));
	const stays = tuned.filter(event => event.type === 'completed').length;
	const reverted = tuned.flatMap(event => (event.type === 'reverted' ? [event.reason] : []));
	expect(stays - reverted.length).toBeGreaterThanOrEqual(2);
	expect(reverted).toContainEqual(expect.stringMatching(/not confirmed within/));
	expect(tuned.some(event => event.type === 'judged' && event.verdict.kind === 'effective')).toBe(true);
});

test('it plays on a machine that has nothing but Node, ends with a word, and is left by q', {
	timeout: 150_000,
}, async () => {
	const words = Object.entries(bare).map(([name, value]) => `${name}=${value}`);
	const program = [process.execPath, path.join(root, 'dist/nbtop.cjs'), 'demo'];
	const screen = openScreen(['/usr/bin/env', '-i', ...words, ...program], 100, 30);
	onTestFinished(() => screen.close());
	await screen.waitFor(/PLAY x1 .* 0:\d\d of \d/);
	// It begins with what its first chapter tells of.
	const {lines} = await parseSession(bytes, 'demo');
	const [first] = scanSession(lines).events.flatMap(({event}) => (event.type === 'marker' ? [event.text] : []));
	expect(screen.text()).toContain(first);
	await screen.waitFor('replay');
	screen.press('Space');
	await screen.waitFor('PAUSE');
	screen.type('@23:59:59\r');
	await screen.waitFor(/ END /);
	screen.type('q');
	await screen.waitFor(() => screen.ended());
});

test('without a terminal it tells what there is to see, and how to see it', async () => {
	const program = path.join(root, 'dist/nbtop.cjs');
	const {stdout, stderr} = await promisify(execFile)(process.execPath, [program, 'demo'], {env: bare});
	const {lines} = await parseSession(bytes, 'demo');
	for (const {event} of scanSession(lines).events) {
		if (event.type === 'marker') {
			expect(stdout.replaceAll(/\s+/g, ' ')).toContain(event.text.replaceAll(/\s+/g, ' '));
		}
	}
	expect(stdout).toMatch(/run nbtop demo in one/);
	expect(stderr).toBe('');
});

test('it asks nothing of the machine', async () => {
	const host = createRealHost();
	onTestFinished(() => host.close());
	const asked: PropertyKey[] = [];
	const watched = new Proxy(host, {
		get(target, name: keyof typeof host) {
			asked.push(name);
			return target[name];
		},
	});
	const stream = {write: () => true};
	const terminal = {
		stdin: stream,
		stdout: stream,
		stderr: stream,
		isScreen: false,
		columns: 80,
		colour: false,
		unicode: true,
	};
	expect(await demo.run({host: watched, input: [], flags: {}, version: '1', terminal: terminal as never})).toBe(0);
	expect(asked).toEqual([]);
	await expect(
		demo.run({host: watched, input: ['x'], flags: {}, version: '1', terminal: terminal as never}),
	).rejects.toThrow(/nbtop replay FILE/);
});
