import type {Interrupts, WireGuardPeer} from '../model/counters.ts';
import type {LinkFacts} from '../model/facts.ts';
import type {Readings, SourceName} from '../model/snapshot.ts';
import type {Topology, Tunnel, Underlay} from '../model/topology.ts';
import {deriveDeviceIrqs} from './device-irqs.ts';
import {findWaysDown, isHardware} from './lower-devices.ts';

/** What the user named, which overrules what is found: the tunnel's and the underlay's interface. */
export interface TopologyOptions {
	readonly tunnel?: string | undefined;
	readonly nic?: string | undefined;
}

/** What the topology follows from. */
const shapingSources = [
	'links',
	'wireguard',
	'netbird',
	'routes',
	'irqs',
	'interrupts',
] as const satisfies SourceName[];

type ShapingReadings = Pick<Readings, (typeof shapingSources)[number]>;

/** Whether nothing has changed that `deriveTopology` reads: it would give the same again. */
export function isShapedAlike(before: ShapingReadings, now: ShapingReadings): boolean {
	return shapingSources.every(source => {
		const [old, current] = [before[source]?.value, now[source]?.value];
		return source === 'interrupts' ? hasSameNames(before.interrupts?.value, now.interrupts?.value) : old === current;
	});
}

/** The counts are others at every tick, and tell nothing of who feeds whom. */
function hasSameNames(before: Interrupts | undefined, now: Interrupts | undefined): boolean {
	const [old, rows] = [before?.rows ?? [], now?.rows ?? []];
	return (
		old.length === rows.length &&
		rows.every(({irq, actions, description}, index) => {
			const row = old[index];
			return row?.irq === irq && row.actions === actions && row.description === description;
		})
	);
}

/**
Who feeds whom: tunnels, the interfaces that carry their packets, the devices below those, and the devices' interrupts.

A tunnel is a WireGuard device, or a TUN device that `wg show` lists or that has NetBird's address. Its underlays are the
interfaces of the routes to its peers' endpoints, the one with most of the peers' bytes first; a peer that is reached over
loopback is relayed by a program and has none. Where no route is known no underlay is: it is not guessed. Without any
tunnel the underlay is the interface of the default route (the route whose endpoint is `default`).
*/
export function deriveTopology(readings: ShapingReadings, options: TopologyOptions = {}): Topology {
	const links = new Map(readings.links?.value.map(link => [link.name, link]));
	const weights = new Map<string, number>();
	const tunnels = findTunnels(readings, options).map((tunnel): Tunnel => {
		const carriers =
			options.nic === undefined ? weighCarriers(tunnel.interface, readings) : new Map([[options.nic, 0]]);
		for (const [name, weight] of carriers) {
			weights.set(name, (weights.get(name) ?? 0) + weight);
		}

		return {...tunnel, underlays: sortByWeight(carriers)};
	});
	const names = tunnels.length === 0 ? findWithoutTunnel(readings, options) : sortByWeight(weights);
	const ways = new Map(names.map(name => [name, findWaysDown(name, links)]));
	const pathDevices = [...tunnels.map(tunnel => tunnel.interface), ...Array.from(ways.values()).flat(2)];
	return {
		tunnels,
		underlays: Array.from(ways, ([name, down]) => describeUnderlay(name, down, links)),
		pathDevices: [...new Set(pathDevices)],
		irqs: deriveDeviceIrqs(sortByPath(links, pathDevices), readings),
		...findMisnamed(readings, options),
	};
}

/** The loopback interface is on every machine, and not among the links. */
const loopback = 'lo';

function findMisnamed(readings: ShapingReadings, {tunnel, nic}: TopologyOptions): Pick<Topology, 'absent' | 'unfit'> {
	const links = readings.links?.value;
	if (links === undefined) {
		return {};
	}
	const find = (name: string | undefined): LinkFacts | undefined => links.find(link => link.name === name);
	const isAbsent = (name: string | undefined): boolean =>
		name !== undefined && name !== loopback && find(name) === undefined;
	const named = find(tunnel);
	const isUnfit = tunnel === loopback || (named !== undefined && !canBeTunnel(named, readings));
	const absent = {...(isAbsent(tunnel) && {tunnel}), ...(isAbsent(nic) && {nic})};
	const unfit = {...(isUnfit && {tunnel}), ...(nic === loopback && {nic})};
	return {
		...(Object.keys(absent).length > 0 && {absent}),
		...(Object.keys(unfit).length > 0 && {unfit}),
	};
}

