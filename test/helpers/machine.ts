import type {Counters, CpuTicks, TcpSocket, WireGuardPeer} from '../../source/model/counters.ts';
import type {SampleEvent} from '../../source/model/events.ts';
import type {LinkFacts, NetbirdPeer} from '../../source/model/facts.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {initialState, reduce, type State} from '../../source/session/state.ts';
import {makeLink} from './readings.ts';

/** What one core does, in percent. */
export interface CoreLoad {
	readonly usr?: number;
	readonly sys?: number;
	readonly soft?: number;
	readonly irq?: number;
	readonly steal?: number;
	/** What is counted as nothing. */
	readonly missing?: number;
	/** Per second. */
	readonly processed?: number;
	readonly dropped?: number;
	readonly squeezed?: number;
	readonly woken?: number;
	readonly netRx?: number;
}

export interface QueueLoad {
	readonly irq: number;
	readonly cpu: number;
	readonly packets: number;
	readonly interrupts?: number;
}

export interface PeerLoad extends Partial<NetbirdPeer> {
	readonly name: string;
	readonly endpoint?: string;
	readonly rx?: number;
	readonly tx?: number;
	/** Seconds since the last handshake at the start; `never`: none yet. */
	readonly age?: number | 'never';
	/** A new handshake every so many seconds. */
	readonly handshakeEvery?: number;
}

export interface ThreadLoad {
	readonly name: string;
	readonly cpu: number;
	readonly usr?: number;
	readonly sys?: number;
	readonly threads?: number;
}

export interface SocketLoad extends Partial<TcpSocket> {
	/** Bytes per second. */
	readonly sent?: number;
	readonly received?: number;
	/** Milliseconds per second. */
	readonly busyTime?: number;
	readonly windowTime?: number;
	readonly bufferTime?: number;
}

/** A machine that goes on in the same way, every second. Rates are per second. */
export interface MachineLoad {
	readonly cores: readonly CoreLoad[];
	readonly tunnel: {
		readonly kind?: 'wireguard' | 'tun';
		readonly mtu?: number;
		readonly rps?: string;
		readonly counters: Counters;
		/** Datagrams a second for which its socket has no room, where it is a program's. */
		readonly socketDrops?: number;
	};
	readonly device: {
		readonly driver?: string;
		readonly mtu?: number;
		readonly rps?: string;
		readonly speedMbit?: number;
		readonly counters: Counters;
		/** A virtual function under it, with its counters. */
		readonly function?: Counters;
	};
	readonly queues: readonly QueueLoad[];
	readonly peers: readonly PeerLoad[];
	readonly threads: readonly ThreadLoad[];
	readonly protocols: Counters;
	readonly sockets?: readonly SocketLoad[];
	readonly qdisc: {readonly kind: string; readonly drops: number; readonly waits?: number};
	readonly conntrack?: {readonly entries: number; readonly max: number; readonly counters: Counters};
	readonly allowances?: Counters;
	readonly sysctls: Readonly<Record<string, string>>;
	readonly channels: {readonly now: number; readonly most: number};
	readonly machine: Partial<NonNullable<Readings['machine']>['value']>;
	readonly routes?: NonNullable<Readings['routes']>['value'];
	readonly ownPercent?: number;
	/** How far the wall clock jumps in this second. */
	readonly clockStep?: number;
	/** Sources that give nothing. */
	readonly without?: readonly (keyof Readings)[];
}

