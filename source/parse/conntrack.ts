import type {Counters} from '../model/counters.ts';
import {readHex32} from './number.ts';
import {ParseError} from './parse-error.ts';

const source = '/proc/net/stat/nf_conntrack';

/**
Parses `/proc/net/stat/nf_conntrack` (`net/netfilter/nf_conntrack_standalone.c`): 32-bit counters by name, one row per
*possible* CPU.

Names change with the kernel (`searched` became `clashres`). `entries` is not among them: it is no counter of a CPU, see
`parseConntrackEntries`. Throws a `ParseError`.
*/
export function parseConntrackStat(text: string): Counters[] {
	return parseRows(text).map(({entries: _, ...counters}) => counters);
}

/** How many connections are tracked now: one figure for the machine, which `nf_conntrack` repeats on every row. */
export function parseConntrackEntries(text: string): number | undefined {
	return parseRows(text)[0]?.entries;
}

function parseRows(text: string): Record<string, number>[] {
	const [header = '', ...rows] = text.trimEnd().split('\n');
	const names = header.trim().split(/\s+/);
	if (names[0] !== 'entries') {
		throw new ParseError(source, 'expected a header that begins with "entries"', 1);
	}

	return rows.map((row, index) => parseRow(row, names, index + 2));
}

function parseRow(row: string, names: readonly string[], line: number): Record<string, number> {
	const values = row.trim().split(/\s+/);
	if (values.length !== names.length) {
		throw new ParseError(source, `found ${values.length} values for ${names.length} names`, line);
	}

	return Object.fromEntries(names.map((name, column) => [name, readHex32(values[column], {source, line})]));
}
