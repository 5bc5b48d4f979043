import type {Softirqs} from '../model/counters.ts';
import {parseCpuHeader, readCpuCounts} from './cpu-counts.ts';
import {ParseError} from './parse-error.ts';
import {createTableParser} from './table.ts';

const source = '/proc/softirqs';

/**
Parses `/proc/softirqs` (`fs/proc/softirqs.c`): one row per kind of soft interrupt, one 32-bit counter per CPU.

The columns are the *possible* CPUs: on a virtual machine there can be many more than are online. Throws a `ParseError`.
*/
export function parseSoftirqs(text: string): Softirqs {
	return createSoftirqParser()(text);
}

/** Makes a `parseSoftirqs` that gives the very counts from before where nothing has changed. */
export function createSoftirqParser(): (text: string) => Softirqs {
	const parseTable = createTableParser<readonly number[], Row>(
		line => parseCpuHeader(source, line),
		(line, number, cpus) => parseRow(line, number, cpus.length),
	);
	return text => {
		const {head, rows} = parseTable(text);
		const counts: Record<string, Uint32Array> = {};
		for (let index = 0; index < rows.length; index++) {
			const row = rows[index] as Row;
			counts[row.name] = row.counts;
		}

		return {cpus: head, rows: counts};
	};
}

interface Row {
	readonly name: string;
	readonly counts: Uint32Array;
}

function parseRow(line: string, number: number, cpuCount: number): Row {
	const colon = line.indexOf(':');
	const name = line.slice(0, Math.max(colon, 0)).trim();
	const counts = new Uint32Array(cpuCount);
	const {found, rest} = readCpuCounts(line, colon + 1, counts, {source, line: number});
	if (!/^[A-Z]\w*$/i.test(name) || found !== cpuCount || line.slice(rest).trim() !== '') {
		const words = line
			.slice(colon + 1)
			.trim()
			.split(/\s+/);
		throw new ParseError(source, `expected a name and ${cpuCount} counts, found ${words.length}`, number);
	}

	return {name, counts};
}
