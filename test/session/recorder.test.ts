import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {createRealHost, type Host} from '../../source/host.ts';
import type {TimelineEvent} from '../../source/model/events.ts';
import type {JournalEvent} from '../../source/model/journal.ts';
import {createFold} from '../../source/session/fold.ts';
import {createRecorder} from '../../source/session/recorder.ts';
import {scanSession} from '../../source/session/scan.ts';
import type {Session} from '../../source/session/session.ts';
import {parseSession, readSession} from '../../source/session/session-file.ts';
import {initialState, type State} from '../../source/session/state.ts';
import {createStore} from '../../source/session/store.ts';
import {applyStep, backlog, putBack, rps} from '../helpers/evening.ts';
import {plain} from '../helpers/plain.ts';
import {createRecordedMachine} from '../helpers/recording.ts';

function setUp(version = '1.2.3', journal: readonly JournalEvent[] = []) {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-recorder-'));
	const real = createRealHost();
	const host: Host = {...real, environment: name => ({HOME: folder})[name]};
	onTestFinished(() => {
		real.close();
		rmSync(folder, {recursive: true, force: true});
	});
	const store = createStore({}, {...initialState, journal});
	const recorder = createRecorder({host, store, version});
	const next = createRecordedMachine();
	const take = (count: number): void => {
		for (let index = 0; index < count; index++) {
			recorder.takeSample(next());
		}
	};
	return {folder, host, store, recorder, take, sessions: path.join(folder, '.local/state/nbtop/sessions')};
}

function foldAll({lines, header}: Session): State {
	const keys = new Set(
		scanSession(lines)
			.samples.filter(({key}) => key)
			.map(({line}) => line),
	);
	const fold = createFold(lines, {isKey: line => keys.has(line), ...(header.options && {path: header.options})});
	fold.moveTo(lines.length);
	return fold.state();
}

test.each(['session.jsonl', 'session.jsonl.gz'])(
	'replaying %s ends in the very state that live ended in',
	async name => {
		const {folder, host, store, recorder, take} = setUp();
		recorder.start(path.join(folder, name));
		take(70);
		recorder.take({type: 'marker', at: {monotonic: 1, wall: 2}, text: 'now RPS \u001b[2J'});
		take(75);
		await recorder.stop();
		const session = await readSession(host, path.join(folder, name));
		expect(session.notes).toEqual([]);
		expect(plain(foldAll(session))).toEqual(plain(store.getState()));
		expect(readFileSync(path.join(folder, name)).subarray(0, 2).toString('hex') === '1f8b').toBe(name.endsWith('.gz'));
	},
);

test('a recording that begins in the middle shows the machine as it is, slow sources included', async () => {
	const {folder, host, store, recorder, take} = setUp();
	take(33);
	recorder.start(path.join(folder, 'late.jsonl'));
	take(1);
	await recorder.stop();
	const session = await readSession(host, path.join(folder, 'late.jsonl'));
	expect(session.header).toMatchObject({
		type: 'session',
		format: 1,
		version: '1.2.3',
		machine: {host: 'gateway-1', bootId: expect.any(String), tools: {ethtool: '6.1'}},
		interfaces: [
			{name: 'eth0', driver: 'virtio_net', mtu: 1500},
			{name: 'wt0', kind: 'wireguard', mtu: 1280},
		],
	});
	expect(plain(foldAll(session))).toHaveProperty('snapshot', plain(store.getState()).snapshot);
});

const journalOf = (events: readonly TimelineEvent[]): JournalEvent[] =>
	events.flatMap(event => (event.type === 'tuning' ? [event.event] : []));

test('what tuning has in force when a recording begins stands at its head, and nothing that is over', async () => {
	const over = [
		...applyStep(-90, 'over', {step: 'rps-rfs', title: 'RPS', change: rps}),
		...putBack(-80, 'over', 'undo', '0'),
	];
	const before = applyStep(-50, 'kept', {step: 'backlog-budget', title: 'Backlog', change: backlog});
	const otherBoot = journalOf(applyStep(-40, 'gone', {step: 'rps-rfs', title: 'RPS', change: rps})).map(event =>
		event.type === 'opened' ? {...event, bootId: 'another'} : event,
	);
	const {folder, host, recorder, take} = setUp('1.2.3', [...journalOf([...over, ...before]), ...otherBoot]);
	take(61);
	const during = applyStep(61, 'later', {step: 'rps-rfs', title: 'RPS', change: rps});
	during.forEach(recorder.take);
	recorder.start(path.join(folder, 'late.jsonl'));
	take(1);
	await recorder.stop();
	const {lines} = await readSession(host, path.join(folder, 'late.jsonl'));
	const {events} = scanSession(lines);
	expect(events.map(({event}) => event)).toEqual([...before, ...during]);
	expect(events.every(({sample}) => sample === 0)).toBe(true);
	// The ring reaches back to before the later step, which is told where it happened.
	const ring = await readSession(host, (await recorder.saveRing()) ?? '');
	const told = scanSession(ring.lines).events.filter(({event}) => event.type === 'tuning');
	expect(told.map(({event, sample}) => [event, sample])).toEqual([
		...before.map(event => [event, 0]),
		...during.map(event => [event, 61]),
	]);
});

