import {isLoopback} from '../derive/topology.ts';
import type {Host} from '../host.ts';
import type {WireGuardPeer} from '../model/counters.ts';
import type {Readings} from '../model/snapshot.ts';
import type {Tunnel} from '../model/topology.ts';
import type {PathProbe, Situation} from '../model/tuning.ts';
import {parsePing} from '../parse/ping.ts';
import {parseSnmp, parseSnmp6} from '../parse/protocol-counters.ts';

/** The busiest peers tell the paths of all: each costs some seconds. */
const peerLimit = 6;
const budgetSeconds = 60;
/** A peer that has been silent for longer is not talked to any more (`messages.h: REJECT_AFTER_TIME`, and some). */
const recentSeconds = 300;
/** Every path carries this: an answer to it proves that echo requests are answered at all. */
const leastMtu = 1200;
const usualMtu = 1500;

/**
Measures what the paths to the peers' endpoints carry, outside the tunnel: with DF (`pathMtu`), and as WireGuard sends,
without it, while watching whether the replies come back in fragments (`unfragmentedMtu`). Azure carries more with DF than
without, so neither can do for the other.

Echo requests go only to endpoints that the tunnel talks to by itself, the busiest first, for a minute at most. A peer
without an answer has a `reason`. `tell` is told of what is known so far, and of how many peers there are. Never throws.
*/
export async function probePaths(
	host: Host,
	situation: Situation,
	tell?: (probes: readonly PathProbe[], peers: number) => void,
): Promise<PathProbe[]> {
	const end = host.realTime() + budgetSeconds;
	const probes: PathProbe[] = [];
	const targets = listTargets(situation, host);
	for (const [index, target] of targets.entries()) {
		tell?.([...probes], targets.length);
		const {tunnel, peer, endpoint} = target;
		const base = {interface: tunnel.interface, publicKey: peer.publicKey, endpoint};
		const late = index >= peerLimit || host.realTime() >= end ? 'not measured: other peers are busier' : undefined;
		const reason = findObstacle(target, situation, host) ?? late;
		probes.push({...base, ...(reason === undefined ? await probePath(target, situation, host) : {reason})});
	}
	return probes;
}

interface Target {
	readonly tunnel: Tunnel;
	readonly peer: WireGuardPeer;
	readonly endpoint: string;
}

function listTargets({readings, topology}: Situation, host: Host): Target[] {
	const traffic = ({receivedBytes = 0, sentBytes = 0}: WireGuardPeer): number => receivedBytes + sentBytes;
	return topology.tunnels
		.flatMap(tunnel => {
			const peers = readings.wireguard?.value.find(each => each.interface === tunnel.interface)?.peers ?? [];
			return peers.flatMap(peer => (peer.endpoint === undefined ? [] : [{tunnel, peer, endpoint: peer.endpoint}]));
		})
		.sort(
			(a, b) => Number(isRecent(b.peer, host)) - Number(isRecent(a.peer, host)) || traffic(b.peer) - traffic(a.peer),
		);
}

function isRecent({latestHandshake}: WireGuardPeer, host: Host): boolean {
	return latestHandshake !== undefined && host.now().wall / 1000 - latestHandshake < recentSeconds;
}

function findObstacle({peer, endpoint}: Target, {readings}: Situation, host: Host): string | undefined {
	const status = readings.netbird?.value.peers.find(({publicKey}) => publicKey === peer.publicKey);
	if (isLoopback(endpoint) || status?.connection === 'relayed') {
		return 'relayed: its packets do not go to this endpoint';
	}
	return isRecent(peer, host) ? undefined : 'the tunnel does not talk to it now';
}

type Outcome = Pick<PathProbe, 'pathMtu' | 'unfragmentedMtu' | 'reason'>;

