import {expect, test} from 'vitest';
import {createLinkStatisticsReader} from '../../source/collect/link-statistics.ts';
import type {Topology} from '../../source/model/topology.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';

const topology: Topology = {tunnels: [], underlays: [], pathDevices: ['wt0'], irqs: {}};

function setUp() {
	const host = createMemoryHost({
		'/sys/class/net/wt0/ifindex': '7\n',
		'/sys/class/net/wt0/statistics/rx_bytes': '18446744073709551615\n',
		'/sys/class/net/wt0/statistics/tx_bytes': '12\n',
	});
	const readStatistics = createLinkStatisticsReader();
	return {host, read: () => readStatistics({host, topology, readings: {}, note: () => undefined}).value};
}

test('reads every counter of the path’s interfaces, large ones too', () => {
	expect(setUp().read()).toEqual({wt0: {rx_bytes: 2 ** 64, tx_bytes: 12, ifindex: 7}});
});

test('an interface that was made anew under its name has the counters that it has now', () => {
	const {host, read} = setUp();
	read();
	host.files.set('/sys/class/net/wt0/ifindex', '8\n');
	host.files.set('/sys/class/net/wt0/statistics/rx_nohandler', '3\n');
	expect(read()).toMatchObject({wt0: {rx_nohandler: 3, ifindex: 8}});
});

test('one that has gone has none', () => {
	const {host, read} = setUp();
	read();
	host.files.clear();
	expect(read()).toEqual({});
});
