import {expect, test} from 'vitest';
import {deriveLinkRates, deriveProtocolRates} from '../../source/derive/counter-rates.ts';

test('interfaces and counters are matched by name', () => {
	const before = {eth0: {rx_bytes: 100, tx_bytes: 10}, gone: {rx_bytes: 1}};
	const now = {new0: {rx_bytes: 5}, eth0: {tx_bytes: 30, rx_bytes: 500, rx_nohandler: 7}};
	expect(deriveLinkRates(before, now, 2)).toEqual({eth0: {tx_bytes: 10, rx_bytes: 200}});
});

test('an interface that was made anew under its name has no rates for the interval', () => {
	const before = {wt0: {rx_bytes: 1000, rx_errors: 0}, eth0: {rx_bytes: 1}};
	const now = {wt0: {rx_bytes: 40, rx_errors: 2}, eth0: {rx_bytes: 3}};
	expect(deriveLinkRates(before, now, 1)).toEqual({eth0: {rx_bytes: 2}});
});

test('an interface with another index is another interface, whatever its counters', () => {
	const before = {wt0: {ifindex: 4, rx_bytes: 0}, eth0: {ifindex: 2, rx_bytes: 1}};
	const now = {wt0: {ifindex: 5, rx_bytes: 900}, eth0: {ifindex: 2, rx_bytes: 3}};
	expect(deriveLinkRates(before, now, 1)).toEqual({eth0: {rx_bytes: 2}});
});

test('an interface may have any name', () => {
	const link = (bytes: number) =>
		JSON.parse(`{"__proto__": {"rx_bytes": ${bytes}}, "constructor": {"rx_bytes": ${bytes}}}`);
	expect(Object.entries(deriveLinkRates(link(1), link(4), 1))).toEqual([
		['__proto__', {rx_bytes: 3}],
		['constructor', {rx_bytes: 3}],
	]);
	expect(deriveLinkRates({}, link(4), 1)).toEqual({});
});

test('protocol counters have rates; settings, gauges and what was set back have none', () => {
	const before = {'Udp.InErrors': 10, 'Tcp.CurrEstab': 3, 'Ip.DefaultTTL': 64, 'Tcp.RetransSegs': 9};
	const now = {'Udp.InErrors': 16, 'Tcp.CurrEstab': 5, 'Ip.DefaultTTL': 64, 'Tcp.RetransSegs': 4, 'Ip.FragCreates': 7};
	expect(deriveProtocolRates(before, now, 3)).toEqual({'Udp.InErrors': 2});
});
