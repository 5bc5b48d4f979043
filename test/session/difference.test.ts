import {expect, test} from 'vitest';
import type {SessionEvent} from '../../source/model/events.ts';
import {compareSessions, formatDifference} from '../../source/session/difference.ts';
import {digestSession} from '../../source/session/digest.ts';
import {findPeriod} from '../../source/session/period.ts';
import {listEvening, makeSession, moment} from '../helpers/evening.ts';

const markers: SessionEvent[] = [
	{type: 'marker', at: moment(70), text: 'with RPS'},
	{type: 'marker', at: moment(108), text: 'enough'},
	{type: 'marker', at: moment(120), text: 'with a backlog'},
	{type: 'marker', at: moment(155), text: 'end of it'},
];
const session = makeSession([...listEvening(), ...markers].sort((a, b) => a.at.monotonic - b.at.monotonic));

test('two periods of one session: figures side by side, and the settings that differ', () => {
	const digests = [
		digestSession(session, findPeriod(session, 'with RPS')),
		digestSession(session, findPeriod(session, '4')),
	] as const;
	const difference = compareSessions(digests, ['a', 'b']);
	const row = (name: string) => difference.rows.find(([each]) => each === name)?.slice(1);
	expect(row('throughput')).toEqual(['800 Mbit/s', '2.00 Gbit/s']);
	expect(row('softnet drops/30 s')?.[1]).toBe('0');
	expect(difference.settings).toEqual([{name: 'net.core.netdev_max_backlog', before: '1000', after: '10000'}]);
	expect(formatDifference(difference)).toMatch(/net\.core\.netdev_max_backlog +1000 +10000/);
});

test('a marker is named by its number, its text, or a part of it that no other has; a time is one too', () => {
	const from = (name: string) => findPeriod(session, name).from - moment(0).monotonic;
	expect([from('1'), from('with RPS'), from('backlog'), from('4'), from('end')]).toEqual([5, 70, 120, 120, 155]);
	expect(from('14:19:00')).toBe(35);
	expect(findPeriod(session, 'with RPS').to).toBe(moment(108).monotonic);
	expect(findPeriod(session, undefined)).toEqual({from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY});
});

test('a marker that is not there is answered with those that are', () => {
	expect(() => findPeriod(session, 'with')).toThrow(
		/no marker 'with' in it; there are 1 "baseline .*", 2 "with RPS", 3/,
	);
	expect(() => findPeriod(session, '99')).toThrow(RangeError);
});

/** A sample every ten minutes from 22:00:00.500 until 03:00. */
const evening = Date.UTC(2026, 10, 22, 22);
const night = makeSession([
	...Array.from({length: 31}, (_, index): SessionEvent => {
		const at = {monotonic: 100 + 600 * index, wall: evening + 500 + 600_000 * index};
		return {type: 'sample', at, readings: {}, problems: []};
	}),
	{type: 'marker', at: {monotonic: 18_100, wall: evening + 18_000_500}, text: 'done'},
]);

test.each([
	['22:00:00', 0],
	['22:00', 0],
	['22:00:01', 10],
	['23:55', 120],
	['00:00', 120],
	['01:00', 180],
	['03:00:00', 300],
])('a time of a session that goes past midnight is the first one in it: %s', (name, minutes) => {
	expect(findPeriod(night, name).from).toBe(100 + 60 * minutes);
});

test.each(['12:00', '03:10', '21:59:59'])(
	'a time that is not in the session is answered with those that are: %s',
	name => {
		expect(() => findPeriod(night, name)).toThrow(
			new RangeError(
				`'${name}' is not in it: it goes from 2026-11-22 22:00:00 to 2026-11-23 03:00:00 UTC; its markers: 1 "done"`,
			),
		);
	},
);

test('a session is no different from itself', () => {
	const digest = digestSession(session);
	const difference = compareSessions([digest, digest], ['a', 'a']);
	expect(difference.settings).toEqual([]);
	for (const [, a, b] of difference.rows) {
		expect(a).toBe(b);
	}
	expect(formatDifference(difference)).toContain('Every setting is the same.');
});
