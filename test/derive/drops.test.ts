import {describe, expect, test} from 'vitest';
import {deriveDrops} from '../../source/derive/drops.ts';
import type {Qdisc} from '../../source/model/counters.ts';
import type {Drop} from '../../source/model/rates.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import type {Topology} from '../../source/model/topology.ts';
import {at, makeLink} from '../helpers/readings.ts';

const topology: Topology = {
	tunnels: [{interface: 'wt0', kind: 'kernel', underlays: ['bond0']}],
	underlays: [{interface: 'bond0', leaves: ['eth0']}],
	pathDevices: ['wt0', 'bond0', 'eth0'],
	irqs: {},
};

const layer = (name: Drop['layer'], drops: readonly Drop[]) => drops.filter(drop => drop.layer === name);
const brief = (drops: readonly Drop[]) =>
	drops.map(({device, counter, delta, headline}) => [device, counter, delta, headline]);

const softnetRow = (cpu: number, dropped: number, flowLimit = 0) => ({
	cpu,
	processed: 100,
	dropped,
	timeSqueeze: 0,
	receivedRps: 0,
	flowLimit,
});

const qdisc = (facts: Partial<Qdisc>): Qdisc => ({device: 'eth0', kind: 'mq', root: true, handle: '0:', ...facts});

describe('time', () => {
	test('every source is divided by the time between its own readings', () => {
		const previous: Readings = {
			softnet: at(10, [softnetRow(0, 1)]),
			protocols: at(10, {'Tcp.RetransSegs': 5}),
		};
		const current: Readings = {
			softnet: at(11, [softnetRow(0, 5)]),
			protocols: at(14, {'Tcp.RetransSegs': 9}),
		};
		expect(deriveDrops(previous, current, topology).map(({counter, perSecond}) => [counter, perSecond])).toEqual([
			['dropped', 4],
			['Tcp.RetransSegs', 1],
		]);
	});

	test('a source that was not read again gives nothing', () => {
		const readings: Readings = {protocols: at(10, {'Tcp.RetransSegs': 5})};
		expect(deriveDrops(readings, readings, topology)).toEqual([]);
		expect(deriveDrops({}, readings, topology)).toEqual([]);
	});
});

test('layers stand in the order in which a packet meets them', () => {
	const readings = (seconds: number): Readings => ({
		linkStatistics: at(seconds, {eth0: {rx_missed_errors: 1, rx_dropped: 1, tx_dropped: 1}}),
		nicStatistics: at(seconds, {eth0: ['pps_allowance_exceeded', 'rx_overruns'].map(name => ({name, value: 1}))}),
		softnet: at(seconds, [softnetRow(0, 1)]),
		qdiscs: at(seconds, [qdisc({drops: 1})]),
		protocols: at(seconds, {'Ip.FragCreates': 1, 'Udp.InErrors': 1, 'Tcp.RetransSegs': 1}),
		conntrack: at(seconds, {cpus: [{drop: 1}]}),
	});
	const layers = deriveDrops(readings(1), readings(2), topology).map(drop => drop.layer);
	expect(layers.filter((name, index) => name !== layers[index - 1])).toEqual([
		'nic',
		'cloud',
		'softnet',
		'interface',
		'qdisc',
		'fragments',
		'udp',
		'tcp',
		'conntrack',
	]);
});

describe('softnet', () => {
	test('rows are matched by CPU, wrap at 32 bits, and a CPU that came has none', () => {
		const previous: Readings = {softnet: at(1, [softnetRow(0, 2 ** 32 - 1), softnetRow(2, 5)])};
		const current: Readings = {softnet: at(2, [softnetRow(0, 2), softnetRow(1, 99), softnetRow(2, 6)])};
		expect(brief(deriveDrops(previous, current, topology))).toEqual([
			['cpu0', 'dropped', 3, true],
			['cpu2', 'dropped', 1, true],
		]);
	});

	test('the flow limit’s share is no further loss', () => {
		const drops = deriveDrops(
			{softnet: at(1, [softnetRow(0, 5, 1)])},
			{softnet: at(2, [softnetRow(0, 9, 3)])},
			topology,
		);
		expect(brief(drops)).toEqual([
			['cpu0', 'dropped', 4, true],
			['cpu0', 'flow_limit_count', 2, false],
		]);
	});
});

