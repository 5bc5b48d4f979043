import {isHardware} from '../../derive/lower-devices.ts';
import type {LinkFacts, NicFacts} from '../../model/facts.ts';
import type {Readings} from '../../model/snapshot.ts';
import type {Tunnel} from '../../model/topology.ts';
import type {Plan, Setting, Situation, Wish} from '../../model/tuning.ts';

/** A device that owns rings on the way to the peers: under a bond a slave, on Azure the VF and never the pair above it. */
export interface Leaf {
	readonly link: LinkFacts;
	readonly nic?: NicFacts;
}

/** What is wanted of one device or knob, and why not more. */
export interface Part {
	readonly wishes?: readonly Wish[];
	/** Why nothing is wanted, in words with figures. */
	readonly reason?: string;
	/** True: nothing is wanted because all of it is so already. */
	readonly holds?: boolean;
	/** A sysctl that this network namespace does not have: nothing can be wanted of it. */
	readonly missing?: string;
	readonly notes?: readonly string[];
}

/** A plan of what is wanted of each part; unavailable with all reasons when nothing is. */
export function toPlan(parts: readonly Part[], otherwise: string): Plan {
	const wishes = parts.flatMap(part => part.wishes ?? []);
	const missing = parts.flatMap(part => part.missing ?? []);
	const reasons = [...describeMissing(missing), ...new Set(parts.flatMap(part => part.reason ?? []))];
	const notes = [...new Set(parts.flatMap(part => part.notes ?? []))];
	if (wishes.length === 0) {
		const hold = parts.every(part => part.holds === true || part.reason === undefined);
		const holds = reasons.length > 0 && missing.length === 0 && hold;
		return {unavailable: reasons.length > 0 ? reasons.join('; ') : otherwise, ...(holds && {holds})};
	}
	return notes.length > 0 ? {wishes, notes} : {wishes};
}

/** Some knobs are the whole machine's, and only its first network namespace shows them (`net/core/sysctl_net_core.c`). */
function describeMissing(names: readonly string[]): string[] {
	return names.length === 0
		? []
		: [
				`${joinWords(names)} cannot be read here (${names.length === 1 ? 'it exists' : 'they exist'} in the first network namespace alone)`,
			];
}

function joinWords(words: readonly string[]): string {
	return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export const noUnderlay = 'no network interface is known to carry a tunnel';
export const noTunnel = 'there is no WireGuard tunnel';
export const noFacts = 'the machine’s CPUs have not been read yet';

export function listLeaves({readings, topology}: Situation): Leaf[] {
	const names = new Set(topology.underlays.flatMap(({leaves}) => leaves));
	return (readings.links?.value ?? [])
		.filter(link => names.has(link.name))
		.map(link => {
			const nic = readings.nics?.value.find(({device}) => device === link.name);
			return {link, ...(nic && {nic})};
		});
}

export function listTunnels({readings, topology}: Situation): {readonly tunnel: Tunnel; readonly link: LinkFacts}[] {
	return topology.tunnels.flatMap(tunnel => {
		const link = findLink(readings, tunnel.interface);
		return link === undefined ? [] : [{tunnel, link}];
	});
}

export function findLink({links}: Readings, name: string): LinkFacts | undefined {
	return links?.value.find(link => link.name === name);
}

/**
The synthetic half of an Azure pair that has no VF now. `ethtool -L` and `-G` take the whole device away and attach it
again, and when that fails twice it stays away (`drivers/net/hyperv/netvsc_drv.c: netvsc_attach`).
*/
export function isSynthetic({driver}: LinkFacts): boolean {
	return driver === 'hv_netvsc';
}

/** A device of software alone (a bridge's port, a veth) has no rings, queues' interrupts or receive hash of its own. */
export function isSoftware(link: LinkFacts): boolean {
	return !isHardware(link);
}

/** A sysctl of one number that is to be at least `target`: never lowered. Nothing is said of it before sysctls are read. */
export function raiseSysctl({sysctls}: Readings, name: string, target: number): Part {
	if (sysctls === undefined) {
		return {};
	}
	const now = sysctls.value[name];
	if (now === undefined) {
		return {missing: name};
	}
	const setting: Setting = {kind: 'sysctl', name};
	return Number(now) >= target
		? {reason: `${name} is already ${now}`, holds: true}
		: {wishes: [{setting, to: String(target)}]};
}

/** The receive queues in use now, as far as can be told. */
export function countRxQueues({link, nic}: Leaf): number {
	const {combined = 0, rx = 0} = nic?.channels?.current ?? {};
	return combined + rx || link.rxQueues.length;
}

/** `1 queue`, `4 queues`. */
export function countOf(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
