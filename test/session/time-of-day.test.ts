import {afterAll, beforeAll, expect, test} from 'vitest';
import {findTimeOfDay} from '../../source/session/time-of-day.ts';

let zone: string | undefined;

beforeAll(() => {
	zone = process.env.TZ;
	process.env.TZ = 'Europe/Berlin';
});

afterAll(() => {
	if (zone === undefined) {
		delete process.env.TZ;
	} else {
		process.env.TZ = zone;
	}
});

test.each([
	['14:20', '2026-11-22T14:20:00.000Z'],
	['14:18:25', '2026-11-22T14:18:25.300Z'],
	['14:18', '2026-11-22T14:18:25.300Z'],
	['14:18:24', '2026-11-23T14:18:24.000Z'],
	['9:05', '2026-11-23T09:05:00.000Z'],
	['00:00', '2026-11-23T00:00:00.000Z'],
	['25:00', undefined],
	['14:60', undefined],
	['14:00:60', undefined],
	['soon', undefined],
	['', undefined],
])('the time %j is the first one after the start', (text, expected) => {
	const found = findTimeOfDay(text, Date.parse('2026-11-22T14:18:25.300Z'), 'utc');
	expect(found).toBe(expected && Date.parse(expected));
});

test('on the clock of the user a day may be longer or shorter', () => {
	const find = (start: string, text: string) =>
		new Date(findTimeOfDay(text, Date.parse(start), 'local') ?? Number.NaN).toISOString();
	expect(find('2026-11-22T22:30:00Z', '23:30')).toBe('2026-11-22T22:30:00.000Z');
	expect(find('2026-11-22T22:30:00Z', '00:10')).toBe('2026-11-22T23:10:00.000Z');
	// Clocks went back at 01:00 UTC, and forward at 01:00 UTC.
	expect(find('2026-10-24T22:30:00Z', '00:10')).toBe('2026-10-25T23:10:00.000Z');
	expect(find('2026-03-28T23:30:00Z', '00:10')).toBe('2026-03-29T22:10:00.000Z');
});
