import {describe, expect, test} from 'vitest';
import {deriveDriverDrops, deriveRingDrops} from '../../source/derive/nic-drops.ts';
import type {Counters, NicStatistic} from '../../source/model/counters.ts';
import {parseNicStatistics} from '../../source/parse/ethtool.ts';
import {readFixture} from '../helpers/parser-law.ts';

const statistics = (counters: Readonly<Record<string, number>>): NicStatistic[] =>
	Object.entries(counters).map(([name, value]) => ({name, value}));

/** The counters of a driver that all grew by 2 in a second: the names in the headline, and those beside it. */
function split(driver: string, names: readonly string[], facts: {owner?: boolean; link?: Counters} = {}) {
	const current = statistics(Object.fromEntries(names.map((name, index) => [name, 10 + index])));
	const previous = current.map(({name, value}) => ({name, value: value - 2}));
	const drops = deriveDriverDrops('eth0', {driver, owner: true, ...facts}, {previous, current, seconds: 1});
	return {
		headline: drops.filter(({headline}) => headline).map(({counter}) => counter),
		beside: drops.filter(({headline}) => !headline).map(({counter}) => counter),
	};
}

const ring = (previous: Counters, current: Counters, driver = 'igb') =>
	deriveRingDrops('eth0', driver, {previous, current, seconds: 2});

describe('what the kernel counts for the rings', () => {
	test('missed, fifo and over are different packets', () => {
		const drops = ring(
			{rx_missed_errors: 1, rx_fifo_errors: 2, rx_over_errors: 0, rx_dropped: 5},
			{rx_missed_errors: 5, rx_fifo_errors: 4, rx_over_errors: 0, rx_dropped: 50},
		);
		expect(drops).toEqual([
			{layer: 'nic', device: 'eth0', counter: 'rx_missed_errors', delta: 4, perSecond: 2, total: 5, headline: true},
			{layer: 'nic', device: 'eth0', counter: 'rx_fifo_errors', delta: 2, perSecond: 1, total: 4, headline: true},
			{layer: 'nic', device: 'eth0', counter: 'rx_over_errors', delta: 0, perSecond: 0, total: 0, headline: true},
		]);
	});

	test('two that show one register count once', () => {
		const drops = ring({rx_missed_errors: 7, rx_fifo_errors: 7}, {rx_missed_errors: 9, rx_fifo_errors: 9});
		expect(drops.map(({counter, headline}) => [counter, headline])).toEqual([
			['rx_missed_errors', true],
			['rx_fifo_errors', false],
		]);
	});

	test('two that never counted are no mirrors', () => {
		const drops = ring({rx_missed_errors: 0, rx_fifo_errors: 0}, {rx_missed_errors: 0, rx_fifo_errors: 0});
		expect(drops.map(({headline}) => headline)).toEqual([true, true]);
	});

	test('ena has its losses in rx_dropped', () => {
		const pair = {
			previous: {rx_missed_errors: 0, rx_dropped: 30},
			current: {rx_missed_errors: 0, rx_dropped: 40},
			seconds: 2,
		};
		const derive = (others?: number) =>
			deriveRingDrops('ens5', 'ena', pair, others).map(({counter, delta, headline}) => [counter, delta, headline]);
		expect(derive(0)).toEqual([
			['rx_missed_errors', 0, true],
			['rx_dropped', 10, true],
		]);
		expect(derive(7).at(-1)).toEqual(['rx_dropped', 3, true]);
		expect(derive(12).at(-1)).toEqual(['rx_dropped', 0, true]);
		expect(derive().at(-1)).toEqual(['rx_dropped', 10, false]);
	});

	test('a counter that was set back has no row, the 32-bit one of mlx5 wraps', () => {
		expect(ring({rx_missed_errors: 9}, {rx_missed_errors: 1})).toEqual([]);
		const [drop] = ring({rx_missed_errors: 2 ** 32 - 5}, {rx_missed_errors: 5}, 'mlx5_core');
		expect(drop?.delta).toBe(10);
	});
});

