import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {Collector} from '../source/collect.ts';
import type {Host} from '../source/host.ts';
import {startLive} from '../source/live.ts';
import type {SampleEvent} from '../source/model/events.ts';
import {createMemoryHost} from './helpers/memory-host.ts';

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.useRealTimers();
});

/** A collector that takes `seconds()` for each sample, and notes when each was begun. */
function setUp(seconds: () => number = () => 0) {
	const times: number[] = [];
	const host: Host = {...createMemoryHost(), realTime: () => Date.now() / 1000};
	const start = host.realTime();
	const collector: Collector = {
		periods: {},
		refresh: () => undefined,
		async collect() {
			times.push(Number((host.realTime() - start).toFixed(2)));
			const cost = seconds();
			if (cost > 0) {
				await host.sleep(cost);
			}
			const event: SampleEvent = {type: 'sample', at: host.now(), readings: {}, problems: []};
			return event;
		},
	};
	return {host, collector, times, emit: vi.fn()};
}

test('the first rates come soon, and then a sample at every interval', async () => {
	const {host, collector, times, emit} = setUp();
	const live = startLive({host, collector, interval: 1, emit});
	await vi.advanceTimersByTimeAsync(3500);
	expect(times).toEqual([0, 0.4, 1.4, 2.4, 3.4]);
	expect(emit).toHaveBeenCalledTimes(5);
	await live.stop();
});

test('a tick that is slow does not shift those after it', async () => {
	let tick = 0;
	const {host, collector, times, emit} = setUp(() => (tick++ === 2 ? 0.7 : 0));
	const live = startLive({host, collector, interval: 1, emit});
	await vi.advanceTimersByTimeAsync(4500);
	expect(times).toEqual([0, 0.4, 1.4, 2.4, 3.4, 4.4]);
	await live.stop();
});

test('ticks that were missed are not made up for', async () => {
	let tick = 0;
	const {host, collector, times, emit} = setUp(() => (tick++ === 1 ? 5 : 0));
	const live = startLive({host, collector, interval: 1, emit});
	await vi.advanceTimersByTimeAsync(8000);
	expect(times.filter(time => time > 5.3 && time < 6.3).length).toBeLessThanOrEqual(2);
	await live.stop();
});

test('a shorter interval counts at once, also while a long one is waited for', async () => {
	const {host, collector, times, emit} = setUp();
	const live = startLive({host, collector, interval: 60, emit});
	await vi.advanceTimersByTimeAsync(1000);
	live.setInterval(1);
	expect(live.interval()).toBe(1);
	await vi.advanceTimersByTimeAsync(2000);
	expect(times).toEqual([0, 0.4, 1.4, 2.4]);
	await live.stop();
});

test('the interval stays between 0.2 and 60 seconds', async () => {
	const {host, collector, emit} = setUp();
	const live = startLive({host, collector, interval: 1, emit});
	live.setInterval(0.001);
	expect(live.interval()).toBe(0.2);
	live.setInterval(3600);
	expect(live.interval()).toBe(60);
	await live.stop();
});

test('stopping ends the wait, and no sample comes after it', async () => {
	const {host, collector, times, emit} = setUp();
	const live = startLive({host, collector, interval: 60, emit});
	await vi.advanceTimersByTimeAsync(1000);
	await live.stop();
	await live.ended;
	await vi.advanceTimersByTimeAsync(100_000);
	expect(times).toEqual([0, 0.4]);
});

test('at the end of a capture the ticks end', async () => {
	const {host, collector, emit} = setUp();
	let left = 2;
	const live = startLive({host, collector, interval: 1, emit, advance: () => left-- > 0});
	await vi.advanceTimersByTimeAsync(10_000);
	await live.ended;
	expect(emit).toHaveBeenCalledTimes(3);
});
