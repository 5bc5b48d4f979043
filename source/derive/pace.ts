/** How the interval follows from what the program itself costs. */
export interface Pace {
	/** Seconds between samples that the user asked for. */
	readonly wanted: number;
	/** Seconds between samples now. */
	readonly interval: number;
	/** Own CPU of the last samples since the interval changed, in percent of one CPU. */
	readonly costs: readonly number[];
}

/** The monitor must not be the load: above this share of one CPU it reads less often. */
export const allowedPercent = 10;
/** Far enough below, so that going back does not lead straight to slowing down again. */
const comfortablePercent = 3.5;
const longestInterval = 10;
/** So many samples are looked at before anything changes. */
const window = 8;

export function startPace(wanted: number): Pace {
	return {wanted, interval: wanted, costs: []};
}

/** The pace after one more sample that cost `percent` of one CPU: doubles the interval, or halves it again towards what is wanted. */
export function followCost(pace: Pace, percent: number): Pace {
	const costs = [...pace.costs.slice(1 - window), percent];
	if (costs.length < window) {
		return {...pace, costs};
	}
	const interval = chooseInterval(pace, findMedian(costs));
	return interval === pace.interval ? {...pace, costs} : {...pace, interval, costs: []};
}

function chooseInterval({wanted, interval}: Pace, cost: number): number {
	if (cost > allowedPercent) {
		return Math.max(interval, Math.min(longestInterval, interval * 2));
	}
	return cost < comfortablePercent ? Math.max(wanted, interval / 2) : interval;
}

/** Not the mean: the first samples pay for the start, and one for a key pressed. */
function findMedian(costs: readonly number[]): number {
	return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
}
