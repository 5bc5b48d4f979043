/*
The statistics of the verdicts.

Our own, because no kept npm library has the interval that is needed: simple-statistics has no signed-rank distribution
and no t quantile, jstat no signed-rank distribution, and the packages of @stdlib that have one come with 160 and more
packages (16 MB) each and still without the Hodges-Lehmann interval. Samples here have 4 to 40 values, so exact counting
takes microseconds. The tests hold every function to tables, SciPy and R.
*/

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** Linear between the order statistics (R's type 7). NaN of no values. */
export function quantile(values: ArrayLike<number>, probability: number): number {
	const sorted = new Float64Array(values).sort();
	const position = (sorted.length - 1) * probability;
	const below = sorted[Math.floor(position)] ?? Number.NaN;
	const above = sorted[Math.ceil(position)] ?? Number.NaN;
	return below + (above - below) * (position - Math.floor(position));
}

/** The median distance from the median, times 1.4826: the standard deviation, where the noise is normal. */
export function robustDeviation(values: readonly number[]): number {
	const middle = median(values);
	return 1.4826 * median(values.map(value => Math.abs(value - middle)));
}

/** The standard deviation of a sample (n − 1). */
export function deviation(values: readonly number[]): number {
	const middle = mean(values);
	return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** An interval for the middle of a population: its ends, and how surely it holds the middle (at least 0.95). */
export interface Interval {
	readonly low: number;
	readonly high: number;
	readonly confidence: number;
}

const tail = 0.025;

/**
The distribution-free interval for the centre of symmetric differences: the averages of all pairs of them (Walsh), cut
off at both ends by the quantile of the signed-rank distribution (Hodges and Lehmann 1963; R's `wilcox.test(conf.int=T)`).

Differences of interleaved measurements of the same thing are symmetric whatever the noise is. Absent below 6 values,
which cannot give 95 %.
*/
export function signedRankInterval(differences: readonly number[]): Interval | undefined {
	const cut = signedRankQuantile(tail, differences.length);
	if (cut === 0) {
		return;
	}

	const averages = walshAverages(differences);
	return {
		low: averages[cut - 1] ?? Number.NaN,
		high: averages[averages.length - cut] ?? Number.NaN,
		confidence: 1 - 2 * signedRankProbability(cut - 1, differences.length),
	};
}

/** The two-sided exact p-value of the signed-rank test that the centre of the differences is 0. */
export function signedRankTest(differences: readonly number[]): number {
	const averages = walshAverages(differences);
	const above = averages.reduce((count, average) => count + (average > 0 ? 1 : average === 0 ? 0.5 : 0), 0);
	const statistic = Math.floor(Math.min(above, averages.length - above));
	return Math.min(1, 2 * signedRankProbability(statistic, differences.length));
}

/** The averages of all pairs, each value with itself too, in ascending order. */
function walshAverages(values: readonly number[]): Float64Array {
	const averages = new Float64Array((values.length * (values.length + 1)) / 2);
	let index = 0;
	for (const [first, a] of values.entries()) {
		for (let second = first; second < values.length; second++) {
			averages[index++] = (a + (values[second] ?? Number.NaN)) / 2;
		}
	}

	return averages.sort();
}

/** The smallest rank sum whose probability to be reached or stayed under is at least `probability` (R's `qsignrank`). */
export function signedRankQuantile(probability: number, count: number): number {
	return quantileOf(signedRankDistribution(count), probability);
}

/** The probability that the sum of the positive ranks of `count` values is at most `statistic`, where 0 is the centre. */
export function signedRankProbability(statistic: number, count: number): number {
	return cumulative(signedRankDistribution(count), statistic);
}

/** The share of each rank sum: every rank is positive or negative with the same chance. */
const signedRankDistribution = remember((count: number): Float64Array => {
	const shares = new Float64Array((count * (count + 1)) / 2 + 1);
	shares[0] = 1;
	for (let rank = 1; rank <= count; rank++) {
		for (let sum = shares.length - 1; sum >= 0; sum--) {
			shares[sum] = ((shares[sum] ?? 0) + (shares[sum - rank] ?? 0)) / 2;
		}
	}

	return shares;
});

/**
The distribution-free interval for how far the second sample lies above the first: all differences, cut off by the
quantile of the rank-sum distribution (Mann-Whitney; R's `wilcox.test(second, first, conf.int=T)`). Absent where so few
values cannot give 95 % (below 4 each).
*/
export function rankSumInterval(first: readonly number[], second: readonly number[]): Interval | undefined {
	const distribution = rankSumDistribution(first.length, second.length);
	const cut = quantileOf(distribution, tail);
	if (cut === 0) {
		return;
	}

	const differences = new Float64Array(second.flatMap(b => first.map(a => b - a))).sort();
	return {
		low: differences[cut - 1] ?? Number.NaN,
		high: differences[differences.length - cut] ?? Number.NaN,
		confidence: 1 - 2 * cumulative(distribution, cut - 1),
	};
}

/**
The share of each number of pairs in which the second is above, of all orders of `first + second` values: the
coefficients of the Gaussian binomial, as a product of (1 − q^(second+i)) / (1 − q^i).
*/
function rankSumDistribution(first: number, second: number): Float64Array {
	const orders = new Float64Array(first * second + 1);
	orders[0] = 1;
	for (let i = 1; i <= first; i++) {
		for (let wins = orders.length - 1; wins >= second + i; wins--) {
			orders[wins] = (orders[wins] ?? 0) - (orders[wins - second - i] ?? 0);
		}

		for (let wins = i; wins < orders.length; wins++) {
			orders[wins] = (orders[wins] ?? 0) + (orders[wins - i] ?? 0);
		}
	}

	const total = orders.reduce((sum, count) => sum + count, 0);
	return orders.map(count => count / total);
}

/** The interval for the centre of differences: by signed ranks, and below six values, where ranks fail, by Student's t. */
export function centreInterval(differences: readonly number[]): Interval | undefined {
	return signedRankInterval(differences) ?? studentInterval(differences);
}

/** The interval of Student's t around the mean: for so few values that ranks cannot give 95 %. Absent below 2 values. */
export function studentInterval(values: readonly number[]): Interval | undefined {
	if (values.length < 2) {
		return;
	}

	const reach = (studentQuantile(1 - tail, values.length - 1) * deviation(values)) / Math.sqrt(values.length);
	return {low: mean(values) - reach, high: mean(values) + reach, confidence: 1 - 2 * tail};
}

/** The two-sided p-value of the t test that the mean is 0. */
export function studentTest(values: readonly number[]): number {
	const statistic = (Math.abs(mean(values)) * Math.sqrt(values.length)) / deviation(values);
	return Number.isNaN(statistic) ? 1 : 2 * (1 - studentProbability(statistic, values.length - 1));
}

/** The t below which `probability` (0.5 to 1) of the distribution lies (R's `qt`), by bisection. */
export function studentQuantile(probability: number, freedom: number): number {
	let [low, high] = [0, 1];
	while (studentProbability(high, freedom) < probability) {
		high *= 2;
	}

	while (high - low > 1e-12 * high) {
		const middle = (low + high) / 2;
		[low, high] = studentProbability(middle, freedom) < probability ? [middle, high] : [low, middle];
	}

	return high;
}

/** P(T ≤ t) for t ≥ 0 and whole degrees of freedom: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
export function studentProbability(t: number, freedom: number): number {
	const angle = Math.atan(t / Math.sqrt(freedom));
	const odd = freedom % 2 === 1;
	let term = odd ? Math.cos(angle) : 1;
	let sum = freedom === 1 ? 0 : term;
	for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
		term *= ((k - 1) / k) * Math.cos(angle) ** 2;
		sum += term;
	}

	const inside = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
	return (1 + inside) / 2;
}

function quantileOf(shares: Float64Array, probability: number): number {
	let value = 0;
	for (let sum = shares[0] ?? 1; sum < probability; sum += shares[value] ?? 1) {
		value++;
	}

	return value;
}

function cumulative(shares: Float64Array, limit: number): number {
	return shares.subarray(0, limit + 1).reduce((sum, share) => sum + share, 0);
}

function remember<T>(compute: (key: number) => T): (key: number) => T {
	const known = new Map<number, T>();
	return key => {
		const value = known.get(key) ?? compute(key);
		known.set(key, value);
		return value;
	};
}
