import type {IrqRole, QueueRole} from '../model/topology.ts';

/**
What an interrupt of a network device serves, by its action names (shared interrupts have several, with commas between).

Undefined where no name is known. A name without anything but the interface (`eth0`, `virtio3`) is the only interrupt of
its device or, beside queue interrupts, its control interrupt: `findDeviceIrqRoles` tells which.
*/
export function findIrqRole(actions: string): Pick<IrqRole, 'role' | 'queue'> | undefined {
	for (const action of actions.split(',').map(name => name.trim())) {
		for (const [pattern, role] of patterns) {
			const match = pattern.exec(action);
			if (match !== null) {
				const queue = match[1];
				return queue === undefined ? {role} : {role, queue: Number(queue)};
			}
		}
	}

	return undefined;
}

/**
The roles of all interrupts of one device, by IRQ label; `actions` are by label too.

gve numbers its notification blocks from 0 to twice the number of queues that it could have: the lower half serves sending,
the upper half receiving (`gve.h: gve_rx_idx_to_ntfy`).
*/
export function findDeviceIrqRoles(
	actions: ReadonlyMap<string, string | undefined>,
): Map<string, Pick<IrqRole, 'role' | 'queue'>> {
	const blocks = new Map<string, number>();
	const roles = new Map<string, Pick<IrqRole, 'role' | 'queue'>>();
	const rest: string[] = [];
	for (const [irq, names = ''] of actions) {
		const role = findIrqRole(names);
		const block = gveBlock.exec(names)?.[1];
		if (role !== undefined) {
			roles.set(irq, role);
		} else if (block !== undefined) {
			blocks.set(irq, Number(block));
		} else {
			rest.push(irq);
		}
	}

	const half = Math.ceil(blocks.size / 2);
	for (const [irq, block] of blocks) {
		roles.set(irq, block < half ? {role: 'tx', queue: block} : {role: 'rx', queue: block - half});
	}

	const isQueue = ({role}: Pick<IrqRole, 'role'>) => role !== 'control';
	const numbered = Array.from(roles.values()).some(isQueue) ? undefined : findNumbered(rest, actions);
	const hasQueues = numbered !== undefined || Array.from(roles.values()).some(isQueue);
	for (const irq of rest) {
		const queue = numbered?.get(irq);
		roles.set(irq, queue === undefined ? {role: hasQueues ? 'control' : 'rxtx'} : {role: 'rxtx', queue});
	}

	return roles;
}

/**
The queues of interrupts that have nothing but a number behind the interface's name, by label: sfc (`efx_get_channel_name`) and
bnx2. Undefined where they do not count from 0 on: a single `lan-1` may be an interface of that name. tg3 names its control
interrupt so, beside others that say what they serve.
*/
function findNumbered(
	irqs: readonly string[],
	actions: ReadonlyMap<string, string | undefined>,
): ReadonlyMap<string, number> | undefined {
	const names = irqs.flatMap(irq => {
		const [, name, queue] = /^([^\s,]+)-(\d+)$/.exec(actions.get(irq) ?? '') ?? [];
		return name === undefined ? [] : [{irq, name, queue: Number(queue)}];
	});
	const queues = new Set(names.map(({queue}) => queue));
	const isOneName = new Set(names.map(({name}) => name)).size === 1;
	return isOneName && names.length > 1 && queues.size === names.length && queues.has(0)
		? new Map(names.map(({irq, queue}) => [irq, queue]))
		: undefined;
}

const gveBlock = /(?:^|,\s*)(?:gve-ntfy-blk|\S*-ntfy-block\.)(\d+)(?=@|,|$)/;

/** In this order: the first that fits decides. The group is the queue. From the drivers' `request_irq` calls, Linux 4.19 to 7.0. */
const patterns: readonly (readonly [RegExp, QueueRole])[] = [
	// mlx5_core: pci_irq.c (irq_set_name), sub-functions included; comp0 is a data queue.
	[/^mlx5_(?:sf_)?comp(\d+)(?:@|$)/, 'rxtx'],
	[/^mlx5_combined(\d+)(?:@|$)/, 'rxtx'],
	[/^mlx5_/, 'control'],
	// mlx4: eq.c. Its number is the event queue's, not the ring's.
	[/^mlx4-\d+@/, 'rxtx'],
	[/^mlx4-/, 'control'],
	// virtio_net: virtio_pci_common.c (vp_request_msix_vectors). `virtio0-input` without a queue is the random generator.
	[/^virtio\d+-input\.(\d+)$/, 'rx'],
	[/^virtio\d+-output\.(\d+)$/, 'tx'],
	[/^virtio\d+-virtqueues$/, 'rxtx'],
	[/^virtio\d+-(?:config|control)$/, 'control'],
	// mana: gdma_main.c.
	[/^mana_q(\d+)@/, 'rxtx'],
	[/^mana_hwc@/, 'control'],
	// i40e's flow director has a ring of its own, named like a queue.
	[/:fdir/, 'control'],
	// ena, the Intel drivers, bnxt_en, vmxnet3, e1000e: IFNAME-TxRx-N, IFNAME-Tx-Rx-N, IFNAME-rx-N.
	[/-(?:tx-?rx|rx-?tx)-(\d+)$/i, 'rxtx'],
	// xen-netfront, where it has an event channel for each direction: IFNAME-qN-rx.
	[/-q(\d+)-rx$/, 'rx'],
	[/-q(\d+)-tx$/, 'tx'],
	// stmmac: IFNAME:rx-N.
	[/:rx-(\d+)$/, 'rx'],
	[/:tx-(\d+)$/, 'tx'],
	// bnx2x, qede: a fast path is a pair of rings.
	[/-fp-(\d+)$/, 'rxtx'],
	[/-rx-(\d+)$/i, 'rx'],
	[/-tx-(\d+)$/i, 'tx'],
	[/^(?:ena|gve)-mgmnt@/, 'control'],
	// sfc: rings for what XDP sends on.
	[/-xdp-\d+$/, 'control'],
	[/[-:](?:misc|mbx|mailbox|event)(?:-\d+)?$/i, 'control'],
];
