import type {LinkFacts} from '../model/facts.ts';
import type {Readings} from '../model/snapshot.ts';

/** NetBird's own interface: the one that has the public key which NetBird says is its own. */
export function findNetbirdLink({links, wireguard, netbird}: Readings): LinkFacts | undefined {
	const publicKey = netbird?.value.publicKey;
	const name = wireguard?.value.find(each => publicKey !== undefined && each.publicKey === publicKey)?.interface;
	return links?.value.find(link => link.name === name);
}
