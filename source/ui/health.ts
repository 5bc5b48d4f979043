import type {Problem, Reading, SourceName} from '../model.ts';
import type {State} from '../session/state.ts';
import {formatAge} from './format.ts';

/** The sources that are read all the time; of the others, an old reading is no sign of anything. */
const counted: readonly SourceName[] = [
	'cpuTimes',
	'interrupts',
	'softirqs',
	'softnet',
	'linkStatistics',
	'protocols',
	'conntrack',
	'nicStatistics',
	'wireguard',
	'qdiscs',
	'threads',
];

/** Sources that have not answered for three of their own intervals, and for how many seconds. */
export function listStale(state: State): {readonly source: SourceName; readonly age: number}[] {
	const {snapshot, previous} = state;
	if (snapshot === undefined) {
		return [];
	}
	return counted.flatMap(source => {
		const reading: Reading<unknown> | undefined = snapshot.readings[source];
		const before: Reading<unknown> | undefined = previous[source];
		if (reading === undefined || before === undefined) {
			return [];
		}
		const age = snapshot.at.monotonic - reading.at;
		return age > 3 * (reading.at - before.at) + 2 ? [{source, age}] : [];
	});
}

/** What is wrong now, and why: the sources' own words, and those that have fallen silent. */
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
