import type {Counters} from '../model.ts';
import {type Place, readCount} from './number.ts';
import {ParseError} from './parse-error.ts';

/**
Parses `/proc/net/snmp` or `/proc/net/netstat` (`net/ipv4/proc.c`) into counters such as `Udp.InErrors`.

Both are pairs of lines, names above values; kernels add names, so values are matched to names and never to columns.
A value below zero is left out: `Tcp.MaxConn` is -1 for "no limit". Throws a `ParseError` that names `source`.
*/
export function parseSnmp(text: string, source = '/proc/net/snmp'): Counters {
	const lines = text.split('\n');
	const counters: [string, number][] = [];
	for (let index = 0; index < lines.length; index += 2) {
		if (lines[index]?.trim()) {
			counters.push(...parsePair(lines[index] ?? '', lines[index + 1] ?? '', {source, line: index + 1}));
		}
	}

	return Object.fromEntries(counters);
}

function parsePair(header: string, row: string, {source, line}: Required<Place>): [string, number][] {
	const [label = '', ...names] = header.trim().split(/\s+/);
	const [sameLabel, ...values] = row.trim().split(/\s+/);
	if (!/^\w+:$/.test(label) || sameLabel !== label || names.length !== values.length) {
		throw new ParseError(source, 'expected a line of names and a line of their values', line);
	}

	const place = {source, line: line + 1};
	return names.flatMap((name, column): [string, number][] => {
		const value = values[column];
		return /^-\d+$/.test(value ?? '') ? [] : [[`${label.slice(0, -1)}.${name}`, readCount(value, place)]];
	});
}

/**
Parses `/proc/net/snmp6` (`net/ipv6/proc.c`), a name and a value per line: `Ip6FragCreates` becomes `Ip6.FragCreates`.

Throws a `ParseError`.
*/
export function parseSnmp6(text: string): Counters {
	const source = '/proc/net/snmp6';
	const counters: [string, number][] = [];
	for (const [index, row] of text.split('\n').entries()) {
		if (row.trim()) {
			const [name = '', value, ...rest] = row.trim().split(/\s+/);
			if (rest.length > 0) {
				throw new ParseError(source, 'expected a name and its value', index + 1);
			}

			counters.push([name.replace(/^([A-Z][A-Za-z]*6)(?=[A-Z])/, '$1.'), readCount(value, {source, line: index + 1})]);
		}
	}

	return Object.fromEntries(counters);
}
