import type {Host} from '../host.ts';
import type {IrqFacts, Readings, Topology} from '../model.ts';
import {parseCpuList} from '../parse/cpu-list.ts';
import {omitUnknown} from '../parse/json.ts';
import {tryLine, tryRead} from './reading.ts';

/** The path's interrupts are always read; of the others only so many, since each costs four small files. */
const irqLimit = 64;

/** Reads wanted and effective affinity of the path's interrupts first, then of others (`Documentation/core-api/irq`). */
export function readIrqs(host: Host, readings: Readings, topology: Topology): IrqFacts[] {
	const path = Object.keys(topology.irqs).map(Number);
	const others = (readings.interrupts?.value.rows ?? []).map(row => Number(row.irq)).filter(irq => !Number.isNaN(irq));
	const room = Math.max(0, irqLimit - path.length);
	const chosen = [...path, ...others.filter(irq => !path.includes(irq)).slice(0, room)];
	return chosen.filter(irq => !Number.isNaN(irq)).map(irq => readIrq(host, irq));
}

function readIrq(host: Host, irq: number): IrqFacts {
	const cpus = (name: string): readonly number[] | undefined =>
		tryRead(() => parseCpuList(host.readText(`/proc/irq/${irq}/${name}`).trim()));
	const effective = cpus('effective_affinity_list');
	return omitUnknown({
		irq,
		actions: tryLine(host, `/sys/kernel/irq/${irq}/actions`) || undefined,
		chip: tryLine(host, `/sys/kernel/irq/${irq}/chip_name`) || undefined,
		affinity: cpus('smp_affinity_list'),
		// Empty until the interrupt has been started.
		effective: effective?.length ? effective : undefined,
	});
}
