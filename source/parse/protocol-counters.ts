import type {Counters} from '../model/counters.ts';
import {isCount, type Place, readCount, unexpected} from './number.ts';
import {ParseError} from './parse-error.ts';

/**
Parses those counters in `wanted` that `/proc/net/snmp` or `/proc/net/netstat` (`net/ipv4/proc.c`) has, such as `Udp.InErrors`:
a kernel has hundreds.

Both are pairs of lines, names above values, parted by single blanks; kernels add names, so values are matched to names and never
to columns. A value below zero is left out: `Tcp.MaxConn` is -1 for "no limit". Throws a `ParseError` that names `source`.
*/
export function parseSnmp(text: string, source: string, wanted: ReadonlySet<string>): Counters {
	const counters: Record<string, number> = {};
	let start = 0;
	for (let line = 1; start < text.length; line += 2) {
		const end = findLineEnd(text, start);
		const rowEnd = findLineEnd(text, end + 1);
		const plan = planHeader(text.slice(start, end), wanted);
		const columns = readRow(counters, plan, text.slice(end + 1, rowEnd), {source, line: line + 1});
		if (columns !== plan.columns) {
			throw new ParseError(source, 'expected a line of names and a line of their values', line);
		}

		start = rowEnd + 1;
	}

	return counters;
}

function findLineEnd(text: string, start: number): number {
	const end = text.indexOf('\n', start);
	return end === -1 ? text.length : end;
}

/**
Reads the wanted values, and gives how many the row has; none where it has another label. It goes from blank to blank, because
cutting the row into words would make a hundred strings for a few.
*/
function readRow(counters: Record<string, number>, {label, counts}: Plan, row: string, place: Place): number {
	let column = 0;
	let next = 0;
	let blank = row.startsWith(label) ? label.length - 1 : -1;
	while (blank !== -1) {
		const end = row.indexOf(' ', blank + 1);
		const wanted = counts[next];
		column++;
		if (wanted?.column === column) {
			const value = row.slice(blank + 1, end === -1 ? row.length : end);
			if (!value.startsWith('-') || !/^-\d+$/.test(value)) {
				counters[wanted.counter] = readCount(value, place);
			}

			next++;
		}

		blank = end;
	}

	return column;
}

/** What a line of names says. */
interface Plan {
	readonly wanted: ReadonlySet<string>;
	/** With its colon and a blank. */
	readonly label: string;
	/** How many names there are; none can stand without a label. */
	readonly columns: number | undefined;
	/** Those that are wanted, in their order. */
	readonly counts: readonly WantedColumn[];
}

interface WantedColumn {
	readonly counter: string;
	/** From 1. */
	readonly column: number;
}

/** A kernel prints the same names at every tick. */
const plans = new Map<string, Plan>();
const mostPlans = 32;

function planHeader(header: string, wanted: ReadonlySet<string>): Plan {
	const known = plans.get(header);
	if (known !== undefined && known.wanted === wanted) {
		return known;
	}

	if (plans.size >= mostPlans) {
		plans.clear();
	}

	const plan = makePlan(header, wanted);
	plans.set(header, plan);
	return plan;
}

function makePlan(header: string, wanted: ReadonlySet<string>): Plan {
	const label = /^\w+: /.exec(header)?.[0];
	if (label === undefined) {
		return {wanted, label: '', columns: undefined, counts: []};
	}

	const names = header.slice(label.length).split(' ');
	const all = names.map((name, index) => ({counter: `${label.slice(0, -2)}.${name}`, column: index + 1}));
	return {wanted, label, columns: names.length, counts: all.filter(({counter}) => wanted.has(counter))};
}

/**
Parses those counters in `wanted` that `/proc/net/snmp6` (`net/ipv6/proc.c`) has, a name and a value per line: `Ip6FragCreates`
is `Ip6.FragCreates`. Throws a `ParseError`.
*/
export function parseSnmp6(text: string, wanted: ReadonlySet<string>): Counters {
	const source = '/proc/net/snmp6';
	const counters: Record<string, number> = {};
	// Each name is sought in the whole text: that touches far less than cutting it into its hundred lines.
	const names = listNames(wanted);
	for (let index = 0; index < names.length; index++) {
		const {counter, name} = names[index] as WantedName;
		const start = findValue(text, name);
		if (start !== -1) {
			const value = text.slice(start, findLineEnd(text, start)).trim();
			if (!isCount(value)) {
				throw unexpected('a number', value || undefined, {source, line: text.slice(0, start).split('\n').length});
			}

			counters[counter] = Number(value);
		}
	}

	return counters;
}

/** Where the line that begins with a name goes on after it; -1 where there is none. */
function findValue(text: string, name: string): number {
	for (let start = text.indexOf(name); start !== -1; start = text.indexOf(name, start + 1)) {
		const end = start + name.length;
		if ((start === 0 || text[start - 1] === '\n') && /\s/.test(text[end] ?? '')) {
			return end;
		}
	}

	return -1;
}

interface WantedName {
	readonly counter: string;
	/** As the file writes it: without the dot. */
	readonly name: string;
}

function listNames(wanted: ReadonlySet<string>): readonly WantedName[] {
	const known = wantedNames.get(wanted);
	if (known !== undefined) {
		return known;
	}

	const counters = Array.from(wanted).filter(counter => /^[A-Z][A-Za-z]*6\./.test(counter));
	const names = counters.map(counter => ({counter, name: counter.replace('.', '')}));
	wantedNames.set(wanted, names);
	return names;
}

const wantedNames = new WeakMap<ReadonlySet<string>, readonly WantedName[]>();
