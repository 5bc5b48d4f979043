import type {ThreadTimes} from '../model/counters.ts';
import type {ThreadRate} from '../model/rates.ts';
import type {SelfTimes} from '../model/snapshot.ts';

/** Ticks a second in `/proc/PID/stat` on every Linux, whatever its HZ. */
const userHz = 100;

/**
What each thread used of one CPU, in percent.

A thread is the same where number and start are: one that came in the interval has no rate for it.
*/
export function deriveThreadRates(
	previous: readonly ThreadTimes[],
	current: readonly ThreadTimes[],
	seconds: number,
): ThreadRate[] {
	const before = new Map(previous.map(thread => [thread.pid, thread]));
	return current.flatMap((thread): ThreadRate[] => {
		const earlier = before.get(thread.pid);
		if (
			earlier === undefined ||
			earlier.startTime !== thread.startTime ||
			thread.user < earlier.user ||
			thread.system < earlier.system
		) {
			return [];
		}

		const percent = (ticks: number) => (ticks / userHz / seconds) * 100;
		return [
			{
				pid: thread.pid,
				name: thread.name,
				...(thread.cpu === undefined ? {} : {cpu: thread.cpu}),
				usr: percent(thread.user - earlier.user),
				sys: percent(thread.system - earlier.system),
				...(thread.threads === undefined ? {} : {threads: thread.threads}),
			},
		];
	});
}

/**
What this program and its children used of one CPU, in percent, and the memory it has now. On a capture `seconds` is time of the
machine that it was taken from: what is used here and now goes by the clock from here.
*/
export function deriveSelfRates(previous: SelfTimes, current: SelfTimes, seconds: number) {
	const used = Math.max(0, current.cpuSeconds - previous.cpuSeconds);
	const passed = (current.clock ?? 0) - (previous.clock ?? 0);
	return {cpuPercent: (used / (passed > 0 ? passed : seconds)) * 100, residentBytes: current.residentBytes};
}
