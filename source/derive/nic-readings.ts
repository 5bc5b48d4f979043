import type {NicStatistic} from '../model/counters.ts';
import type {NicReading, Reading, Readings} from '../model/snapshot.ts';
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

/** One device's statistics with their time, which is that of the source where they have none of their own. */
export function findStatistics(
	source: Readings['nicStatistics'],
	device: string,
): Reading<readonly NicStatistic[]> | undefined {
	const reading = source && Object.hasOwn(source.value, device) ? source.value[device] : undefined;
	return reading === undefined || isTimed(reading) ? reading : {at: source?.at ?? 0, value: reading};
}

export function listStatistics(reading: NicReading): readonly NicStatistic[] {
	return isTimed(reading) ? reading.value : reading;
}

function isTimed(reading: NicReading): reading is Exclude<NicReading, readonly NicStatistic[]> {
	return !Array.isArray(reading);
}
