import type {LinkRates} from '../model/rates.ts';
import type {Situation} from '../model/tuning.ts';
import {deriveQueues, type Path, sumSharesByCpu} from './path.ts';

/** What can pass one core outside of tunnels, and how that compares with the tunnels. */
export interface Outside {
	/** Packets a second, both ways together: all, and those of no tunnel. */
	readonly packets: number;
	readonly others: number;
	/** What the tunnels have of it: 0 to 1. */
	readonly tunnelShare: number;
	/** The device beside the tunnel's own of which most comes there. */
	readonly foreign?: {readonly device: string; readonly packets: number};
}

/** A tunnel that has less than this of what passes a core is not what keeps it busy. */
const goodPart = 0.3;

/**
Whose packets can pass a core: the kernel counts soft interrupts, not whose they are. Undefined where it is not known.

Of a device what arrives on that core counts, or all where that is not known. Of the tunnel's own all counts as well where nothing
arrives there: RPS may steer it to any core.

Packets are counted alike only where nobody has put some together: a virtio device counts one for 64 KiB of TCP (TSO, GRO), a TUN
device does so too, WireGuard and other devices count each on the wire. Of bytes the tunnel's are a few too few, since its
outer headers count at the device alone. So the larger of both shares is taken.
*/
export function findOutside(situation: Situation, path: Path | undefined, cpu: number): Outside | undefined {
	const {topology, rates} = situation;
	const tunnels = topology.tunnels.flatMap(({interface: name}): LinkRates[] => listRates(situation, name));
	const inside = {packets: sumUp(tunnels, 'packets'), bytes: sumUp(tunnels, 'bytes')};
	const devices = listDevices(situation).flatMap(device =>
		listRates(situation, device).map(counters => {
			const isOwn = device === path?.device;
			const part = findPart(device, cpu, isOwn, rates);
			const rest = (what: What) => part * Math.max(0, sumUp([counters], what) - (isOwn ? inside[what] : 0));
			return {device, isOwn, packets: rest('packets'), bytes: rest('bytes')};
		}),
	);
	if (path?.device === undefined || rates.links?.[path.device] === undefined) {
		return undefined;
	}

	const others = devices.reduce((sum, {packets}) => sum + packets, 0);
	const otherBytes = devices.reduce((sum, {bytes}) => sum + bytes, 0);
	const [foreign] = devices.filter(({isOwn, packets}) => !isOwn && packets > 0).sort((a, b) => b.packets - a.packets);
	return {
		packets: inside.packets + others,
		others,
		tunnelShare: Math.max(
			inside.packets / Math.max(1, inside.packets + others),
			inside.bytes / Math.max(1, inside.bytes + otherBytes),
		),
		...(foreign && {foreign: {device: foreign.device, packets: foreign.packets}}),
	};
}

/** What was found of a core is held while the share is only so far on the other side. */
export const shareSlack = 0.05;

/** Whether what keeps a core busy can be the tunnel's: where it is not known, it can. `slack` is taken off the share it must have. */
export function isTunnelsLoad(outside: Outside | undefined, slack = 0): boolean {
	return outside === undefined || outside.tunnelShare >= goodPart - slack;
}

type What = 'packets' | 'bytes';

/** A share so small is some stray interrupt. */
const strayPart = 0.05;

function findPart(device: string, cpu: number, isOwn: boolean, rates: Situation['rates']): number {
	const shares = sumSharesByCpu(deriveQueues(device, 'rx', rates));
	const part = shares.get(cpu) ?? 0;
	return shares.size === 0 || (isOwn && part < strayPart) ? 1 : part;
}

/** The interfaces whose counters are there, that are no tunnel and have no other one under them: each packet is of one. */
function listDevices({topology, rates, readings}: Situation): string[] {
	const links = readings.links?.value ?? [];
	const upper = new Set([
		...links.filter(({lowers}) => lowers.some(lower => rates.links?.[lower] !== undefined)).map(({name}) => name),
		...links.map(({master}) => master),
		...topology.tunnels.map(tunnel => tunnel.interface),
		'lo',
	]);
	return Object.keys(rates.links ?? {}).filter(name => !upper.has(name));
}

function listRates({rates}: Situation, name: string): LinkRates[] {
	const counters = rates.links?.[name];
	return counters === undefined ? [] : [counters];
}

function sumUp(links: readonly LinkRates[], what: What): number {
	return links.reduce((sum, link) => sum + (link[`rx_${what}`] ?? 0) + (link[`tx_${what}`] ?? 0), 0);
}
