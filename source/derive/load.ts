import type {Rates, ThreadRate} from '../model/rates.ts';
import type {Situation} from '../model/tuning.ts';
import {findOutside, isTunnelsLoad} from './outside.ts';
import type {Path} from './path.ts';

/**
What the tunnel is asked to do. `load`: enough to find what limits it; `traffic`: enough to judge ratios; `none`: keepalives
and the like.
*/
export interface Load {
	readonly level: 'none' | 'traffic' | 'load';
	/** The busiest iperf3, where one runs and works. */
	readonly generator?: ThreadRate;
}

/** Bits and packets a second, both ways together, from which on a tunnel is under load whatever the machine. */
const loadBits = 50e6;
const loadPackets = 5000;

/** From here on there is traffic, and load where something strives for more: a measurement, or a core that is hot by it. */
const trafficBits = 1e6;
const trafficPackets = 200;
const hotBits = 5e6;
const hotPackets = 1000;

/** Percent of a core that the kernel works: what a compiler burns is no sign of load on the tunnel. */
const hotKernelWork = 80;

/**
Judges the load of the busiest tunnel. A small machine is at its limit with less than a large one would call load: then a core
that is hot with the kernel's work, an iperf3 that runs, or TCP that always has more to send makes traffic load. A core is hot by
the tunnel only where that has a good part of what can pass there.
*/
export function deriveLoad(path: Path | undefined, situation: Situation): Load {
	const {rates} = situation;
	const generator = findGenerator(rates);
	const isAbove = (bits: number, packets: number) =>
		path !== undefined && (path.bytesPerSecond * 8 > bits || path.packetsPerSecond > packets);
	const isTraffic = isAbove(trafficBits, trafficPackets);
	const isHot =
		isAbove(hotBits, hotPackets) &&
		(rates.cpus ?? []).some(core => isHotByKernel(core) && isTunnelsLoad(findOutside(situation, path, core.cpu)));
	const isStriving = isTraffic && (generator !== undefined || strives(rates));
	const isLoad = isAbove(loadBits, loadPackets) || isHot || isStriving;
	return {
		level: isLoad ? 'load' : isTraffic ? 'traffic' : 'none',
		...(generator && {generator}),
	};
}

function isHotByKernel({sys, irq, soft}: {readonly sys: number; readonly irq: number; readonly soft: number}): boolean {
	return sys + irq + soft >= hotKernelWork;
}

/** Share of the time in which a connection has something under way or to send. */
const striving = 0.8;

/** However slow the way is: what is sent over the tunnel is held up by it, not by the program that sends. */
function strives({sockets = []}: Rates): boolean {
	const sent = sockets.filter(({busy}) => busy >= striving).reduce((sum, socket) => sum + socket.sent, 0);
	return sent * 8 > trafficBits;
}

/** A server that waits uses nothing; over a slow way one that works uses hardly more. */
function findGenerator({threads = []}: Rates): ThreadRate | undefined {
	return threads
		.filter(({name, usr, sys}) => /^iperf3?\b/.test(name) && usr + sys > 0)
		.sort((a, b) => b.usr + b.sys - a.usr - a.sys)[0];
}
