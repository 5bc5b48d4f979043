import type {WireGuardInterface} from '../../source/model/counters.ts';
import type {MachineFacts} from '../../source/model/facts.ts';
import type {Finding} from '../../source/model/findings.ts';
import type {CpuRates, Drop, InterruptRate, PeerRates, QueueRate} from '../../source/model/rates.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {initialState, peerKey, type State} from '../../source/session/state.ts';

/** A machine to make states of: how many CPUs, interrupts and peers, and how busy it is. */
export interface StateParts {
	readonly cpus?: number;
	readonly queues?: number;
	readonly otherInterrupts?: number;
	readonly peers?: number;
	/** Changes every figure: two states of different seeds differ everywhere. */
	readonly seed?: number;
	readonly drops?: readonly Drop[];
	readonly peerName?: (index: number) => string;
}

/** The state of a busy machine after a minute: CPU 1 is pinned by softirq, the others share what is left. */
export function makeState(parts: StateParts = {}): State {
	const {cpus = 4, queues = Math.min(cpus, 4), otherInterrupts = 6, peers = 3, seed = 1} = parts;
	const random = createRandom(seed);
	const cpuIds = Array.from({length: cpus}, (_, cpu) => cpu);
	const cpuRates = cpuIds.map(cpu => makeCpu(cpu, random));
	const interrupts = makeInterrupts(queues, otherInterrupts, cpus, random);
	const peerRates = Array.from({length: peers}, (_, index) => makePeer(index, parts, random));
	const drops = parts.drops ?? [];
	return {
		...initialState,
		started: {monotonic: 0, wall: 0},
		samples: 60,
		snapshot: {
			at: {monotonic: 60, wall: Date.UTC(2026, 5, 1, 12, 34, 56)},
			readings: makeReadings(cpuIds, queues, peerRates),
			problems: [],
		},
		topology: {
			tunnels: [{interface: 'wt0', kind: 'kernel', mtu: 1420, listenPort: 51_820, underlays: ['eth0']}],
			underlays: [{interface: 'eth0', mtu: 1500, driver: 'virtio_net', leaves: ['eth0']}],
			pathDevices: ['wt0', 'eth0'],
			irqs: Object.fromEntries(
				interrupts.flatMap(({irq, device, role, queue}) =>
					device === undefined || role === undefined
						? []
						: [[irq, {device, role, ...(queue !== undefined && {queue})}]],
				),
			),
		},
		rates: {
			seconds: 1,
			cpus: cpuRates,
			all: makeCpu(-1, random),
			interrupts,
			drops,
			peers: peerRates,
			queues: makeQueues(queues, random),
			threads: [{pid: 77, name: 'kworker/2:1-wg-crypt-wt0', cpu: Math.min(2, cpus - 1), usr: 0, sys: 41.5}],
			self: {cpuPercent: 0.8, residentBytes: 83 * 1024 * 1024},
		},
		history: {
			cpus: Object.fromEntries(cpuRates.map(cpu => [cpu.cpu, makeHistory(cpu, random)])),
			peers: Object.fromEntries(
				peerRates.map(peer => [
					peerKey(peer),
					{
						rx: fill(() => (peer.rxBytesPerSecond ?? 0) * (0.7 + 0.3 * random())),
						tx: fill(() => (peer.txBytesPerSecond ?? 0) * (0.7 + 0.3 * random())),
					},
				]),
			),
		},
		dropBases: {},
		findings: [pinned],
		verdict: {id: pinned.id, severity: pinned.severity, text: pinned.text, steps: pinned.steps},
		handshakes: Object.fromEntries(peerRates.map((peer, index) => [peerKey(peer), index === 0 ? [10, 30, 50] : []])),
	};
}

/** What the rules say of it. */
const pinned: Finding = {
	id: 'softirq-pinned',
	severity: 'limit',
	text: 'CPU1 is 91 % softirq: one flow',
	evidence: [{label: 'CPU1 %soft', value: '91 %'}],
	refutedBy: 'the core is less than 85 % busy',
	steps: ['rps-rfs'],
};

/** The same state with a change to its rates, its readings or anything else. */
export function changeState(state: State, change: Partial<State>): State {
	return {...state, ...change};
}

/** Figures between 0 and 1 that only depend on the seed. */
function createRandom(seed: number): () => number {
	let value = seed * 2_654_435_761;
	return () => {
		value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
		return value / 2 ** 32;
	};
}

function fill<T>(create: () => T): T[] {
	return Array.from({length: 60}, create);
}

function makeCpu(cpu: number, random: () => number): CpuRates {
	const isPinned = cpu === 1;
	const soft = isPinned ? 88 + 4 * random() : 8 * random();
	const sys = isPinned ? 5 * random() : 47 * random() * Number(cpu < 16);
	const usr = 1.5 * random();
	const busy = soft + sys + usr;
	return {
		cpu,
		usr,
		nice: 0,
		sys,
		iowait: 0,
		irq: 0,
		soft,
		steal: 0,
		guest: 0,
		gnice: 0,
		idle: 100 - busy,
		busy,
		netRxPerSecond: Math.round(12_000 * random()),
		netTxPerSecond: Math.round(20 * random()),
		interruptsPerSecond: Math.round(9000 * random()),
		softnet: {
			processed: 120_000 * random(),
			dropped: isPinned ? 1320 : 0,
			timeSqueeze: isPinned ? 14 : 0,
			receivedRps: 0,
			flowLimit: 0,
			droppedDelta: isPinned ? 1320 : 0,
		},
	};
}

