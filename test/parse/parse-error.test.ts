import {expect, test} from 'vitest';
import {ParseError} from '../../source/parse/parse-error.ts';

test('the message names the source and the line', () => {
	expect(new ParseError('/proc/stat', 'expected a number', 3).message).toBe('/proc/stat line 3: expected a number');
	expect(new ParseError('wg show', 'expected two fields').message).toBe('wg show: expected two fields');
});
