import type {Counters, Qdisc, SoftnetRow} from '../model/counters.ts';
import type {Drop} from '../model/rates.ts';
import {type DropKind, makeDrop} from './drop.ts';
import {type Pair, ringCounters} from './nic-drops.ts';

/**
What the kernel did not queue for a CPU (`/proc/net/softnet_stat`, column 2), by CPU; 32-bit counters.

Only packets that were steered to another CPU, or came from a virtual device, wait there. `flow_limit_count` is a part of it.
*/
export function deriveSoftnetDrops({previous, current, seconds}: Pair<readonly SoftnetRow[]>): Drop[] {
	const before = new Map(previous.map(row => [row.cpu, row]));
	return current.flatMap(row => {
		const earlier = before.get(row.cpu);
		const place = {layer: 'softnet' as const, device: `cpu${row.cpu}`, seconds};
		const bits = 32;
		return [
			...makeDrop(place, {
				counter: 'dropped',
				kind: 'loss',
				bits,
				previous: earlier?.dropped,
				current: row.dropped,
			}),
			...makeDrop(place, {
				counter: 'flow_limit_count',
				kind: 'part',
				bits,
				previous: earlier?.flowLimit,
				current: row.flowLimit,
			}),
		];
	});
}

/**
What an interface lost by the kernel's 64-bit counters.

`rx_dropped` is never in the headline: it holds the packets that the softnet layer has too, and those that nobody wanted.
Interfaces between the tunnel and the device add up what their lower devices count (`own` false). Errors that are exactly
the device's overflows are those.
*/
export function deriveInterfaceDrops(
	device: string,
	own: boolean,
	{previous, current, seconds}: Pair<Counters>,
): Drop[] {
	const overflows = ringCounters.reduce((sum, counter) => sum + (current[counter] ?? 0), 0);
	const isCopy = overflows > 0 && current.rx_errors === overflows;
	const kinds: readonly (readonly [string, DropKind])[] = [
		['rx_dropped', 'sign'],
		['tx_dropped', own ? 'loss' : 'sign'],
		['rx_errors', own && !isCopy ? 'loss' : 'sign'],
		['tx_errors', own ? 'loss' : 'sign'],
		['rx_length_errors', 'part'],
		['rx_frame_errors', 'part'],
		['rx_crc_errors', 'part'],
		['rx_nohandler', 'part'],
	];
	return kinds.flatMap(([counter, kind]) =>
		makeDrop(
			{layer: 'interface', device, seconds},
			{counter, kind, previous: previous[counter], current: current[counter]},
		),
	);
}

/**
What the queues in front of the drivers dropped (`tc -s qdisc`); 32-bit counters, `KIND.drops`.

A root holds what its children count (`sch_mq.c: mq_dump`), so only roots, and the ingress hook beside them, have a row.
`flows_plimit` of fq, a part of its drops, is printed by tc only where it is not 0, and added up over the queues.
*/
export function deriveQdiscDrops(
	devices: readonly string[],
	{previous, current, seconds}: Pair<readonly Qdisc[]>,
): Drop[] {
	const before = new Map(previous.map(qdisc => [identify(qdisc), qdisc]));
	return devices.flatMap(device => {
		const qdiscs = current.filter(qdisc => qdisc.device === device && qdisc.kind !== 'noqueue');
		const place = {layer: 'qdisc' as const, device, seconds};
		const drops = qdiscs.filter(isOutermost).flatMap(qdisc =>
			makeDrop(place, {
				counter: `${qdisc.kind}.drops`,
				kind: 'loss',
				bits: 32,
				previous: before.get(identify(qdisc))?.drops,
				current: qdisc.drops,
			}),
		);
		const paced = qdiscs.filter(({kind}) => kind === 'fq');
		const known = paced.filter(qdisc => before.has(identify(qdisc)));
		const sum = (list: readonly (Qdisc | undefined)[]) =>
			list.reduce((total, each) => total + (each?.flowsPlimit ?? 0), 0);
		return known.length < paced.length
			? drops
			: [
					...drops,
					...makeDrop(place, {
						counter: 'fq.flows_plimit',
						kind: 'part',
						previous: sum(known.map(qdisc => before.get(identify(qdisc)))),
						current: sum(known),
					}),
				];
	});
}

function isOutermost({root, kind}: Qdisc): boolean {
	return root || kind === 'clsact' || kind === 'ingress';
}

function identify({device, kind, handle, parent}: Qdisc): string {
	return [device, kind, handle, parent].join(' ');
}
