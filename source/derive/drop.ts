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
}

/** The row of one counter: none where it was not read twice or was set back, or is a `part` that never counted. */
export function makeDrop(
	{seconds, ...place}: DropPlace,
	{counter, kind, previous, current, bits}: DropCounter,
): Drop[] {
	if (previous === undefined || current === undefined || (kind === 'part' && current === 0)) {
		return [];
	}

	const delta =
		bits === 32 ? subtractCounter32(previous, current, maximumPackets, seconds) : subtractCounter64(previous, current);
	return delta === undefined
		? []
		: [{...place, counter, delta, perSecond: delta / seconds, total: current, headline: kind === 'loss'}];
}
