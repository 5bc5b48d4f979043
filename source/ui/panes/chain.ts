import {maximumBy, sumWorkersByCpu} from '../../derive/findings/cores.ts';
import type {Path} from '../../derive/path.ts';
import type {CpuRates, Rates} from '../../model/rates.ts';
import type {State} from '../../session/state.ts';
import {formatBits, formatCount, formatPercent, unknown} from '../format.ts';

/** The links from a peer to the core that ends its packets. */
export type Stage = 'peer' | 'tunnel' | 'device' | 'queue' | 'irq' | 'cpu' | 'softirq' | 'softnet' | 'serial' | 'core';

export interface ChainLink {
	readonly stage: Stage;
	readonly title: string;
	readonly name: string;
	readonly figure: string;
	readonly more: string;
	readonly isSaturated: boolean;
	/** 1 stays longest when it is narrow. */
	readonly priority: number;
}

/** The link at which each finding sits. */
const places: Readonly<Record<string, Stage>> = {
	'relayed-peer': 'peer',
	'peer-handshake-stale': 'peer',
	'peer-handshake-churn': 'peer',
	'userspace-wireguard': 'tunnel',
	'routing-loop': 'tunnel',
	fragmentation: 'tunnel',
	'vf-absent': 'device',
	'cloud-egress-cap': 'device',
	'qdisc-drops': 'device',
	'nic-ring-overflow': 'device',
	'single-queue': 'queue',
	'irq-pile-up': 'irq',
	'softirq-pinned': 'softirq',
	'softnet-backlog': 'softnet',
	'softnet-squeeze': 'softnet',
	'wireguard-receive-serial': 'serial',
	'wireguard-transmit-serial': 'serial',
	'crypto-bound': 'serial',
	'load-generator-bound': 'core',
	'window-bound': 'core',
	'core-full': 'core',
};

/** The busiest path link by link, with the figures of each; the one at which the verdict sits is the saturated one. */
export function createChain(state: State, path: Path): ChainLink[] {
	const saturated = places[state.verdict.id];
	const queues = path.direction === 'in' || path.txQueues.length === 0 ? path.rxQueues : path.txQueues;
	const queue = queues[0];
	const cores = state.rates.cpus ?? [];
	const core = cores.find(({cpu}) => cpu === queue?.cpu);
	const link = (
		stage: Stage,
		title: string,
		priority: number,
		[name, figure, more]: readonly [string, string, string],
	) => ({
		stage,
		title,
		name,
		figure,
		more,
		priority,
		isSaturated: stage === saturated,
	});
	const queueName = queue?.queue === undefined ? unknown : `${queues === path.txQueues ? 'tx' : 'rx'}-${queue.queue}`;
	return [
		link('peer', 'peer', 3, describePeer(path)),
		link('tunnel', 'tunnel', 1, [
			path.tunnel.interface,
			`${formatBits(path.bytesPerSecond)}bit/s`,
			`${formatCount(path.packetsPerSecond)} pkt/s`,
		]),
		link('device', 'device', 2, describeDevice(path, state.rates)),
		link('queue', 'queue', 5, [
			queueName,
			queue === undefined ? unknown : `${formatPercent(queue.share * 100)}%`,
			`of ${queues.length}`,
		]),
		link('irq', 'IRQ', 7, [queue?.irq ?? unknown, `${formatCount(queue?.interruptsPerSecond)}/s`, '']),
		link('cpu', 'CPU', 4, [core === undefined ? unknown : `CPU${core.cpu}`, `${formatPercent(core?.busy)}%`, 'busy']),
		link('softirq', 'softirq', 6, [
			'NET_RX',
			`${formatPercent(core?.soft)}%`,
			`${formatCount(core?.netRxPerSecond)}/s`,
		]),
		link('softnet', 'softnet', 8, describeSoftnet(cores)),
		link('serial', path.direction === 'in' ? 'NAPI' : 'sender', 9, describeSerial(state, path, core)),
		link('core', 'core', 10, describeEnd(state, cores)),
	];
}

