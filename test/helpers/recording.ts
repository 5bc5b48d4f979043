import type {Counters, NicStatistic} from '../../source/model/counters.ts';
import type {SampleEvent} from '../../source/model/events.ts';
import type {Readings, Stamp} from '../../source/model/snapshot.ts';

/** What a made-up machine does in one second. */
export interface Load {
	/** Payload bits that arrive through the tunnel. */
	readonly bitsPerSecond: number;
	/** Percent of softirq on CPU 1; the others have a tenth of it. */
	readonly soft: number;
	readonly softnetDrops: number;
	readonly nicDrops: number;
}

export interface RecordingParts {
	readonly cpus?: number;
	/** By the number of the sample. */
	readonly load?: (index: number) => Partial<Load>;
	readonly sysctls?: (index: number) => Readonly<Record<string, string>>;
}

export const firstMoment: Stamp = {monotonic: 1000.25, wall: Date.UTC(2026, 10, 22, 14, 18, 25)};

export const recordedBoot = '5b5ea9d0-7b1b-4c3d-9c1b-0d2f7f3d2c11';

const busy: Load = {bitsPerSecond: 1e9, soft: 88, softnetDrops: 0, nicDrops: 0};

/** A machine that gives one sample a second, as a collector would: facts seldom, counters of programs every other second. */
export function createRecordedMachine({
	cpus = 4,
	load = () => ({}),
	sysctls = () => ({}),
}: RecordingParts = {}): () => SampleEvent {
	const ids = Array.from({length: cpus}, (_, cpu) => cpu);
	const totals = new Map<string, number>();
	const random = createRandom();
	/** A counter that grows by so much, give or take a tenth. */
	const grow = (name: string, by: number): number => {
		const total = (totals.get(name) ?? 1000 * name.length) + Math.round(by * (0.9 + 0.2 * random()));
		totals.set(name, total);
		return total;
	};
	/** Exactly so much. */
	const add = (name: string, by: number): number => {
		const total = (totals.get(name) ?? 0) + by;
		totals.set(name, total);
		return total;
	};
	let index = -1;

	return () => {
		index += 1;
		const now = {...busy, ...load(index)};
		const at = {monotonic: firstMoment.monotonic + index, wall: firstMoment.wall + 1000 * index};
		const read = <T>(value: T, delay = 0.001) => ({at: at.monotonic + delay, value});
		const packets = now.bitsPerSecond / 8 / 1400;
		const readings: Readings = {
			cpuTimes: read({cpus: ids.map(cpu => makeTicks(cpu, now, add))}),
			interrupts: read({
				cpus: ids,
				rows: listInterrupts(cpus).map(({irq, actions, rate}) => ({
					irq,
					actions,
					description: `PCI-MSI 1-edge ${actions}`,
					counts: Uint32Array.from(ids, cpu => grow(`${irq} ${cpu}`, rate(cpu, packets))),
				})),
			}),
			softirqs: read({
				cpus: ids,
				rows: Object.fromEntries(
					['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'].map(name => [
						name,
						Uint32Array.from(ids, cpu => grow(`${name} ${cpu}`, name === 'NET_RX' && cpu === 1 ? packets / 20 : 80)),
					]),
				),
			}),
			softnet: read(
				ids.map(cpu => ({
					cpu,
					processed: grow(`processed ${cpu}`, cpu === 1 ? packets : packets / 50),
					dropped: add(`dropped ${cpu}`, cpu === 1 ? now.softnetDrops : 0),
					timeSqueeze: grow(`squeezed ${cpu}`, cpu === 1 ? 10 : 0),
					receivedRps: 0,
					flowLimit: 0,
					backlogLength: 0,
				})),
			),
			linkStatistics: read({
				eth0: makeLink(2, now.bitsPerSecond / 8, packets, add),
				wt0: makeLink(3, now.bitsPerSecond / 8, packets, add),
			}),
			protocols: read(makeProtocols(packets, grow)),
			self: read({cpuSeconds: grow('self', 1) / 1000 + 0.123_456, residentBytes: 80e6 + Math.round(1e6 * random())}),
			...(index % 2 === 0 && makeProgramReadings(read, now, packets, grow, add)),
			...(index % 5 === 0 && makeFacts(read, ids, sysctls(index))),
		};
		return {type: 'sample', at, readings, problems: []};
	};
}

type Grow = (name: string, by: number) => number;
type Read = <T>(value: T, delay?: number) => {at: number; value: T};

function createRandom(): () => number {
	let value = 1;
	return () => {
		value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
		return value / 2 ** 32;
	};
}

function makeTicks(cpu: number, {soft}: Load, add: Grow) {
	const softirq = Math.round(cpu === 1 ? soft : soft / 10);
	const system = cpu === 1 ? 5 : 20;
	return {
		cpu,
		user: add(`user ${cpu}`, 1),
		nice: 0,
		system: add(`system ${cpu}`, system),
		idle: add(`idle ${cpu}`, 100 - 1 - system - softirq),
		iowait: 0,
		irq: 0,
		softirq: add(`softirq ${cpu}`, softirq),
		steal: 0,
		guest: 0,
		guestNice: 0,
	};
}

