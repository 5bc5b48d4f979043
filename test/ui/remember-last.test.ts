import {expect, test} from 'vitest';
import {rememberLast} from '../../source/ui/remember-last.ts';

test('the same words have the same answer, any other word, more and fewer of them one of their own', () => {
	const join = rememberLast((...words: readonly unknown[]) => [words.join(' ')]);
	const first = join('a', 1);
	expect(join('a', 1)).toBe(first);
	expect(join('a', 2)).toEqual(['a 2']);
	expect(join('a', 1)).toEqual(['a 1']);
	expect(join('a')).toEqual(['a']);
	expect(join('a', undefined)).toEqual(['a ']);
	expect(join()).toEqual(['']);
});
