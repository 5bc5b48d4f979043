import {expect, test} from 'vitest';
import {diffLines} from '../../../source/tuning/persist/diff.ts';

test('marks what goes, what comes and what stays, in the order of both texts', () => {
	expect(diffLines('a\nb\nc\nd\n', 'a\nc\nx\nd\n')).toEqual([' a', '-b', ' c', '+x', ' d']);
	expect(diffLines('', 'a\n\nb\n')).toEqual(['+a', '+', '+b']);
	expect(diffLines('a\n', '')).toEqual(['-a']);
	expect(diffLines('a\n', 'a\n')).toEqual([' a']);
});