/** Four cores, one peer that is received from with about 1.2 Gbit/s, spread over the cores, nothing lost. */
export const healthyLoad: MachineLoad = {
	cores: [
		{sys: 22, soft: 20, usr: 1, processed: 60_000, netRx: 9000, squeezed: 2},
		{sys: 30, soft: 12, usr: 1, processed: 30_000, netRx: 7000},
		{sys: 28, soft: 14, usr: 2, processed: 30_000, netRx: 7000, squeezed: 1},
		{sys: 26, soft: 16, usr: 1, processed: 40_000, netRx: 8000},
	],
	tunnel: {mtu: 1420, counters: {rx_bytes: 150e6, tx_bytes: 3e6, rx_packets: 106_000, tx_packets: 30_000}},
	device: {mtu: 1500, counters: {rx_bytes: 156e6, tx_bytes: 5e6, rx_packets: 107_000, tx_packets: 30_100}},
	queues: [
		{irq: 37, cpu: 0, packets: 40_000, interrupts: 9000},
		{irq: 38, cpu: 1, packets: 67_000, interrupts: 12_000},
		{irq: 39, cpu: 2, packets: 0, interrupts: 3},
		{irq: 40, cpu: 3, packets: 0, interrupts: 2},
	],
	peers: [{name: 'beta', rx: 149e6, tx: 3e6, connection: 'p2p'}],
	threads: [
		{name: 'kworker/0:1-wg-crypt-wt0', cpu: 0, sys: 14},
		{name: 'kworker/1:1-wg-crypt-wt0', cpu: 1, sys: 15},
		{name: 'kworker/2:0+wg-crypt-wt0', cpu: 2, sys: 16},
		{name: 'kworker/3:2-wg-crypt-wt0', cpu: 3, sys: 14},
		{name: 'iperf3', cpu: 2, usr: 2, sys: 20},
	],
	protocols: {
		'Ip.FragCreates': 0,
		'Ip.ReasmReqds': 0,
		'Tcp.OutSegs': 30_000,
		'Tcp.RetransSegs': 1,
		'TcpExt.TCPDSACKRecv': 0,
		'Udp.InDatagrams': 10,
		'Udp.RcvbufErrors': 0,
		'Udp.InErrors': 0,
	},
	qdisc: {kind: 'mq', drops: 0},
	conntrack: {entries: 120, max: 65_536, counters: {drop: 0, early_drop: 0, insert_failed: 0}},
	sysctls: {'net.core.netdev_max_backlog': '1000', 'net.core.netdev_budget': '300'},
	channels: {now: 4, most: 4},
	machine: {virtualization: 'kvm', irqTimeAccounting: true, irqbalance: {running: false}},
	ownPercent: 1,
};

/** The same machine at rest: keepalives, a log-in, timers. */
export const idleLoad: MachineLoad = {
	...healthyLoad,
	cores: healthyLoad.cores.map(() => ({usr: 0.5, sys: 0.5, soft: 0.1, processed: 20, netRx: 15})),
	tunnel: {mtu: 1420, counters: {rx_bytes: 40, tx_bytes: 60, rx_packets: 0.2, tx_packets: 0.3}},
	device: {mtu: 1500, counters: {rx_bytes: 900, tx_bytes: 1200, rx_packets: 6, tx_packets: 7}},
	queues: healthyLoad.queues.map(queue => ({...queue, packets: 2, interrupts: 2})),
	peers: [{name: 'beta', rx: 20, tx: 30, connection: 'p2p'}],
	threads: [{name: 'kworker/0:1-wg-crypt-wt0', cpu: 0, sys: 0}],
	protocols: {...healthyLoad.protocols, 'Tcp.OutSegs': 5, 'Tcp.RetransSegs': 0},
};

export interface Machine {
	/** The next second of this load, as a sample. */
	tick(load: MachineLoad, seconds?: number): SampleEvent;
}

/** A machine whose counters begin somewhere and only rise. */
export function createMachine(): Machine {
	const totals = new Map<string, number>();
	let time = 1000;
	let wall = Date.UTC(2026, 5, 1);
	const firstWall = wall;

	return {
		tick(load, seconds = 1) {
			time += seconds;
			wall += (seconds + (load.clockStep ?? 0)) * 1000;
			const rise = (name: string, perSecond: number) => {
				const total = (totals.get(name) ?? 5_000_000) + perSecond * seconds;
				totals.set(name, total);
				return total;
			};
			const riseAll = (prefix: string, counters: Counters) =>
				Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, rise(`${prefix} ${name}`, value)]));
			const elapsed = (wall - firstWall) / 1000;
			const values = makeValues(load, rise, riseAll, {elapsed, epoch: firstWall / 1000});
			const readings = Object.entries(values)
				.filter(([source, value]) => value !== undefined && !load.without?.includes(source as keyof Readings))
				.map(([source, value]) => [source, {at: time, value}]);
			return {
				type: 'sample',
				at: {monotonic: time, wall},
				readings: Object.fromEntries(readings) as Readings,
				problems: [],
			};
		},
	};
}

/** The state after so many seconds of one load, or of each load of a list in turn. */
export function watchMachine(loads: MachineLoad | readonly MachineLoad[], ticks = 12): State {
	const machine = createMachine();
	const list: readonly MachineLoad[] = Array.isArray(loads) ? loads : Array.from({length: ticks}, () => loads);
	return list.reduce<State>((state, load) => reduce(state, machine.tick(load)), initialState);
}