async function probePath(target: Target, situation: Situation, host: Host): Promise<Outcome> {
	const path = createPath(target, host);
	const first = await path.ask(leastMtu, 'do');
	if (!first.passed) {
		return {reason: first.failure ?? `its endpoint does not answer echo requests of ${leastMtu} bytes with DF`};
	}
	const pathMtu = await findLargest(findTop(target, situation.readings), mtu => path.ask(mtu, 'do'));
	const quiet = await path.ask(leastMtu, 'dont');
	if (!quiet.passed || quiet.fragments !== 0) {
		return {pathMtu, reason: 'other fragments arrive meanwhile: measure again without load'};
	}
	const unfragmentedMtu = await findLargest(pathMtu, async mtu => {
		const {passed, fragments} = await path.ask(mtu, 'dont');
		return {passed: passed && fragments === 0};
	});
	return {pathMtu, unfragmentedMtu};
}

/** The MTU of the interface that the packets leave by. */
function findTop({endpoint, tunnel}: Target, {routes, links}: Readings): number {
	const device = routes?.value.find(route => route.endpoint === endpoint)?.device ?? tunnel.underlays[0];
	return links?.value.find(({name}) => name === device)?.mtu ?? usualMtu;
}

interface Answer {
	readonly passed: boolean;
	/** An MTU that somebody on the way named. */
	readonly hint?: number;
}

/** The largest size that passes, `leastMtu` at least: the top first, then what the path itself names, then by halves. */
async function findLargest(top: number, ask: (mtu: number) => Promise<Answer>): Promise<number> {
	let passing = leastMtu;
	let failing = Math.max(top, leastMtu) + 1;
	let next = top;
	while (failing - passing > 1) {
		const {passed, hint} = await ask(next);
		if (passed) {
			passing = next;
		} else {
			failing = next;
		}
		const isNamed = hint !== undefined && hint > passing && hint < failing;
		next = isNamed ? hint : Math.floor((passing + failing) / 2);
	}
	return passing;
}

interface PathAnswer extends Answer {
	/** Fragments that arrived meanwhile, on the whole machine. */
	readonly fragments: number;
	readonly failure?: string;
}

function createPath({tunnel, endpoint}: Target, host: Host) {
	const isIpv6 = endpoint.startsWith('[');
	const address = endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
	const mark = tunnel.fwmark === undefined ? [] : ['-m', String(tunnel.fwmark)];
	const headers = isIpv6 ? 48 : 28;
	return {
		/** Three requests of one size; one that comes back is enough, for a path may lose some. */
		async ask(mtu: number, discovery: 'do' | 'dont'): Promise<PathAnswer> {
			const before = countFragments(isIpv6, host);
			const size = ['-s', String(mtu - headers)];
			const pace = ['-c', '3', '-i', '0.2', '-W', '1', '-w', '2'];
			const words = ['-n', isIpv6 ? '-6' : '-4', '-M', discovery, ...size, ...pace, ...mark, address];
			const {stdout, stderr, status} = await host.run('ping', words, 5);
			const {received, mtu: hint, failure} = parsePing(`${stdout}\n${stderr}`);
			const missing = status === 127 ? 'ping is not installed (apt install iputils-ping)' : failure;
			return {
				passed: received > 0,
				fragments: countFragments(isIpv6, host) - before,
				...(hint !== undefined && {hint}),
				...(missing !== undefined && received === 0 && {failure: missing}),
			};
		},
	};
}

/** Fragments that arrived here and were to be put together, since boot; NaN where nobody counts them. */
function countFragments(isIpv6: boolean, host: Host): number {
	const path = isIpv6 ? '/proc/net/snmp6' : '/proc/net/snmp';
	const wanted = isIpv6 ? 'Ip6.ReasmReqds' : 'Ip.ReasmReqds';
	try {
		const text = host.readText(path);
		const counters = isIpv6 ? parseSnmp6(text, new Set([wanted])) : parseSnmp(text, path, new Set([wanted]));
		return counters[wanted] ?? Number.NaN;
	} catch {
		return Number.NaN;
	}
}

/** Probing takes up to a minute: who asks meanwhile waits for the same answer. */
export function createProber(host: Host) {
	let running: Promise<readonly PathProbe[]> | undefined;
	let tellNewest: (probes: readonly PathProbe[], peers: number) => void;
	return {
		probe(situation: Situation, tell: typeof tellNewest): Promise<readonly PathProbe[]> {
			tellNewest = tell;
			running ??= probePaths(host, situation, (probes, peers) => tellNewest(probes, peers)).finally(() => {
				running = undefined;
			});
			return running;
		},
	};
}