describe('what the driver counts', () => {
	test.each([
		['mana', ['hc_rx_discards_no_wqe', 'rx_0_xdp_drop', 'stop_queue'], ['hc_rx_discards_no_wqe'], ['rx_0_xdp_drop']],
		['ixgbe', ['rx_no_dma_resources', 'fdir_miss', 'rx_dropped'], ['rx_no_dma_resources'], ['fdir_miss', 'rx_dropped']],
		['iavf', ['rx_discards', 'rx-0.packets'], ['rx_discards'], []],
		['bnxt_en', ['[0]: rx_discards', 'rx_total_ring_discards'], [], ['[0]: rx_discards', 'rx_total_ring_discards']],
		['igb', ['rx_queue_0_drops', 'rx_no_buffer_count'], [], ['rx_queue_0_drops', 'rx_no_buffer_count']],
		['mlx5_core', ['rx_out_of_buffer', 'rx_discards_phy'], ['rx_discards_phy'], ['rx_out_of_buffer']],
		['hv_netvsc', ['vf_tx_dropped', 'rx_no_memory', 'tx_send_full'], [], ['vf_tx_dropped', 'rx_no_memory']],
		[
			'gve',
			['rx_queue_drop_cnt[0]', 'rx_queue_drop_cnt[1]', 'rx_no_buffers_posted[0]', 'rx_dropped_pkt[0]'],
			['rx_queue_drop_cnt[0]', 'rx_queue_drop_cnt[1]'],
			['rx_no_buffers_posted[0]', 'rx_dropped_pkt[0]'],
		],
	])('of %s the headline has only what no other counter has', (driver, names, headline, beside) => {
		expect(split(driver, names)).toEqual({headline, beside});
	});

	test('virtio_net has a total or the queues, never both', () => {
		expect(split('virtio_net', ['rx_drops', 'rx0_drops', 'rx0_xdp_drops']).headline).toEqual(['rx_drops']);
		expect(split('virtio_net', ['rx_queue_0_drops', 'rx_queue_1_drops', 'rx_queue_0_xdp_drops']).headline).toEqual([
			'rx_queue_0_drops',
			'rx_queue_1_drops',
		]);
	});

	test.each([
		['rx_drops', 'rx_xdp_drops'],
		['rx_queue_0_drops', 'rx_queue_0_xdp_drops'],
		['rx0_drops', 'rx0_xdp_drops'],
	])('of %s of virtio_net what an XDP program dropped is no loss', (counter, ofXdp) => {
		const derive = (drops: number, xdp: number) => {
			const pair = {
				previous: statistics({[counter]: 100, [ofXdp]: 50}),
				current: statistics({[counter]: 100 + drops, [ofXdp]: 50 + xdp}),
				seconds: 2,
			};
			return deriveDriverDrops('eth0', {driver: 'virtio_net', owner: true}, pair)[0];
		};
		expect(derive(30, 20)).toMatchObject({counter, delta: 10, perSecond: 5, total: 130, headline: true});
		expect(derive(30, 30)?.delta).toBe(0);
		expect(derive(30, 33)?.delta).toBe(0);
	});

	test('of a counter of virtio_net that XDP has no part in all is lost', () => {
		const counter = 'bw_in_allowance_exceeded';
		const pair = {previous: statistics({[counter]: 100}), current: statistics({[counter]: 130}), seconds: 2};
		expect(deriveDriverDrops('eth0', {driver: 'virtio_net', owner: true}, pair)[0]).toMatchObject({delta: 30});
	});

	test.each([
		['i40e', 'port.rx_discards'],
		['mana', 'hc_rx_discards_no_wqe'],
	])('%s counts once, whether or not the kernel is told', (driver, counter) => {
		expect(split(driver, [counter], {link: {rx_missed_errors: 0}}).headline).toEqual([counter]);
		expect(split(driver, [counter], {link: {rx_missed_errors: 10}}).beside).toEqual([counter]);
	});

	test('vmxnet3 names its queues', () => {
		const text = (oob: number) =>
			`NIC statistics:\n     Rx Queue#: 0\n       pkts rx OOB: ${oob}\n     Rx Queue#: 1\n       pkts rx OOB: 7\n`;
		const pair = {previous: parseNicStatistics(text(3)), current: parseNicStatistics(text(9)), seconds: 3};
		expect(deriveDriverDrops('eth0', {driver: 'vmxnet3', owner: true}, pair)).toMatchObject([
			{counter: 'Rx Queue#: 0 pkts rx OOB', delta: 6, perSecond: 2, total: 9, headline: true},
			{counter: 'Rx Queue#: 1 pkts rx OOB', delta: 0, total: 7, headline: true},
		]);
	});

	test('what a cloud does not let pass is a layer of its own', () => {
		const previous = statistics({bw_in_allowance_exceeded: 4, conntrack_allowance_available: 900});
		const current = statistics({bw_in_allowance_exceeded: 6, conntrack_allowance_available: 800});
		expect(deriveDriverDrops('ens5', {driver: 'ena', owner: true}, {previous, current, seconds: 1})).toEqual([
			{
				layer: 'cloud',
				device: 'ens5',
				counter: 'bw_in_allowance_exceeded',
				delta: 2,
				perSecond: 2,
				total: 6,
				headline: true,
			},
		]);
	});

	test('above the device that owns the rings nothing is in the headline', () => {
		expect(split('mana', ['hc_rx_discards_no_wqe'], {owner: false})).toEqual({
			headline: [],
			beside: ['hc_rx_discards_no_wqe'],
		});
	});

	test('of an unknown driver what sounds like a loss is shown, without queues, the other direction and false friends', () => {
		const names = [
			'rx_overruns',
			'mac_rx_discard',
			'rx_queue_0_drop',
			'tx_dropped',
			'missed_irqs',
			'rx3_drops',
			'rx_packets',
		];
		expect(split('newnic', names)).toEqual({headline: [], beside: ['rx_overruns', 'mac_rx_discard']});
	});

	test('a copy that never counted has no row, what is in the headline always has', () => {
		const current = parseNicStatistics(readFixture('virtio-guest/ethtool-S'));
		const drops = deriveDriverDrops(
			'eth0',
			{driver: 'virtio_net', owner: true},
			{previous: current, current, seconds: 1},
		);
		expect(drops).toMatchObject([{counter: 'rx_queue_0_drops', delta: 0, total: 0, headline: true}]);
	});

	test('statistics that were not read again are judged anew where anything else about the device has changed', () => {
		const pair = {
			previous: statistics({'port.rx_discards': 1}),
			current: statistics({'port.rx_discards': 3}),
			seconds: 1,
		};
		const isLoss = (owner: boolean, missed: number) =>
			deriveDriverDrops('eth0', {driver: 'i40e', owner, link: {rx_missed_errors: missed}}, pair)[0]?.headline;
		expect([isLoss(true, 0), isLoss(true, 3), isLoss(true, 0), isLoss(false, 0)]).toEqual([true, false, true, false]);
		expect(deriveDriverDrops('eth1', {driver: 'i40e', owner: true}, pair)).toMatchObject([{device: 'eth1', delta: 2}]);
		const next = {previous: pair.current, current: statistics({'port.rx_discards': 8}), seconds: 2};
		expect(deriveDriverDrops('eth1', {driver: 'i40e', owner: true}, next)).toMatchObject([{delta: 5, perSecond: 2.5}]);
		expect(deriveDriverDrops('eth1', {driver: 'i40e', owner: true}, {...next, seconds: 5})).toMatchObject([
			{perSecond: 1},
		]);
	});
});
