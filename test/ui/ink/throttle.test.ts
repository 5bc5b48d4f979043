import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {throttle} from '../../../source/ui/ink/throttle.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function setUp(wait: number) {
	const runs: string[] = [];
	return {runs, ask: throttle((word: string) => runs.push(word), wait)};
}

test('runs at once, and sets no timer while nothing waits', () => {
	const {runs, ask} = setUp(100);
	ask('first');
	expect(runs).toEqual(['first']);
	expect(vi.getTimerCount()).toBe(0);
	vi.advanceTimersByTime(100);
	ask('second');
	expect(runs).toEqual(['first', 'second']);
	expect(vi.getTimerCount()).toBe(0);
});

test('of what is asked for too early the newest runs when the time is over, and then nothing for as long again', () => {
	const {runs, ask} = setUp(100);
	ask('first');
	vi.advanceTimersByTime(40);
	ask('second');
	vi.advanceTimersByTime(40);
	ask('third');
	expect(runs).toEqual(['first']);
	vi.advanceTimersByTime(20);
	expect(runs).toEqual(['first', 'third']);
	vi.advanceTimersByTime(99);
	ask('fourth');
	expect(runs).toEqual(['first', 'third']);
	vi.advanceTimersByTime(1);
	expect(runs).toEqual(['first', 'third', 'fourth']);
	expect(vi.getTimerCount()).toBe(0);
});

test('what waits runs at once when it is flushed, and never when it is cancelled', () => {
	const {runs, ask} = setUp(100);
	ask('first');
	ask('second');
	ask.flush();
	ask.flush();
	expect(runs).toEqual(['first', 'second']);
	ask('third');
	ask.cancel();
	vi.advanceTimersByTime(1000);
	expect(runs).toEqual(['first', 'second']);
	expect(vi.getTimerCount()).toBe(0);
});

test('what is asked for while it runs waits its turn', () => {
	const runs: number[] = [];
	const ask = throttle((depth: number) => {
		runs.push(depth);
		if (depth < 2) {
			ask(depth + 1);
		}
	}, 100);
	ask(0);
	expect(runs).toEqual([0]);
	vi.advanceTimersByTime(200);
	expect(runs).toEqual([0, 1, 2]);
});

test('without a time to wait for, every call runs at once', () => {
	const {runs, ask} = setUp(0);
	ask('first');
	ask('second');
	expect(runs).toEqual(['first', 'second']);
});
