import {afterEach, expect, test, vi} from 'vitest';
import {createPlayer} from '../source/session/player.ts';
import {createRecorder} from '../source/session/recorder.ts';
import {createRewindableStore} from '../source/session/rewind.ts';
import {createStore} from '../source/session/store.ts';
import {makeSession, moment} from './helpers/evening.ts';
import {createMemoryHost} from './helpers/memory-host.ts';
import {createRecordedMachine} from './helpers/recording.ts';
import {startTerminalApp, type TerminalApp} from './helpers/terminal-app.tsx';

const running: TerminalApp[] = [];

afterEach(() => {
	for (const {app} of running.splice(0)) {
		app.unmount();
	}
});

/** Folding may take its time on a busy machine. */
vi.setConfig({testTimeout: 60_000});
const patience = {timeout: 15_000};

const clock = (seconds: number): string => new Date(moment(seconds).wall).toTimeString().slice(0, 8);

test('a replay is the same screen, with a line that says where one is', async () => {
	const session = makeSession();
	const player = createPlayer({host: createMemoryHost(), lines: session.lines});
	const terminal = startTerminalApp(player.getState(), {
		columns: 100,
		rows: 30,
		store: player,
		time: {player: () => player},
		readOnly: true,
	});
	running.push(terminal);
	await vi.waitFor(
		async () => expect((await terminal.lines())[2]).toContain(`PAUSE  ${clock(0)}  0:00 of 4:59`),
		patience,
	);
	await terminal.type('\u001B[C');
	await terminal.type('\u001B[C');
	await vi.waitFor(
		async () => expect((await terminal.lines())[2]).toContain(`PAUSE  ${clock(2)}  0:02 of 4:59`),
		patience,
	);
	await terminal.type('}');
	await vi.waitFor(
		async () => expect((await terminal.lines())[2]).toMatch(new RegExp(`PAUSE {2}${clock(60)}.*tuning: `)),
		patience,
	);
	const lines = await terminal.lines();
	expect(lines[0]).toContain('gateway-1');
	expect(lines[3]).toMatch(/^ 14:18:30 baseline/);
	expect(lines[4]).toMatch(/^━+CPU/);
	expect(lines.some(line => /^! {2}1\s/.test(line))).toBe(true);
	expect(lines.at(-1)).toMatch(/Space play/);
	await terminal.type(' ');
	await vi.waitFor(async () => expect((await terminal.lines())[2]).toContain('PLAY x1'), patience);
	await terminal.type(' ');
	await vi.waitFor(async () => expect((await terminal.lines())[2]).toContain('PAUSE'), patience);
	expect(await terminal.facts()).toEqual({buffer: 'alternate', wrapped: 0});
});

test('live, one looks back while collection goes on, marks a moment, and returns', async () => {
	const host = createMemoryHost();
	const store = createStore();
	const recorder = createRecorder({host, store, version: '1'});
	const machine = createRecordedMachine();
	const take = (count: number): void => {
		for (let index = 0; index < count; index++) {
			recorder.takeSample(machine());
		}
	};
	take(20);
	const shown = createRewindableStore({host, store, ring: recorder.ring});
	const recording = {
		status: () => ({failure: 'the disk is full'}),
		toggle: vi.fn(),
		saveRing: vi.fn(),
		mark: (text: string) => recorder.take({type: 'marker', at: moment(19), text}),
	};
	const terminal = startTerminalApp(store.getState(), {
		columns: 120,
		rows: 30,
		store: shown,
		recording,
		time: {player: shown.player, rewind: () => void shown.rewind(1), returnToLive: shown.returnToLive},
	});
	running.push(terminal);
	expect((await terminal.lines())[0]).toMatch(new RegExp(`NOT RECORDING: the disk is full.* ${clock(19)}$`));
	await terminal.type('m');
	await terminal.type('now\u001B[A RPS');
	expect((await terminal.lines()).at(-1)).toMatch(/^ marker: now RPS.*Enter mark, Esc drop/);
	await terminal.type('\r');
	expect(store.getState().timeline.at(-1)).toMatchObject({type: 'marker', text: 'now RPS'});
	await terminal.type('\u001B[D');
	await vi.waitFor(async () => expect((await terminal.lines())[2]).toContain(`PAUSE  ${clock(18)}`), patience);
	take(3);
	await terminal.type('\u001B[D');
	await vi.waitFor(async () => expect((await terminal.lines())[2]).toContain(`PAUSE  ${clock(17)}`), patience);
	expect((await terminal.lines())[0]).toMatch(new RegExp(` ${clock(17)}$`));
	await terminal.type('\u001B[F');
	await vi.waitFor(async () => expect((await terminal.lines())[0]).toMatch(new RegExp(` ${clock(22)}$`)), patience);
	expect((await terminal.lines())[2]).toMatch(/^━+CPU/);
});
