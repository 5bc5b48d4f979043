import {describeAbsent} from '../derive/no-tunnel.ts';
import type {Problem, SourceName} from '../model/snapshot.ts';
import {countedSources, isStale, type State} from '../session/state.ts';
import {formatAge} from './format.ts';

/** Counters that have not been read for a while, and for how many seconds. */
export function listStale(state: State): {readonly source: SourceName; readonly age: number}[] {
	const {snapshot, previous} = state;
	if (snapshot === undefined) {
		return [];
	}
	const now = snapshot.at.monotonic;
	return countedSources
		.filter(source => isStale(source, snapshot.readings, previous, now))
		.map(source => ({source, age: now - (snapshot.readings[source]?.at ?? now)}));
}

/** What is wrong now, and why: the sources' own words, and those that have fallen silent. */
export function listTroubles(state: State): readonly Problem[] {
	const problems = state.snapshot?.problems ?? [];
	const explained = new Set(problems.map(problem => problem.source));
	const silent = listStale(state).filter(({source}) => !explained.has(source));
	const {nic} = state.topology.absent ?? {};
	return [
		...problems,
		...(nic === undefined ? [] : [{source: 'nic', message: describeAbsent('nic', nic)}]),
		...silent.map(({source, age}) => ({
			source,
			message: `has not answered for ${formatAge(age)}: its figures are left out`,
		})),
	];
}
