import type {PeerRates} from '../../model/rates.ts';
import type {Rule} from './rule.ts';
import {bits, fact, share} from './words.ts';

/** A peer that is reached through a relay: each packet crosses a program on this host, and another machine. */
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
		const all = peers.reduce((sum, peer) => sum + sumBytes(peer), 0);
		const relayed = peers.find(({connection}) => connection === 'relayed');
		if (relayed === undefined || sumBytes(relayed) < (held ? 0.1 : 0.2) * all) {
			return undefined;
		}

		const moved = fact(`${namePeer(relayed)}: both ways`, bits(sumBytes(relayed)));
		return {
			text: `${namePeer(relayed)} is reached through a relay: its ${moved.value} cross a program on this host and another machine, which no setting of queues and cores makes faster; first get a direct connection (firewall, NAT, UDP ports)`,
			evidence: [
				moved,
				fact(`${namePeer(relayed)}: share of the tunnel's bytes`, share(sumBytes(relayed) / all)),
				...(relayed.endpoint === undefined ? [] : [fact(`${namePeer(relayed)}: endpoint`, relayed.endpoint)]),
				...(relayed.status === undefined ? [] : [fact(`${namePeer(relayed)}: NetBird status`, relayed.status)]),
			],
		};
	},
};

function sumBytes({rxBytesPerSecond = 0, txBytesPerSecond = 0}: PeerRates): number {
	return rxBytesPerSecond + txBytesPerSecond;
}

/** NetBird's name without its domain, else an address, else the first letters of the key. */
export function namePeer({name, address, endpoint, publicKey}: PeerRates): string {
	return name?.split('.')[0] ?? address ?? endpoint ?? publicKey.slice(0, 8);
}
