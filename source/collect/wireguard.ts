import type {Host, ProgramOutput} from '../host.ts';
import type {WireGuardInterface} from '../model/counters.ts';
import type {LinkFacts, RouteFacts} from '../model/facts.ts';
import type {Reading, Readings} from '../model/snapshot.ts';
import {parseRoute} from '../parse/route.ts';
import {parseUdpDrops} from '../parse/udp-sockets.ts';
import {parseWireGuard, type WireGuardTexts} from '../parse/wireguard.ts';
import {type Context, tryRead} from './reading.ts';

const seconds = 2;

/** Asked each time; every few seconds; seldom. `dump` is never asked for: it prints the private keys. */
const slower = {latestHandshakes: 'latest-handshakes', endpoints: 'endpoints'} as const;
const slow = {
	persistentKeepalive: 'persistent-keepalive',
	allowedIps: 'allowed-ips',
	listenPort: 'listen-port',
	fwmark: 'fwmark',
	publicKey: 'public-key',
} as const;

/** Seconds: a handshake comes every two minutes, and a peer's endpoint changes with what it sends. */
const slowerEvery = 6;
/** Seconds between two questions while not a byte goes over any tunnel, and where there is none. */
const stillEvery = 6;
const withoutTunnelEvery = 30;

type Texts<Names> = Pick<WireGuardTexts, keyof WireGuardTexts & keyof Names>;

interface Kept<Value> {
	readonly at: number;
	readonly value: Value;
}

/**
Reads the peers with `wg show all …`, the seldom changing part every `slowEvery` seconds.

While the counters of all tunnels stand still, so do those of their peers, and `wg` is not asked: WireGuard counts each
message of a peer, handshakes and keepalives too, in its interface as well (`drivers/net/wireguard/receive.c:
update_rx_stats`, `socket.c`). A userspace tunnel does not.
*/
export function createWireGuardReader(slowEvery = 30) {
	let newest: (Kept<WireGuardInterface[]> & {readonly bytes: string | undefined}) | undefined;
	const askBeside = createBesideReader(slowEvery);
	/** Where links tell of no tunnel and wg of no peer, there is nobody of whom the other seven questions could tell. */
	const readPeers = async (host: Host, transfer: ProgramOutput, readings: Readings): Promise<WireGuardInterface[]> => {
		const tunnels = describeTunnels(readings);
		return tunnels === '' && readings.links !== undefined && transfer.stdout === ''
			? []
			: addSocketDrops(
					parseWireGuard({transfer: transfer.stdout, ...(await askBeside(host, transfer, tunnels))}),
					host,
					readings,
				);
	};

	return async ({host, readings, note}: Context): Promise<Reading<WireGuardInterface[]> | undefined> => {
		const bytes = describeBytes(readings);
		const now = host.now().monotonic;
		const patience = bytes === '' ? withoutTunnelEvery : stillEvery;
		const same = bytes !== undefined && bytes === newest?.bytes ? newest : undefined;
		if (same !== undefined && now - same.at < patience && tellsOf(same, readings)) {
			// It is the interface's counters that tell. In a capture the clock itself goes back and forth.
			return {at: Math.max(same.at, readings.linkStatistics?.at ?? same.at), value: same.value};
		}
		const transfer = await askTransfer(host, note);
		if (transfer === undefined) {
			return undefined;
		}
		const {at, isRefused} = transfer;
		const value = await readPeers(host, transfer, readings);
		newest = isRefused ? undefined : {at, value, bytes};
		return isRefused && value.length === 0 ? undefined : {at, value};
	};
}

/** The kernel's WireGuard takes its packets before they come to a socket's queue (`socket.c: wg_receive`): only a program's can drop. */
function addSocketDrops(
	interfaces: readonly WireGuardInterface[],
	host: Host,
	{links}: Readings,
): WireGuardInterface[] {
	const isProgram = ({interface: name}: WireGuardInterface) =>
		links?.value.some(link => link.name === name && link.kind === 'tun') ?? false;
	const drops = interfaces.some(isProgram) ? ['udp', 'udp6'].map(name => readUdpDrops(host, `/proc/net/${name}`)) : [];
	const sum = (port: number) => drops.reduce((total, each) => total + (each?.get(port) ?? 0), 0);
	return interfaces.map(each =>
		isProgram(each) && each.listenPort !== undefined && drops.some(Boolean)
			? {...each, socketDrops: sum(each.listenPort)}
			: each,
	);
}

