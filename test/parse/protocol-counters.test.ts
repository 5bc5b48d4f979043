import {expect, test} from 'vitest';
import {parseSnmp, parseSnmp6} from '../../source/parse/protocol-counters.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';

const snmp = `Ip: Forwarding DefaultTTL InReceives FragCreates
Ip: 2 64 263583 17
Tcp: RtoMin MaxConn RetransSegs
Tcp: 200 -1 23
Udp: InDatagrams NoPorts InErrors SomethingNew RcvbufErrors
Udp: 31 32 33 34 18446744073709551615
`;

test('matches values to names, those of newer kernels too', () => {
	expect(parseSnmp(snmp)).toEqual({
		'Ip.Forwarding': 2,
		'Ip.DefaultTTL': 64,
		'Ip.InReceives': 263_583,
		'Ip.FragCreates': 17,
		'Tcp.RtoMin': 200,
		'Tcp.RetransSegs': 23,
		'Udp.InDatagrams': 31,
		'Udp.NoPorts': 32,
		'Udp.InErrors': 33,
		'Udp.SomethingNew': 34,
		'Udp.RcvbufErrors': 2 ** 64,
	});
});

test('reads only the counters that are asked for', () => {
	expect(parseSnmp(snmp, undefined, new Set(['Udp.InErrors', 'Tcp.MaxConn']))).toEqual({'Udp.InErrors': 33});
	expect(parseSnmp6('Ip6InReceives 5\nUdp6InErrors 6\n', new Set(['Udp6.InErrors']))).toEqual({'Udp6.InErrors': 6});
});

test('a kernel without IPv4 counters has none', () => {
	expect(parseSnmp('')).toEqual({});
});

test.each([
	['names and values of two protocols', 'Ip: A B\nUdp: 1 2\n', 1],
	['fewer values than names', 'Ip: A B\nIp: 1 2\nUdp: C D\nUdp: 3\n', 3],
	['names without values', 'Ip: A B\n', 1],
])('%s is an error that names file and line', (_, text, line) => {
	expect(() => parseSnmp(text, '/proc/net/netstat')).toThrow(
		`/proc/net/netstat line ${line}: expected a line of names and a line of their values`,
	);
});

test('a word for a number is an error that names file and line', () => {
	expect(() => parseSnmp('Ip: A B\nIp: 1 x\n')).toThrow('/proc/net/snmp line 2: expected a number, found "x"');
});

test('splits the names of IPv6 into protocol and counter', () => {
	const text = `Ip6FragCreates                  \t7
Icmp6OutMLDv2Reports            \t8
Icmp6InType135                  \t9
Udp6InErrors                    \t10
UdpLite6RcvbufErrors            \t11
`;
	expect(parseSnmp6(text)).toEqual({
		'Ip6.FragCreates': 7,
		'Icmp6.OutMLDv2Reports': 8,
		'Icmp6.InType135': 9,
		'Udp6.InErrors': 10,
		'UdpLite6.RcvbufErrors': 11,
	});
});

test('a line of IPv6 without a value is an error that names file and line', () => {
	expect(() => parseSnmp6('Ip6InReceives\t1\nIp6InDiscards\n')).toThrow(
		'/proc/net/snmp6 line 2: expected a number, found nothing',
	);
	expect(() => parseSnmp6('Ip6InReceives 1 2\n')).toThrow('/proc/net/snmp6 line 1');
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parseSnmp, snmp);
	expectCountersOrParseError(parseSnmp6, 'Ip6InReceives\t1\nUdp6InErrors\t2\n');
});
