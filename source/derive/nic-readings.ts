import type {NicStatistic} from '../model/counters.ts';
import type {NicReading} from '../model/snapshot.ts';
import type {Pair} from './nic-drops.ts';

/**
One device's statistics in two readings, over the time between its own two answers: another device that answers late in one of
them changes nothing. Where they have no times, `seconds` are those of the source. Undefined where it was not asked twice.
*/
export function pairStatistics({
	previous,
	current,
	seconds,
}: Pair<NicReading>): Pair<readonly NicStatistic[]> | undefined {
	const own = isTimed(previous) && isTimed(current) ? current.at - previous.at : seconds;
	return own > 0 ? {previous: listStatistics(previous), current: listStatistics(current), seconds: own} : undefined;
}

export function listStatistics(reading: NicReading): readonly NicStatistic[] {
	return isTimed(reading) ? reading.value : reading;
}

function isTimed(reading: NicReading): reading is Exclude<NicReading, readonly NicStatistic[]> {
	return !Array.isArray(reading);
}
