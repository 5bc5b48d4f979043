import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {TimelineEvent} from '../../source/model/events.ts';
import type {Finding} from '../../source/model/findings.ts';
import {createEncoder, samplesPerKey} from '../../source/session/codec.ts';
import {createPlayer, type Player} from '../../source/session/player.ts';
import {createRecorder} from '../../source/session/recorder.ts';
import {createRewindableStore} from '../../source/session/rewind.ts';
import {initialState, reduce, type State} from '../../source/session/state.ts';
import {createStore} from '../../source/session/store.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';
import {plain} from '../helpers/plain.ts';
import {createRecordedMachine, firstMoment} from '../helpers/recording.ts';

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.useRealTimers();
});

const at = (index: number) => ({monotonic: firstMoment.monotonic + index, wall: firstMoment.wall + 1000 * index});
const finding: Finding = {
	id: 'core-pinned',
	severity: 'limit',
	text: 'cpu1 is full',
	evidence: [],
	refutedBy: '',
	steps: [],
};

/** A session of so many samples with a few events, and the state after each sample as live had it. */
function record(count: number) {
	const machine = createRecordedMachine();
	const encoder = createEncoder();
	const lines: string[] = [];
	const states: State[] = [initialState];
	const extra: Readonly<Record<number, TimelineEvent>> = {
		10: {type: 'marker', at: at(10), text: 'first'},
		70: {type: 'marker', at: at(70), text: 'second'},
		30: {type: 'finding', change: 'raised', at: at(30), finding},
		40: {type: 'finding', change: 'cleared', at: at(40), finding},
		50: {type: 'tuning', at: at(50), event: {type: 'confirmed', at: at(50), id: 'a'}},
	};
	let state = initialState;
	for (let index = 0; index < count; index++) {
		for (const event of [machine(), extra[index]].filter(each => each !== undefined)) {
			lines.push(encoder.encode(event).text);
			state = reduce(state, event);
		}
		states.push(state);
	}
	return {states, lines: {length: lines.length, text: (index: number) => lines[index] ?? ''}};
}

const {states, lines} = record(150);

async function open(sample = 1): Promise<Player> {
	const player = createPlayer({host: createMemoryHost(), lines, sample});
	await settle(player);
	return player;
}

async function settle(player: Player): Promise<void> {
	while (player.position().seeking) {
		await vi.advanceTimersByTimeAsync(1);
	}
}

test('each sample shows what live showed, wherever one comes from', async () => {
	const player = await open();
	for (const step of [0, 1, 1, 57, 1, 1, -2, 80, -139, 200, -1, -61, 60]) {
		player.step(step);
		await settle(player);
		expect(plain(player.getState())).toEqual(plain(states[player.position().sample]));
	}
});

test('the ends are ends', async () => {
	const player = await open();
	player.step(-5);
	await settle(player);
	expect(player.position()).toMatchObject({sample: 1, samples: 150, at: at(0), start: at(0), end: at(149)});
	player.step(1000);
	await settle(player);
	expect(player.position()).toMatchObject({sample: 150, at: at(149)});
});

test('it plays as fast as it was, and as fast as one likes', async () => {
	const player = await open();
	player.play();
	await vi.advanceTimersByTimeAsync(5100);
	expect(player.position()).toMatchObject({sample: 6, playing: true, speed: 1});
	player.changeSpeed(1);
	player.changeSpeed(1);
	player.changeSpeed(1);
	await vi.advanceTimersByTimeAsync(1000);
	const {sample} = player.position();
	await vi.advanceTimersByTimeAsync(4000);
	expect(player.position().sample - sample).toBeGreaterThanOrEqual(39);
	expect(player.position().sample - sample).toBeLessThanOrEqual(41);
	player.pause();
	const paused = player.position().sample;
	await vi.advanceTimersByTimeAsync(10_000);
	expect(player.position()).toMatchObject({sample: paused, playing: false});
});

test('speeds go from half to sixty times', async () => {
	const player = await open();
	const seen = Array.from({length: 8}, () => {
		player.changeSpeed(1);
		return player.position().speed;
	});
	expect(seen).toEqual([2, 5, 10, 20, 60, 60, 60, 60]);
	for (let count = 0; count < 10; count++) {
		player.changeSpeed(-1);
	}
	expect(player.position().speed).toBe(0.5);
});

