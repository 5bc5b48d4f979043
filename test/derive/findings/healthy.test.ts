import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {sendingLoad} from '../../helpers/cases.ts';
import {type CoreLoad, healthyLoad, idleLoad, type MachineLoad, watchMachine} from '../../helpers/machine.ts';

const manyCores: CoreLoad[] = Array.from({length: 32}, (_, cpu) => ({
	sys: 5 + (cpu % 7),
	soft: cpu % 4,
	processed: 4000,
	netRx: 900,
	squeezed: 1,
}));

/** Machines of which nothing is wrong. */
const machines: readonly (readonly [string, MachineLoad])[] = [
	['receives with spare cores', healthyLoad],
	['sends with spare cores', sendingLoad],
	['is at rest', idleLoad],
	[
		'is at rest in a mesh of peers that come and go',
		{
			...idleLoad,
			peers: [
				{name: 'beta', rx: 20, tx: 30},
				{name: 'laptop', rx: 0, tx: 30, age: 40_000},
				{name: 'phone', rx: 0, tx: 30, age: 'never', status: 'Connecting'},
				{name: 'relayed', rx: 10, tx: 10, connection: 'relayed', endpoint: '127.0.0.1:40000'},
			],
		},
	],
	['has 32 cores, most of them idle', {...healthyLoad, cores: manyCores}],
	['has two cores', {...healthyLoad, cores: healthyLoad.cores.slice(0, 2), queues: healthyLoad.queues.slice(0, 2)}],
	[
		'has one core, half busy',
		{
			...healthyLoad,
			cores: [{sys: 30, soft: 20}],
			queues: [{irq: 37, cpu: 0, packets: 107_000}],
			channels: {now: 1, most: 1},
		},
	],
	[
		'squeezes and drops a little, as all do',
		{
			...healthyLoad,
			cores: healthyLoad.cores.map(core => ({...core, squeezed: 40, dropped: 0.5})),
			device: {
				...healthyLoad.device,
				counters: {...healthyLoad.device.counters, rx_missed_errors: 0.6, rx_dropped: 30} as never,
			},
			protocols: {...healthyLoad.protocols, 'Tcp.RetransSegs': 60, 'Udp.NoPorts': 40},
			conntrack: {entries: 9000, max: 65_536, counters: {drop: 0, early_drop: 0, insert_failed: 1}},
		},
	],
	[
		'sends through fq_codel, which drops a little by itself',
		{
			...sendingLoad,
			qdisc: {kind: 'fq_codel', drops: 12},
			protocols: {...sendingLoad.protocols, 'Tcp.RetransSegs': 80},
		},
	],
	[
		'compiles while somebody is logged in through the tunnel',
		{
			...idleLoad,
			cores: idleLoad.cores.map(() => ({usr: 90, sys: 8, soft: 0.5})),
			tunnel: {mtu: 1280, counters: {rx_bytes: 2000, tx_bytes: 9000, rx_packets: 15, tx_packets: 20}},
		},
	],
	[
		'streams a film at a steady rate',
		{
			...sendingLoad,
			machine: {...healthyLoad.machine, virtualization: 'microsoft'},
			sockets: [{sent: 47e6, busyTime: 300, rtt: 30, leastRtt: 29, applicationLimited: true}],
		},
	],
	[
		'has the usual small MTU, an idle irqbalance and one of four queues',
		{
			...healthyLoad,
			tunnel: {...healthyLoad.tunnel, mtu: 1280},
			machine: {...healthyLoad.machine, irqbalance: {running: true, pid: 600}, irqTimeAccounting: false},
			channels: {now: 1, most: 4},
			queues: [{irq: 37, cpu: 0, packets: 107_000}],
		},
	],
	[
		'serves UDP with iperf3, which is too slow for it',
		{
			...healthyLoad,
			protocols: {...healthyLoad.protocols, 'Udp.InDatagrams': 40_000, 'Udp.RcvbufErrors': 9000, 'Udp.InErrors': 9000},
		},
	],
	[
		'is on Azure with its virtual function',
		{
			...healthyLoad,
			device: {
				...healthyLoad.device,
				driver: 'hv_netvsc',
				function: {...healthyLoad.device.counters, rx_packets: 106_500, tx_packets: 30_000},
			},
		},
	],
];

describe.each(machines)('a machine that %s', (_name, load) => {
	test('has no fault, and none of its limits is reached', () => {
		const {findings, verdict} = watchMachine(load, 40);
		const serious = findings.filter(({severity}) => severity === 'fault' || severity === 'limit');
		expect(serious.map(({id, text}) => `${id}: ${text}`)).toEqual([]);
		expect(verdict.severity).toBe('fine');
	});
});

test('an idle machine is told to start iperf3, and nothing else', () => {
	const {verdict, findings} = watchMachine(idleLoad, 30);
	expect(verdict.text).toBe('no load on the tunnel: start iperf3 (wt0 moves 800 bit/s)');
	expect(findings).toEqual([]);
});

test('whatever an idle machine does besides the tunnel, no fault is raised', () => {
	const core = fc.record({
		usr: fc.integer({min: 0, max: 60}),
		sys: fc.integer({min: 0, max: 20}),
		soft: fc.integer({min: 0, max: 15}),
		processed: fc.integer({min: 0, max: 50_000}),
		netRx: fc.integer({min: 0, max: 9000}),
		squeezed: fc.integer({min: 0, max: 100}),
	});
	fc.assert(
		fc.property(fc.array(fc.array(core, {minLength: 4, maxLength: 4}), {minLength: 15, maxLength: 15}), ticks => {
			const {findings, verdict} = watchMachine(ticks.map(cores => ({...idleLoad, cores})));
			expect(findings.filter(({severity}) => severity === 'fault')).toEqual([]);
			expect(verdict.id).toBe('idle');
		}),
		{numRuns: 40},
	);
});
