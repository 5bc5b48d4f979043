import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {createEncoder} from '../../source/session/codec.ts';
import {listEvening, makeSession} from '../helpers/evening.ts';
import {plain} from '../helpers/plain.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../docs/session.md'), 'utf8');
const hasJq = spawnSync('jq', ['--version']).status === 0;

test('docs/session.md describes every type of event', () => {
	const encoded = createEncoder();
	const types = new Set(listEvening().map(event => JSON.parse(encoded.encode(event).text).type));
	for (const type of ['session', ...types]) {
		expect(text).toContain(`| \`${type}\` |`);
	}
});

test.skipIf(!hasJq)('the program for jq in it makes every sample whole (skipped where there is no jq)', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-jq-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	const program = /```jq\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
	const events = listEvening();
	const {lines} = makeSession(events);
	writeFileSync(path.join(folder, 'whole.jq'), program);
	writeFileSync(
		path.join(folder, 'session.jsonl'),
		Array.from({length: lines.length}, (_, index) => `${lines.text(index)}\n`).join(''),
	);
	const {stdout, stderr} = spawnSync('jq', ['-n', '-c', '-f', 'whole.jq', 'session.jsonl'], {
		cwd: folder,
		encoding: 'utf8',
		maxBuffer: 2 ** 28,
	});
	expect(stderr).toBe('');
	const found = stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(found).toHaveLength(events.length);
	for (const [index, event] of events.entries()) {
		expect(found[index].type).toBe(event.type);
		if (event.type === 'sample') {
			expect(found[index].readings).toEqual(plain(event.readings));
		}
	}
});
