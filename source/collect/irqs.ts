import type {Host} from '../host.ts';
import type {InterruptRow} from '../model/counters.ts';
import type {IrqFacts} from '../model/facts.ts';
import type {Reading} from '../model/snapshot.ts';
import {parseCpuList} from '../parse/cpu-list.ts';
import {omitUnknown} from '../parse/json.ts';
import {type Context, readNow, tryLine, tryRead} from './reading.ts';

/** The path's interrupts are always read; of the others only so many, since each costs two small files. */
const irqLimit = 64;

/** What does not change while a device has the interrupt. */
interface Owner {
	/** How `/proc/interrupts` names it; absent: it has no row there. */
	readonly description: string | undefined;
	readonly actions: string | undefined;
	readonly chip: string | undefined;
}

/**
Reads wanted and effective affinity of the path's interrupts first, then of others (`Documentation/core-api/irq`). Names are
read once, and again when the interrupt's row has another text.
*/
export function createIrqReader() {
	let owners = new Map<number, Owner>();

	return ({host, readings, topology}: Context): Reading<IrqFacts[]> => {
		const rows = new Map((readings.interrupts?.value.rows ?? []).map(row => [Number(row.irq), row]));
		const path = Object.keys(topology.irqs).map(Number);
		const others = [...rows.keys()].filter(irq => !Number.isNaN(irq) && !path.includes(irq));
		const chosen = [...path, ...others.slice(0, Math.max(0, irqLimit - path.length))].filter(irq => !Number.isNaN(irq));
		const found = chosen.map(irq => [irq, findOwner(host, irq, rows.get(irq), owners.get(irq))] as const);
		owners = new Map(found);
		return readNow(
			host,
			found.map(([irq, owner]) => readIrq(host, irq, owner)),
		);
	};
}

function findOwner(host: Host, irq: number, row: InterruptRow | undefined, known: Owner | undefined): Owner {
	return known !== undefined && row !== undefined && known.description === row.description
		? known
		: {
				description: row?.description,
				actions: tryLine(host, `/sys/kernel/irq/${irq}/actions`) || undefined,
				chip: tryLine(host, `/sys/kernel/irq/${irq}/chip_name`) || undefined,
			};
}

function readIrq(host: Host, irq: number, {actions, chip}: Owner): IrqFacts {
	const cpus = (name: string): readonly number[] | undefined =>
		tryRead(() => parseCpuList(host.readText(`/proc/irq/${irq}/${name}`).trim()));
	const effective = cpus('effective_affinity_list');
	return omitUnknown({
		irq,
		actions,
		chip,
		affinity: cpus('smp_affinity_list'),
		// Empty until the interrupt has been started.
		effective: effective?.length ? effective : undefined,
	});
}
