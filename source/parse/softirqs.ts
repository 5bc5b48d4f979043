import type {Softirqs} from '../model/counters.ts';
import {readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

const source = '/proc/softirqs';

/**
Parses `/proc/softirqs` (`fs/proc/softirqs.c`): one row per kind of soft interrupt, one 32-bit counter per CPU.

The columns are the *possible* CPUs: on a virtual machine there can be many more than are online. Throws a `ParseError`.
*/
export function parseSoftirqs(text: string): Softirqs {
	const [header = '', ...lines] = text.split('\n');
	const cpus = Array.from(header.matchAll(/CPU(\d{1,7})\b/g), match => Number(match[1]));
	if (cpus.length === 0) {
		throw new ParseError(source, 'expected a header of CPUs', 1);
	}

	const rows: Record<string, Uint32Array> = {};
	for (const [index, line] of lines.entries()) {
		if (line.trim() !== '') {
			const [name, counts] = parseRow(line, cpus.length, index + 2);
			rows[name] = counts;
		}
	}

	return {cpus, rows};
}

function parseRow(text: string, cpuCount: number, line: number): [string, Uint32Array] {
	const [label = '', ...fields] = text.trim().split(/\s+/);
	if (!/^[A-Z]\w*:$/i.test(label) || fields.length !== cpuCount) {
		throw new ParseError(source, `expected a name and ${cpuCount} counts, found ${fields.length}`, line);
	}

	const counts = new Uint32Array(cpuCount);
	for (const [column, field] of fields.entries()) {
		const count = readCount(field, {source, line});
		if (count > 0xff_ff_ff_ff) {
			throw new ParseError(source, `${count} is more than a 32-bit counter holds`, line);
		}

		counts[column] = count;
	}

	return [label.slice(0, -1), counts];
}