test('a file of one’s own: 0600, in a folder that is 0700, named by host and time, and never one that is there', async () => {
	const {recorder, take, sessions} = setUp();
	take(1);
	const first = recorder.start();
	await recorder.stop();
	const second = recorder.start();
	await recorder.stop();
	expect(path.basename(first)).toMatch(/^gateway-1-\d{4}-\d\d-\d\dT\d{6}\.jsonl$/);
	expect(second).not.toBe(first);
	expect(statSync(first).mode & 0o777).toBe(0o600);
	expect(statSync(sessions).mode & 0o777).toBe(0o700);
	expect(readdirSync(sessions)).toHaveLength(2);
});

test('a named file is not replaced', () => {
	const {folder, recorder} = setUp();
	const file = path.join(folder, 'mine.jsonl');
	writeFileSync(file, 'mine');
	expect(() => recorder.start(file)).toThrow(/EEXIST/);
	expect(readFileSync(file, 'utf8')).toBe('mine');
	expect(recorder.status().failure).toMatch(/EEXIST/);
});

test('what has just happened is saved though nobody was recording', async () => {
	const {host, store, recorder, take} = setUp();
	take(130);
	const file = (await recorder.saveRing()) ?? '';
	expect(path.basename(file)).toMatch(/-before\.jsonl$/);
	const session = await readSession(host, file);
	expect(scanSession(session.lines).samples).toHaveLength(130);
	expect(plain(foldAll(session))).toEqual(plain(store.getState()));
	expect(recorder.status()).toEqual({saved: file});
});

test('where something was saved is told for some seconds, and then no more', async () => {
	const {host, recorder, take} = setUp();
	const file = recorder.start();
	take(1);
	await recorder.stop();
	expect(recorder.status()).toEqual({saved: file});
	const {monotonic, wall} = host.now();
	vi.spyOn(host, 'now').mockReturnValue({monotonic: monotonic + 21, wall});
	expect(recorder.status()).toEqual({});
});

test('a recording that could not begin, and minutes that could not be saved, are told for some seconds too', async () => {
	const {folder, host, recorder, take} = setUp();
	const file = path.join(folder, 'mine.jsonl');
	recorder.start(file);
	take(1);
	writeFileSync(path.join(folder, '.local'), 'a file is in the way');
	await expect(recorder.saveRing()).rejects.toThrow(/ENOTDIR/);
	expect(recorder.status()).toEqual({file, unsaved: expect.stringMatching(/ENOTDIR/)});
	await recorder.stop();
	expect(() => recorder.start()).toThrow(/ENOTDIR/);
	expect(recorder.status()).toEqual({failure: expect.stringMatching(/ENOTDIR/)});
	const {monotonic, wall} = host.now();
	vi.spyOn(host, 'now').mockReturnValue({monotonic: monotonic + 21, wall});
	expect(recorder.status()).toEqual({});
});

test('nothing that has happened is nothing to save', async () => {
	expect(await setUp().recorder.saveRing()).toBe(undefined);
});

test('a folder that vanishes stops the recording in words, and nothing else', async () => {
	const {sessions, recorder, take, store} = setUp();
	take(1);
	recorder.start();
	rmSync(sessions, {recursive: true});
	await vi.waitFor(
		() => {
			take(1);
			expect(recorder.status()).toEqual({failure: 'the file or its folder has been deleted'});
		},
		{timeout: 5000, interval: 100},
	);
	const {samples} = store.getState();
	take(1);
	expect(store.getState().samples).toBe(samples + 1);
});

test('a full disk stops the recording in words and costs the sample under way; the monitor goes on', context => {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-full-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const program = path.join(import.meta.dirname, '../helpers/full-disk.ts');
	const line = `mount -t tmpfs -o size=256k none ${folder} && exec ${process.execPath} ${program} ${folder}/s.jsonl`;
	const {stdout, stderr, status} = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', line], {
		encoding: 'utf8',
	});
	if (status !== 0 && /unshare|mount/.test(stderr)) {
		context.skip(`no small disk can be made here: ${stderr.trim()}`);
	}
	expect(stderr).toBe('');
	const {lost, ...told} = JSON.parse(stdout) as Record<string, unknown>;
	expect(told).toEqual({
		failure: 'the disk is full',
		damaged: 0,
		isTold: ['the last line was cut off while it was written, and is left out'],
		goesOn: true,
	});
	// Writing goes on beside collecting: two hundred samples a second were taken until the disk had said no.
	expect(lost).toBeLessThan(20);
});

test('a folder that may not be made is told at once', () => {
	const {folder, recorder} = setUp();
	writeFileSync(path.join(folder, '.local'), 'a file is in the way');
	expect(() => recorder.start()).toThrow(/ENOTDIR/);
	expect(recorder.status().failure).toMatch(/ENOTDIR/);
});

test.each(['cut.jsonl', 'cut.jsonl.gz'])(
	'%s that was cut at any byte of its last 4 KB still opens',
	async name => {
		const {folder, host, recorder, take} = setUp();
		const file = path.join(folder, name);
		recorder.start(file);
		take(25);
		await recorder.stop();
		const whole = readFileSync(file);
		let left = scanSession((await readSession(host, file)).lines).samples.length;
		expect(left).toBe(25);
		for (let cut = 1; cut <= 4096; cut++) {
			const session = await parseSession(whole.subarray(0, whole.length - cut), name);
			const {samples, damaged} = scanSession(session.lines);
			expect(damaged).toBe(0);
			// One byte more costs one sample at most.
			expect([left - 1, left]).toContain(samples.length);
			left = samples.length;
		}
		expect(left).toBeLessThan(25);
		expect(left).toBeGreaterThan(10);
	},
	120_000,
);
