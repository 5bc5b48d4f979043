import type {InterruptRow} from '../model/counters.ts';
import type {LinkFacts} from '../model/facts.ts';
import type {Readings} from '../model/snapshot.ts';
import type {IrqRole} from '../model/topology.ts';
import {findDeviceIrqRoles} from './irq-role.ts';

/**
The interrupts of devices by IRQ label: whose, and for which queue.

A device's interrupts are those in its `msi_irqs`, else its legacy one, else those that name it in `/proc/interrupts`. An
interrupt without an action is not in use. One that several ports of a card share (mana) is given to the first of `links`.
A driver may have asked for more interrupts than it has queues now: those never arrive.
*/
export function deriveDeviceIrqs(
	links: readonly LinkFacts[],
	readings: Pick<Readings, 'interrupts' | 'irqs'>,
): Record<string, IrqRole> {
	const rows = (readings.interrupts?.value.rows ?? []).filter(({irq}) => /^\d+$/.test(irq));
	const actions = new Map(rows.map(row => [row.irq, row.actions]));
	for (const {irq, actions: names} of readings.irqs?.value ?? []) {
		if (names !== undefined && !actions.get(String(irq))) {
			actions.set(String(irq), names);
		}
	}

	const roles = new Map<string, IrqRole>();
	for (const link of links) {
		const ofLink = listIrqs(link, rows).filter(irq => actions.get(irq) && !roles.has(irq));
		for (const [irq, role] of findDeviceIrqRoles(new Map(ofLink.map(irq => [irq, actions.get(irq)])))) {
			roles.set(irq, {device: link.name, ...role});
		}
	}

	return Object.fromEntries(roles);
}

function listIrqs(link: LinkFacts, rows: readonly InterruptRow[]): string[] {
	if (link.msiIrqs.length > 0) {
		return link.msiIrqs.map(String);
	}

	if (link.legacyIrq !== undefined && link.legacyIrq > 0) {
		return [String(link.legacyIrq)];
	}

	return rows.filter(row => isNamedAfter(row, link)).map(({irq}) => irq);
}

/** By address: `mlx5_comp0@pci:0000:08:00.0`, the chip `PCI-MSIX-0000:08:00.0` (since 6.2). By name: `virtio3-input.0`, `i40e-eth0-TxRx-0`. */
function isNamedAfter({actions = '', description}: InterruptRow, {name, bus, device}: LinkFacts): boolean {
	const isOnBus = bus?.includes(':') && description.includes(bus);
	return isOnBus || [name, device].some(word => word !== undefined && hasWord(actions, word));
}

/** A name may itself hold dashes, so the words are not split. */
function hasWord(actions: string, word: string): boolean {
	return actions.split(/,\s*/).some(action => `-${action.replaceAll(':', '-')}-`.includes(`-${word}-`));
}