function makeHistory({busy, soft}: CpuRates, random: () => number) {
	const share = fill(random);
	return {busy: share.map(part => busy * (0.5 + part / 2)), soft: share.map(part => soft * (0.5 + part / 2))};
}

function makeInterrupts(queues: number, others: number, cpus: number, random: () => number): InterruptRate[] {
	const path = Array.from({length: queues}, (_, queue): InterruptRate => {
		const cpu = queue % cpus;
		const perSecond = 9000 * random();
		return {
			irq: String(25 + queue),
			name: `virtio1-input.${queue}`,
			perSecond,
			perCpu: [{cpu, perSecond}],
			device: 'eth0',
			queue,
			role: 'rx',
			affinity: [cpu],
			effective: [cpu],
		};
	});
	const rest = Array.from({length: others}, (_, index): InterruptRate => {
		const perSecond = 400 * random() * Number(index % 3 > 0);
		return {
			irq: index === 0 ? 'LOC' : String(60 + index),
			name: index === 0 ? 'Local timer interrupts' : `nvme0q${index}`,
			perSecond,
			perCpu: perSecond > 0 ? [{cpu: index % cpus, perSecond}] : [],
			...(index > 0 && {affinity: [index % cpus], effective: [index % cpus]}),
		};
	});
	return [...path, ...rest];
}

function makeQueues(queues: number, random: () => number): QueueRate[] {
	return Array.from({length: queues}, (_, queue) => ({
		device: 'eth0',
		direction: 'rx',
		queue,
		packetsPerSecond: 90_000 * random(),
	}));
}

function makePeer(index: number, {peerName}: StateParts, random: () => number): PeerRates {
	const isActive = index < 3;
	return {
		interface: 'wt0',
		publicKey: `${String(index).padStart(6, '0')}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=`,
		endpoint: `192.0.2.${index % 250}:51820`,
		name: peerName?.(index) ?? `peer-${index}.netbird.cloud`,
		address: `100.64.0.${index % 250}`,
		connection: index === 1 ? 'relayed' : 'p2p',
		status: 'Connected',
		rxBytesPerSecond: isActive ? 150e6 * random() : 0,
		txBytesPerSecond: isActive ? 3e6 * random() : 0,
		handshakeAge: 15 + 37 * index,
	};
}

function makeReadings(cpuIds: readonly number[], queues: number, peers: readonly PeerRates[]): Readings {
	const at = 60;
	return {
		cpuTimes: {
			at,
			value: {
				cpus: cpuIds.map(cpu => ({
					cpu,
					user: 0,
					nice: 0,
					system: 0,
					idle: 0,
					iowait: 0,
					irq: 0,
					softirq: 0,
					steal: 0,
					guest: 0,
					guestNice: 0,
				})),
			},
		},
		machine: {at, value: makeMachine(cpuIds)},
		links: {
			at,
			value: ['wt0', 'eth0'].map((name, index) => ({
				name,
				ifindex: index + 1,
				lowers: [],
				msiIrqs: [],
				rxQueues: Array.from({length: index === 0 ? 1 : queues}, (_, queue) => ({
					queue,
					rpsCpus: '0',
					rpsFlowCount: 0,
				})),
				txQueues: [],
				threaded: false,
			})),
		},
		nics: {
			at,
			value: [
				{
					device: 'eth0',
					driver: 'virtio_net',
					channels: {maximum: {combined: queues}, current: {combined: 1}},
					rings: {maximum: {rx: 256, tx: 256}, current: {rx: 256, tx: 256}},
					udp4Hash: 'sd',
					features: {
						'generic-receive-offload': {on: true, fixed: false},
						'large-receive-offload': {on: false, fixed: true},
					},
				},
			],
		},
		irqs: {
			at,
			value: Array.from({length: queues}, (_, queue) => ({irq: 25 + queue, affinity: [queue], effective: [queue]})),
		},
		netbird: {at, value: {fqdn: 'this-host.netbird.cloud', peers: []}},
		wireguard: {at, value: [makeInterface(peers)]},
		qdiscs: {at, value: [{device: 'eth0', kind: 'mq', root: true}, ...fillQdiscs(queues)]},
		sysctls: {
			at,
			value: {
				'net.core.netdev_max_backlog': '1000',
				'net.core.netdev_budget': '300',
				'net.core.netdev_budget_usecs': '8000',
				'net.core.rmem_max': '4194304',
				'net.ipv4.tcp_rmem': '4096 131072 33554432',
				'net.ipv4.tcp_congestion_control': 'cubic',
				'net.core.default_qdisc': 'fq',
			},
		},
	};
}

function makeMachine(online: readonly number[]): MachineFacts {
	return {
		host: 'gateway-1',
		kernel: '6.12.0-cloud-amd64',
		cpus: {online},
		tools: {},
		irqbalance: {running: true, pid: 600},
	};
}

function makeInterface(peers: readonly PeerRates[]): WireGuardInterface {
	return {
		interface: 'wt0',
		peers: peers.map(({publicKey, endpoint}) => ({publicKey, ...(endpoint !== undefined && {endpoint})})),
	};
}

function fillQdiscs(count: number) {
	return Array.from({length: count}, () => ({device: 'eth0', kind: 'fq_codel', root: false}));
}

/** A drop counter that moved. */
export function makeDrop(drop: Partial<Drop> & Pick<Drop, 'layer' | 'counter'>): Drop {
	return {delta: 0, perSecond: 0, total: 0, headline: true, ...drop};
}
