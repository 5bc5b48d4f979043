import type {Severity} from '../../source/model/findings.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {type CoreLoad, healthyLoad, idleLoad, type MachineLoad, type PeerLoad} from './machine.ts';

/** A bottleneck: a machine that has it, one that nearly has it, and the source without which nobody can tell. */
export interface Case {
	readonly id: string;
	readonly severity: Severity;
	readonly has: MachineLoad;
	readonly nearly: MachineLoad;
	readonly without: keyof Readings;
	/** How many seconds it takes; 12 where it is not told. */
	readonly ticks?: number;
	/** False: it is found, but not the first thing to say. */
	readonly isVerdict?: boolean;
}

/** The healthy machine with these parts in place of its own. */
function change(parts: Partial<MachineLoad>): MachineLoad {
	return {...healthyLoad, ...parts};
}

function withCounters(
	tunnel: Partial<MachineLoad['tunnel']['counters']>,
	parts: Partial<MachineLoad> = {},
): MachineLoad {
	return change({
		...parts,
		tunnel: {...healthyLoad.tunnel, counters: {...healthyLoad.tunnel.counters, ...tunnel} as never},
	});
}

function withProtocols(protocols: Readonly<Record<string, number>>, parts: Partial<MachineLoad> = {}): MachineLoad {
	return change({...parts, protocols: {...healthyLoad.protocols, ...protocols}});
}

function withCore(cpu: number, load: CoreLoad, parts: Partial<MachineLoad> = {}): MachineLoad {
	return change({
		...parts,
		cores: healthyLoad.cores.map((core, index) => (index === cpu ? {...core, ...load} : core)),
	});
}

/** `mpstat` of the guide's own session: CPU1 has nothing left, the others are half idle. */
export const guideCores: readonly CoreLoad[] = [
	{usr: 1.1, sys: 47.25, soft: 6.59, processed: 4000, netRx: 900},
	{usr: 0, sys: 5.43, soft: 88.04, processed: 90_000, netRx: 20_000, squeezed: 40},
	{usr: 1.16, sys: 46.51, soft: 8.14, processed: 4000, netRx: 900},
	{usr: 2.27, sys: 46.59, soft: 5.68, processed: 4000, netRx: 900},
];

const onQueue1 = healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 1 ? 97_000 : 1000}));

const twoPeers: readonly PeerLoad[] = [
	{name: 'beta', rx: 80e6, tx: 2e6, connection: 'p2p'},
	{name: 'gamma', rx: 69e6, tx: 1e6, connection: 'p2p', endpoint: '192.0.2.2:51820'},
];

const full: CoreLoad = {sys: 3, soft: 94, usr: 0, processed: 110_000, netRx: 20_000};

/** Sends with about 400 Mbit/s. */
export const sendingLoad: MachineLoad = withCounters(
	{rx_bytes: 1e6, tx_bytes: 50e6, rx_packets: 9000, tx_packets: 36_000},
	{
		device: {mtu: 1500, counters: {rx_bytes: 2e6, tx_bytes: 53e6, rx_packets: 9100, tx_packets: 36_100}},
		peers: [{name: 'beta', rx: 1e6, tx: 49e6, connection: 'p2p'}],
		protocols: {...healthyLoad.protocols, 'Tcp.OutSegs': 36_000, 'Tcp.RetransSegs': 5},
		sockets: [{sent: 47e6, busyTime: 995, rtt: 2, leastRtt: 1}],
	},
);

const pinned = change({cores: guideCores, queues: onQueue1});

/** Receives so much, of the tunnel and of others. */
function busyDevice(rx_bytes: number, rx_packets: number): MachineLoad['device'] {
	return {mtu: 1500, counters: {...healthyLoad.device.counters, rx_bytes, rx_packets} as never};
}

const cloud = {...healthyLoad.machine, virtualization: 'microsoft'};

