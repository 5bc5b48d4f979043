/** How the interval follows from what the program itself costs. */
export interface Pace {
	/** Seconds between samples that the user asked for. */
	readonly wanted: number;
	/** Seconds between samples now. */
	readonly interval: number;
	/** Own CPU of the last samples since the interval changed, in percent of one CPU. */
	readonly costs: readonly number[];
}

/**
The monitor must not be the load: above so many percent of one CPU it reads less often. A large machine has more to read, and
more to spare: a thousandth of it.
*/
export function allowPercent(cpus: number): number {
	return Math.max(10, cpus / 10);
}

/** Far enough below, so that going back does not lead straight to slowing down again. */
const comfortableShare = 0.35;
const longestInterval = 10;
/** So many samples are looked at before anything changes. */
const window = 8;

export function startPace(wanted: number): Pace {
	return {wanted, interval: wanted, costs: []};
}

/**
The pace after one more sample that cost `percent` of one of so many CPUs: doubles the interval, or halves it again towards
what is wanted.
*/
export function followCost(pace: Pace, percent: number, cpus: number): Pace {
	const costs = [...pace.costs.slice(1 - window), percent];
	if (costs.length < window) {
		return {...pace, costs};
	}
	const interval = chooseInterval(pace, findMedian(costs), allowPercent(cpus));
	return interval === pace.interval ? {...pace, costs} : {...pace, interval, costs: []};
}

function chooseInterval({wanted, interval}: Pace, cost: number, allowed: number): number {
	if (cost > allowed) {
		return Math.max(interval, Math.min(longestInterval, interval * 2));
	}
	return cost < comfortableShare * allowed ? Math.max(wanted, interval / 2) : interval;
}

/** Not the mean: the first samples pay for the start, and one for a key pressed. */
function findMedian(costs: readonly number[]): number {
	return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
}
