import {expect, test} from 'vitest';
import {deriveDrops, dropLayers} from '../../source/derive/drops.ts';
import {derivePair} from '../../source/derive/pair.ts';
import {derivePeerRates} from '../../source/derive/peer-rates.ts';
import {usedProtocolCounters} from '../../source/derive/protocol-drops.ts';
import {deriveQueueRates} from '../../source/derive/queue-rates.ts';
import {deriveTopology} from '../../source/derive/topology.ts';
import type {Counters} from '../../source/model/counters.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {parseConntrack} from '../../source/parse/conntrack.ts';
import {parseNicStatistics} from '../../source/parse/ethtool.ts';
import {parseInterrupts} from '../../source/parse/interrupts.ts';
import {parseSnmp} from '../../source/parse/protocol-counters.ts';
import {parseQdiscs} from '../../source/parse/qdisc.ts';
import {parseSoftnetStat} from '../../source/parse/softnet-stat.ts';
import {parseWireGuard} from '../../source/parse/wireguard.ts';
import {readFixture} from '../helpers/parser-law.ts';
import {at, makeLink} from '../helpers/readings.ts';

// A guest with Linux 6.1, one virtio queue and one WireGuard peer, that sends eight TCP streams through the tunnel: two
// moments some seconds apart, each file with the time at which it was read.
const [previous, current] = [readMoment('before'), readMoment('after')];

function readMoment(moment: string): Readings {
	const read = (name: string) => readFixture(`virtio-guest/${moment}/${name}`);
	const times = JSON.parse(read('times.json')) as Record<string, number>;
	const time = (name: string) => times[name] ?? Number.NaN;
	const wireguard = parseWireGuard({
		transfer: read('wg-transfer'),
		latestHandshakes: read('wg-latest-handshakes'),
		endpoints: read('wg-endpoints'),
	});
	return {
		interrupts: at(time('interrupts'), parseInterrupts(Buffer.from(read('interrupts')))),
		softnet: at(time('softnet_stat'), parseSoftnetStat(read('softnet_stat'), [0, 1, 2, 3])),
		linkStatistics: at(time('statistics'), readStatistics(read('statistics'))),
		nicStatistics: at(time('ethtool-S'), {eth0: parseNicStatistics(read('ethtool-S'))}),
		qdiscs: at(time('tc-j-s-qdisc'), parseQdiscs(read('tc-j-s-qdisc'))),
		protocols: at(time('snmp'), parseSnmp(read('snmp'), '/proc/net/snmp', usedProtocolCounters)),
		conntrack: at(time('nf_conntrack'), parseConntrack(read('nf_conntrack'))),
		wireguard: at(time('wg'), wireguard),
		routes: at(1, [{endpoint: '10.77.0.2:51820', device: 'eth0'}]),
		links: at(1, [
			makeLink('eth0', {driver: 'virtio_net', device: 'virtio3', bus: '0000:00:04.0'}),
			makeLink('wt0', {kind: 'wireguard'}),
		]),
	};
}

/** Lines such as `/sys/class/net/eth0/statistics/rx_bytes 8467`. */
function readStatistics(text: string): Record<string, Counters> {
	const statistics: Record<string, Record<string, number>> = {};
	for (const [, device = '', counter = '', value] of text.matchAll(/net\/(\w+)\/statistics\/(\w+) (\d+)/g)) {
		const counters = statistics[device] ?? {};
		counters[counter] = Number(value);
		statistics[device] = counters;
	}

	return statistics;
}

test('the tunnel, its underlay and the interrupts of its queues are found', () => {
	const topology = deriveTopology(current);
	expect(topology.pathDevices).toEqual(['wt0', 'eth0']);
	expect(Object.entries(topology.irqs).map(([irq, {role, queue}]) => [irq, role, queue])).toEqual([
		['28', 'control', undefined],
		['29', 'rx', 0],
		['30', 'tx', 0],
		['31', 'rx', 1],
		['32', 'tx', 1],
		['33', 'rx', 2],
		['34', 'tx', 2],
		['35', 'rx', 3],
		['36', 'tx', 3],
	]);
});

test('only TCP lost packets, and every layer that was read says so', () => {
	const drops = deriveDrops(previous, current);
	expect(drops.filter(({delta}) => delta > 0).map(({counter, delta}) => [counter, delta])).toEqual([
		['Tcp.RetransSegs', 234],
	]);
	expect([...new Set(drops.map(({layer}) => layer))]).toEqual(dropLayers.filter(layer => layer !== 'cloud'));
	expect(drops.filter(({layer}) => layer === 'softnet').map(({device}) => device)).toEqual([
		'cpu0',
		'cpu1',
		'cpu2',
		'cpu3',
	]);
});

test('one queue carries what the tunnel sends and receives', () => {
	const queues = derivePair(previous.nicStatistics, current.nicStatistics, deriveQueueRates) ?? [];
	expect(queues.map(({direction, queue}) => [direction, queue])).toEqual([
		['rx', 0],
		['tx', 0],
	]);
	const seconds = (current.nicStatistics?.at ?? 0) - (previous.nicStatistics?.at ?? 0);
	expect(queues[0]?.packetsPerSecond).toBeCloseTo((386_311 - 379_093) / seconds, 6);
});

test('the peer sends what wg counted', () => {
	const seconds = (current.wireguard?.at ?? 0) - (previous.wireguard?.at ?? 0);
	const [peer] = derivePeerRates(previous, current, 1_795_350_000_000) ?? [];
	expect(peer?.txBytesPerSecond).toBeCloseTo((218_679_220 - 188_353_652) / seconds, 3);
	expect(peer?.handshakeAge).toBe(80);
});