function describePeer({peers}: Path): readonly [string, string, string] {
	const [first] = peers;
	if (first === undefined) {
		return [unknown, '', ''];
	}
	const name = first.name?.split('.')[0] ?? first.address ?? first.endpoint ?? first.publicKey.slice(0, 8);
	const bytes = (first.rxBytesPerSecond ?? 0) + (first.txBytesPerSecond ?? 0);
	return [
		peers.length === 1 ? name : `${name} +${peers.length - 1}`,
		`${formatBits(bytes)}bit/s`,
		first.connection ?? '',
	];
}

/** The underlay, and the lower device where that owns the rings. */
function describeDevice({underlay, device}: Path, {links, drops = []}: Rates): readonly [string, string, string] {
	if (underlay === undefined || device === undefined) {
		return [unknown, '', ''];
	}
	const {rx_packets = 0, tx_packets = 0} = links?.[device] ?? {};
	const lost = drops.filter(drop => drop.layer === 'nic' && drop.headline && drop.device === device);
	const name = underlay.interface === device ? device : `${underlay.interface}/${device}`;
	return [
		name,
		`${formatCount(rx_packets + tx_packets)} pkt/s`,
		`${formatCount(lost.reduce((sum, {perSecond}) => sum + perSecond, 0))} lost/s`,
	];
}

function describeSoftnet(cores: readonly CpuRates[]): readonly [string, string, string] {
	const worst = maximumBy(cores, ({softnet}) => softnet?.dropped ?? 0);
	const busiest = (worst?.softnet?.dropped ?? 0) > 0 ? worst : maximumBy(cores, ({softnet}) => softnet?.processed ?? 0);
	return busiest?.softnet === undefined
		? [unknown, '', '']
		: [
				`CPU${busiest.cpu}`,
				`${formatCount(busiest.softnet.processed)}/s`,
				`${formatCount(busiest.softnet.dropped)} drop/s`,
			];
}

/** The stage that is in order: receiving a thread or a core with softirq to which no interrupt leads, sending a worker. */
function describeSerial(state: State, path: Path, core: CpuRates | undefined): readonly [string, string, string] {
	const {rates} = state;
	if (path.direction === 'out') {
		const [cpu, used] = maximumBy([...sumWorkersByCpu(rates, path)], ([, load]) => load) ?? [];
		return cpu === undefined ? [unknown, '', ''] : [`CPU${cpu}`, `${formatPercent(used)}%`, 'worker'];
	}
	const threads = (rates.threads ?? []).filter(({name}) => name.startsWith(`napi/${path.tunnel.interface}`));
	const thread = maximumBy(threads, ({usr, sys}) => usr + sys);
	if (thread !== undefined) {
		return [`CPU${thread.cpu ?? unknown}`, `${formatPercent(thread.usr + thread.sys)}%`, 'thread'];
	}
	const other = maximumBy(
		(rates.cpus ?? []).filter(({cpu}) => cpu !== core?.cpu),
		({soft}) => soft,
	);
	return other === undefined ? [unknown, '', ''] : [`CPU${other.cpu}`, `${formatPercent(other.soft)}%`, 'softirq'];
}

/** Who makes or takes the packets, as far as that is known; else the hottest core. */
function describeEnd({rates}: State, cores: readonly CpuRates[]): readonly [string, string, string] {
	const programs = (rates.threads ?? []).filter(({name, usr, sys}) => /^iperf3?\b/.test(name) && usr + sys >= 1);
	const program = maximumBy(programs, ({usr, sys}) => usr + sys);
	if (program !== undefined) {
		return [program.name, `${formatPercent(program.usr + program.sys)}%`, `on CPU${program.cpu ?? unknown}`];
	}
	const hottest = maximumBy(cores, ({busy}) => busy);
	return hottest === undefined
		? [unknown, '', '']
		: [`CPU${hottest.cpu}`, `${formatPercent(hottest.busy)}%`, 'hottest'];
}
