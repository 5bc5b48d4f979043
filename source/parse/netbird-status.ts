import type {NetbirdPeer, NetbirdStatus} from '../model/facts.ts';
import {isObject, type JsonObject, omitUnknown, parseJson, readNumber, readObjects, readText} from './json.ts';
import {ParseError} from './parse-error.ts';

const source = 'netbird status --json';

/**
Parses `netbird status --json` of NetBird 0.14 to 0.77 (`client/status/status.go`).

Every key may be missing and every list `null`. Before 0.67 a daemon that needs a login prints a text notice instead
(`Daemon status: NeedsLogin`, with status 0): then only that word is known. Not read: keys and addresses of management,
events, ssh sessions, and the byte counters and handshakes, which WireGuard gives exactly.
*/
export function parseNetbirdStatus(text: string): NetbirdStatus {
	const [, notice] = /^Daemon status: (\w{1,40})/m.exec(text) ?? [];
	if (notice !== undefined && !text.trimStart().startsWith('{')) {
		return {daemonStatus: notice, peers: []};
	}

	const status = parseJson(text, source);
	if (!isObject(status)) {
		throw new ParseError(source, 'expected an object', 1);
	}

	const peers = isObject(status.peers) ? readObjects(status.peers.details) : [];
	const address = readAddress(status.netbirdIp);
	return {
		...omitUnknown({
			daemonVersion: readText(status.daemonVersion),
			cliVersion: readText(status.cliVersion),
			daemonStatus: readText(status.daemonStatus),
			fqdn: readText(status.fqdn),
			address,
			publicKey: readText(status.publicKey),
			kernelInterface: readKernelInterface(status.usesKernelInterface, address),
		}),
		peers: peers.flatMap(parsePeer),
	};
}

function parsePeer(peer: JsonObject): NetbirdPeer[] {
	const publicKey = readText(peer.publicKey);
	if (publicKey === undefined) {
		return [];
	}

	const status = readText(peer.status);
	const connection = readConnection(peer.connectionType, status);
	const facts = omitUnknown({
		fqdn: readText(peer.fqdn),
		address: readAddress(peer.netbirdIp),
		status,
		connection,
		relayAddress: readText(peer.relayAddress),
		latency: connection === 'p2p' ? readLatency(peer.latency) : undefined,
		lastStatusUpdate: readTime(peer.lastStatusUpdate),
	});
	return [{publicKey, ...facts}];
}

/**
The type is told for every peer, but true only of a connected one (0.52 to 0.59.6 say `P2P` of all). A `relayAddress` tells
nothing: a direct connection keeps its relay as a stand-by.
*/
function readConnection(type: unknown, status: string | undefined): NetbirdPeer['connection'] {
	if (status !== 'Connected') {
		return undefined;
	}

	return type === 'P2P' ? 'p2p' : type === 'Relayed' ? 'relayed' : undefined;
}

/** Seconds of nanoseconds, measured when the direct path was chosen; 0 was not measured. */
function readLatency(nanoseconds: unknown): number | undefined {
	return (readNumber(nanoseconds) ?? 0) > 0 ? Number(nanoseconds) / 1e9 : undefined;
}

/** Go's "never" is the year 1, sometimes 1970. */
function readTime(time: unknown): string | undefined {
	const text = readText(time);
	return text !== undefined && Date.parse(text) > Date.UTC(1971) ? text : undefined;
}

/** An address without its prefix length, which the machine's own has, and those of peers had in old versions. */
function readAddress(address: unknown): string | undefined {
	return readText(address)?.split('/')[0] || undefined;
}

/** Without an address the engine is down, and `false` says nothing. */
function readKernelInterface(value: unknown, address: string | undefined): boolean | undefined {
	return typeof value === 'boolean' && (value || address !== undefined) ? value : undefined;
}
