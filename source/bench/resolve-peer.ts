import {describeNoTunnel} from '../derive/no-tunnel.ts';
import type {Host} from '../host.ts';
import {parseAddresses} from '../parse/addresses.ts';
import {BenchError} from './bench-error.ts';
import {type BenchPeer, findPeer, listPeers, type Mesh} from './peers.ts';
import {createRemote, isTarget, type Remote} from './remote.ts';

export interface Resolved {
	readonly peer: BenchPeer;
	/** Where the server is started, where the user named an ssh target. */
	readonly remote?: Remote;
}

/**
Finds the peer that the user means: a name or an address that the tunnel knows, or an ssh target. What is none of the
tunnel's own names is asked of the resolver, of ssh's configuration and, where an ssh target is given, of the machine
itself. Throws a `BenchError` that lists whom there is.
*/
export async function resolvePeer(
	query: string,
	target: string | undefined,
	mesh: Mesh,
	host: Host,
): Promise<Resolved> {
	const ssh = target ?? (query.includes('@') ? query : undefined);
	if (ssh !== undefined && !isTarget(ssh)) {
		throw new BenchError(`'${ssh}' is no ssh target: [USER@]HOST`);
	}
	const remote = ssh === undefined ? undefined : createRemote(host, ssh);
	const name = query.slice(query.indexOf('@') + 1);
	const peer = findPeer(name, mesh) ?? (await lookUp(name, mesh, host)) ?? (remote && (await ask(remote, mesh)));
	if (peer === undefined) {
		throw new BenchError(`${describeUnknown(query, mesh)}`);
	}
	if (isOwnAddress(peer.address, mesh)) {
		throw new BenchError(`${peer.address} is this machine: a tunnel is measured to its other end`);
	}
	return {peer, ...(remote && {remote})};
}

/** By the resolver, and by what ssh makes of a name of its own. */
async function lookUp(name: string, mesh: Mesh, host: Host): Promise<BenchPeer | undefined> {
	if (!isTarget(name)) {
		return undefined;
	}
	const configured = await host.run('ssh', ['-G', '--', name], 5);
	const hostname = /^hostname (\S+)$/m.exec(configured.stdout)?.[1];
	for (const each of new Set([name, hostname ?? name])) {
		const {stdout} = await host.run('getent', ['ahosts', each], 5);
		const addresses = [each, ...stdout.split('\n').map(line => line.split(/\s/)[0] ?? '')];
		const found = addresses.map(address => findPeer(address, mesh)).find(peer => peer !== undefined);
		if (found !== undefined) {
			return found;
		}
	}
	return undefined;
}

/** By its own addresses, as the machine at the other end tells them. */
async function ask(remote: Remote, mesh: Mesh): Promise<BenchPeer | undefined> {
	const output = await remote.run(['ip', '-j', 'addr', 'show'], 20);
	if (output.status !== 0) {
		throw new BenchError(`ssh ${remote.target}: ${output.stderr.trim() || 'no answer'}`);
	}
	const own = new Set(
		Object.values(parseAddresses(output.stdout))
			.flat()
			.map(prefix => prefix.split('/')[0]),
	);
	return listPeers(mesh).find(({address}) => own.has(address));
}

function isOwnAddress(address: string, {readings}: Mesh): boolean {
	return Object.values(readings.addresses?.value ?? {})
		.flat()
		.some(prefix => prefix.split('/')[0] === address);
}

function describeUnknown(query: string, mesh: Mesh): string {
	const {tunnels} = mesh.topology;
	if (tunnels.length === 0) {
		return describeNoTunnel(mesh.topology, mesh.readings);
	}
	const known = listPeers(mesh).map(({name, address}) => (name === undefined ? address : `${name} (${address})`));
	return known.length === 0
		? `'${query}' is not reached through ${tunnels.map(each => each.interface).join(', ')}: name an address in the mesh`
		: `'${query}' is no peer of ${tunnels.map(each => each.interface).join(', ')}: there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
}
