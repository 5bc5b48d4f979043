import type {Counters} from '../model/counters.ts';
import type {LinkFacts} from '../model/facts.ts';
import type {Drop, DropLayer} from '../model/rates.ts';
import type {NicReading, Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {deriveInterfaceDrops, deriveQdiscDrops, deriveSoftnetDrops} from './device-drops.ts';
import {countOthersDrops} from './ena-drops.ts';
import {isHardware} from './lower-devices.ts';
import {deriveDriverDrops, deriveRingDrops, type Pair} from './nic-drops.ts';
import {pairStatistics} from './nic-readings.ts';
import {derivePair} from './pair.ts';
import {deriveConntrackDrops, deriveProtocolDrops} from './protocol-drops.ts';
import {deriveTopology} from './topology.ts';

/**
Every drop counter of the path between two readings of each source, in the order in which a packet meets them.

Layers stand side by side and are never added: one packet may show in several. Within a layer `headline` says what may be
added. A counter that was set back has no row for this interval; neither has a source that was not read twice. Without a
known underlay the physical interfaces are taken for the path.
*/
export function deriveDrops(
	previous: Readings,
	current: Readings,
	topology: Topology = deriveTopology(current),
): Drop[] {
	const path = choosePath(current, topology);
	const pair = <T, Derived>(derive: (pair: Pair<T>) => Derived) => {
		return (before: T, now: T, seconds: number) => derive({previous: before, current: now, seconds});
	};

	return [
		derivePair(
			previous.linkStatistics,
			current.linkStatistics,
			pair(links => deriveRings(path, links, device => countOthersDrops(device, previous, current))),
		),
		derivePair(
			previous.nicStatistics,
			current.nicStatistics,
			pair(nics => deriveDrivers(path, nics, current)),
		),
		derivePair(previous.softnet, current.softnet, pair(deriveSoftnetDrops)),
		derivePair(
			previous.linkStatistics,
			current.linkStatistics,
			pair(links => deriveInterfaces(path, links)),
		),
		derivePair(
			previous.qdiscs,
			current.qdiscs,
			pair(qdiscs => deriveQdiscDrops(path.devices, qdiscs)),
		),
		derivePair(previous.protocols, current.protocols, pair(deriveProtocolDrops)),
		derivePair(previous.conntrack, current.conntrack, pair(deriveConntrackDrops)),
	]
		.flatMap(drops => drops ?? [])
		.sort((a, b) => dropLayers.indexOf(a.layer) - dropLayers.indexOf(b.layer));
}

/** The layers as a packet that comes in meets them. */
export const dropLayers: readonly DropLayer[] = [
	'nic',
	'cloud',
	'softnet',
	'interface',
	'qdisc',
	'fragments',
	'udp',
	'tcp',
	'conntrack',
];

interface Path {
	readonly devices: readonly string[];
	/** The devices that own rings. */
	readonly owners: ReadonlySet<string>;
	/** Owners and tunnels: what they count is their own. */
	readonly own: ReadonlySet<string>;
	readonly drivers: ReadonlyMap<string, string | undefined>;
}

function choosePath(current: Readings, {tunnels, underlays, pathDevices}: Topology): Path {
	const links = current.links?.value ?? [];
	const owners = underlays.length > 0 ? underlays.flatMap(({leaves}) => leaves) : listPhysical(links, current);
	return {
		devices: [...new Set([...pathDevices, ...owners])],
		owners: new Set(owners),
		own: new Set([...owners, ...tunnels.map(tunnel => tunnel.interface)]),
		drivers: new Map([
			...links.map(link => [link.name, link.driver] as const),
			...(current.nics?.value ?? []).flatMap(({device, driver}) =>
				driver === undefined ? [] : [[device, driver] as const],
			),
		]),
	};
}

/** Where sysfs cannot be read at all, every interface but `lo` may be one. */
function listPhysical(links: readonly LinkFacts[], {linkStatistics}: Readings): string[] {
	return links.length > 0
		? links.filter(isHardware).map(({name}) => name)
		: Object.keys(linkStatistics?.value ?? {}).filter(name => name !== 'lo');
}

type ByDevice<T> = Readonly<Record<string, T>>;

function deriveRings(
	path: Path,
	statistics: Pair<ByDevice<Counters>>,
	countOthers: (device: string) => number | undefined,
): Drop[] {
	return pairDevices(path.devices, statistics)
		.filter(([device]) => path.owners.has(device))
		.flatMap(([device, counters]) => {
			const driver = path.drivers.get(device);
			return deriveRingDrops(device, driver, counters, driver === 'ena' ? countOthers(device) : undefined);
		});
}

function deriveDrivers(path: Path, statistics: Pair<ByDevice<NicReading>>, current: Readings): Drop[] {
	return pairDevices(path.devices, statistics).flatMap(([device, readings]) => {
		const counters = pairStatistics(readings);
		const facts = {
			driver: path.drivers.get(device),
			owner: path.owners.has(device),
			link: current.linkStatistics?.value[device],
		};
		return counters === undefined ? [] : deriveDriverDrops(device, facts, counters);
	});
}

function deriveInterfaces(path: Path, statistics: Pair<ByDevice<Counters>>): Drop[] {
	return pairDevices(path.devices, statistics).flatMap(([device, counters]) =>
		deriveInterfaceDrops(device, path.own.has(device), counters),
	);
}

/** The devices that are in both readings, each with its own pair. */
function pairDevices<T>(
	devices: readonly string[],
	{previous, current, seconds}: Pair<ByDevice<T>>,
): [string, Pair<T>][] {
	return devices.flatMap((device): [string, Pair<T>][] => {
		const before = Object.hasOwn(previous, device) ? previous[device] : undefined;
		const now = Object.hasOwn(current, device) ? current[device] : undefined;
		return before === undefined || now === undefined ? [] : [[device, {previous: before, current: now, seconds}]];
	});
}
