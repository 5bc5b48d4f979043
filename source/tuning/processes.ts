import type {Host} from '../host.ts';
import type {ProcessIdentity} from '../model/journal.ts';
import {parseProcessStat} from '../parse/process-stat.ts';

/** This very process. Throws a `HostError` without `/proc`. */
export function identifySelf(host: Host): ProcessIdentity {
	const {pid, startTime} = parseProcessStat(host.readText('/proc/self/stat'));
	return {pid, startTime};
}

/** Whether it still runs: not whether its number does. */
export function isAlive(process: ProcessIdentity, host: Host): boolean {
	try {
		const {startTime, state} = parseProcessStat(host.readText(`/proc/${process.pid}/stat`));
		return startTime === process.startTime && state !== 'Z' && state !== 'X';
	} catch {
		return false;
	}
}