test('at its end it stops, and playing again begins anew', async () => {
	const player = await open(-2);
	player.play();
	await vi.advanceTimersByTimeAsync(3000);
	expect(player.position()).toMatchObject({sample: 150, playing: false});
	player.play();
	await vi.advanceTimersByTimeAsync(10);
	expect(player.position()).toMatchObject({sample: 1, playing: true});
});

test.each([
	['marker', [11, 71], 'second'],
	['tuning', [51], undefined],
	['finding', [31], undefined],
] as const)('one jumps to each %s and back', async (kind, samples, text) => {
	const player = await open();
	for (const sample of samples) {
		expect(player.jump(kind, 1)).toBe(true);
		await settle(player);
		expect(player.position().sample).toBe(sample);
		expect(player.position().event?.type).toBe(kind);
	}
	expect(player.position().event).toMatchObject(text === undefined ? {} : {text});
	expect(player.jump(kind, 1)).toBe(false);
	player.step(1000);
	expect(player.jump(kind, -1)).toBe(true);
	await settle(player);
	expect(player.position().sample).toBe(samples.at(-1));
});

test('the newest marker stays known when other things have happened since', async () => {
	const player = await open();
	expect(player.position()).not.toHaveProperty('marker');
	player.jump('marker', 1);
	player.jump('tuning', 1);
	await settle(player);
	expect(player.position()).toMatchObject({event: {type: 'tuning'}, marker: {text: 'first'}});
	player.step(1000);
	await settle(player);
	expect(player.position()).toMatchObject({marker: {text: 'second'}});
});

test('one goes to a time: to the last sample that was there by then', async () => {
	const player = await open();
	player.seek(at(42).wall + 900);
	await settle(player);
	expect(player.position().at).toEqual(at(42));
	player.seek(0);
	expect(player.position().sample).toBe(1);
});

test('lines without a sample cannot be played', () => {
	expect(() => createPlayer({host: createMemoryHost(), lines: {length: 0, text: () => ''}})).toThrow(RangeError);
});

/** A machine that is watched live for so many samples. */
function watch(count: number) {
	const host = createMemoryHost();
	const store = createStore();
	const recorder = createRecorder({host, store, version: '1'});
	const machine = createRecordedMachine();
	const seen: State[] = [initialState];
	const take = (more: number): void => {
		for (let index = 0; index < more; index++) {
			recorder.takeSample(machine());
			seen.push(store.getState());
		}
	};
	take(count);
	return {store, take, seen, shown: createRewindableStore({host, store, ring: recorder.ring})};
}

test('looking back shows the very states that were, while collection goes on, and one returns', async () => {
	const {store, take, seen, shown} = watch(200);
	expect(shown.getState()).toBe(store.getState());
	expect(shown.rewind(1)).toBe(true);
	await settle(shown.player() as Player);
	expect(plain(shown.getState())).toEqual(plain(seen[199]));
	take(5);
	shown.player()?.step(-100);
	await settle(shown.player() as Player);
	expect(plain(shown.getState())).toEqual(plain(seen[99]));
	shown.returnToLive();
	expect(shown.player()).toBeUndefined();
	expect(shown.getState()).toBe(store.getState());
	expect(store.getState().samples).toBe(205);
});

test('one can look back ten minutes, and what was known before that is still known', async () => {
	const {seen, shown} = watch(ringLength + 3 * samplesPerKey);
	shown.rewind(1_000_000);
	await settle(shown.player() as Player);
	const {sample, samples} = shown.player()?.position() ?? {sample: 0, samples: 0};
	expect(sample).toBe(1);
	expect(samples).toBeGreaterThanOrEqual(ringLength);
	expect(samples).toBeLessThan(ringLength + 2 * samplesPerKey);
	expect(plain(shown.getState())).toEqual(plain(seen[seen.length - samples]));
});

const ringLength = 600;

test('before anything has happened one cannot look back', () => {
	expect(watch(0).shown.rewind(1)).toBe(false);
});
