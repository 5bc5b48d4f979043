import type {Drop, DropLayer} from '../model/rates.ts';
import {maximumPackets, subtractCounter32, subtractCounter64} from './counters.ts';

/**
What a counter says about loss.

`loss`: packets were lost, part of its layer's headline. `sign`: no loss, or one that another counter has too, but always
worth a row. `part`: the same, worth a row only where it ever counted.
*/
export type DropKind = 'loss' | 'sign' | 'part';

/** Where and when a counter was read twice. */
export interface DropPlace {
	readonly layer: DropLayer;
	readonly device?: string;
	readonly seconds: number;
}

export interface DropCounter {
	readonly counter: string;
	readonly kind: DropKind;
	readonly previous: number | undefined;
	readonly current: number | undefined;
	/** The counter's width; 64 where it is not told. */
	readonly bits?: 32 | 64;
	/** How many packets of the interval are in the counter and are no loss of this place. */
	readonly apart?: number;
}

/**
The row of one counter: none where it was not read twice or was set back, or is a `part` that never counted. What is set
`apart` is in its total, which is the counter's own figure, and not in what it lost in the interval.
*/
export function makeDrop(
	{seconds, ...place}: DropPlace,
	{counter, kind, previous, current, bits, apart = 0}: DropCounter,
): Drop[] {
	if (previous === undefined || current === undefined || (kind === 'part' && current === 0)) {
		return [];
	}

	const counted =
		bits === 32 ? subtractCounter32(previous, current, maximumPackets, seconds) : subtractCounter64(previous, current);
	if (counted === undefined) {
		return [];
	}

	const delta = Math.max(0, counted - apart);
	return [{...place, counter, delta, perSecond: delta / seconds, total: current, headline: kind === 'loss'}];
}