/** Without IPv6 there is one of them. */
function readUdpDrops(host: Host, file: string): ReadonlyMap<number, number> | undefined {
	const text = tryRead(() => host.readText(file));
	return text === undefined ? undefined : parseUdpDrops(text, file);
}

/** Asks for what changes slower than the bytes: at once for other peers, and not before anything could have changed. */
function createBesideReader(slowEvery: number) {
	const askSlower = createKeeper(slower);
	const askSlow = createKeeper(slow);
	let knownPeers: string | undefined;
	let knownTransfer: string | undefined;

	return async (host: Host, {at, stdout}: Pick<ProgramOutput, 'at' | 'stdout'>, tunnels: string) => {
		const peers = `${tunnels}\n${stdout.replaceAll(/\t\d+\t\d+$/gm, '')}`;
		const isOther = peers !== knownPeers;
		const isStill = stdout === knownTransfer;
		const slowerTexts = await askSlower(host, at, isOther ? 0 : isStill ? slowEvery : slowerEvery);
		const slowTexts = await askSlow(host, at, isOther ? 0 : slowEvery);
		knownPeers = peers;
		knownTransfer = slowerTexts.at === at ? stdout : knownTransfer;
		return {...slowerTexts.value, ...slowTexts.value};
	};
}

/** Throws an `Error` in the words of `wg`; nothing where it is not installed. */
async function askTransfer(
	host: Host,
	note: Context['note'],
): Promise<(ProgramOutput & {readonly isRefused: boolean}) | undefined> {
	const output = await ask(host, 'transfer');
	if (output.status === 127) {
		note('wg is not installed: tunnel peers are not shown (apt install wireguard-tools)');
		return undefined;
	}
	const isRefused = /Operation not permitted|Permission denied/.test(output.stderr);
	if (isRefused) {
		note('wg may not read the tunnel: peers are not shown (run nbtop as root)');
	} else if (output.timedOut || (output.status !== 0 && output.stdout === '')) {
		throw new Error(`wg show all transfer: ${output.stderr.trim()}`);
	}
	return {...output, isRefused};
}

/** Asks again when what it has is so many seconds old. */
function createKeeper<Names extends Readonly<Record<string, string>>>(names: Names) {
	let kept: Kept<Texts<Names>> | undefined;
	return async (host: Host, now: number, every: number): Promise<Kept<Texts<Names>>> => {
		if (kept === undefined || now - kept.at >= every) {
			kept = {at: now, value: await askAll(host, names)};
		}
		return kept;
	};
}

function describeTunnels({links}: Readings): string {
	return (links?.value ?? [])
		.filter(isTunnelKind)
		.map(({name, ifindex}) => `${name} ${ifindex}`)
		.join();
}

function isTunnelKind({kind}: LinkFacts): boolean {
	return kind === 'wireguard' || kind === 'tun';
}

/** Counters that were read before the peers were say nothing of the time since. Where no tunnel is, nothing has to. */
function tellsOf({at, bytes}: {at: number; bytes: string | undefined}, {linkStatistics}: Readings): boolean {
	return bytes === '' || (linkStatistics?.at ?? at) > at;
}

/** The bytes of all tunnels; nothing where that does not tell of their peers. */
function describeBytes({links, linkStatistics}: Readings): string | undefined {
	const tunnels = (links?.value ?? []).filter(isTunnelKind);
	const counts = tunnels.map(({name, kind}) => {
		const {ifindex, rx_bytes, tx_bytes} = linkStatistics?.value[name] ?? {};
		return kind === 'tun' || rx_bytes === undefined || tx_bytes === undefined
			? undefined
			: `${ifindex} ${rx_bytes} ${tx_bytes}`;
	});
	return links === undefined || counts.includes(undefined) ? undefined : counts.join();
}

async function askAll<Names extends Readonly<Record<string, string>>>(host: Host, names: Names): Promise<Texts<Names>> {
	const texts: Record<string, string> = {};
	for (const [name, subcommand] of Object.entries(names)) {
		texts[name] = await askText(host, subcommand);
	}
	return texts as Texts<Names>;
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
