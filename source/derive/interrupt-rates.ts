import type {InterruptRow, Interrupts} from '../model/counters.ts';
import type {IrqFacts} from '../model/facts.ts';
import type {InterruptRate} from '../model/rates.ts';
import type {IrqRole} from '../model/topology.ts';
import {maximumInterrupts, subtractCounter32} from './counters.ts';

/** Who owns an interrupt, and where it may and does arrive: joined to the rates where known. */
export interface InterruptContext {
	readonly roles?: Readonly<Record<string, IrqRole>> | undefined;
	readonly irqs?: readonly IrqFacts[] | undefined;
}

export interface InterruptRates {
	readonly interrupts: readonly InterruptRate[];
	/** The sum of all interrupts per second by CPU id. */
	readonly perCpu: ReadonlyMap<number, number>;
}

/**
Rates of `/proc/interrupts`, in the file's order.

An interrupt whose description changed (another device took its number), or one of whose counters was set back, has none for
this interval, and neither has a CPU that is in one of the two readings only. Counts are matched by label and CPU id, where the
label is no number by its text too: powerpc has two rows `LOC` (`arch/powerpc/kernel/irq.c: arch_show_interrupts`).
*/
export function deriveInterruptRates(
	previous: Interrupts,
	current: Interrupts,
	seconds: number,
	context: InterruptContext = {},
): InterruptRates {
	const columns = matchColumns(previous.cpus, current.cpus);
	const before = new Map(previous.rows.map(row => [identify(row), row]));
	const facts = new Map(context.irqs?.map(irq => [String(irq.irq), irq]));
	const deltas = new Float64Array(current.cpus.length);
	const sums = new Float64Array(current.cpus.length);
	const interrupts: InterruptRate[] = [];
	for (const row of current.rows) {
		const earlier = before.get(identify(row));
		if (earlier === undefined || earlier.description !== row.description) {
			continue;
		}

		const perSecond = isGlobal(row)
			? subtractGlobal(earlier, row, seconds)
			: subtractRow(earlier, row, columns, deltas, seconds);
		if (perSecond !== undefined) {
			const perCpu = isGlobal(row) ? [] : collectCpus(current.cpus, deltas, isSum(row) ? undefined : sums, seconds);
			interrupts.push({...describe(row, context.roles?.[row.irq], facts.get(row.irq)), perSecond, perCpu});
		}
	}

	const known = current.cpus
		.map((cpu, column) => [cpu, column] as const)
		.filter(([, column]) => columns[column] !== -1);
	return {interrupts, perCpu: new Map(known.map(([cpu, column]) => [cpu, (sums[column] ?? 0) / seconds]))};
}

function identify({irq, description}: InterruptRow): string {
	return irq.charCodeAt(0) <= nine ? irq : `${irq} ${description}`;
}

const nine = 0x39;

/** For each of the current columns the earlier one of the same CPU, or -1. */
function matchColumns(previous: readonly number[], current: readonly number[]): Int32Array {
	const columns = new Map(previous.map((cpu, column) => [cpu, column]));
	return Int32Array.from(current, cpu => columns.get(cpu) ?? -1);
}

/** `ERR` and `MIS` have one count for the machine and no text. */
function isGlobal(row: InterruptRow): boolean {
	return row.counts.length === 1 && row.description === '';
}

/** `EXT`, `I/O` and `AIO` of s390 add up what the rows below them count (`arch/s390/kernel/irq.c`), and have no text either. */
function isSum(row: InterruptRow): boolean {
	return row.description === '';
}

function subtractGlobal(before: InterruptRow, now: InterruptRow, seconds: number): number | undefined {
	const delta = subtractCounter32(before.counts[0] ?? 0, now.counts[0] ?? 0, maximumInterrupts, seconds);
	return delta === undefined ? undefined : delta / seconds;
}

/** Fills `deltas`, and gives their sum per second; undefined where a counter was set back. */
function subtractRow(
	before: InterruptRow,
	now: InterruptRow,
	columns: Int32Array,
	deltas: Float64Array,
	seconds: number,
): number | undefined {
	let sum = 0;
	for (let column = 0; column < deltas.length; column++) {
		const earlier = columns[column] ?? -1;
		let delta = 0;
		if (earlier !== -1) {
			const from = before.counts[earlier] ?? 0;
			const to = now.counts[column] ?? 0;
			const difference = to >= from ? to - from : subtractCounter32(from, to, maximumInterrupts, seconds);
			if (difference === undefined) {
				return undefined;
			}

			delta = difference;
		}

		deltas[column] = delta;
		sum += delta;
	}

	return sum / seconds;
}

/** The CPUs on which the interrupt arrived, busiest first. Adds the deltas to `sums`, where they are given. */
function collectCpus(
	cpus: readonly number[],
	deltas: Float64Array,
	sums: Float64Array | undefined,
	seconds: number,
): {cpu: number; perSecond: number}[] {
	const perCpu: {cpu: number; perSecond: number}[] = [];
	for (let column = 0; column < deltas.length; column++) {
		const delta = deltas[column] ?? 0;
		if (delta > 0) {
			if (sums !== undefined) {
				sums[column] = (sums[column] ?? 0) + delta;
			}

			perCpu.push({cpu: cpus[column] ?? 0, perSecond: delta / seconds});
		}
	}

	return perCpu.sort((a, b) => b.perSecond - a.perSecond);
}

function describe(row: InterruptRow, role: IrqRole | undefined, facts: IrqFacts | undefined) {
	const known = facts !== undefined && isSameDevice(row, facts) ? facts : undefined;
	return {
		irq: row.irq,
		name: row.actions || known?.actions || row.description || row.irq,
		...role,
		...(known?.affinity === undefined ? {} : {affinity: known.affinity}),
		...(known?.effective === undefined ? {} : {effective: known.effective}),
	};
}

/** Facts are read seldom: those of an IRQ number that another device has taken since are not this interrupt's. */
function isSameDevice({actions}: InterruptRow, facts: IrqFacts): boolean {
	const normalise = (names: string) => names.replace(/,\s*/g, ', ').trim();
	return actions === undefined || !facts.actions || normalise(actions) === normalise(facts.actions);
}
