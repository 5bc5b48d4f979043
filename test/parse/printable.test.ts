import fc from 'fast-check';
import {expect, test} from 'vitest';
import {stripControls} from '../../source/parse/printable.ts';

test('what moves the cursor, colours the screen or turns the reading direction goes, and the words stay', () => {
	expect(stripControls('peer\u001b[2J\u001b]0;title\u0007-a')).toBe('peer[2J]0;title-a');
	expect(stripControls('a\u009b31mb\r\nc\td\u007f')).toBe('a31mbcd');
	expect(stripControls('abc\u202egnp.exe\u2066\u200b\ufeff\u2028')).toBe('abcgnp.exe');
});

test('letters, wide characters and accents stay as they are', () => {
	expect(stripControls('büro-東京 ñ e\u0301 🙂')).toBe('büro-東京 ñ e\u0301 🙂');
});

test('half of a surrogate pair does not leave', () => {
	expect(stripControls('a\ud83d')).toBe('a\ufffd');
});

test('no text keeps a control character, and a second pass changes nothing', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), text => {
			const stripped = stripControls(text);
			expect(stripped).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
			expect(stripControls(stripped)).toBe(stripped);
			expect(stripped.isWellFormed()).toBe(true);
		}),
	);
});
