import type {Counters} from '../model/counters.ts';
import type {Reading} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';

/** Packets a second, in and out, from which on an interface of the path is busy. */
const busy = 100;

/** Seconds without traffic until the path is calm: what was counted last is still read, and a pause is none. */
const untilCalm = 15;
/** At the start so many: enough for the first rates of what is read every two seconds. */
const untilFirstCalm = 5;

/** Tells whether packets flow over the path. While none do, no counter of it can move fast. */
export interface TrafficWatch {
	/** Takes the interfaces' newest counters; `busy`: packets flow. */
	take(statistics: Reading<Readonly<Record<string, Counters>>>, topology: Topology): 'busy' | 'quiet';
	/** Nothing has flowed for a while, nor has anybody asked to look closely. */
	isCalm(now: number): boolean;
	/** Begins to look closely, whether anything flows or not. */
	wake(now: number): void;
}

export function createTrafficWatch(): TrafficWatch {
	let before: Reading<number> | undefined;
	let wokenAt: number | undefined;

	return {
		take({at, value}, {pathDevices}) {
			const names = pathDevices.length > 0 ? pathDevices : Object.keys(value);
			const packets = names.reduce((sum, name) => sum + countPackets(value[name]), 0);
			const seconds = before === undefined ? 0 : at - before.at;
			const isBusy = before !== undefined && Math.abs(packets - before.value) > busy * seconds;
			before = {at, value: packets};
			if (isBusy) {
				wokenAt = at;
			} else {
				wokenAt ??= at - untilCalm + untilFirstCalm;
			}
			return isBusy ? 'busy' : 'quiet';
		},
		isCalm: now => wokenAt !== undefined && now - wokenAt >= untilCalm,
		wake(now) {
			wokenAt = now;
		},
	};
}

function countPackets({rx_packets = 0, tx_packets = 0}: Counters = {}): number {
	return rx_packets + tx_packets;
}
