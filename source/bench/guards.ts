import {type Blocks, blockInterval, blockShift} from './blocks.ts';
import {centreInterval, type Interval, median} from './statistics.ts';

/** A figure beside the throughput that a step must not make worse, measured in the same window. Higher is worse. */
export interface Guard {
	readonly id: string;
	readonly title: string;
	readonly unit: string;
	/** Changes smaller than this, or than this share of the value without the step, do not matter. */
	readonly floor: number;
	readonly share: number;
	/**
	Whether a rise speaks against a step that is better: not where more packets alone raise it, and of what the throughput
	costs only one that is larger than the gain.
	*/
	readonly decides: 'always' | 'beyond the gain' | 'never';
}

/** Drops are per gigabyte of goodput: more traffic alone does not make them worse. */
export const guards: readonly Guard[] = [
	{id: 'softnet-drops', title: 'softnet drops', unit: '/GB', floor: 25, share: 0.5, decides: 'always'},
	{id: 'nic-drops', title: 'NIC drops', unit: '/GB', floor: 25, share: 0.5, decides: 'always'},
	{id: 'retransmits', title: 'retransmits', unit: '/GB', floor: 100, share: 0.5, decides: 'always'},
	{id: 'fragments', title: 'fragments', unit: '/GB', floor: 100, share: 0.5, decides: 'always'},
	{id: 'cpu', title: 'CPU seconds', unit: '/GB', floor: 0.1, share: 0.05, decides: 'beyond the gain'},
	{id: 'squeezes', title: 'squeezes', unit: '/s', floor: 10, share: 0.5, decides: 'never'},
	{id: 'top-core', title: 'busiest core', unit: ' %', floor: 5, share: 0.05, decides: 'never'},
];

/** Whether a guard that became worse is a reason against a gain of so much (0.08 is 8 %). */
export function isReason({id, a, b, word}: GuardOutcome, gain: number): boolean {
	const decides = word === 'worse' ? guards.find(guard => guard.id === id)?.decides : 'never';
	return decides === 'always' || (decides === 'beyond the gain' && b / a - 1 > gain);
}

export interface GuardOutcome {
	readonly id: string;
	/** Medians without and with the step. */
	readonly a: number;
	readonly b: number;
	/** `unknown`: too few runs had it. */
	readonly word: 'better' | 'worse' | 'same' | 'unknown';
}

/** What runs brought along, by guard id; a guard that was not measured is absent. */
export type GuardFigures = Readonly<Record<string, number>>;

export function weighPairedGuards(
	pairs: ReadonlyArray<{readonly a: GuardFigures; readonly b: GuardFigures}>,
): GuardOutcome[] {
	return guards.flatMap(guard => {
		const both = pairs.flatMap(({a, b}) => takeKnown([a[guard.id], b[guard.id]]));
		const differences = both.map(([a, b]) => b - a);
		const interval = both.length < 5 ? undefined : centreInterval(differences);
		return both.length === 0
			? []
			: [
					weigh(guard, {
						a: median(both.map(([a]) => a)),
						b: median(both.map(([, b]) => b)),
						interval,
						shift: median(differences),
					}),
				];
	});
}

function takeKnown([a, b]: readonly [number | undefined, number | undefined]): Array<readonly [number, number]> {
	return a === undefined || b === undefined ? [] : [[a, b]];
}

export function weighBlockGuards(blocks: Blocks<GuardFigures>): GuardOutcome[] {
	return guards.flatMap(guard => {
		const take = (runs: readonly GuardFigures[]) => runs.map(run => run[guard.id]).filter(value => value !== undefined);
		const figures = {before: take(blocks.before), changed: take(blocks.changed), after: take(blocks.after)};
		const b = median(figures.changed);
		const shift = blockShift(figures);
		return Number.isNaN(shift) ? [] : [weigh(guard, {a: b - shift, b, interval: blockInterval(figures), shift})];
	});
}

interface Weighed {
	readonly a: number;
	readonly b: number;
	readonly interval: Interval | undefined;
	readonly shift: number;
}

function weigh(guard: Guard, {a, b, interval, shift}: Weighed): GuardOutcome {
	const matters = Math.abs(shift) >= Math.max(guard.floor, guard.share * a);
	const word = !interval
		? 'unknown'
		: matters && interval.low > 0
			? 'worse'
			: matters && interval.high < 0
				? 'better'
				: 'same';
	return {id: guard.id, a, b, word};
}
