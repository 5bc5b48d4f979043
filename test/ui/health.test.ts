import {expect, test} from 'vitest';
import type {Problem} from '../../source/model/snapshot.ts';
import {initialState, type State} from '../../source/session/state.ts';
import {listStale, listTroubles} from '../../source/ui/health.ts';
import {describeProblems} from '../../source/ui/overlays/problems.ts';

/** A machine at second 100 whose drivers' counters came at 90 and 88, and whose CPU times are fresh. */
function makeStale(problems: readonly Problem[] = []): State {
	const drivers = {at: 90, value: {}};
	const cpus = {at: 100, value: {cpus: []}};
	return {
		...initialState,
		snapshot: {at: {monotonic: 100, wall: 0}, readings: {nicStatistics: drivers, cpuTimes: cpus}, problems},
		previous: {nicStatistics: {...drivers, at: 88}, cpuTimes: {...cpus, at: 99}},
	};
}

test('a source is stale when it has missed three of its own intervals', () => {
	expect(listStale(makeStale())).toEqual([{source: 'nicStatistics', age: 10}]);
});

test('facts that are read seldom are never stale', () => {
	const machine = {at: 1, value: {cpus: {online: [0]}, tools: {}}};
	const state: State = {
		...initialState,
		snapshot: {at: {monotonic: 1000, wall: 0}, readings: {machine}, problems: []},
		previous: {machine: {...machine, at: 0}},
	};
	expect(listStale(state)).toEqual([]);
});

test('the reason is one key away, in the machine’s own words', () => {
	const problems = [{source: 'wireguard', message: 'wg: Operation not permitted'}];
	expect(listTroubles(makeStale(problems))).toEqual([
		...problems,
		{source: 'nicStatistics', message: 'has not answered for 10s: its figures are left out'},
	]);
});

test('a silent source with a reason is told once', () => {
	const problems = [{source: 'nicStatistics', message: 'ethtool -S eth0 took more than 2 s'}];
	expect(listTroubles(makeStale(problems))).toEqual(problems);
});

test('long reasons wrap, and a long word is cut', () => {
	const problems = [{source: 'wireguard', message: `wg failed: ${'x'.repeat(30)} at last`}];
	const lines = describeProblems(makeStale(problems), 24).map(spans => spans.map(span => span.text).join(''));
	expect(lines.slice(0, 4)).toEqual([
		'wireguard',
		'  wg failed:',
		`  ${'x'.repeat(20)}`,
		`  ${'x'.repeat(10)} at last`,
	]);
});

test('no trouble is said too', () => {
	expect(describeProblems(initialState, 80).flat()[0]?.text).toBe('All sources answer.');
});
