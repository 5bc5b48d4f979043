import type {Host} from '../host.ts';
import type {Readings} from '../model/snapshot.ts';
import type {Topology} from '../model/topology.ts';
import {statisticsFolder} from './link-statistics.ts';
import {tryLine, tryList, tryRead} from './reading.ts';

/** What must change when drivers, queues, interrupts or the way to the peers may be others. */
export interface LinkSigns {
	readonly names: string;
	/** Index, MTU and number of queues, of the interfaces that are looked at. */
	readonly details: ReadonlyMap<string, string>;
	readonly endpoints: string;
}

/** Cheap enough for every tick: the names of all interfaces, and three files of each that is looked at. */
export function readLinkSigns(host: Host, readings: Readings, topology: Topology): LinkSigns {
	const names = tryRead(() => host.list(statisticsFolder)) ?? [];
	const physical = (readings.links?.value ?? []).filter(link => link.driver !== undefined).map(link => link.name);
	const watched = new Set([...topology.pathDevices, ...physical]);
	const details = names
		.filter(name => watched.has(name))
		.map(name => {
			const folder = `${statisticsFolder}/${name}`;
			const queues = tryList(host, `${folder}/queues`).length;
			return [name, `${tryLine(host, `${folder}/ifindex`)} ${tryLine(host, `${folder}/mtu`)} ${queues}`] as const;
		});
	const endpoints = (readings.wireguard?.value ?? []).flatMap(each => each.peers.map(peer => peer.endpoint ?? ''));
	return {names: names.join(), details: new Map(details), endpoints: endpoints.join()};
}

/** An interface that is looked at for the first time has not changed. */
export function isOtherLink(before: LinkSigns, now: LinkSigns): boolean {
	return (
		before.names !== now.names ||
		before.endpoints !== now.endpoints ||
		[...now.details].some(([name, text]) => (before.details.get(name) ?? text) !== text)
	);
}
