import {expect, test} from 'vitest';
import {parseNicStatistics} from '../../source/parse/ethtool.ts';
import {expectValuesOrParseError, readFixture} from '../helpers/parser-law.ts';

const vmxnet3 = `NIC statistics:
     Tx Queue#: 0
       TSO pkts tx: 11
       drv dropped tx total: 12
          too many frags: 13
     Rx Queue#: 0
       ucast pkts rx: 21
       pkts rx OOB: 22
     Rx Queue#: 1
       ucast pkts rx: 31
       pkts rx OOB: 32
     tx timeout count: 41
`;

const awkward = `NIC statistics:
     [0]: rx_ucast_packets: 101
     rx_queue_drop_cnt[1]: 102
     port.rx_discards: 103
     rx-0.packets: 104
     peer_ifindex: 18446744073709551615
`;

test('names and values stand in the order of the driver', () => {
	const statistics = parseNicStatistics(readFixture('virtio-guest/ethtool-S'));
	expect(statistics).toHaveLength(14);
	expect(statistics.slice(0, 2)).toEqual([
		{name: 'rx_queue_0_packets', value: 59},
		{name: 'rx_queue_0_bytes', value: 8467},
	]);
});

test('names that repeat per queue carry the heading above them, and what stands outside a queue carries none', () => {
	expect(parseNicStatistics(vmxnet3)).toEqual([
		{name: 'TSO pkts tx', value: 11, section: 'Tx Queue#: 0'},
		{name: 'drv dropped tx total', value: 12, section: 'Tx Queue#: 0'},
		{name: 'too many frags', value: 13, section: 'Tx Queue#: 0'},
		{name: 'ucast pkts rx', value: 21, section: 'Rx Queue#: 0'},
		{name: 'pkts rx OOB', value: 22, section: 'Rx Queue#: 0'},
		{name: 'ucast pkts rx', value: 31, section: 'Rx Queue#: 1'},
		{name: 'pkts rx OOB', value: 32, section: 'Rx Queue#: 1'},
		{name: 'tx timeout count', value: 41},
	]);
});

test('only the last colon ends a name', () => {
	expect(parseNicStatistics(awkward).map(({name, value}) => [name, value])).toEqual([
		['[0]: rx_ucast_packets', 101],
		['rx_queue_drop_cnt[1]', 102],
		['port.rx_discards', 103],
		['rx-0.packets', 104],
		['peer_ifindex', 2 ** 64],
	]);
});

test('a device without statistics is an error that says what was expected', () => {
	expect(() => parseNicStatistics('no stats available\n')).toThrow('ethtool -S line 1: expected the heading');
	expect(() => parseNicStatistics('NIC statistics:\n     rx_packets: 1\n     rx_bytes: n/a\n')).toThrow('line 3');
});

test('a name cannot move the cursor', () => {
	expect(parseNicStatistics('NIC statistics:\n     rx\u001b[2J: 1\n')).toEqual([{name: 'rx[2J', value: 1}]);
});

test('any text gives statistics or a parse error', () => {
	expectValuesOrParseError(parseNicStatistics, [vmxnet3, awkward, readFixture('virtio-guest/ethtool-S')]);
});