describe('interfaces', () => {
	const counters = {rx_missed_errors: 0, rx_dropped: 10, tx_dropped: 10, rx_errors: 10, tx_errors: 10};
	const derive = (names: readonly string[], change: Readonly<Record<string, number>> = {}) => {
		const of = (values: Readonly<Record<string, number>>) => Object.fromEntries(names.map(name => [name, values]));
		const drops = deriveDrops(
			{linkStatistics: at(1, of(counters))},
			{linkStatistics: at(2, of({...counters, ...change}))},
			topology,
		);
		return layer('interface', drops);
	};

	test('what the softnet layer may have too, and what a bond adds up, is in no headline', () => {
		expect(
			derive(['eth0', 'bond0', 'wt0']).map(({device, counter, headline}) => `${device} ${counter} ${headline}`),
		).toEqual([
			'wt0 rx_dropped false',
			'wt0 tx_dropped true',
			'wt0 rx_errors true',
			'wt0 tx_errors true',
			'bond0 rx_dropped false',
			'bond0 tx_dropped false',
			'bond0 rx_errors false',
			'bond0 tx_errors false',
			'eth0 rx_dropped false',
			'eth0 tx_dropped true',
			'eth0 rx_errors true',
			'eth0 tx_errors true',
		]);
	});

	test('errors that are the device’s overflows are those of the nic layer', () => {
		const [, , errors] = derive(['eth0'], {rx_missed_errors: 12, rx_errors: 12});
		expect(errors).toMatchObject({counter: 'rx_errors', delta: 2, headline: false});
	});

	test('an interface off the path has no row', () => {
		expect(derive(['docker0'])).toEqual([]);
	});

	test('a device that was made anew has none for this interval', () => {
		expect(derive(['eth0'], {tx_dropped: 0}).map(({counter}) => counter)).not.toContain('tx_dropped');
	});

	test('without a known underlay the physical interfaces are the path', () => {
		const of = (value: number) => ({eth9: {rx_missed_errors: value}, veth1: {rx_missed_errors: value}});
		const links = at(1, [makeLink('eth9', {bus: '0000:00:04.0'}), makeLink('veth1')]);
		const drops = deriveDrops({linkStatistics: at(1, of(1))}, {links, linkStatistics: at(2, of(3))});
		expect(brief(drops)).toEqual([['eth9', 'rx_missed_errors', 2, true]]);
	});
});

describe('qdiscs', () => {
	const derive = (previous: readonly Qdisc[], current: readonly Qdisc[]) =>
		brief(deriveDrops({qdiscs: at(1, previous)}, {qdiscs: at(2, current)}, topology));

	test('the root has what its children count, so they have no row', () => {
		const list = (drops: number) => [
			qdisc({drops}),
			qdisc({kind: 'fq_codel', root: false, parent: ':1', drops}),
			qdisc({device: 'lo', kind: 'noqueue', drops}),
			qdisc({device: 'wt0', kind: 'noqueue', drops}),
		];
		expect(derive(list(1), list(4))).toEqual([['eth0', 'mq.drops', 3, true]]);
	});

	test('drops wrap at 32 bits, and a qdisc that was replaced has none', () => {
		expect(derive([qdisc({drops: 2 ** 32 - 2})], [qdisc({drops: 1})])).toEqual([['eth0', 'mq.drops', 3, true]]);
		expect(derive([qdisc({drops: 1})], [qdisc({drops: 5, handle: '8001:'})])).toEqual([]);
	});

	test('the paced flows’ limit is a part of the drops, and 0 where tc does not print it', () => {
		const fq = (parent: string, flowsPlimit?: number) =>
			qdisc({kind: 'fq', root: false, parent, drops: 9, ...(flowsPlimit !== undefined && {flowsPlimit})});
		expect(derive([fq(':1'), fq(':2', 4)], [fq(':1', 2), fq(':2', 5)])).toEqual([
			['eth0', 'fq.flows_plimit', 3, false],
		]);
		expect(derive([fq(':1', 1)], [fq(':1', 2), fq(':2', 5)])).toEqual([]);
	});

	test('the ingress hook drops beside the root', () => {
		const list = (drops: number) => [qdisc({kind: 'clsact', root: false, parent: 'ffff:fff1', drops})];
		expect(derive(list(1), list(2))).toEqual([['eth0', 'clsact.drops', 1, true]]);
	});
});