type Rise = (name: string, perSecond: number) => number;
type RiseAll = (prefix: string, counters: Counters) => Counters;
type Values = {readonly [Name in keyof Readings]: NonNullable<Readings[Name]>['value'] | undefined};

function makeValues(
	load: MachineLoad,
	rise: Rise,
	riseAll: RiseAll,
	{elapsed, epoch}: {readonly elapsed: number; readonly epoch: number},
): Values {
	const {device, tunnel, queues} = load;
	const online = load.cores.map((_, cpu) => cpu);
	const function_ = device.function === undefined ? {} : {enP1: {...riseAll('enP1', device.function), ifindex: 4}};
	const ringOwner = device.function === undefined ? 'eth0' : 'enP1';
	return {
		cpuTimes: {cpus: load.cores.map((core, cpu) => makeTicks(core, cpu, rise))},
		interrupts: {
			cpus: online,
			rows: queues.map(({irq, cpu, interrupts = 0}, queue) => ({
				irq: String(irq),
				counts: online.map(each => rise(`irq ${irq} ${each}`, each === cpu ? interrupts : 0)),
				description: `PCI-MSIX-0000:00:04.0 ${queue}-edge mlx5_comp${queue}@pci:0000:00:04.0`,
				actions: `mlx5_comp${queue}@pci:0000:00:04.0`,
			})),
		},
		softirqs: {
			cpus: online,
			rows: {NET_RX: load.cores.map(({netRx = 0}, cpu) => rise(`NET_RX ${cpu}`, netRx))},
		},
		softnet: load.cores.map(({processed = 0, dropped = 0, squeezed = 0, woken = 0}, cpu) => ({
			cpu,
			processed: rise(`processed ${cpu}`, processed),
			dropped: rise(`dropped ${cpu}`, dropped),
			timeSqueeze: rise(`squeezed ${cpu}`, squeezed),
			receivedRps: rise(`woken ${cpu}`, woken),
			flowLimit: 0,
		})),
		linkStatistics: {
			wt0: {...riseAll('wt0', tunnel.counters), ifindex: 3},
			eth0: {...riseAll('eth0', {rx_missed_errors: 0, ...device.counters} as Counters), ifindex: 2},
			...function_,
		},
		protocols: riseAll('protocol', load.protocols),
		conntrack: load.conntrack && {
			entries: load.conntrack.entries,
			max: load.conntrack.max,
			cpus: [riseAll('conntrack', load.conntrack.counters)],
		},
		nicStatistics: {
			[ringOwner]: [
				...queues.map(({packets}, queue) => ({name: `rx${queue}_packets`, value: rise(`rx${queue}`, packets)})),
				...Object.entries(load.allowances ?? {}).map(([name, value]) => ({name, value: rise(name, value)})),
			],
		},
		wireguard: [
			{
				interface: 'wt0',
				listenPort: 51_820,
				...(load.tunnel.socketDrops !== undefined && {socketDrops: rise('socketDrops', load.tunnel.socketDrops)}),
				peers: load.peers.map((peer, index) => makePeer(peer, index, {rise, elapsed, epoch})),
			},
		],
		qdiscs: [
			{
				device: 'eth0',
				kind: load.qdisc.kind,
				handle: '8001:',
				root: true,
				drops: rise('qdisc', load.qdisc.drops),
				overlimits: rise('waits', load.qdisc.waits ?? 0),
			},
			{device: 'wt0', kind: 'noqueue', root: true},
		],
		threads: load.threads.map(({name, cpu, usr = 0, sys = 0, threads = 1}, index) => ({
			pid: 500 + index,
			name,
			cpu,
			threads,
			user: rise(`usr ${index}`, usr),
			system: rise(`sys ${index}`, sys),
			startTime: 10,
		})),
		sockets: load.sockets?.map((socket, index) => makeSocket(socket, index, rise)),
		self: {cpuSeconds: rise('self', (load.ownPercent ?? 0) / 100), residentBytes: 80e6},
		machine: {
			host: 'alpha',
			kernel: '6.12.0',
			cpus: {online, present: online},
			tools: {iperf3: '3.12'},
			...load.machine,
		},
		links: makeLinks(load),
		nics: [
			{
				device: ringOwner,
				channels: {maximum: {combined: load.channels.most}, current: {combined: load.channels.now}},
				rings: {maximum: {rx: 8192}, current: {rx: 1024}},
			},
		],
		irqs: queues.map(({irq, cpu}) => ({irq, affinity: [cpu], effective: [cpu]})),
		routes: load.routes ?? [{endpoint: '192.0.2.1:51820', device: 'eth0'}],
		netbird: {
			peers: load.peers.map(({name, connection, status}, index) => ({
				publicKey: `key${index}`,
				fqdn: `${name}.netbird.cloud`,
				status: status ?? 'Connected',
				...(connection !== undefined && {connection}),
			})),
		},
		sysctls: load.sysctls,
		addresses: {wt0: ['100.64.0.1/16']},
	};
}

