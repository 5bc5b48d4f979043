import {expect, test} from 'vitest';
import {derivePair, rememberPair} from '../../source/derive/pair.ts';
import {at} from '../helpers/readings.ts';

const divide = (before: number, now: number, seconds: number) => ({rate: (now - before) / seconds});
const [first, second, third] = [at(1, 10), at(3, 14), at(4, 20)];

test('what was not read twice gives nothing', () => {
	expect(derivePair(undefined, first, divide)).toBeUndefined();
	expect(derivePair(first, undefined, divide)).toBeUndefined();
	expect(derivePair(first, first, divide)).toBeUndefined();
	expect(derivePair(first, second, divide)).toEqual({rate: 2});
});

test('the same pair has the same answer, and another pair its own', () => {
	const derive = rememberPair(divide);
	expect(derive(first, second)).toEqual({rate: 2});
	expect(derive(first, second)).toBe(derive(first, second));
	expect(derive(second, third)).toEqual({rate: 6});
	expect(derive(first, third)).toEqual({rate: 10 / 3});
	expect(derive(undefined, third)).toBeUndefined();
});
