import {expect, test} from 'vitest';
import {netDevColumns, parseNetDevRow} from '../../source/parse/net-dev.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';
import {writeNetDev} from '../helpers/net-dev.ts';

const names = netDevColumns.flat();
const text = writeNetDev({
	lo: {},
	veth0: Object.fromEntries(names.map((name, index) => [name, 900 + index])),
	eth0: Object.fromEntries(names.map((name, index) => [name, 2 ** index])),
});

test('gives each column of an interface, sums too', () => {
	const sums = netDevColumns.map(column => column.reduce((sum, name) => sum + 2 ** names.indexOf(name), 0));
	expect(parseNetDevRow(text, 'eth0')).toEqual(sums);
	expect(parseNetDevRow(text, 'lo')).toEqual(sums.map(() => 0));
});

test('an interface without a row has none, even if its name is the end of another', () => {
	expect(parseNetDevRow(text, 'th0')).toBeUndefined();
	expect(parseNetDevRow(text, 'wt0')).toBeUndefined();
});

test('a row of another kernel is an error that names file and interface', () => {
	expect(() => parseNetDevRow('  eth0: 1 2 3\n', 'eth0')).toThrow(
		'/proc/net/dev: found 3 counters of eth0, expected 16',
	);
	expect(() => parseNetDevRow(text.replace(/ eth0: +\d+/, ' eth0: x'), 'eth0')).toThrow(
		/^\/proc\/net\/dev: expected a number/,
	);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(each => parseNetDevRow(each, 'eth0'), text);
});