function makeTicks(
	{usr = 0, sys = 0, soft = 0, irq = 0, steal = 0, missing = 0}: CoreLoad,
	cpu: number,
	rise: Rise,
): CpuTicks {
	const tick = (name: string, percent: number) => rise(`${name} ${cpu}`, percent);
	return {
		cpu,
		user: tick('user', usr),
		nice: 0,
		system: tick('system', sys),
		idle: tick('idle', 100 - usr - sys - soft - irq - steal - missing),
		iowait: 0,
		irq: tick('irq', irq),
		softirq: tick('softirq', soft),
		steal: tick('steal', steal),
		guest: 0,
		guestNice: 0,
	};
}

function makePeer(
	{endpoint = '192.0.2.1:51820', rx = 0, tx = 0, age = 40, handshakeEvery = 120}: PeerLoad,
	index: number,
	{rise, elapsed, epoch}: {readonly rise: Rise; readonly elapsed: number; readonly epoch: number},
): WireGuardPeer {
	const isSilent = rx === 0;
	const since =
		age === 'never' ? undefined : isSilent ? -age : Math.floor((elapsed + age) / handshakeEvery) * handshakeEvery - age;
	return {
		publicKey: `key${index}`,
		endpoint,
		receivedBytes: rise(`peer rx ${index}`, rx),
		sentBytes: rise(`peer tx ${index}`, tx),
		...(since !== undefined && {latestHandshake: Math.floor(epoch + since)}),
	};
}

function makeSocket(socket: SocketLoad, index: number, rise: Rise): TcpSocket {
	const {sent = 0, received = 0, busyTime = 0, windowTime = 0, bufferTime = 0, ...rest} = socket;
	return {
		local: '100.64.0.1:40000',
		peer: `100.64.0.2:${5201 + index}`,
		receiveQueue: 0,
		sendQueue: 0,
		bytesAcked: rise(`acked ${index}`, sent),
		bytesReceived: rise(`received ${index}`, received),
		busy: rise(`busy ${index}`, busyTime),
		windowLimited: rise(`window ${index}`, windowTime),
		bufferLimited: rise(`buffer ${index}`, bufferTime),
		...rest,
	};
}

function makeLinks({tunnel, device, queues}: MachineLoad): LinkFacts[] {
	const rxQueues = (rps = '0') => queues.map((_, queue) => ({queue, rpsCpus: rps, rpsFlowCount: 0}));
	const hardware = {bus: '0000:00:04.0', msiIrqs: queues.map(({irq}) => irq)};
	const eth0 = makeLink('eth0', {
		ifindex: 2,
		mtu: device.mtu ?? 1500,
		driver: device.driver ?? 'mlx5_core',
		...(device.function === undefined
			? {...hardware, rxQueues: rxQueues(device.rps)}
			: {bus: 'vmbus', lowers: ['enP1']}),
		...(device.speedMbit !== undefined && {speedMbit: device.speedMbit}),
	});
	const wt0 = makeLink('wt0', {
		ifindex: 3,
		mtu: tunnel.mtu ?? 1420,
		kind: tunnel.kind ?? 'wireguard',
		threaded: false,
		rxQueues: [{queue: 0, rpsCpus: tunnel.rps ?? '0', rpsFlowCount: 0}],
	});
	const enP1 = makeLink('enP1', {
		ifindex: 4,
		driver: 'mlx5_core',
		master: 'eth0',
		...hardware,
		rxQueues: rxQueues(device.rps),
	});
	return device.function === undefined ? [eth0, wt0] : [eth0, wt0, enP1];
}
