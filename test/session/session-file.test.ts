import {readFileSync} from 'node:fs';
import path from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {settingWords} from '../../source/commands/report.ts';
import {createDecoder, sessionFormat} from '../../source/session/codec.ts';
import {digestSession} from '../../source/session/digest.ts';
import {createReport} from '../../source/session/report.ts';
import {scanSession} from '../../source/session/scan.ts';
import {parseSession, SessionError} from '../../source/session/session-file.ts';

const folder = path.join(import.meta.dirname, '../fixtures/sessions');
const read = (name: string) => readFileSync(path.join(folder, name));

test('there is a recording of every format up to today’s', () => {
	for (let format = 1; format <= sessionFormat; format++) {
		expect(read(`format-${format}.jsonl.gz`).length).toBeGreaterThan(1000);
	}
});

test('a recording of format 1 is read: its header, its events, and its counters to the last', async () => {
	const session = await parseSession(read('format-1.jsonl.gz'), 'format-1.jsonl.gz');
	expect(session.notes).toEqual([]);
	expect(session.header).toMatchObject({format: 1, version: '1.2.3', machine: {host: 'gateway-1'}});
	const {samples, events, damaged} = scanSession(session.lines);
	expect({samples: samples.length, damaged}).toEqual({samples: 130, damaged: 0});
	expect(new Set(events.map(({event}) => event.type))).toEqual(new Set(['marker', 'tuning', 'scenario']));

	const decoder = createDecoder();
	const decoded = Array.from({length: session.lines.length}, (_, line) => decoder.decode(session.lines.text(line)));
	const last = decoded.findLast(each => each.kind === 'sample');
	expect(last?.event).toHaveProperty('readings', JSON.parse(read('format-1.last.json').toString()));
	expect(decoded.filter(({kind}) => kind === 'unknown')).toHaveLength(1);
});

test('and tells its story still', async () => {
	const report = createReport(digestSession(await parseSession(read('format-1.jsonl.gz'), 'f')), settingWords);
	expect(report.comparison.map(({configuration}) => configuration)).toEqual([
		'as found',
		'+ Spread packets with RPS',
		'+ Raise the backlog',
	]);
});

test('a file that was damaged in its middle is read up to there', async () => {
	const bytes = Buffer.from(read('format-1.jsonl.gz'));
	bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 64);
	const session = await parseSession(bytes, 'hurt.jsonl.gz');
	expect(session.notes[0]).toMatch(/ends early or is damaged/);
	expect(scanSession(session.lines).samples.length).toBeGreaterThan(20);
});

test('files that were compressed and put together are one file', async () => {
	const text = gunzipSync(read('format-1.jsonl.gz'));
	const half = text.lastIndexOf('\n', text.length / 2) + 1;
	const both = Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))]);
	expect(scanSession((await parseSession(both, 'two.gz')).lines).samples).toHaveLength(130);
});

test.each([
	['', /no session/],
	['hello\n', /no session/],
	['{"type":"sample"}\n', /no session/],
	[Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), /no session/],
	[
		'{"type":"session","format":99,"version":"9.0.0","at":{"monotonic":1,"wall":1}}\n',
		/written by nbtop 9\.0\.0 in format 99: a newer nbtop/,
	],
])('%j is no session that can be read, and that is said in one line', async (content, message) => {
	await expect(parseSession(Buffer.from(content), 'x.jsonl')).rejects.toThrow(message);
	await expect(parseSession(Buffer.from(content), 'x.jsonl')).rejects.toThrow(SessionError);
});
