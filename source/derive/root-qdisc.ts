import type {Qdisc} from '../model/counters.ts';

/**
The queueing discipline at a device's root in words: `fq`; `mq fq` where every send queue has the same; `mq fq_codel
pfifo_fast` by queue where not. Undefined for a device without one.

What was set up by hand carries its handle (`htb 1:`): options that `tc` does not tell again would be lost with it. The
kernel's own have the handle `0:`; `mq` has nothing to set, and neither has `pfifo_fast`, which the kernel gives to queues
that are added later (`net/sched/sch_mq.c: mq_init`).
*/
export function describeRootQdisc(qdiscs: readonly Qdisc[], device: string): string | undefined {
	const ofDevice = qdiscs.filter(qdisc => qdisc.device === device);
	const root = ofDevice.find(qdisc => qdisc.root);
	if (root === undefined) {
		return undefined;
	}
	if (root.kind !== 'mq') {
		return nameQdisc(root);
	}
	const children = ofDevice
		.filter(qdisc => isChildOf(qdisc, root))
		.sort((a, b) => findQueue(a) - findQueue(b))
		.map(nameQdisc);
	return ['mq', ...(children.every(child => child === children[0]) ? children.slice(0, 1) : children)].join(' ');
}

/** Whether somebody has set it up by hand, which is then left alone. */
export function isSetByHand(description: string): boolean {
	return /:/.test(description);
}

function nameQdisc({kind, handle = '0:'}: Qdisc): string {
	return handle === '0:' || kind === 'pfifo_fast' ? kind : `${kind} ${handle}`;
}

/** `tc` prints a parent under the handle `0:` as `:1`, the number in hexadecimal. */
function isChildOf({parent}: Qdisc, {handle = '0:'}: Qdisc): boolean {
	const [major] = (parent ?? 'none').split(':');
	return parent?.includes(':') === true && (major === '' ? '0:' : `${major}:`) === handle;
}

function findQueue({parent = ''}: Qdisc): number {
	return Number.parseInt(parent.split(':')[1] ?? '', 16);
}