/** One of each, in the order of the rules. */
export const cases: readonly Case[] = [
	{
		id: 'figures-suspect',
		severity: 'hint',
		has: change({ownPercent: 70}),
		nearly: change({ownPercent: 15}),
		without: 'cpuTimes',
		isVerdict: false,
	},
	{
		id: 'relayed-peer',
		severity: 'fault',
		has: change({peers: [{name: 'beta', rx: 149e6, tx: 3e6, connection: 'relayed', endpoint: '127.0.0.1:40001'}]}),
		nearly: change({
			peers: [
				{name: 'beta', rx: 140e6, tx: 3e6, connection: 'p2p'},
				{name: 'gamma', rx: 9e6, tx: 1e5, connection: 'relayed', endpoint: '127.0.0.1:40001'},
			],
		}),
		without: 'wireguard',
	},
	{
		id: 'userspace-wireguard',
		severity: 'limit',
		has: change({
			tunnel: {...healthyLoad.tunnel, kind: 'tun'},
			threads: [{name: 'wireguard-go', cpu: 1, usr: 90, sys: 80, threads: 12}],
		}),
		nearly: change({threads: [...healthyLoad.threads, {name: 'wireguard-go', cpu: 1, usr: 40}]}),
		without: 'linkStatistics',
	},
	{
		id: 'routing-loop',
		severity: 'fault',
		has: withCounters(
			{tx_bytes: 200e6, rx_bytes: 1e5},
			{
				routes: [{endpoint: '192.0.2.1:51820', device: 'wt0'}],
				peers: [{name: 'beta', tx: 200e6, rx: 10, age: 151, handshakeEvery: 1000}],
			},
		),
		nearly: {...sendingLoad, routes: [{endpoint: '192.0.2.1:51820', device: 'wt0'}]},
		without: 'linkStatistics',
	},
	{
		id: 'peer-handshake-stale',
		severity: 'fault',
		has: {...idleLoad, peers: [{name: 'beta', rx: 0, tx: 30, age: 400}]},
		nearly: {...idleLoad, peers: [{name: 'beta', rx: 0, tx: 0, age: 400}]},
		without: 'wireguard',
	},
	{
		id: 'peer-handshake-churn',
		severity: 'fault',
		has: {...idleLoad, peers: [{name: 'beta', rx: 20, tx: 30, handshakeEvery: 12}]},
		nearly: {...idleLoad, peers: [{name: 'beta', rx: 20, tx: 30, handshakeEvery: 100}]},
		without: 'wireguard',
		ticks: 60,
	},
	{
		id: 'fragmentation',
		severity: 'fault',
		has: {
			...sendingLoad,
			tunnel: {...sendingLoad.tunnel, mtu: 1500},
			protocols: {...sendingLoad.protocols, 'Ip.FragCreates': 70_000},
		},
		nearly: {...sendingLoad, protocols: {...sendingLoad.protocols, 'Ip.FragCreates': 100}},
		without: 'protocols',
	},
	{
		id: 'vf-absent',
		severity: 'limit',
		has: change({device: {...healthyLoad.device, driver: 'hv_netvsc'}}),
		nearly: change({
			device: {
				...healthyLoad.device,
				driver: 'hv_netvsc',
				function: {...healthyLoad.device.counters, rx_packets: 100_000, tx_packets: 29_000},
			},
		}),
		without: 'links',
	},
	{
		id: 'conntrack-full',
		severity: 'fault',
		has: change({conntrack: {entries: 65_536, max: 65_536, counters: {drop: 40, early_drop: 3, insert_failed: 0}}}),
		nearly: change({conntrack: {entries: 40_000, max: 65_536, counters: {drop: 40, early_drop: 0, insert_failed: 0}}}),
		without: 'conntrack',
	},
	{
		id: 'steal',
		severity: 'limit',
		has: change({cores: healthyLoad.cores.map(core => ({...core, steal: 18}))}),
		nearly: change({cores: healthyLoad.cores.map(core => ({...core, steal: 7}))}),
		without: 'cpuTimes',
	},
	{
		id: 'load-generator-bound',
		severity: 'limit',
		has: change({threads: [{name: 'iperf3', cpu: 2, usr: 8, sys: 90}]}),
		nearly: change({threads: [{name: 'iperf3', cpu: 2, usr: 8, sys: 90, threads: 9}]}),
		without: 'threads',
	},
	{
		id: 'cloud-egress-cap',
		severity: 'limit',
		has: {...sendingLoad, machine: cloud},
		// As steady, but TCP has nothing more to send.
		nearly: {...sendingLoad, machine: cloud, sockets: [{sent: 47e6, busyTime: 500, rtt: 2, leastRtt: 1}]},
		without: 'sockets',
		ticks: 30,
	},
	{
		id: 'qdisc-drops',
		severity: 'limit',
		has: {...sendingLoad, qdisc: {kind: 'tbf', drops: 600}},
		nearly: {...sendingLoad, qdisc: {kind: 'fq_codel', drops: 12}},
		without: 'qdiscs',
	},
	{
		id: 'softnet-backlog',
		severity: 'fault',
		has: withCore(2, {processed: 30_000, dropped: 900, woken: 3000}, {sysctls: {'net.core.netdev_max_backlog': '20'}}),
		nearly: withCore(2, {processed: 30_000, dropped: 2}),
		without: 'softnet',
	},
	{
		id: 'softnet-squeeze',
		severity: 'limit',
		has: withCore(2, {netRx: 4000, squeezed: 3000}, {sysctls: {'net.core.netdev_budget': '8'}}),
		nearly: withCore(2, {netRx: 4000, squeezed: 400}, {sysctls: {'net.core.netdev_budget': '8'}}),
		without: 'softnet',
	},
	{
		id: 'nic-ring-overflow',
		severity: 'fault',
		has: change({
			device: {...healthyLoad.device, counters: {...healthyLoad.device.counters, rx_missed_errors: 700} as never},
		}),
		nearly: change({
			device: {...healthyLoad.device, counters: {...healthyLoad.device.counters, rx_missed_errors: 3} as never},
		}),
		without: 'linkStatistics',
	},
	{
		id: 'irq-pile-up',
		severity: 'limit',
		has: withCore(1, full, {
			peers: twoPeers,
			queues: healthyLoad.queues.map(queue => ({...queue, cpu: 1, packets: 25_000})),
		}),
		nearly: withCore(1, full, {
			peers: twoPeers,
			queues: healthyLoad.queues.map(queue => ({...queue, packets: 25_000})),
		}),
		without: 'interrupts',
	},
	{
		id: 'single-queue',
		severity: 'limit',
		has: withCore(0, full, {
			peers: twoPeers,
			channels: {now: 1, most: 4},
			queues: [{irq: 37, cpu: 0, packets: 107_000}],
		}),
		nearly: withCore(0, full, {channels: {now: 1, most: 4}, queues: [{irq: 37, cpu: 0, packets: 107_000}]}),
		without: 'nics',
	},
	{
		id: 'other-traffic',
		severity: 'limit',
		has: {...pinned, device: busyDevice(1e9, 700_000)},
		// A third of the packets is enough to be what fills a core.
		nearly: {...pinned, device: busyDevice(1e9, 250_000)},
		without: 'linkStatistics',
	},
	{
		id: 'softirq-pinned',
		severity: 'limit',
		has: pinned,
		nearly: withCore(1, {soft: 60, sys: 20}, {queues: onQueue1}),
		without: 'interrupts',
	},
	{
		id: 'wireguard-receive-serial',
		severity: 'limit',
		has: withCore(3, full, {queues: onQueue1}),
		nearly: withCore(3, full, {
			queues: healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 3 ? 97_000 : 0})),
		}),
		without: 'interrupts',
	},
	{
		id: 'wireguard-transmit-serial',
		severity: 'limit',
		has: {
			...sendingLoad,
			cores: healthyLoad.cores.map((core, cpu) => (cpu === 1 ? {sys: 92, soft: 4, usr: 0} : core)),
			threads: [
				{name: 'kworker/0:1-wg-crypt-wt0', cpu: 0, sys: 20},
				{name: 'kworker/1:1+wg-crypt-wt0', cpu: 1, sys: 85},
				{name: 'kworker/2:1-wg-crypt-wt0', cpu: 2, sys: 18},
			],
		},
		nearly: {
			...sendingLoad,
			cores: healthyLoad.cores.map(() => ({sys: 90, soft: 4})),
			threads: [0, 1, 2, 3].map(cpu => ({name: `kworker/${cpu}:1-wg-crypt-wt0`, cpu, sys: 80})),
		},
		without: 'threads',
	},
	{
		id: 'crypto-bound',
		severity: 'limit',
		has: change({
			cores: healthyLoad.cores.map(() => ({sys: 80, soft: 16})),
			threads: [0, 1, 2, 3].map(cpu => ({name: `kworker/${cpu}:1-wg-crypt-wt0`, cpu, sys: 60})),
		}),
		nearly: change({
			cores: healthyLoad.cores.map((_, cpu) => ({sys: cpu === 0 ? 30 : 80, soft: 16})),
			threads: [0, 1, 2, 3].map(cpu => ({name: `kworker/${cpu}:1-wg-crypt-wt0`, cpu, sys: 60})),
		}),
		without: 'threads',
	},
	{
		id: 'window-bound',
		severity: 'limit',
		has: {...sendingLoad, sockets: [{sent: 47e6, busyTime: 995, windowTime: 900, rtt: 81, leastRtt: 80}]},
		nearly: {...sendingLoad, sockets: [{sent: 47e6, busyTime: 995, windowTime: 900, rtt: 300, leastRtt: 2}]},
		without: 'sockets',
	},
	{
		id: 'tcp-retransmits-without-local-drops',
		severity: 'limit',
		has: {...sendingLoad, protocols: {...sendingLoad.protocols, 'Tcp.RetransSegs': 900}},
		nearly: {...sendingLoad, protocols: {...sendingLoad.protocols, 'Tcp.RetransSegs': 100}},
		without: 'protocols',
	},
	{
		id: 'udp-socket-overflow',
		severity: 'hint',
		has: withProtocols({'Udp.InDatagrams': 40_000, 'Udp.RcvbufErrors': 9000, 'Udp.InErrors': 9000}),
		nearly: withProtocols({'Udp.InDatagrams': 40_000, 'Udp.RcvbufErrors': 9, 'Udp.InErrors': 9}),
		without: 'protocols',
		isVerdict: false,
	},
	{
		id: 'conntrack-insert-failed',
		severity: 'hint',
		has: change({conntrack: {entries: 120, max: 65_536, counters: {drop: 0, early_drop: 0, insert_failed: 60}}}),
		nearly: change({conntrack: {entries: 120, max: 65_536, counters: {drop: 0, early_drop: 0, insert_failed: 4}}}),
		without: 'conntrack',
		isVerdict: false,
	},
	{
		id: 'irqbalance-active',
		severity: 'hint',
		has: change({machine: {...healthyLoad.machine, irqbalance: {running: true, pid: 600}}}),
		nearly: change({
			machine: {...healthyLoad.machine, irqbalance: {running: true, pid: 600, bannedIrqs: [37, 38, 39, 40]}},
		}),
		without: 'machine',
		isVerdict: false,
	},
	{
		id: 'mtu-below-path',
		severity: 'hint',
		has: change({tunnel: {...healthyLoad.tunnel, mtu: 1280}}),
		nearly: change({tunnel: {...healthyLoad.tunnel, mtu: 1380}}),
		without: 'linkStatistics',
		isVerdict: false,
	},
	{
		id: 'at-the-ceiling',
		severity: 'limit',
		has: change({cores: healthyLoad.cores.map(() => ({sys: 52, soft: 23, usr: 1, processed: 30_000, netRx: 9000}))}),
		// A compiler at work is no ceiling of the tunnel.
		nearly: change({cores: healthyLoad.cores.map(() => ({usr: 60, sys: 10, soft: 6, processed: 30_000, netRx: 9000}))}),
		without: 'cpuTimes',
	},
	{
		id: 'core-full',
		severity: 'limit',
		has: change({cores: healthyLoad.cores.map(() => ({usr: 60, sys: 20, soft: 19, processed: 30_000, netRx: 9000}))}),
		nearly: change({
			cores: healthyLoad.cores.map(() => ({usr: 52, sys: 18, soft: 16, processed: 30_000, netRx: 9000})),
		}),
		without: 'cpuTimes',
	},
	{
		id: 'well-distributed',
		severity: 'fine',
		has: healthyLoad,
		nearly: change({cores: [{sys: 5}, {soft: 60, sys: 10}, {sys: 5}, {sys: 5}]}),
		without: 'cpuTimes',
	},
];
