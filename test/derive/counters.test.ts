import fc from 'fast-check';
import {expect, test} from 'vitest';
import {subtractCounter32, subtractCounter64} from '../../source/derive/counters.ts';

const top = 2 ** 32;

test('a counter that went on has gone the difference', () => {
	expect(subtractCounter32(10, 17, 1000, 1)).toBe(7);
	expect(subtractCounter64(10, 17)).toBe(7);
	expect(subtractCounter64(2 ** 60, 2 ** 60)).toBe(0);
});

test('a 32-bit counter that passed 2^32 has gone around', () => {
	expect(subtractCounter32(top - 5, 7, 1000, 1)).toBe(12);
});

test('a 32-bit counter that went back further than it can have gone around was set back', () => {
	expect(subtractCounter32(top - 5, 996, 1000, 1)).toBeUndefined();
	expect(subtractCounter32(top - 5, 996, 1000, 2)).toBe(1001);
	expect(subtractCounter32(2 ** 31 + 1, 0, 2e7, 60)).toBeUndefined();
});

test('a 32-bit counter that stood in its lower half cannot have gone around', () => {
	expect(subtractCounter32(2 ** 31, 0, top, 1)).toBeUndefined();
	expect(subtractCounter32(100, 3, 2e6, 1)).toBeUndefined();
});

test('a 64-bit counter that went backwards was set back', () => {
	expect(subtractCounter64(2 ** 40, 3)).toBeUndefined();
});

test('a delta is never below zero, and never more than is possible after a wrap', () => {
	const counter = fc.integer({min: 0, max: top - 1});
	fc.assert(
		fc.property(counter, counter, fc.integer({min: 1, max: 60}), (previous, current, seconds) => {
			const delta = subtractCounter32(previous, current, 1e6, seconds) ?? 0;
			expect(delta).toBeGreaterThanOrEqual(0);
			expect(current < previous ? delta : 0).toBeLessThanOrEqual(1e6 * seconds);
		}),
	);
});
