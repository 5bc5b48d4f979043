import {type Host, HostError} from '../host.ts';
import {parseNetbirdStatus} from '../parse/netbird-status.ts';
import type {State} from '../session/state.ts';
import type {BenchPeer} from './peers.ts';

/** How the peer is reached at this moment. */
export interface PathNow {
	/** `p2p` or `relayed`; absent where nobody says. */
	readonly connection?: string;
	/** The number of the tunnel's interface: another one is another interface. */
	readonly tunnelIndex?: number;
	/** What new connections of this machine use. */
	readonly congestionControl?: string;
}

export interface PathTools {
	readonly host: Host;
	readonly store: {getState(): State};
	readonly peer: BenchPeer;
}

/** Asks anew: what the monitor knows of NetBird may be ten seconds old. */
export async function readPathNow({host, store, peer}: PathTools): Promise<PathNow> {
	const {snapshot, rates} = store.getState();
	const hasNetbird = snapshot?.readings.netbird !== undefined;
	const seen = rates.peers?.find(each => each.publicKey === peer.publicKey && each.interface === peer.interface);
	const connection = (hasNetbird ? await askNetbird(host, peer) : undefined) ?? seen?.connection;
	const index = tryReading(host, `/sys/class/net/${peer.interface}/ifindex`);
	const congestionControl = tryReading(host, '/proc/sys/net/ipv4/tcp_congestion_control');
	return {
		...(connection !== undefined && {connection}),
		...(index !== undefined && {tunnelIndex: Number(index)}),
		...(congestionControl !== undefined && {congestionControl}),
	};
}

async function askNetbird(host: Host, {publicKey}: BenchPeer): Promise<string | undefined> {
	const {stdout} = await host.run('netbird', ['status', '--json'], 3);
	try {
		return parseNetbirdStatus(stdout).peers.find(peer => peer.publicKey === publicKey)?.connection;
	} catch {
		return undefined;
	}
}

function tryReading(host: Host, path: string): string | undefined {
	try {
		return host.readText(path).trim();
	} catch (error) {
		if (error instanceof HostError) {
			return undefined;
		}
		throw error;
	}
}
