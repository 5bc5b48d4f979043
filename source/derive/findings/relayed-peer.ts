import type {PeerRates} from '../../model/rates.ts';
import type {Judgement, Rule} from './rule.ts';
import {bits, fact, share} from './words.ts';

/** Peers that are reached through a relay: each packet crosses a program on this host, and another machine. */
export const relayedPeer: Rule = {
	id: 'relayed-peer',
	severity: 'fault',
	needs: ['peers', 'tunnel'],
	during: 'traffic',
	rises: 2,
	falls: 5,
	refutedBy: '`netbird status -d` says P2P for the peer, and its endpoint is no address of this host',
	steps: [],
	judge({path}, held) {
		const peers = path?.peers ?? [];
		const relayed = peers.filter(({connection}) => connection === 'relayed');
		const part = sumBytes(relayed) / Math.max(1, sumBytes(peers));
		const [first] = relayed;
		if (first === undefined || part < (held ? 0.1 : 0.2)) {
			return undefined;
		}

		return relayed.length === 1 ? describeOne(first, part) : describeSeveral(first, relayed, part);
	},
};

const consequence =
	'cross a program on this host and another machine, which no setting of queues and cores makes faster; first get a direct connection (firewall, NAT, UDP ports)';

function describeOne(peer: PeerRates, part: number): Judgement {
	const moved = fact(`${namePeer(peer)}: both ways`, bits(sumBytes([peer])));
	return {
		text: `${namePeer(peer)} is reached through a relay: its ${moved.value} ${consequence}`,
		evidence: [
			moved,
			fact(`${namePeer(peer)}: share of the tunnel's bytes`, share(part)),
			...(peer.endpoint === undefined ? [] : [fact(`${namePeer(peer)}: endpoint`, peer.endpoint)]),
			...(peer.status === undefined ? [] : [fact(`${namePeer(peer)}: NetBird status`, peer.status)]),
		],
	};
}

/** The busiest one by its name: there may be hundreds. */
function describeSeveral(busiest: PeerRates, relayed: readonly PeerRates[], part: number): Judgement {
	const number = fact('active peers behind a relay', relayed.length);
	const moved = fact('relayed peers: both ways', bits(sumBytes(relayed)));
	return {
		text: `${number.value} active peers are reached through a relay, ${namePeer(busiest)} is the busiest: their ${moved.value} ${consequence}`,
		evidence: [
			number,
			moved,
			fact("relayed peers: share of the active peers' bytes", share(part)),
			fact('the busiest of them', namePeer(busiest)),
		],
	};
}

function sumBytes(peers: readonly PeerRates[]): number {
	return peers.reduce(
		(sum, {rxBytesPerSecond = 0, txBytesPerSecond = 0}) => sum + rxBytesPerSecond + txBytesPerSecond,
		0,
	);
}

/** NetBird's name without its domain, else an address, else the first letters of the key. */
export function namePeer({name, address, endpoint, publicKey}: PeerRates): string {
	return name?.split('.')[0] ?? address ?? endpoint ?? publicKey.slice(0, 8);
}
