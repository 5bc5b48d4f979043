import {expect, test} from 'vitest';
import {createSoftirqParser, parseSoftirqs} from '../../source/parse/softirqs.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';
import {expectSameAsNew} from '../helpers/repeat-law.ts';

const text = `                    CPU0       CPU1       CPU3
          HI:          1          2          3
      NET_TX:         14         15         16
      NET_RX:       4952        555 4294967295
`;

test('reads one row per kind, by the CPUs of the header', () => {
	const {cpus, rows} = parseSoftirqs(text);
	expect(cpus).toEqual([0, 1, 3]);
	expect(Object.keys(rows)).toEqual(['HI', 'NET_TX', 'NET_RX']);
	expect(Array.from(rows.NET_TX ?? [])).toEqual([14, 15, 16]);
	expect(Array.from(rows.NET_RX ?? [])).toEqual([4952, 555, 4_294_967_295]);
});

test('reads the 128 possible CPUs of a machine that has 4', () => {
	const header = Array.from({length: 128}, (_, cpu) => `CPU${cpu}`.padEnd(11)).join('');
	const counts = Array.from({length: 128}, (_, cpu) => String(cpu < 4 ? 1000 + cpu : 0).padStart(11)).join('');
	const {cpus, rows} = parseSoftirqs(`                    ${header}\n      NET_RX:${counts}\n`);
	expect(cpus).toHaveLength(128);
	expect(Array.from(rows.NET_RX ?? []).slice(0, 5)).toEqual([1000, 1001, 1002, 1003, 0]);
});

test.each([
	['nothing', '', '/proc/softirqs line 1: expected a header of CPUs'],
	[
		'a row that is cut off',
		'CPU0 CPU1\nHI: 1 2\nTIMER: 3',
		'/proc/softirqs line 3: expected a name and 2 counts, found 1',
	],
	['a count too many', 'CPU0\nHI: 1 2\n', '/proc/softirqs line 2: expected a name and 1 counts, found 2'],
	['a row without a name', 'CPU0\n: 1\n', '/proc/softirqs line 2: expected a name and 1 counts, found 1'],
	[
		'more than 32 bits',
		'CPU0\nHI: 4294967296\n',
		'/proc/softirqs line 2: 4294967296 is more than a 32-bit counter holds',
	],
])('%s is an error that names file and line', (_, spoilt, message) => {
	expect(() => parseSoftirqs(spoilt)).toThrow(message);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parseSoftirqs, text);
});

test('what was read before changes nothing', () => {
	expectSameAsNew(createSoftirqParser, text, text.replace('14', '15'), text.replace('CPU3', 'CPU2'));
});

test('counts that stood still are the very same', () => {
	const parse = createSoftirqParser();
	const before = parse(text).rows;
	const now = parse(text.replace('4952', '4953')).rows;
	expect(now.HI).toBe(before.HI);
	expect(Array.from(now.NET_RX ?? [])).toEqual([4953, 555, 4_294_967_295]);
});