function listInterrupts(cpus: number) {
	const queues = Array.from({length: Math.min(cpus, 63)}, (_, queue) => ({
		irq: String(26 + queue),
		actions: `virtio3-input.${queue}`,
		rate: (cpu: number, packets: number) => (cpu === queue % cpus ? packets / 30 : 0),
	}));
	const others = Array.from({length: 20}, (_, number) => ({
		irq: String(100 + number),
		actions: `nvme0q${number}`,
		rate: (cpu: number) => (cpu === number % cpus ? 30 : 0),
	}));
	const local = ['LOC', 'RES', 'CAL', 'TLB'].map(irq => ({irq, actions: '', rate: () => 200}));
	return [...queues, ...others, ...local];
}

const linkCounters = ['collisions', 'multicast', 'rx_errors', 'rx_dropped', 'rx_crc_errors', 'tx_errors', 'tx_dropped'];

function makeLink(ifindex: number, bytes: number, packets: number, add: Grow): Counters {
	return {
		...Object.fromEntries(linkCounters.map(name => [name, 0])),
		rx_bytes: add(`rx_bytes ${ifindex}`, Math.round(bytes)),
		rx_packets: add(`rx_packets ${ifindex}`, Math.round(packets)),
		tx_bytes: add(`tx_bytes ${ifindex}`, Math.round(bytes / 40)),
		tx_packets: add(`tx_packets ${ifindex}`, Math.round(packets / 2)),
		rx_missed_errors: 0,
		ifindex,
	};
}

function makeProtocols(packets: number, grow: Grow): Counters {
	const quiet = Array.from({length: 220}, (_, index) => [`TcpExt.Quiet${index}`, index] as const);
	const moving = ['Ip.InReceives', 'Ip.InDelivers', 'Udp.InDatagrams', 'Tcp.InSegs', 'Tcp.OutSegs', 'IpExt.InOctets'];
	const entries = moving.map(name => [name, grow(name, packets)] as const);
	return {'Udp.RcvbufErrors': 0, 'TcpExt.TCPBacklogDrop': 0, ...Object.fromEntries([...quiet, ...entries])};
}

function makeProgramReadings(read: Read, {nicDrops}: Load, packets: number, grow: Grow, add: Grow): Partial<Readings> {
	const nic: NicStatistic[] = [
		{name: 'rx_queue_0_packets', value: grow('rx_queue_0_packets', 2 * packets)},
		{name: 'rx_queue_0_drops', value: add('rx_queue_0_drops', 2 * nicDrops)},
		...Array.from({length: 20}, (_, index) => ({name: `tx_queue_${index}_kicks`, value: grow(`kicks ${index}`, 50)})),
	];
	return {
		nicStatistics: read({eth0: read(nic, 0.04)}, 0.04),
		wireguard: read(
			[
				{
					interface: 'wt0',
					publicKey: 'HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=',
					listenPort: 51_820,
					peers: [
						{
							publicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=',
							endpoint: '203.0.113.9:51820',
							allowedIps: ['100.64.0.2/32'],
							latestHandshake: firstMoment.wall / 1000,
							receivedBytes: grow('peer', 2 * packets * 1400),
							sentBytes: grow('peer sent', packets * 30),
						},
					],
				},
			],
			0.05,
		),
		qdiscs: read([{device: 'eth0', kind: 'fq_codel', root: true, bytes: grow('qdisc', packets * 30), drops: 0}], 0.06),
		threads: read(
			[{pid: 77, name: 'kworker/2:1-wg-crypt-wt0', cpu: 2, user: 0, system: grow('crypt', 40), startTime: 500}],
			0.01,
		),
	};
}

function makeFacts(
	read: Read,
	online: readonly number[],
	sysctls: Readonly<Record<string, string>>,
): Partial<Readings> {
	const common = {lowers: [], msiIrqs: [], mtu: 1500, operstate: 'up', carrierChanges: 2};
	const queue = {queue: 0, rpsCpus: '0', rpsFlowCount: 0};
	return {
		machine: read({
			host: 'gateway-1',
			kernel: '6.12.0-cloud-amd64',
			bootId: recordedBoot,
			cpus: {online},
			tools: {ethtool: '6.1', wg: 'v1.0.20210914'},
			sshClientAddress: '203.0.113.77',
		}),
		links: read([
			{...common, name: 'eth0', ifindex: 2, driver: 'virtio_net', device: 'virtio3', rxQueues: [queue], txQueues: []},
			{...common, name: 'wt0', ifindex: 3, kind: 'wireguard', mtu: 1280, rxQueues: [queue], txQueues: []},
		]),
		routes: read([{endpoint: '203.0.113.9:51820', device: 'eth0'}]),
		sysctls: read({'net.core.netdev_max_backlog': '1000', 'net.core.netdev_budget': '300', ...sysctls}),
		netbird: read({
			daemonVersion: '0.60.0',
			fqdn: 'gateway-1.corp.example.com',
			peers: [
				{
					publicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=',
					fqdn: 'db-7.corp.example.com',
					address: '100.64.0.2',
					status: 'Connected',
					connection: 'p2p',
				},
			],
		}),
	};
}
