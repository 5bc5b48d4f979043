import type {LinkFacts} from '../model/facts.ts';

/**
The ways down from an interface to the devices that own its rings: each a list of names from the interface to the device.

Follows `lower_*` (bond, team, vlan, bridge, failover) and, since a VF may carry its `master` before the link downwards is
there, the masters back. Under hv_netvsc the way ends at the VF where there is one. Where some ways end at hardware, those
that do not (virtual machines' ports on a bridge) are left out. An interface with nothing below owns its rings itself.
*/
export function findWaysDown(name: string, links: ReadonlyMap<string, LinkFacts>): string[][] {
	const ways = walkDown([name], links);
	const real = ways.filter(way => isHardware(links.get(way.at(-1) ?? '')));
	return real.length > 0 ? real : ways;
}

/** A device with a driver's device folder: not made of software alone. */
export function isHardware(link: LinkFacts | undefined): boolean {
	return link?.bus !== undefined || link?.device !== undefined;
}

function walkDown(way: readonly string[], links: ReadonlyMap<string, LinkFacts>): string[][] {
	const name = way.at(-1) ?? '';
	const slaves = Array.from(links.values()).filter(link => link.master === name);
	const below = new Set([...(links.get(name)?.lowers ?? []), ...slaves.map(link => link.name)]);
	const next = Array.from(below).filter(lower => links.has(lower) && !way.includes(lower));
	return next.length === 0 ? [[...way]] : next.flatMap(lower => walkDown([...way, lower], links));
}
