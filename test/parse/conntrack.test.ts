import {expect, test} from 'vitest';
import {createConntrackParser, parseConntrack} from '../../source/parse/conntrack.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';
import {expectSameAsNew} from '../helpers/repeat-law.ts';

const text = `entries  clashres found insert_failed drop early_drop icmp_error  expect_new search_restart
0000000c  00000001 00000002 00000003 00000004 00000005 00000006  00000007 00000008
0000000c  00000011 00000012 00000013 00000014 00000015 00000016  00000017 fffffff8
`;

test('reads the counters of each possible CPU by their names', () => {
	expect(parseConntrack(text).cpus).toEqual([
		{clashres: 1, found: 2, insert_failed: 3, drop: 4, early_drop: 5, icmp_error: 6, expect_new: 7, search_restart: 8},
		{
			clashres: 0x11,
			found: 0x12,
			insert_failed: 0x13,
			drop: 0x14,
			early_drop: 0x15,
			icmp_error: 0x16,
			expect_new: 0x17,
			search_restart: 0xff_ff_ff_f8,
		},
	]);
});

test('the number of entries is one for the machine, and no counter of a CPU', () => {
	const {entries, cpus} = parseConntrack(text);
	expect(entries).toBe(12);
	expect(cpus[0]).not.toHaveProperty('entries');
});

test('a row with another number of columns is an error that names file and line', () => {
	expect(() => parseConntrack('entries found drop\n00000001 00000002 00000003\n00000001 00000002\n')).toThrow(
		'/proc/net/stat/nf_conntrack line 3: found 2 values for 3 names',
	);
	expect(() => parseConntrack('')).toThrow('/proc/net/stat/nf_conntrack line 1');
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parseConntrack, text);
});

test('a machine without a CPU has no number of entries', () => {
	expect(parseConntrack('entries found\n')).toEqual({cpus: []});
});

test('what was read before changes nothing', () => {
	expectSameAsNew(
		createConntrackParser,
		text,
		text.replace('00000001', '00000002'),
		text.replace('clashres', 'searched'),
	);
});

test('the counters of a CPU that stood still are the very same', () => {
	const parse = createConntrackParser();
	const before = parse(text).cpus;
	const now = parse(text.replace('00000011', '00000021')).cpus;
	expect(now[0]).toBe(before[0]);
	expect(now[1]).toMatchObject({clashres: 0x21, found: 0x12});
});
