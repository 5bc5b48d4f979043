import type {Host, ProgramOutput} from '../host.ts';
import type {Reading, RouteFacts, WireGuardInterface} from '../model.ts';
import {parseRoute} from '../parse/route.ts';
import {parseWireGuard, type WireGuardTexts} from '../parse/wireguard.ts';
import type {Context} from './reading.ts';

const seconds = 2;

/** What changes every second, and what changes seldom. `dump` is never asked for: it prints the private keys. */
const quick = {transfer: 'transfer', latestHandshakes: 'latest-handshakes', endpoints: 'endpoints'} as const;
const slow = {
	persistentKeepalive: 'persistent-keepalive',
	allowedIps: 'allowed-ips',
	listenPort: 'listen-port',
	fwmark: 'fwmark',
	publicKey: 'public-key',
} as const;

type SlowTexts = Pick<WireGuardTexts, keyof typeof slow>;

/** Reads the peers with `wg show all …`; keeps the seldom changing half for `slowEvery` seconds. */
export function createWireGuardReader(slowEvery = 15) {
	let kept: {readonly at: number; readonly texts: SlowTexts} | undefined;

	return async ({host, note}: Context): Promise<Reading<WireGuardInterface[]> | undefined> => {
		const transfer = await ask(host, quick.transfer);
		if (transfer.status === 127) {
			note('wg is not installed: tunnel peers are not shown (apt install wireguard-tools)');
			return undefined;
		}
		const refused = /Operation not permitted/.test(transfer.stderr);
		if (refused) {
			note('wg may not read the tunnel: peers are not shown (run nbtop as root)');
		} else if (transfer.timedOut || (transfer.status !== 0 && transfer.stdout === '')) {
			throw new Error(`wg show all transfer: ${transfer.stderr.trim()}`);
		}
		const latestHandshakes = await askText(host, quick.latestHandshakes);
		const endpoints = await askText(host, quick.endpoints);
		if (kept === undefined || transfer.at - kept.at >= slowEvery) {
			kept = {at: transfer.at, texts: await readSlow(host)};
		}
		const value = parseWireGuard({transfer: transfer.stdout, latestHandshakes, endpoints, ...kept.texts});
		return refused && value.length === 0 ? undefined : {at: transfer.at, value};
	};
}

async function readSlow(host: Host): Promise<SlowTexts> {
	const texts: Record<string, string> = {};
	for (const [name, subcommand] of Object.entries(slow)) {
		texts[name] = await askText(host, subcommand);
	}
	return texts as SlowTexts;
}

function ask(host: Host, subcommand: string): Promise<ProgramOutput> {
	return host.run('wg', ['show', 'all', subcommand], seconds);
}

async function askText(host: Host, subcommand: string): Promise<string> {
	const output = await ask(host, subcommand);
	if (output.timedOut) {
		throw new Error(`wg show all ${subcommand}: ${output.stderr}`);
	}
	return output.stdout;
}

/** Peers of a large mesh share a few routes: the busiest tell them all. */
const routeLimit = 16;

/**
Asks the kernel which way the outer packets go: to each of the busiest peers' endpoints with the tunnel's mark, and by
default. A look-up only, nothing is sent.
*/
export async function readRoutes({host, readings}: Context): Promise<Reading<RouteFacts[]> | undefined> {
	const byDefault = await host.run('ip', ['-j', 'route', 'show', 'default'], seconds);
	if (byDefault.status === 127) {
		return undefined;
	}
	if (byDefault.timedOut) {
		throw new Error(`ip route show default: ${byDefault.stderr.trim()}`);
	}
	const routes =
		byDefault.status === 0 && byDefault.stdout.trim() !== '' ? [parseRoute(byDefault.stdout, 'default')] : [];
	for (const {endpoint, fwmark} of listEndpoints(readings.wireguard?.value ?? [])) {
		const mark = fwmark === undefined ? [] : ['mark', String(fwmark)];
		const output = await host.run('ip', ['-j', 'route', 'get', findAddress(endpoint), ...mark], seconds);
		if (output.timedOut) {
			// Half of the ways would be the wrong way: what was known stays.
			throw new Error(`ip route get ${findAddress(endpoint)}: ${output.stderr.trim()}`);
		}
		if (output.status === 0) {
			routes.push(parseRoute(output.stdout, endpoint));
		}
	}
	return {at: host.now().monotonic, value: routes};
}

function listEndpoints(interfaces: readonly WireGuardInterface[]) {
	const traffic = (peer: {receivedBytes?: number; sentBytes?: number}): number =>
		(peer.receivedBytes ?? 0) + (peer.sentBytes ?? 0);
	const endpoints = interfaces
		.flatMap(each => each.peers.map(peer => ({peer, endpoint: peer.endpoint ?? '', fwmark: each.fwmark})))
		.filter(({endpoint}) => endpoint !== '' && !endpoint.startsWith('127.'))
		.sort((a, b) => traffic(b.peer) - traffic(a.peer));
	return [...new Map(endpoints.map(each => [each.endpoint, each])).values()].slice(0, routeLimit);
}

/** `192.0.2.1:51820` or `[2001:db8::1%eth0]:51820`. */
function findAddress(endpoint: string): string {
	return endpoint.replace(/:\d+$/, '').replace(/^\[([^%\]]*).*\]$/, '$1');
}
