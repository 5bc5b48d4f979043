import type {Readings, SourceName} from '../../model/snapshot.ts';
import type {Scene} from './scene.ts';

/** What rules may need. */
export type Input =
	| 'tunnel'
	| 'underlay'
	| 'cores'
	| 'queues'
	| 'threads'
	| 'peers'
	| 'protocols'
	| 'device drops'
	| 'softnet'
	| 'softirqs'
	| 'qdiscs'
	| 'conntrack'
	| 'conntrack counters'
	| 'channels'
	| 'sockets'
	| 'demand'
	| 'links'
	| 'machine';

interface InputFacts {
	readonly words: string;
	readonly source: SourceName;
	isThere(scene: Scene): boolean;
}

/** Rates need two readings of their source; facts need one. */
const inputs: Readonly<Record<Input, InputFacts>> = {
	tunnel: {
		words: 'a tunnel whose counters were read twice',
		source: 'linkStatistics',
		isThere: ({path}) => path !== undefined,
	},
	underlay: {
		words: 'the interface that carries the tunnel (wg and ip show the way to its peers; --nic names it)',
		source: 'linkStatistics',
		isThere: ({path, rates}) => path?.underlay !== undefined && rates.links?.[path.underlay.interface] !== undefined,
	},
	cores: {
		words: 'the CPU times of /proc/stat',
		source: 'cpuTimes',
		isThere: ({rates}) => (rates.cpus?.length ?? 0) > 0,
	},
	queues: {
		words: 'the interrupts or the packets of the device’s queues (/proc/interrupts, ethtool -S)',
		source: 'interrupts',
		isThere: ({path}) => path?.rxQueues.some(({cpu}) => cpu !== undefined) ?? false,
	},
	threads: {
		words: 'the times of kernel and load threads (/proc/PID/stat)',
		source: 'threads',
		isThere: ({rates}) => rates.threads !== undefined,
	},
	peers: {
		words: 'the peers’ counters (wg show, as root)',
		source: 'wireguard',
		isThere: ({rates}) => rates.peers?.some(peer => peer.rxBytesPerSecond !== undefined) ?? false,
	},
	protocols: {
		words: 'the counters of /proc/net/snmp',
		source: 'protocols',
		isThere: ({rates}) => rates.protocols !== undefined,
	},
	'device drops': {
		words: 'the device’s own drop counters (/sys/class/net)',
		source: 'linkStatistics',
		isThere: ({path, rates}) => path?.device !== undefined && rates.links?.[path.device] !== undefined,
	},
	softnet: {
		words: 'the counters of /proc/net/softnet_stat',
		source: 'softnet',
		isThere: ({rates}) => rates.cpus?.some(({softnet}) => softnet !== undefined) ?? false,
	},
	softirqs: {
		words: 'the counters of /proc/softirqs',
		source: 'softirqs',
		isThere: ({rates}) => rates.cpus?.some(({netRxPerSecond}) => netRxPerSecond !== undefined) ?? false,
	},
	qdiscs: {
		words: 'the queues in front of the drivers (tc -s qdisc)',
		source: 'qdiscs',
		isThere: ({rates, readings}) =>
			readings.qdiscs !== undefined && (rates.drops?.some(({layer}) => layer === 'qdisc') ?? false),
	},
	conntrack: {
		words: 'connection tracking, which is not in use here',
		source: 'conntrack',
		isThere: ({readings}) => readings.conntrack?.value.entries !== undefined,
	},
	'conntrack counters': {
		words: 'the counters of connection tracking, which is not in use here, or whose kernel shows none',
		source: 'conntrack',
		isThere: ({readings}) => (readings.conntrack?.value.cpus.length ?? 0) > 0,
	},
	channels: {
		words: 'the number of the device’s queues (ethtool -l)',
		source: 'nics',
		isThere: ({path, readings}) =>
			readings.nics?.value.some(nic => nic.device === path?.device && nic.channels !== undefined) ?? false,
	},
	sockets: {
		words: 'the TCP connections over the tunnel that this host ends (ss -tinm; read under load)',
		source: 'sockets',
		isThere: ({rates}) => rates.sockets !== undefined,
	},
	demand: {
		words: 'the driver’s allowance counters (ena has them), or the TCP connections over the tunnel that this host ends',
		source: 'linkStatistics',
		isThere: ({rates}) => rates.sockets !== undefined || (rates.drops?.some(({layer}) => layer === 'cloud') ?? false),
	},
	links: {
		words: 'the interfaces of /sys/class/net',
		source: 'links',
		isThere: ({readings}) => readings.links !== undefined,
	},
	machine: {
		words: 'the machine’s facts',
		source: 'machine',
		isThere: ({readings}) => readings.machine !== undefined,
	},
};

const inputNames = Object.keys(inputs) as readonly Input[];

/** What rules may need and is not there. */
export function listMissing(scene: Scene): ReadonlySet<Input> {
	return new Set(inputNames.filter(input => !inputs[input].isThere(scene)));
}

/** For the user: what is not there, and how it would come. */
export function describeInput(input: Input): string {
	return inputs[input].words;
}

/** What many healthy machines do not have. Without any of the others something that limits may go unseen. */
const extras: ReadonlySet<Input> = new Set(['conntrack', 'conntrack counters', 'sockets', 'demand', 'channels']);

export function isEssential(input: Input): boolean {
	return !extras.has(input);
}

/** When an input was read last (seconds, monotonic). */
export function readAt(input: Input, readings: Readings): number | undefined {
	return readings[inputs[input].source]?.at;
}
