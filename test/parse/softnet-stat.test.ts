import {expect, test} from 'vitest';
import {parseSoftnetStat} from '../../source/parse/softnet-stat.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';

const row = (...columns: number[]) => columns.map(column => column.toString(16).padStart(8, '0')).join(' ');

test('Linux 6.12: of 15 columns the 13th is the CPU, whatever CPUs are online', () => {
	const text = `${row(10, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 0, 14, 15)}\n${row(0xff_ff_ff_00, 7, 8, 0, 0, 0, 0, 0, 9, 16, 17, 18, 3, 19, 20)}\n`;
	expect(parseSoftnetStat(text, [])).toEqual([
		{cpu: 0, processed: 10, dropped: 1, timeSqueeze: 2, receivedRps: 11, flowLimit: 12, backlogLength: 13},
		{cpu: 3, processed: 0xff_ff_ff_00, dropped: 7, timeSqueeze: 8, receivedRps: 16, flowLimit: 17, backlogLength: 18},
	]);
});

test('Linux 5.10: 13 columns, CPU 2 offline', () => {
	const rows = [0, 1, 3].map(cpu =>
		row(100 + cpu, 10 + cpu, 20 + cpu, 0, 0, 0, 0, 0, 0, 30 + cpu, 40 + cpu, 50 + cpu, cpu),
	);
	expect(parseSoftnetStat(rows.join('\n'), [0, 1, 2, 3])).toEqual(
		[0, 1, 3].map(cpu => ({
			cpu,
			processed: 100 + cpu,
			dropped: 10 + cpu,
			timeSqueeze: 20 + cpu,
			receivedRps: 30 + cpu,
			flowLimit: 40 + cpu,
			backlogLength: 50 + cpu,
		})),
	);
});

test('before Linux 5.10 the nth row is the nth online CPU, and there is no backlog', () => {
	const text = `${row(10, 1, 2, 0, 0, 0, 0, 0, 3, 4, 5)}\n${row(20, 6, 7, 0, 0, 0, 0, 0, 8, 9, 11)}\n`;
	expect(parseSoftnetStat(text, [0, 2])).toEqual([
		{cpu: 0, processed: 10, dropped: 1, timeSqueeze: 2, receivedRps: 4, flowLimit: 5},
		{cpu: 2, processed: 20, dropped: 6, timeSqueeze: 7, receivedRps: 9, flowLimit: 11},
	]);
});

test('before Linux 3.11 there is no flow limit', () => {
	expect(parseSoftnetStat(row(10, 1, 2, 0, 0, 0, 0, 0, 3, 4), [5])).toEqual([
		{cpu: 5, processed: 10, dropped: 1, timeSqueeze: 2, receivedRps: 4, flowLimit: 0},
	]);
});

test('rows without a number are not given to CPUs when a CPU has just come or gone', () => {
	const text = `${row(10, 1, 2)}\n${row(20, 6, 7)}\n`;
	expect(() => parseSoftnetStat(text, [0, 1, 2])).toThrow(
		'/proc/net/softnet_stat line 1: found 2 rows for 3 online CPUs',
	);
});

test('what is no hexadecimal number is an error that names file and line', () => {
	expect(() => parseSoftnetStat('00000001 0000000g\n', [0])).toThrow(
		'/proc/net/softnet_stat line 1: expected a hexadecimal number of 32 bits, found "0000000g"',
	);
	expect(() => parseSoftnetStat('', [0])).toThrow('/proc/net/softnet_stat line 1');
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(text => parseSoftnetStat(text, [0, 1]), `${row(1, 2, 3)}\n${row(4, 5, 6)}\n`);
});
