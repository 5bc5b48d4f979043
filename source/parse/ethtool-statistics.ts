import type {NicStatistic} from '../model/counters.ts';
import {ParseError} from './parse-error.ts';
import {stripControls} from './printable.ts';

const source = 'ethtool -S';

/**
Parses `ethtool -S DEV` (`ethtool.c: do_gstats`): a heading, then `     NAME: VALUE` with the driver's own names.

Names may hold blanks, colons (`[0]: rx_ucast_packets` of bnxt_en) and brackets, so the last colon ends them. vmxnet3 has
rows such as `Rx Queue#: 0`, whose value is no counter: they head the rows that follow with a deeper indent, whose names
repeat for each queue. Values are unsigned 64-bit. `no stats available` throws a `ParseError`, as any other text does.
*/
export function parseNicStatistics(text: string): NicStatistic[] {
	const [heading = '', ...lines] = text.split('\n');
	if (!/^NIC statistics:\s*$/.test(heading)) {
		throw new ParseError(source, 'expected the heading "NIC statistics:"', 1);
	}

	const statistics: NicStatistic[] = [];
	let section: string | undefined;
	for (const [index, line] of lines.entries()) {
		if (line.trim() === '') {
			continue;
		}

		const {name, nested, value} = parseStatistic(line, index + 2);
		if (name.endsWith('#')) {
			section = `${name}: ${value}`;
			continue;
		}

		section = nested ? section : undefined;
		statistics.push(section === undefined ? {name, value} : {name, value, section});
	}

	return statistics;
}

/** ethtool indents every name by five blanks; a name that is itself indented belongs to the heading before it. */
function parseStatistic(line: string, number: number) {
	const colon = line.lastIndexOf(':');
	const name = line.slice(0, Math.max(colon, 0));
	const value = line.slice(colon + 1).trim();
	if (name.trim() === '' || !/^\d{1,20}$/.test(value)) {
		throw new ParseError(source, 'expected a name, a colon and a number', number);
	}

	return {name: stripControls(name.trim()), nested: /^ {6}/.test(line), value: Number(value)};
}
