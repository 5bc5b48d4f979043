import type {Counters} from '../model/counters.ts';
import {type Place, readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

/**
Parses `/proc/net/snmp` or `/proc/net/netstat` (`net/ipv4/proc.c`) into counters such as `Udp.InErrors`.

Both are pairs of lines, names above values; kernels add names, so values are matched to names and never to columns.
A value below zero is left out: `Tcp.MaxConn` is -1 for "no limit". Only counters in `wanted` are read where that is given:
a kernel has hundreds. Throws a `ParseError` that names `source`.
*/
export function parseSnmp(text: string, source = '/proc/net/snmp', wanted?: ReadonlySet<string>): Counters {
	const lines = text.split('\n');
	const counters: Record<string, number> = {};
	for (let index = 0; index < lines.length; index += 2) {
		if (lines[index]?.trim()) {
			readPair(counters, [lines[index] ?? '', lines[index + 1] ?? ''], {source, line: index + 1}, wanted);
		}
	}

	return counters;
}

function readPair(
	counters: Record<string, number>,
	[header, row]: readonly [string, string],
	{source, line}: Required<Place>,
	wanted: ReadonlySet<string> | undefined,
): void {
	const {label, columns, counts} = planHeader(header, wanted);
	const words = splitWords(row);
	if (!/^\w+:$/.test(label) || words[0] !== label || columns !== words.length - 1) {
		throw new ParseError(source, 'expected a line of names and a line of their values', line);
	}

	for (const [column, counter] of counts) {
		const value = words[column + 1];
		if (!value?.startsWith('-') || !/^-\d+$/.test(value)) {
			counters[counter] = readCount(value, {source, line: line + 1});
		}
	}
}

/** What a line of names says. */
interface Plan {
	readonly wanted: ReadonlySet<string> | undefined;
	readonly label: string;
	/** How many there are, and where those that are wanted stand. */
	readonly columns: number;
	readonly counts: readonly (readonly [column: number, counter: string])[];
}

/** A kernel prints the same names at every tick. */
const plans = new Map<string, Plan>();
const mostPlans = 32;

function planHeader(header: string, wanted: ReadonlySet<string> | undefined): Plan {
	const known = plans.get(header);
	if (known !== undefined && known.wanted === wanted) {
		return known;
	}

	const [label = '', ...names] = splitWords(header);
	const all = names.map((name, column) => [column, `${label.slice(0, -1)}.${name}`] as const);
	const counts = all.filter(([, counter]) => wanted === undefined || wanted.has(counter));
	const plan = {wanted, label, columns: names.length, counts};
	if (plans.size >= mostPlans) {
		plans.clear();
	}

	plans.set(header, plan);
	return plan;
}

function splitWords(line: string): string[] {
	return line.trim().split(/\s+/);
}

/**
Parses `/proc/net/snmp6` (`net/ipv6/proc.c`), a name and a value per line: `Ip6FragCreates` becomes `Ip6.FragCreates`.

Only counters in `wanted` are read where that is given. Throws a `ParseError`.
*/
export function parseSnmp6(text: string, wanted?: ReadonlySet<string>): Counters {
	const source = '/proc/net/snmp6';
	const counters: Record<string, number> = {};
	const rows = text.split('\n');
	for (let index = 0; index < rows.length; index++) {
		const row = rows[index] ?? '';
		if (row.trim() && (wanted === undefined || mayHold(row, wanted))) {
			const [name = '', value, ...rest] = splitWords(row);
			if (rest.length > 0) {
				throw new ParseError(source, 'expected a name and its value', index + 1);
			}

			const counter = nameCounter(name);
			if (wanted === undefined || wanted.has(counter)) {
				counters[counter] = readCount(value, {source, line: index + 1});
			}
		}
	}

	return counters;
}

function nameCounter(name: string): string {
	return name.replace(/^([A-Z][A-Za-z]*6)(?=[A-Z])/, '$1.');
}

/** A line that begins with the name of a wanted counter, or with blanks. */
function mayHold(row: string, wanted: ReadonlySet<string>): boolean {
	const end = row.search(/\s/);
	return end <= 0 || findRawNames(wanted).has(row.slice(0, end));
}

/** The names as the file writes them: without the dot. */
function findRawNames(wanted: ReadonlySet<string>): ReadonlySet<string> {
	const known = rawNames.get(wanted);
	const names = known ?? new Set(Array.from(wanted, name => name.replace('.', '')));
	if (known === undefined) {
		rawNames.set(wanted, names);
	}

	return names;
}

const rawNames = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();