describe('protocols', () => {
	const derive = (previous: Readonly<Record<string, number>>, current: Readonly<Record<string, number>>) =>
		brief(deriveDrops({protocols: at(1, previous)}, {protocols: at(2, current)}, topology));

	test('receive-buffer errors are within the errors', () => {
		expect(derive({'Udp.InErrors': 1, 'Udp.RcvbufErrors': 1}, {'Udp.InErrors': 4, 'Udp.RcvbufErrors': 4})).toEqual([
			[undefined, 'Udp.InErrors', 3, true],
			[undefined, 'Udp.RcvbufErrors', 3, false],
		]);
	});

	test('fragments are a sign, failed ones a loss, timed-out ones a part of these', () => {
		const counters = (value: number) => ({
			'Ip.FragCreates': value,
			'Ip.ReasmReqds': value,
			'Ip.ReasmFails': value,
			'Ip.ReasmTimeout': value,
			'Ip6.ReasmFails': 0,
		});
		expect(derive(counters(1), counters(2))).toEqual([
			[undefined, 'Ip.ReasmFails', 1, true],
			[undefined, 'Ip.FragCreates', 1, false],
			[undefined, 'Ip.ReasmReqds', 1, false],
			[undefined, 'Ip.ReasmTimeout', 1, false],
			[undefined, 'Ip6.ReasmFails', 0, true],
		]);
	});

	test('a full queue of a listener is within its drops', () => {
		const counters = (value: number) => ({
			'TcpExt.ListenDrops': value,
			'TcpExt.ListenOverflows': value - 1,
			'TcpExt.TCPReqQFullDrop': value - 1,
		});
		expect(derive(counters(1), counters(3))).toEqual([
			[undefined, 'TcpExt.ListenDrops', 2, true],
			[undefined, 'TcpExt.ListenOverflows', 2, false],
			[undefined, 'TcpExt.TCPReqQFullDrop', 2, false],
		]);
	});

	test('a counter that the kernel does not have has no row', () => {
		expect(derive({'Tcp.RetransSegs': 1}, {'Tcp.RetransSegs': 1, 'TcpExt.TCPRcvQDrop': 7})).toEqual([
			[undefined, 'Tcp.RetransSegs', 0, true],
		]);
	});
});

describe('conntrack', () => {
	const cpu = (drop: number, earlyDrop = 0, failed = 0) => ({drop, early_drop: earlyDrop, insert_failed: failed});
	const derive = (previous: ReturnType<typeof cpu>[], current: ReturnType<typeof cpu>[]) =>
		deriveDrops({conntrack: at(1, {cpus: previous})}, {conntrack: at(3, {cpus: current})}, topology);

	test('the CPUs are added up, each with its own wrap', () => {
		expect(derive([cpu(2 ** 32 - 1), cpu(5)], [cpu(1), cpu(7)])[0]).toEqual({
			layer: 'conntrack',
			counter: 'drop',
			delta: 4,
			perSecond: 2,
			total: 8,
			headline: true,
		});
	});

	test('an entry that made room is no lost packet', () => {
		expect(brief(derive([cpu(0, 1)], [cpu(0, 4)])).at(-1)).toEqual([undefined, 'early_drop', 3, false]);
	});

	test('a clash is a drop and a failed insertion, and counts once', () => {
		const headlines = (drop: number, failed: number) =>
			brief(derive([cpu(5, 0, 2)], [cpu(5 + drop, 0, 2 + failed)])).map(([, counter, delta, headline]) =>
				headline ? [counter, delta] : [],
			);
		expect(headlines(7, 7)).toEqual([['drop', 7], [], []]);
		expect(headlines(9, 7)).toEqual([['drop', 9], [], []]);
		expect(headlines(7, 9)).toEqual([[], ['insert_failed', 9], []]);
		expect(headlines(0, 0)).toEqual([['drop', 0], [], []]);
	});

	test('without the table loaded there is no row', () => {
		expect(derive([], [])).toEqual([]);
	});
});
