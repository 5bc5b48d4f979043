import type {Conntrack, Counters} from '../model/counters.ts';
import {readHex32} from './number.ts';
import {ParseError} from './parse-error.ts';
import {createTableParser} from './table.ts';

const source = '/proc/net/stat/nf_conntrack';

/** What the file tells: not how many connections there may be. */
export type ConntrackStat = Pick<Conntrack, 'entries' | 'cpus'>;

/**
Parses `/proc/net/stat/nf_conntrack` (`net/netfilter/nf_conntrack_standalone.c`): 32-bit counters by name, one row per
*possible* CPU.

Names change with the kernel (`searched` became `clashres`). `entries` is no counter of a CPU: how many connections are tracked
now, one figure for the machine, which every row repeats. Throws a `ParseError`.
*/
export function parseConntrack(text: string): ConntrackStat {
	return createConntrackParser()(text);
}

/** Makes a `parseConntrack` that gives the very counters from before where nothing has changed. */
export function createConntrackParser(): (text: string) => ConntrackStat {
	const parseTable = createTableParser(parseNames, parseRow);
	return text => {
		const {rows} = parseTable(text);
		const cpus = rows.map(row => row.counters);
		return rows[0] === undefined ? {cpus} : {entries: rows[0].entries, cpus};
	};
}

interface Row {
	readonly entries: number;
	readonly counters: Counters;
}

function parseNames(line: string): readonly string[] {
	const names = line.trim().split(/\s+/);
	if (names[0] !== 'entries') {
		throw new ParseError(source, 'expected a header that begins with "entries"', 1);
	}

	return names;
}

function parseRow(row: string, line: number, names: readonly string[]): Row {
	const values = row.trim().split(/\s+/);
	if (values.length !== names.length) {
		throw new ParseError(source, `found ${values.length} values for ${names.length} names`, line);
	}

	const place = {source, line};
	const counters: Record<string, number> = {};
	for (let column = 1; column < names.length; column++) {
		counters[names[column] ?? ''] = readHex32(values[column], place);
	}

	return {entries: readHex32(values[0], place), counters};
}