/** Whether an interface may be a tunnel when the user says so: a TUN device may be anybody's. */
function canBeTunnel({name, kind}: LinkFacts, {wireguard}: ShapingReadings): boolean {
	return kind === 'wireguard' || kind === 'tun' || isListed(name, wireguard);
}

function findTunnels(readings: ShapingReadings, options: TopologyOptions): Omit<Tunnel, 'underlays'>[] {
	const shown = new Map(readings.wireguard?.value.map(each => [each.interface, each]));
	return (readings.links?.value ?? []).flatMap(link => {
		const isWanted =
			options.tunnel === undefined
				? isTunnel(link, readings)
				: link.name === options.tunnel && canBeTunnel(link, readings);
		if (!isWanted) {
			return [];
		}

		const {listenPort, fwmark} = shown.get(link.name) ?? {};
		return [
			{
				interface: link.name,
				kind: link.kind === 'tun' ? ('userspace' as const) : ('kernel' as const),
				...(link.mtu !== undefined && {mtu: link.mtu}),
				...(listenPort !== undefined && {listenPort}),
				...(fwmark !== undefined && {fwmark}),
			},
		];
	});
}

function isTunnel(link: LinkFacts, {wireguard, netbird}: ShapingReadings): boolean {
	if (link.kind === 'wireguard') {
		return true;
	}

	return link.kind === 'tun' && (isListed(link.name, wireguard) || hasAddress(link, netbird?.value.address));
}

/** Whether `wg show` tells of it. */
function isListed(name: string, wireguard: ShapingReadings['wireguard']): boolean {
	return wireguard?.value.some(each => each.interface === name) ?? false;
}

/** Whether the interface has the address, with any prefix length; false where either is not known. */
export function hasAddress(link: LinkFacts, address: string | undefined): boolean {
	return address !== undefined && (link.addresses ?? []).some(each => each.split('/')[0] === address);
}

/** The interfaces that carry the tunnel's packets, with the bytes of the peers behind each. */
function weighCarriers(tunnel: string, {wireguard, routes}: ShapingReadings): Map<string, number> {
	const devices = new Map(routes?.value.map(route => [route.endpoint, route.device]));
	const peers = wireguard?.value.find(each => each.interface === tunnel)?.peers ?? [];
	const carriers = new Map<string, number>();
	for (const peer of peers) {
		const device = peer.endpoint === undefined || isLoopback(peer.endpoint) ? undefined : devices.get(peer.endpoint);
		// A route into the tunnel itself is a loop, and carries nothing.
		if (device !== undefined && device !== 'lo' && device !== tunnel) {
			carriers.set(device, (carriers.get(device) ?? 0) + countBytes(peer));
		}
	}

	return carriers;
}

/** NetBird hands relayed peers to WireGuard as a local port: `127.0.0.1:PORT`, `127.1.x.x:PORT`. */
export function isLoopback(endpoint: string): boolean {
	return /^(?:127\.|\[::1\]|\[::ffff:127\.)/i.test(endpoint);
}

function countBytes(peer: WireGuardPeer): number {
	return (peer.receivedBytes ?? 0) + (peer.sentBytes ?? 0);
}

function findWithoutTunnel({routes}: ShapingReadings, {nic}: TopologyOptions): string[] {
	const device = nic ?? routes?.value.find(route => route.endpoint === 'default')?.device;
	return device === undefined ? [] : [device];
}

function sortByWeight(weights: ReadonlyMap<string, number>): string[] {
	return Array.from(weights)
		.sort(([, a], [, b]) => b - a)
		.map(([name]) => name);
}

function describeUnderlay(
	name: string,
	ways: readonly (readonly string[])[],
	links: ReadonlyMap<string, LinkFacts>,
): Underlay {
	const link = links.get(name);
	return {
		interface: name,
		...(link?.mtu !== undefined && {mtu: link.mtu}),
		...(link?.driver !== undefined && {driver: link.driver}),
		leaves: [...new Set(ways.map(way => way.at(-1) ?? name))],
	};
}

/** The path's devices first, so that interrupts shared by several ports are the path's. */
function sortByPath(links: ReadonlyMap<string, LinkFacts>, path: readonly string[]): LinkFacts[] {
	const all = Array.from(links.values()).filter(link => isHardware(link) || link.msiIrqs.length > 0);
	return [...all.filter(({name}) => path.includes(name)), ...all.filter(({name}) => !path.includes(name))];
}
