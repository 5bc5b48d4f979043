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

/** What is wrong now, and why: what stands in the snapshot, and the sources that have fallen silent. */
export function listTroubles(state: State): readonly Problem[] {
	const problems = state.snapshot?.problems ?? [];
	const explained = new Set(problems.map(problem => problem.source));
	const silent = listStale(state).filter(({source}) => !explained.has(source));
	return [
		...problems,
		...silent.map(({source, age}) => ({
			source,
			message: `has not answered for ${formatAge(age)}: its figures are left out`,
		})),
	];
}
