import type {Counters} from '../model/counters.ts';
import type {LinkRates} from '../model/rates.ts';
import {subtractCounter64} from './counters.ts';

/**
Rates of the interfaces' counters, by interface.

An interface that has another `ifindex`, or of which one counter went backwards, has been made anew under its old name, and has
none for this interval.
*/
export function deriveLinkRates(
	previous: Readonly<Record<string, Counters>>,
	current: Readonly<Record<string, Counters>>,
	seconds: number,
): Record<string, LinkRates> {
	const rates: [string, LinkRates][] = [];
	for (const [name, counters] of Object.entries(current)) {
		const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
		if (before !== undefined && !wasReset(before, counters)) {
			const {ifindex: _, ...counted} = counters;
			rates.push([name, deriveCounterRates(before, counted, seconds)]);
		}
	}

	return Object.fromEntries(rates);
}

function wasReset(before: Counters, now: Counters): boolean {
	return (
		before.ifindex !== now.ifindex ||
		Object.entries(now).some(([name, value]) => Object.hasOwn(before, name) && value < (before[name] ?? 0))
	);
}

/** Rates of the protocols' counters (`Udp.InErrors`). What is a setting or a gauge has none. */
export function deriveProtocolRates(previous: Counters, current: Counters, seconds: number): Record<string, number> {
	const rates = Object.entries(deriveCounterRates(previous, current, seconds));
	return Object.fromEntries(rates.filter(([name]) => !gauges.has(name)));
}

/** Named beside counters in `/proc/net/snmp`. */
const gauges = new Set([
	'Ip.Forwarding',
	'Ip.DefaultTTL',
	'Tcp.RtoAlgorithm',
	'Tcp.RtoMin',
	'Tcp.RtoMax',
	'Tcp.MaxConn',
	'Tcp.CurrEstab',
]);

/** Rates of 64-bit counters that are in both readings and did not go backwards. */
function deriveCounterRates(previous: Counters, current: Counters, seconds: number): Record<string, number> {
	const rates: [string, number][] = [];
	for (const [name, now] of Object.entries(current)) {
		const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
		const delta = before === undefined ? undefined : subtractCounter64(before, now);
		if (delta !== undefined) {
			rates.push([name, delta / seconds]);
		}
	}

	return Object.fromEntries(rates);
}
