import {expect, test} from 'vitest';
import {createTrafficWatch} from '../../source/collect/traffic.ts';
import type {Topology} from '../../source/model/topology.ts';
import {at} from '../helpers/readings.ts';

const path: Topology = {tunnels: [], underlays: [], pathDevices: ['wt0'], irqs: {}};
const count = (seconds: number, packets: number, others = 0) =>
	at(seconds, {wt0: {rx_packets: packets, tx_packets: 0}, docker0: {rx_packets: others}});

test('a path is calm when nothing has flowed over it for a while, whatever flows elsewhere', () => {
	const traffic = createTrafficWatch();
	traffic.take(count(100, 5), path);
	traffic.take(count(101, 505), path);
	expect(traffic.isCalm(115)).toBe(false);
	expect(traffic.take(count(116, 505, 9_000_000), path)).toBe('quiet');
	expect(traffic.isCalm(116)).toBe(true);
});

test('a path over which nothing flows from the start is calm after the first rates', () => {
	const traffic = createTrafficWatch();
	traffic.take(count(100, 5), path);
	expect(traffic.isCalm(104)).toBe(false);
	expect(traffic.isCalm(105)).toBe(true);
});

test('packets end a calm at once', () => {
	const traffic = createTrafficWatch();
	traffic.take(count(100, 5), path);
	traffic.take(count(119, 5), path);
	expect(traffic.take(count(120, 205), path)).toBe('busy');
	expect(traffic.isCalm(134)).toBe(false);
	expect(traffic.isCalm(135)).toBe(true);
});

test('who looks closely ends it too', () => {
	const traffic = createTrafficWatch();
	traffic.take(count(100, 5), path);
	traffic.wake(130);
	expect(traffic.isCalm(131)).toBe(false);
});
