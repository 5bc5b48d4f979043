import {expect, test} from 'vitest';
import {deriveQueueRates} from '../../source/derive/queue-rates.ts';
import type {NicStatistic} from '../../source/model/counters.ts';
import type {QueueRate} from '../../source/model/rates.ts';
import {parseNicStatistics} from '../../source/parse/ethtool.ts';
import {readFixture} from '../helpers/parser-law.ts';

const derive = (previous: readonly NicStatistic[], current: readonly NicStatistic[], seconds = 2) =>
	deriveQueueRates({eth0: previous}, {eth0: current}, seconds);

const brief = (rates: readonly QueueRate[] | undefined) =>
	rates?.map(({direction, queue, packetsPerSecond}) => [direction, queue, packetsPerSecond]);

/** The statistics of two queues: of queue 0 `first` grew by 20, of queue 1 by 40, of both in two seconds. */
function growing(first: string, second: string) {
	const list = (a: number, b: number) => [
		{name: first, value: a},
		{name: second, value: b},
	];
	return derive(list(100, 200), list(120, 240));
}

test.each([
	['older virtio_net, hv_netvsc, ice, igb, ixgbe', 'rx_queue_0_packets', 'rx_queue_1_packets', 'rx'],
	['newer virtio_net, mlx4, mlx5', 'rx0_packets', 'rx1_packets', 'rx'],
	['mana', 'rx_0_packets', 'rx_1_packets', 'rx'],
	['i40e, iavf', 'rx-0.packets', 'rx-1.packets', 'rx'],
	['older i40e', 'tx-0.tx_packets', 'tx-1.tx_packets', 'tx'],
	['ena', 'queue_0_tx_cnt', 'queue_1_tx_cnt', 'tx'],
	['bnxt_en', '[0]: rx_ucast_packets', '[1]: rx_ucast_packets', 'rx'],
	['gve', 'rx_completed_desc[0]', 'rx_completed_desc[1]', 'rx'],
])('%s: packets per second by queue', (_, first, second, direction) => {
	expect(brief(growing(first, second))).toEqual([
		[direction, 0, 10],
		[direction, 1, 20],
	]);
});

test('vmxnet3 has sections by queue, and its kinds of packets are added', () => {
	const text = (a: number, b: number) => `NIC statistics:
     Rx Queue#: 0
       ucast pkts rx: ${a}
       bcast pkts rx: ${b}
       pkts rx OOB: 77
     Tx Queue#: 0
       ucast pkts tx: 9
`;
	expect(brief(derive(parseNicStatistics(text(1, 2)), parseNicStatistics(text(5, 6))))).toEqual([
		['rx', 0, 4],
		['tx', 0, 0],
	]);
});

test('the queues of a real guest', () => {
	const statistics = parseNicStatistics(readFixture('virtio-guest/ethtool-S'));
	const later = statistics.map(({name, value}) => ({name, value: value + 8}));
	expect(brief(derive(statistics, later))).toEqual([
		['rx', 0, 4],
		['tx', 0, 4],
	]);
});

test('what is not a queue’s packets is none: bytes, XDP, totals, and the sizes of a histogram', () => {
	const names = [
		'rx_queue_0_bytes',
		'rx_queue_0_xdp_packets',
		'xdp_queue_0_packets',
		'queue_0_xdp_tx_cnt',
		'rx_packets',
	];
	const list = (value: number) => [...names, 'rx_64_packets', 'rx_128_packets'].map(name => ({name, value}));
	expect(derive(list(1), list(2))).toEqual([]);
});

test('a queue that was set back or has come has no rate, the others do', () => {
	const list = (...values: number[]) => values.map((value, queue) => ({name: `rx${queue}_packets`, value}));
	expect(brief(derive(list(5, 50), list(7, 3, 9)))).toEqual([['rx', 0, 1]]);
});

test('the 32-bit counter of gve wraps', () => {
	const list = (value: number) => [{name: 'rx_completed_desc[0]', value}];
	expect(brief(derive(list(2 ** 32 - 1), list(3)))).toEqual([['rx', 0, 2]]);
});
