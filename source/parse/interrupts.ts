import type {InterruptRow, Interrupts} from '../model/counters.ts';
import {parseCpuHeader, readCpuCounts} from './cpu-counts.ts';
import {parseActions} from './interrupt-actions.ts';
import {ParseError} from './parse-error.ts';
import {createTableParser} from './table.ts';

const source = '/proc/interrupts';

/**
Parses `/proc/interrupts` (`kernel/irq/proc.c`, `arch/…/irq.c`): one row per interrupt, one 32-bit counter per *online* CPU.

A row's counts end at its first word that is not a number; a row with one count and no text (`ERR`, `MIS`) belongs to no CPU.
A row with another number of counts than the header has CPUs, as when a CPU came or went while the kernel wrote the table,
throws a `ParseError`.
*/
export function parseInterrupts(bytes: Uint8Array): Interrupts {
	return createInterruptParser()(bytes);
}

/** Makes a `parseInterrupts` that gives the very row from before where nothing has changed. */
export function createInterruptParser(): (bytes: Uint8Array) => Interrupts {
	const parseTable = createTableParser<readonly number[], InterruptRow>(
		line => parseCpuHeader(source, line),
		(line, number, cpus, before) => parseRow(line, number, cpus.length, before),
	);
	return bytes => {
		const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
		const {head, rows} = parseTable(text);
		return {cpus: head, rows};
	};
}

function parseRow(
	line: string,
	number: number,
	cpuCount: number,
	before: InterruptRow | undefined,
): InterruptRow | undefined {
	const colon = line.indexOf(':');
	const irq = line.slice(0, Math.max(colon, 0)).trim();
	// s390 has a row `I/O`: a label is any word.
	if (!/^[!-~]+$/.test(irq)) {
		throw new ParseError(source, 'expected an interrupt and a colon', number);
	}

	const counts = new Uint32Array(cpuCount);
	const {found, rest} = readCpuCounts(line, colon + 1, counts, {source, line: number});
	const description = line.slice(rest).trim();
	if (found === 1 && description === '') {
		return {irq, counts: counts.slice(0, 1), description};
	}

	// The row `FIQ` of 32-bit ARM has a text but no counts.
	if (found === 0 && /^\D/.test(irq)) {
		return undefined;
	}

	if (found !== cpuCount || /^\d+(\s|$)/.test(description)) {
		throw new ParseError(source, `the row of ${irq} does not have one count for each of ${cpuCount} CPUs`, number);
	}

	if (before?.irq === irq && before.description === description) {
		return {...before, counts};
	}

	const kept = copyText(description);
	const actions = parseActions(irq, kept);
	return actions === undefined ? {irq, counts, description: kept} : {irq, counts, description: kept, actions};
}

/** A part of a text would keep the whole of it in memory, which can be megabytes. */
function copyText(part: string): string {
	return Buffer.from(part, 'latin1').toString('latin1');
}
