import fc from 'fast-check';
import {expect, test} from 'vitest';
import {formatCpuList, formatCpuMask, parseCpuList, parseCpuMask} from '../../source/parse/cpu-list.ts';
import {expectCountersOrParseError} from '../helpers/counter-law.ts';

test.each([
	['0-3,5\n', [0, 1, 2, 3, 5]],
	['0', [0]],
	['\n', []],
	['1,3-4,1150', [1, 3, 4, 1150]],
])('reads the list %j', (text, cpus) => {
	expect(parseCpuList(text)).toEqual(cpus);
});

test.each(['3-1', '0-4294967295', '0-65536', '0,,1', 'all', '-1', '0-'])('the list %j is an error', text => {
	expect(() => parseCpuList(text)).toThrow('CPU list: expected CPUs such as 0-3,5, found');
});

test('writes CPUs in any order as ranges', () => {
	expect(formatCpuList([5, 0, 2, 1, 3, 3])).toBe('0-3,5');
	expect(formatCpuList([])).toBe('');
});

test.each([
	[[0], 1, '00000001'],
	[[0, 30], 31, '40000001'],
	[[31], 32, '80000000'],
	[[0, 32], 33, '00000001,00000001'],
	[[31, 62], 63, '40000000,80000000'],
	[[63], 64, '80000000,00000000'],
	[[0, 64], 65, '00000001,00000000,00000001'],
	[[127, 95, 32], 128, '80000000,80000000,00000001,00000000'],
	[[], 40, '00000000,00000000'],
])('the mask of %j among %i CPUs is %s', (cpus, possible, mask) => {
	expect(formatCpuMask(cpus, possible)).toBe(mask);
});

test.each([1, 31, 32, 33, 63, 64, 65, 128, 1151])(
	'the mask among %i CPUs is the number it should be, in full groups',
	count => {
		const cpus = Array.from({length: count}, (_, cpu) => cpu).filter(cpu => cpu % 7 !== 3 || cpu === count - 1);
		const mask = formatCpuMask(cpus, count);
		const expected = cpus.reduce((sum, cpu) => sum | (1n << BigInt(cpu)), 0n);
		expect(BigInt(`0x${mask.replaceAll(',', '')}`)).toBe(expected);
		expect(mask.split(',').map(group => group.length)).toEqual(Array(Math.ceil(count / 32)).fill(8));
		expect(parseCpuMask(mask)).toEqual(cpus);
	},
);

test('reads masks as the kernel prints them, with a short first group', () => {
	expect(parseCpuMask('3\n')).toEqual([0, 1]);
	expect(parseCpuMask('1,00000000,80000001')).toEqual([0, 31, 64]);
	expect(parseCpuMask('00')).toEqual([]);
});

test.each(['', '0x3', '1ffffffff', '1,1', 'g'])('the mask %j is an error', text => {
	expect(() => parseCpuMask(text)).toThrow('CPU mask: expected hexadecimal groups, found');
});

test('a CPU that is not possible has no place in a mask', () => {
	expect(() => formatCpuMask([0, 4], 4)).toThrow('CPU 4 is not one of 4 possible CPUs');
});

test('what is written is read again, with any holes', () => {
	const cpus = fc.uniqueArray(fc.integer({min: 0, max: 1150}), {maxLength: 60});
	fc.assert(
		fc.property(cpus, ids => {
			const sorted = [...ids].sort((a, b) => a - b);
			expect(parseCpuList(formatCpuList(ids))).toEqual(sorted);
			expect(parseCpuMask(formatCpuMask(ids, 1151))).toEqual(sorted);
		}),
	);
});

test('arbitrary text gives values or a ParseError', () => {
	expectCountersOrParseError(parseCpuList, '0-3,5-6,9');
	expectCountersOrParseError(parseCpuMask, 'f,00000000,ffffffff');
});
