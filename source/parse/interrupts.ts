import type {InterruptRow, Interrupts} from '../model/counters.ts';
import {parseActions} from './interrupt-actions.ts';
import {ParseError} from './parse-error.ts';

const source = '/proc/interrupts';
const newline = 0x0a;
const blank = 0x20;
const zero = 0x30;
const colon = 0x3a;
const maximumCount = 0xff_ff_ff_ff;

/**
Parses `/proc/interrupts` (`kernel/irq/proc.c`, `arch/…/irq.c`): one row per interrupt, one 32-bit counter per *online* CPU.

Scans bytes, because a large machine prints more than ten megabytes. A row's counts end at its first word that is not a
number; a row with one count and no text (`ERR`, `MIS`) belongs to no CPU. A row with another number of counts than the
header has CPUs, as when a CPU came or went while the kernel wrote the table, throws a `ParseError`.
*/
export function parseInterrupts(bytes: Uint8Array): Interrupts {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let end = findLineEnd(bytes, 0);
	const header = text.toString('latin1', 0, end);
	const cpus = Array.from(header.matchAll(/CPU(\d{1,7})\b/g), match => Number(match[1]));
	if (cpus.length === 0) {
		throw new ParseError(source, 'expected a header of CPUs', 1);
	}

	const rows: InterruptRow[] = [];
	for (let line = 2; end + 1 < bytes.length; line++) {
		const start = end + 1;
		end = findLineEnd(bytes, start);
		const row = parseRow(text, start, end, cpus.length, line);
		if (row !== undefined) {
			rows.push(row);
		}
	}

	return {cpus, rows};
}

function findLineEnd(bytes: Uint8Array, start: number): number {
	const end = bytes.indexOf(newline, start);
	return end === -1 ? bytes.length : end;
}

function parseRow(text: Buffer, start: number, end: number, cpuCount: number, line: number): InterruptRow | undefined {
	const labelStart = skipBlanks(text, start, end);
	if (labelStart === end) {
		return undefined;
	}

	const labelEnd = text.indexOf(colon, labelStart);
	const irq = labelEnd === -1 || labelEnd > end ? '' : text.toString('latin1', labelStart, labelEnd);
	if (!/^[\w-]+$/.test(irq)) {
		throw new ParseError(source, 'expected an interrupt and a colon', line);
	}

	const counts = new Uint32Array(cpuCount);
	const {found, rest} = readCounts(text, labelEnd + 1, end, counts, line);
	const description = text.toString('latin1', rest, end).trim();
	if (found === 1 && description === '') {
		return {irq, counts: counts.slice(0, 1), description};
	}

	// The row `FIQ` of 32-bit ARM has a text but no counts.
	if (found === 0 && /^\D/.test(irq)) {
		return undefined;
	}

	if (found !== cpuCount || /^\d+(\s|$)/.test(description)) {
		throw new ParseError(source, `the row of ${irq} does not have one count for each of ${cpuCount} CPUs`, line);
	}

	const actions = parseActions(irq, description);
	return actions === undefined ? {irq, counts, description} : {irq, counts, description, actions};
}

/** Fills `counts` with the numbers from `start` on: how many were found, and where the text after them starts. */
function readCounts(bytes: Uint8Array, start: number, end: number, counts: Uint32Array, line: number) {
	let position = start;
	let found = 0;
	while (found < counts.length) {
		const wordStart = skipBlanks(bytes, position, end);
		let count = 0;
		position = wordStart;
		for (let digit = digitAt(bytes, position, end); digit <= 9; digit = digitAt(bytes, position, end)) {
			count = count * 10 + digit;
			position++;
		}

		if (position === wordStart || (position < end && bytes[position] !== blank)) {
			return {found, rest: wordStart};
		}

		if (count > maximumCount) {
			throw new ParseError(source, `${count} is more than a 32-bit counter holds`, line);
		}

		counts[found++] = count;
	}

	return {found, rest: position};
}

/** The digit at a position; more than 9 where there is none. */
function digitAt(bytes: Uint8Array, position: number, end: number): number {
	return position < end ? ((bytes[position] ?? 0) - zero) >>> 0 : 10;
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
	let position = start;
	while (position < end && bytes[position] === blank) {
		position++;
	}

	return position;
}
