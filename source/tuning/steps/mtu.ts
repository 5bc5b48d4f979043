import {findNetbirdLink} from '../../derive/netbird-link.ts';
import type {LinkFacts} from '../../model/facts.ts';
import type {Readings} from '../../model/snapshot.ts';
import type {PathProbe, Setting, Situation, TuningStep} from '../../model/tuning.ts';
import {countOf, listTunnels, noTunnel, type Part, toPlan} from './common.ts';
import {hasTraffic} from './effects.ts';

/** WireGuard's header and tag, UDP and IP (`drivers/net/wireguard/messages.h`). */
const overhead4 = 60;
const overhead6 = 80;

/** Below this the kernel takes IPv6 away from an interface (RFC 8200, section 5). */
const leastForIpv6 = 1280;

/** NetBird takes 576 to 8192 (`client/iface/iface.go`), and `--mtu` since 0.56. */
const netbirdMost = 8192;
const netbirdSince = 56;

const fragmentCounters = ['Ip.FragCreates', 'Ip.ReasmReqds', 'Ip6.FragCreates', 'Ip6.ReasmReqds'];

export const mtu: TuningStep = {
	id: 'mtu',
	key: '9',
	title: 'Give the tunnel the MTU that its paths carry',
	why: 'Work is done per packet: smaller ones cost more cores a byte, and larger ones than the path carries are cut in two.',
	answers: ['fragmentation', 'mtu-below-path', 'crypto-bound', 'wireguard-transmit-serial'],
	risk: 'may cut the connection',
	needsProbes: true,
	guide:
		'The guide pings the peer through the tunnel, which proves nothing: WireGuard sends without DF, so what is too large is fragmented and still arrives. Here the endpoints are probed on the underlay, with DF and without. WireGuard adds 60 bytes over IPv4 and 80 over IPv6; NetBird keeps the MTU in its own configuration, and “netbird up --mtu” does nothing while it is up.',
	effect: {
		counter: 'no packet is fragmented or put together again',
		seen(_, after) {
			const {protocols} = after.rates;
			if (protocols === undefined || !hasTraffic(after)) {
				return undefined;
			}
			return fragmentCounters.every(name => (protocols[name] ?? 0) === 0);
		},
	},
	plan(situation) {
		const {probes} = situation;
		const tunnels = listTunnels(situation);
		if (probes === undefined && tunnels.length > 0) {
			return {unavailable: 'the paths to the peers have not been probed', unprobed: true};
		}
		return toPlan(
			tunnels.map(({link}) =>
				planTunnel(
					link,
					(probes ?? []).filter(probe => probe.interface === link.name),
					situation,
				),
			),
			noTunnel,
		);
	},
};

function planTunnel(link: LinkFacts, probes: readonly PathProbe[], {readings}: Situation): Part {
	const now = link.mtu;
	const limits = probes.flatMap(probe => findLimit(probe, now) ?? []);
	const limit = Math.min(...limits);
	if (now === undefined || limits.length === 0) {
		return {reason: describeNoAnswer(link, probes)};
	}
	const owner = findOwner(link, readings);
	const target = owner === 'netbird' ? Math.min(limit, netbirdMost) : limit;
	const reason = findObstacle(link, now, target) ?? (typeof owner === 'object' ? owner.reason : undefined);
	if (reason !== undefined) {
		return {reason, holds: now === target};
	}
	const setting: Setting = owner === 'netbird' ? {kind: 'netbird-mtu'} : {kind: 'mtu', device: link.name};
	return {wishes: [{setting, to: String(target)}], notes: listNotes({link, now, target, owner, probes})};
}

/**
The largest packet of the tunnel that reaches this peer whole; undefined where the probe cannot tell. Where fragments hid
what happens without DF, a limit with DF that is below what the tunnel sends now explains them.
*/
function findLimit({pathMtu, unfragmentedMtu, endpoint}: PathProbe, now: number | undefined): number | undefined {
	const overhead = endpoint.startsWith('[') ? overhead6 : overhead4;
	const explains = pathMtu !== undefined && now !== undefined && pathMtu < now + overhead;
	const whole = unfragmentedMtu ?? (explains ? pathMtu : undefined);
	return pathMtu === undefined || whole === undefined ? undefined : Math.min(pathMtu, whole) - overhead;
}

function describeNoAnswer({name}: LinkFacts, probes: readonly PathProbe[]): string {
	const reasons = [...new Set(probes.flatMap(({reason}) => reason ?? []))];
	return `no path of ${name} could be measured${reasons.length > 0 ? ` (${reasons.join('; ')})` : ': it has no peer to ask'}`;
}

function findObstacle({name}: LinkFacts, now: number, target: number): string | undefined {
	if (now === target) {
		return `${name} has the MTU already that its paths carry: ${now}`;
	}
	return target < leastForIpv6 && now >= leastForIpv6
		? `the paths of ${name} carry an MTU of ${target} only: below ${leastForIpv6} the tunnel would lose IPv6`
		: undefined;
}

type Owner = 'netbird' | 'nobody' | {readonly reason: string};

/** Whose configuration the MTU has to go into to last. */
function findOwner(link: LinkFacts, readings: Readings): Owner {
	const {tools} = readings.machine?.value ?? {};
	const status = readings.netbird?.value;
	const isNamedSo = /^wt\d+$/.test(link.name) && (status !== undefined || tools?.netbird !== undefined);
	if (findNetbirdLink(readings)?.name !== link.name && !isNamedSo) {
		return 'nobody';
	}
	const version = status?.cliVersion ?? tools?.netbird;
	const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
	if (major === undefined || (major === '0' && Number(minor) < netbirdSince)) {
		return {
			reason: `${link.name} belongs to NetBird ${version ?? 'of an unknown version'}, which keeps no MTU: 0.${netbirdSince} does`,
		};
	}
	const daemon = status?.daemonStatus ?? 'Connected';
	return daemon === 'Connected' ? 'netbird' : {reason: `NetBird is not connected now (${daemon})`};
}

interface Outcome {
	readonly link: LinkFacts;
	readonly now: number;
	readonly target: number;
	readonly owner: Owner;
	readonly probes: readonly PathProbe[];
}

function listNotes({link, now, target, owner, probes}: Outcome): string[] {
	const silent = probes.filter(probe => findLimit(probe, now) === undefined);
	return [
		target < now
			? `packets above ${target} bytes are fragmented today`
			: 'the other ends have to be changed too: TCP takes the smaller MTU of both',
		...(owner === 'netbird'
			? ['NetBird goes down and up: every connection through the tunnel breaks, and RPS on it is set anew']
			: [`it lasts until ${link.name} is made anew`]),
		...(silent.length > 0
			? [
					`${countOf(silent.length, 'peer')} could not be measured and may carry less: ${silent[0]?.reason ?? 'no answer'}`,
				]
			: []),
	];
}
