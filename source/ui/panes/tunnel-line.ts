import type {Tunnel, Underlay} from '../../model/topology.ts';
import type {State} from '../../session/state.ts';
import {unknown} from '../format.ts';
import type {Span} from '../table-text.ts';

/** What WireGuard adds to a packet: 32 bytes of its own, 8 of UDP, and the outer IP header. */
const overhead = {v4: 60, v6: 80};

/** One tunnel in a line: kind, MTU with what WireGuard adds against the underlay's, port, how its peers are reached. */
export function describeTunnel(state: State, tunnel: Tunnel): Span[] {
	const peers = (state.rates.peers ?? []).filter(peer => peer.interface === tunnel.interface);
	const relayed = peers.filter(peer => peer.connection === 'relayed').length;
	return [
		{text: tunnel.interface, tone: 'accent'},
		{text: ` ${tunnel.kind}`, tone: tunnel.kind === 'userspace' ? 'warning' : 'normal'},
		...describeMtu(state, tunnel),
		...(peers.length === 0 ? [] : [{text: `, ${countPeers(peers.length)}`, tone: 'faint' as const}]),
		...(relayed === 0 ? [] : [{text: `, ${relayed} relayed`, tone: 'warning' as const}]),
		...(tunnel.listenPort === undefined ? [] : [{text: `, port ${tunnel.listenPort}`, tone: 'faint' as const}]),
	];
}

function countPeers(count: number): string {
	return count === 1 ? '1 peer' : `${count} peers`;
}

function describeMtu(state: State, tunnel: Tunnel): Span[] {
	const underlays = state.topology.underlays.filter(underlay => tunnel.underlays.includes(underlay.interface));
	const own: Span = {text: ` MTU ${tunnel.mtu ?? unknown}`, tone: 'normal'};
	if (tunnel.mtu === undefined || underlays.length === 0) {
		return [own, {text: underlays.length === 0 ? ', underlay not known' : '', tone: 'faint'}];
	}
	const added = usesIpv6(state, tunnel) ? overhead.v6 : overhead.v4;
	const outer = tunnel.mtu + added;
	return [
		own,
		{text: `+${added}`, tone: 'faint'},
		...underlays.flatMap(underlay => compareMtu(state, underlay, outer)),
	];
}

function compareMtu(state: State, underlay: Underlay, outer: number): Span[] {
	const mtu = pathMtu(state, underlay);
	const name: Span = {text: ` ${underlay.interface}`, tone: 'accent'};
	if (mtu === undefined) {
		return [{text: ' over', tone: 'normal'}, name, {text: ` MTU ${unknown}`, tone: 'normal'}];
	}
	return outer > mtu
		? [{text: ' exceeds', tone: 'danger'}, name, {text: ` MTU ${mtu}: packets are cut in two`, tone: 'danger'}]
		: [{text: ' fits', tone: 'good'}, name, {text: ` MTU ${mtu}`, tone: 'normal'}];
}

/** The smallest MTU on the way that this host knows: the interface's, and what the kernel has learned for the routes. */
function pathMtu(state: State, underlay: Underlay): number | undefined {
	const routes = state.snapshot?.readings.routes?.value ?? [];
	const learned = routes.filter(route => route.device === underlay.interface).map(route => route.mtu);
	const known = [underlay.mtu, ...learned].filter(mtu => mtu !== undefined);
	return known.length === 0 ? undefined : Math.min(...known);
}

function usesIpv6(state: State, tunnel: Tunnel): boolean {
	const interfaces = state.snapshot?.readings.wireguard?.value ?? [];
	const peers = interfaces.find(each => each.interface === tunnel.interface)?.peers ?? [];
	return peers.some(peer => peer.endpoint?.startsWith('[') === true);
}
