import {expect, test} from 'vitest';
import {parseStat} from '../../source/parse/stat.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';

test('reads every field of every online CPU, and the time of boot', () => {
	const text = [
		'cpu  111 222 333 444 555 666 777 888 999 1110',
		'cpu0 11 12 13 14 15 16 17 18 19 20',
		'cpu3 31 32 33 34 35 36 37 38 39 40',
		'intr 103236 101 9 0 0 10',
		'ctxt 122386',
		'btime 1795349914',
		'softirq 51181 0 5819 0',
		'',
	].join('\n');
	expect(parseStat(text)).toEqual({
		cpus: [
			{
				cpu: 0,
				user: 11,
				nice: 12,
				system: 13,
				idle: 14,
				iowait: 15,
				irq: 16,
				softirq: 17,
				steal: 18,
				guest: 19,
				guestNice: 20,
			},
			{
				cpu: 3,
				user: 31,
				nice: 32,
				system: 33,
				idle: 34,
				iowait: 35,
				irq: 36,
				softirq: 37,
				steal: 38,
				guest: 39,
				guestNice: 40,
			},
		],
		bootTime: 1_795_349_914,
	});
});

test('fields that an old kernel does not have read as 0', () => {
	expect(parseStat('cpu0 1 2 3 4 5 6 7\n').cpus[0]).toMatchObject({softirq: 7, steal: 0, guest: 0, guestNice: 0});
});

test('a field that a newer kernel may add does no harm', () => {
	expect(parseStat('cpu0 1 2 3 4 5 6 7 8 9 10 11\n').cpus[0]).toMatchObject({guestNice: 10});
});

test.each([
	['nothing', '', '/proc/stat: found no CPU'],
	['no CPU', 'intr 1\nbtime 2\n', '/proc/stat: found no CPU'],
	['a word for a number', 'cpu0 1 2 3 4\ncpu1 1 2 x 4\n', '/proc/stat line 2: expected a number, found "x"'],
	['a number below zero', 'cpu0 1 2 -3 4\n', '/proc/stat line 1: expected a number, found "-3"'],
	['a row cut off', 'cpu0 1 2 3 4\ncpu1 1 2\n', '/proc/stat line 2: found 2 of the fields of cpu1'],
])('%s is an error that names file and line', (_, text, message) => {
	expect(() => parseStat(text)).toThrow(message);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parseStat, 'cpu0 1 2 3 4 5 6 7 8 9 10\ncpu1 1 2 3 4 5 6 7 8 9 10\nbtime 5\n');
});
