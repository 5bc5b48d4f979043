import {expect, test} from 'vitest';
import {keepPace} from '../../source/commands/pacing.ts';
import type {SampleEvent} from '../../source/model/events.ts';
import {initialState, type State} from '../../source/session/state.ts';

const sample: SampleEvent = {
	...{type: 'sample', n: 1, at: {monotonic: 1, wall: 1}, readings: {}},
	problems: [{source: 'nics', message: 'slow'}],
};

function setUp(wanted: number) {
	let state: State = initialState;
	let interval = wanted;
	const listeners: (() => void)[] = [];
	const store = {
		getState: () => state,
		subscribe(listener: () => void) {
			listeners.push(listener);
			return () => undefined;
		},
		dispatch: () => undefined,
	};
	const tell = (): void => {
		for (const listener of listeners) {
			listener();
		}
	};
	const live = {
		interval: () => interval,
		setInterval(seconds: number) {
			interval = seconds;
		},
	};
	return {
		live,
		tell,
		pacing: keepPace(store, () => live, wanted),
		/** So many samples that each cost so many percent of a CPU. */
		cost(percent: number, count: number) {
			for (let index = 0; index < count; index++) {
				const at = state.samples + 1;
				const self = {at, value: {cpuSeconds: 1, residentBytes: 1}};
				state = {
					...state,
					samples: at,
					snapshot: {at: {monotonic: at, wall: at}, readings: {self}, problems: []},
					rates: {self: {cpuPercent: percent, residentBytes: 1}},
				};
				tell();
			}
		},
	};
}

test('a reader that costs too much reads less often, and each sample says so', () => {
	const {live, pacing, cost} = setUp(1);
	expect(pacing.mark(sample)).toEqual(sample);
	cost(30, 8);
	expect(live.interval()).toBe(2);
	expect(pacing.mark(sample).problems).toEqual([
		...sample.problems,
		{source: 'nbtop', message: 'used over 10 % of a CPU: reads every 2 s instead of 1 s'},
	]);
	cost(2, 8);
	expect(live.interval()).toBe(1);
	expect(pacing.mark(sample)).toEqual(sample);
});

test('what happens between two samples does not count their cost again', () => {
	const {live, tell, cost} = setUp(1);
	cost(30, 3);
	Array.from({length: 20}, tell);
	expect(live.interval()).toBe(1);
});

test('an interval that the user has set is the one that is wanted from then on', () => {
	const {live, pacing, cost} = setUp(1);
	cost(30, 8);
	live.setInterval(5);
	pacing.restart();
	expect(pacing.mark(sample)).toEqual(sample);
	cost(2, 8);
	expect(live.interval()).toBe(5);
});
