import type {SoftnetRow} from '../model/counters.ts';
import {readHex32} from './number.ts';
import {ParseError} from './parse-error.ts';

const source = '/proc/net/softnet_stat';

/**
Parses `/proc/net/softnet_stat` (`net/core/net-procfs.c`): one row of hexadecimal columns per online CPU.

Since Linux 5.10 column 12 is the backlog's length and column 13 the CPU's number. Before that a row carries none, and
the nth row is the nth of the `online` CPUs. Columns that an older kernel does not have read as 0. Throws a `ParseError`.
*/
export function parseSoftnetStat(text: string, online: readonly number[]): SoftnetRow[] {
	const lines = text.trimEnd().split('\n');
	return lines.map((line, row) => parseRow(line, row, online, lines.length));
}

function parseRow(text: string, row: number, online: readonly number[], rowCount: number): SoftnetRow {
	const line = row + 1;
	const columns = text
		.trim()
		.split(/\s+/)
		.map(field => readHex32(field, {source, line}));
	const column = (number: number) => columns[number - 1] ?? 0;
	const backlogLength = columns[11];
	return {
		cpu: columns[12] ?? findOnlineCpu(row, online, rowCount),
		processed: column(1),
		dropped: column(2),
		timeSqueeze: column(3),
		receivedRps: column(10),
		flowLimit: column(11),
		...(backlogLength === undefined ? {} : {backlogLength}),
	};
}

/** A CPU that came or went since `online` was read would give its row to another: better no rows than wrong ones. */
function findOnlineCpu(row: number, online: readonly number[], rowCount: number): number {
	const cpu = online[row];
	if (cpu === undefined || online.length !== rowCount) {
		throw new ParseError(source, `found ${rowCount} rows for ${online.length} online CPUs`, row + 1);
	}

	return cpu;
}
