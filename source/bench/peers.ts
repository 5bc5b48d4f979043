import type {WireGuardPeer} from '../model/counters.ts';
import type {Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';

/** The other end of a measurement. */
export interface BenchPeer {
	/** NetBird's name. */
	readonly name?: string;
	/** Its address in the mesh, or that of a machine behind it. */
	readonly address: string;
	/** The tunnel's interface here. */
	readonly interface: string;
	/** Absent where WireGuard may not be read. */
	readonly publicKey?: string;
	/** `address:port` of its machine beside the tunnel. */
	readonly endpoint?: string;
}

export interface Mesh {
	readonly readings: Readings;
	readonly topology: Topology;
}

/** Every peer of every tunnel that has an address in the mesh. */
export function listPeers({readings, topology}: Mesh): BenchPeer[] {
	const named = new Map(readings.netbird?.value.peers.map(peer => [peer.publicKey, peer]));
	const tunnels = new Set(topology.tunnels.map(tunnel => tunnel.interface));
	if (readings.wireguard === undefined) {
		const [tunnel] = tunnels;
		return [...named.values()].flatMap(({fqdn, address, publicKey}) =>
			tunnel === undefined || address === undefined
				? []
				: [{address, interface: tunnel, publicKey, ...(fqdn !== undefined && {name: fqdn})}],
		);
	}

	return readings.wireguard.value
		.filter(each => tunnels.has(each.interface))
		.flatMap(each =>
			each.peers.flatMap((peer): BenchPeer[] => {
				const {publicKey, endpoint} = peer;
				const {address = findOwnAddress(peer), fqdn} = named.get(publicKey) ?? {};
				return address === undefined
					? []
					: [
							{
								address,
								interface: each.interface,
								publicKey,
								...(fqdn !== undefined && {name: fqdn}),
								...(endpoint !== undefined && {endpoint}),
							},
						];
			}),
		);
}

/** The one address that is allowed as a whole: the others are networks behind the peer. IPv4 first, as NetBird does. */
function findOwnAddress({allowedIps = []}: WireGuardPeer): string | undefined {
	const single = allowedIps.flatMap(
		each => /^([\d.]+)\/32$|^([\da-f:]+)\/128$/i.exec(each)?.slice(1).filter(Boolean) ?? [],
	);
	return single.find(address => !address.includes(':')) ?? single[0];
}

/**
The peer that a user means: by NetBird's name, whole or its first part, by its address in the mesh or that of a machine
behind it, or by the address of its machine beside the tunnel.
*/
export function findPeer(query: string, mesh: Mesh): BenchPeer | undefined {
	const peers = listPeers(mesh);
	const wanted = query.toLowerCase();
	const byPart = peers.filter(({name}) => name?.toLowerCase().split('.')[0] === wanted);
	return (
		peers.find(({address, name}) => address === wanted || name?.toLowerCase() === wanted) ??
		(byPart.length === 1 ? byPart[0] : undefined) ??
		peers.find(({endpoint}) => endpoint !== undefined && hostOf(endpoint) === wanted) ??
		findBehind(wanted, mesh, peers)
	);
}

/** The address of `address:port` or `[address]:port`. */
export function hostOf(endpoint: string): string {
	return endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function findBehind(address: string, {readings, topology}: Mesh, peers: readonly BenchPeer[]): BenchPeer | undefined {
	const routes = (readings.wireguard?.value ?? []).flatMap(each =>
		each.peers.flatMap(({publicKey, allowedIps = []}) =>
			allowedIps.map(prefix => ({interface: each.interface, publicKey, prefix})),
		),
	);
	const [route] = routes
		.filter(({prefix}) => isInPrefix(address, prefix))
		.sort((a, b) => lengthOf(b.prefix) - lengthOf(a.prefix));
	if (route !== undefined) {
		const peer = peers.find(({publicKey}) => publicKey === route.publicKey);
		return {...peer, address, interface: route.interface, publicKey: route.publicKey};
	}

	const tunnel = topology.tunnels.find(each =>
		readings.addresses?.value[each.interface]?.some(prefix => isInPrefix(address, prefix)),
	);
	// Without root nobody says who the peers are: what the tunnel's own network holds is reached through it.
	return tunnel === undefined ? undefined : {address, interface: tunnel.interface};
}

function lengthOf(prefix: string): number {
	return Number(prefix.split('/')[1] ?? Number.NaN);
}

/** Whether an address lies in a network (`100.64.0.0/10`, `fd00::/8`); false for what is no address. */
export function isInPrefix(address: string, prefix: string): boolean {
	const [network = '', length = ''] = prefix.split('/');
	const [a, b] = [readBits(address), readBits(network)];
	const count = Number(length);
	return a !== undefined && b !== undefined && a.length === b.length && a.slice(0, count) === b.slice(0, count);
}

/** An address as 32 or 128 binary digits. */
function readBits(address: string): string | undefined {
	if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) {
		const parts = address.split('.').map(Number);
		return parts.some(part => part > 255) ? undefined : parts.map(part => toBits(part, 8)).join('');
	}

	if (!/^[\da-f:]+$/i.test(address) || !address.includes(':')) {
		return undefined;
	}

	const [head = '', tail, ...more] = address.split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const missing = 8 - before.length - after.length;
	const groups = [...before, ...Array.from({length: Math.max(0, missing)}, () => '0'), ...after];
	return groups.length === 8 && more.length === 0 && (tail !== undefined || missing === 0)
		? groups.map(group => toBits(Number.parseInt(group, 16), 16)).join('')
		: undefined;
}

function toBits(value: number, width: number): string {
	return value.toString(2).padStart(width, '0');
}
