import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseSnmp, parseSnmp6} from '../../source/parse/protocol-counters.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';

const source = '/proc/net/snmp';

const snmp = `Ip: Forwarding DefaultTTL InReceives FragCreates
Ip: 2 64 263583 17
Tcp: RtoMin MaxConn RetransSegs
Tcp: 200 -1 23
Udp: InDatagrams NoPorts InErrors SomethingNew RcvbufErrors
Udp: 31 32 33 34 18446744073709551615
`;

const snmp6 = `Ip6InReceives                   \t6
Ip6FragCreates                  \t7
Icmp6OutMLDv2Reports            \t8
Icmp6InType135                  \t9
Udp6InErrors                    \t10
UdpLite6RcvbufErrors            \t18446744073709551615
`;

test('matches values to names, whatever else stands between them', () => {
	const wanted = new Set(['Ip.Forwarding', 'Ip.FragCreates', 'Tcp.RetransSegs', 'Udp.InErrors', 'Udp.RcvbufErrors']);
	expect(parseSnmp(snmp, source, wanted)).toEqual({
		'Ip.Forwarding': 2,
		'Ip.FragCreates': 17,
		'Tcp.RetransSegs': 23,
		'Udp.InErrors': 33,
		'Udp.RcvbufErrors': 2 ** 64,
	});
});

test('a value below zero is no counter, and what the kernel does not have is absent', () => {
	expect(parseSnmp(snmp, source, new Set(['Udp.MemErrors', 'Tcp.MaxConn', 'Tcp.RtoMin']))).toEqual({'Tcp.RtoMin': 200});
	expect(parseSnmp6(snmp6, new Set(['Udp6.MemErrors', 'Ip6.InReceives']))).toEqual({'Ip6.InReceives': 6});
});

test('a kernel without counters has none', () => {
	expect(parseSnmp('', source, new Set(['Ip.InReceives']))).toEqual({});
	expect(parseSnmp6('', new Set(['Ip6.InReceives']))).toEqual({});
});

test('the same names are read for who wants others of them', () => {
	expect(parseSnmp(snmp, source, new Set(['Udp.NoPorts']))).toEqual({'Udp.NoPorts': 32});
	expect(parseSnmp(snmp, source, new Set(['Udp.InDatagrams']))).toEqual({'Udp.InDatagrams': 31});
});

const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,8}$/);
const value = fc.oneof(fc.nat().map(String), fc.constantFrom('-1', '18446744073709551615'));
const columns = fc.uniqueArray(fc.tuple(name, value), {minLength: 1, maxLength: 12, selector: ([each]) => each});

test('of any table the counters that are wanted have the values that stand under their names', () => {
	const table = fc.uniqueArray(fc.tuple(name, columns), {maxLength: 5, selector: ([label]) => label});
	fc.assert(
		fc.property(table, fc.infiniteStream(fc.boolean()), (pairs, choose) => {
			const all = pairs.flatMap(([label, row]) => row.map(([each, value]) => [`${label}.${each}`, value] as const));
			const chosen = all.filter(() => choose.next().value);
			const text = pairs
				.map(
					([label, row]) =>
						`${label}: ${row.map(([each]) => each).join(' ')}\n${label}: ${row.map(([, each]) => each).join(' ')}\n`,
				)
				.join('');
			const known = chosen.filter(([, each]) => each !== '-1').map(([counter, each]) => [counter, Number(each)]);
			expect(parseSnmp(text, source, new Set(chosen.map(([counter]) => counter)))).toEqual(Object.fromEntries(known));
		}),
	);
});

test('of any list the counters that are wanted have the values behind their names', () => {
	const rows = fc.uniqueArray(fc.tuple(fc.constantFrom('Ip6', 'Icmp6', 'Udp6', 'UdpLite6'), name, fc.nat()), {
		selector: ([protocol, each]) => protocol + each,
	});
	fc.assert(
		fc.property(rows, fc.infiniteStream(fc.boolean()), (list, choose) => {
			const chosen = list.filter(() => choose.next().value);
			const text = list.map(([protocol, each, count]) => `${(protocol + each).padEnd(32)}\t${count}\n`).join('');
			const wanted = new Set(chosen.map(([protocol, each]) => `${protocol}.${each}`));
			const counters = chosen.map(([protocol, each, count]) => [`${protocol}.${each}`, count]);
			expect(parseSnmp6(text, wanted)).toEqual(Object.fromEntries(counters));
		}),
	);
});

test.each([
	['names and values of two protocols', 'Ip: A B\nUdp: 1 2\n', 1],
	['fewer values than names', 'Ip: A B\nIp: 1 2\nUdp: C D\nUdp: 3\n', 3],
	['more values than names', 'Ip: A B\nIp: 1 2 3\n', 1],
	['names without values', 'Ip: A B\n', 1],
	['a line without a label', 'A B\nA 1\n', 1],
	['a line of nothing', 'Ip: A\nIp: 1\n\nUdp: C\nUdp: 2\n', 3],
])('%s is an error that names file and line', (_, text, line) => {
	expect(() => parseSnmp(text, '/proc/net/netstat', new Set(['Ip.A', 'Udp.C']))).toThrow(
		`/proc/net/netstat line ${line}: expected a line of names and a line of their values`,
	);
});

test.each([
	['Ip: A B\nIp: 1 x\n', 2, '"x"'],
	['Ip: A B\nIp: 1 \n', 2, '""'],
	['Ip: A B\nIp: 1 2\nUdp: C\nUdp: -x\n', 4, '"-x"'],
])('a word for a number is an error that names file and line', (text, line, found) => {
	expect(() => parseSnmp(text, source, new Set(['Ip.B', 'Udp.C']))).toThrow(
		`/proc/net/snmp line ${line}: expected a number, found ${found}`,
	);
});

test('splits the names of IPv6 into protocol and counter', () => {
	const wanted = [
		'Ip6.FragCreates',
		'Icmp6.OutMLDv2Reports',
		'Icmp6.InType135',
		'Udp6.InErrors',
		'UdpLite6.RcvbufErrors',
	];
	expect(parseSnmp6(snmp6, new Set(wanted))).toEqual({
		'Ip6.FragCreates': 7,
		'Icmp6.OutMLDv2Reports': 8,
		'Icmp6.InType135': 9,
		'Udp6.InErrors': 10,
		'UdpLite6.RcvbufErrors': 2 ** 64,
	});
});

test('a name that is a part of others is found where it stands alone', () => {
	const text = 'XIp6InReceives 1\nIp6InReceivesMore 2\nIp6InReceives 3';
	expect(parseSnmp6(text, new Set(['Ip6.InReceives']))).toEqual({'Ip6.InReceives': 3});
});

test.each([
	['Ip6InReceives\t1\nIp6InDiscards\n', 2, 'nothing'],
	['Ip6InReceives\t1\nIp6InDiscards 1 2\n', 2, '"1 2"'],
	['Ip6InReceives\t-1\n', 1, '"-1"'],
])('a line of IPv6 that has not one number is an error that names file and line', (text, line, found) => {
	expect(() => parseSnmp6(text, new Set(['Ip6.InReceives', 'Ip6.InDiscards']))).toThrow(
		`/proc/net/snmp6 line ${line}: expected a number, found ${found}`,
	);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(text => parseSnmp(text, source, new Set(['Ip.Forwarding', 'Udp.RcvbufErrors'])), snmp);
	expectCountersOrParseError(text => parseSnmp6(text, new Set(['Ip6.FragCreates', 'Udp6.InErrors'])), snmp6);
});
