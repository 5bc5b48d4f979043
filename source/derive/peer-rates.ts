import type {WireGuardInterface, WireGuardPeer} from '../model/counters.ts';
import type {NetbirdPeer} from '../model/facts.ts';
import type {PeerRates} from '../model/rates.ts';
import type {Readings} from '../model/snapshot.ts';
import {subtractCounter64} from './counters.ts';
import {derivePair} from './pair.ts';
import {hasAddress, isLoopback} from './topology.ts';

/**
Every WireGuard peer, with NetBird's name and path for it, and its rates where `wg show` was read twice.

A peer whose counters went back was added again, and has no rate for this interval. A peer that WireGuard reaches over
loopback is relayed by a program, whatever NetBird says. `wall` (milliseconds since 1970) is what the handshake's age is
counted to. Where WireGuard may not be read, as without root, NetBird's peers are listed for the interface with its address.
Undefined where neither is known.
*/
export function derivePeerRates(
	previous: Readings,
	current: Readings,
	wall: number | undefined,
): PeerRates[] | undefined {
	const named = new Map(current.netbird?.value.peers.map(peer => [peer.publicKey, peer]));
	const rates = derivePair(previous.wireguard, current.wireguard, subtractPeers);
	if (current.wireguard === undefined) {
		return listNetbirdPeers(current);
	}

	return current.wireguard.value.flatMap(each =>
		each.peers.map(peer => ({
			...describePeer(each.interface, peer, named.get(peer.publicKey), wall),
			...rates?.get(identify(each.interface, peer)),
		})),
	);
}

function listNetbirdPeers({netbird, links}: Readings): PeerRates[] | undefined {
	const tunnel = links?.value.find(link => hasAddress(link, netbird?.value.address));
	return (
		tunnel && netbird?.value.peers.map(peer => describePeer(tunnel.name, {publicKey: peer.publicKey}, peer, undefined))
	);
}

function describePeer(
	name: string,
	peer: WireGuardPeer,
	netbird: NetbirdPeer | undefined,
	wall: number | undefined,
): PeerRates {
	const connection = peer.endpoint !== undefined && isLoopback(peer.endpoint) ? 'relayed' : netbird?.connection;
	const handshakeAge = findAge(peer.latestHandshake, wall);
	return {
		interface: name,
		publicKey: peer.publicKey,
		...(peer.endpoint !== undefined && {endpoint: peer.endpoint}),
		...(netbird?.fqdn !== undefined && {name: netbird.fqdn}),
		...(netbird?.address !== undefined && {address: netbird.address}),
		...(connection !== undefined && {connection}),
		...(netbird?.status !== undefined && {status: netbird.status}),
		...(handshakeAge !== undefined && {handshakeAge}),
		...(peer.receivedBytes !== undefined && {rxBytes: peer.receivedBytes}),
		...(peer.sentBytes !== undefined && {txBytes: peer.sentBytes}),
	};
}

/**
Seconds since the handshake. `wg` gives whole seconds and is read a little after `wall`, so that a fresh handshake may seem
to come; one that lies further ahead was stamped before the clock was set back, and its age is not known.
*/
function findAge(handshake: number | undefined, wall: number | undefined): number | undefined {
	if (handshake === undefined || wall === undefined) {
		return undefined;
	}

	const age = wall / 1000 - handshake;
	return age < -clockSlack ? undefined : Math.max(0, age);
}

const clockSlack = 2;

type Bytes = Pick<PeerRates, 'rxBytesPerSecond' | 'txBytesPerSecond'>;

function subtractPeers(
	before: readonly WireGuardInterface[],
	now: readonly WireGuardInterface[],
	seconds: number,
): Map<string, Bytes> {
	const earlier = new Map(
		before.flatMap(each => each.peers.map(peer => [identify(each.interface, peer), peer] as const)),
	);
	const rates = new Map<string, Bytes>();
	for (const each of now) {
		for (const peer of each.peers) {
			const old = earlier.get(identify(each.interface, peer));
			const received = subtractKnown(old?.receivedBytes, peer.receivedBytes);
			const sent = subtractKnown(old?.sentBytes, peer.sentBytes);
			if (received !== undefined && sent !== undefined) {
				rates.set(identify(each.interface, peer), {
					rxBytesPerSecond: received / seconds,
					txBytesPerSecond: sent / seconds,
				});
			}
		}
	}

	return rates;
}

function subtractKnown(previous: number | undefined, current: number | undefined): number | undefined {
	return previous === undefined || current === undefined ? undefined : subtractCounter64(previous, current);
}

function identify(name: string, {publicKey}: WireGuardPeer): string {
	return `${name} ${publicKey}`;
}
