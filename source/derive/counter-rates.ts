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
		if (before !== undefined && before.ifindex === counters.ifindex) {
			const divided = divideCounters(before, counters, seconds, linkFacts);
			rates.push(...(divided.someWentBack ? [] : [[name, divided.rates] satisfies [string, LinkRates]]));
		}
	}

	return Object.fromEntries(rates);
}

/** Named beside an interface's counters. */
const linkFacts = new Set(['ifindex']);

/** Rates of the protocols' counters (`Udp.InErrors`). What is a setting or a gauge has none. */
export function deriveProtocolRates(previous: Counters, current: Counters, seconds: number): Record<string, number> {
	return divideCounters(previous, current, seconds, gauges).rates;
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

/** Rates of the 64-bit counters that are in both readings and did not go backwards; `others` are no counters. */
function divideCounters(previous: Counters, current: Counters, seconds: number, others: ReadonlySet<string>) {
	const rates: Record<string, number> = {};
	let someWentBack = false;
	const names = Object.keys(current);
	// By index, and without a list of pairs: this runs over every counter at every tick.
	for (let index = 0; index < names.length; index++) {
		const name = names[index] ?? '';
		const before = previous[name];
		const delta = typeof before === 'number' ? subtractCounter64(before, current[name] ?? 0) : undefined;
		if (delta !== undefined && !others.has(name)) {
			rates[name] = delta / seconds;
		}
		someWentBack ||= typeof before === 'number' && delta === undefined;
	}

	return {rates, someWentBack};
}
