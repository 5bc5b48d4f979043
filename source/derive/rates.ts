import type {Rates} from '../model/rates.ts';
import type {Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {deriveCoreRates} from './core-rates.ts';
import {deriveLinkRates, deriveProtocolRates} from './counter-rates.ts';
import {deriveDrops} from './drops.ts';
import {deriveInterruptRates} from './interrupt-rates.ts';
import {derivePair, rememberPair} from './pair.ts';
import {derivePeerRates} from './peer-rates.ts';
import {deriveQueueRates} from './queue-rates.ts';
import {deriveSocketRates} from './socket-rates.ts';
import {deriveSelfRates, deriveThreadRates} from './thread-rates.ts';

/**
What happened between two moments.

Each source is divided by the time between its own two readings. One that was not read since (`at` is the same in both), or is
missing from either, gives nothing. `wall` (milliseconds since 1970) is the moment against which handshakes have an age.
*/
export function deriveRates(previous: Readings, current: Readings, topology?: Topology, wall?: number): Rates {
	const interrupts = derivePair(previous.interrupts, current.interrupts, (before, now, seconds) =>
		deriveInterruptRates(before, now, seconds, {roles: topology?.irqs, irqs: current.irqs?.value}),
	);
	const drops = deriveDrops(previous, current, topology);
	const cores = deriveCoreRates(previous, current, interrupts?.perCpu);
	return keepKnown<Rates>({
		seconds: derivePair(previous.cpuTimes, current.cpuTimes, (_before, _now, seconds) => seconds),
		cpus: cores?.cpus,
		all: cores?.all,
		interrupts: interrupts?.interrupts,
		links: derivePair(previous.linkStatistics, current.linkStatistics, deriveLinkRates),
		protocols: derivePair(previous.protocols, current.protocols, deriveProtocolRates),
		drops: drops.length === 0 ? undefined : drops,
		peers: derivePeerRates(previous, current, wall),
		queues: deriveQueues(previous.nicStatistics, current.nicStatistics),
		threads: deriveThreads(previous.threads, current.threads),
		sockets: deriveSockets(previous.sockets, current.sockets),
		self: derivePair(previous.self, current.self, deriveSelfRates),
	});
}

const deriveThreads = rememberPair(deriveThreadRates);
const deriveSockets = rememberPair(deriveSocketRates);
const deriveQueues = rememberPair(deriveQueueRates);

/** Leaves out the parts that are undefined. */
function keepKnown<T extends object>(parts: {readonly [Key in keyof T]: T[Key] | undefined}): T {
	return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as T;
}
