import fc from 'fast-check';
import {expect, test} from 'vitest';
import stockMeasureText from '../../../node_modules/ink/build/measure-text.js';
import stockSanitizeAnsi from '../../../node_modules/ink/build/sanitize-ansi.js';
import stockStringWidth from '../../../node_modules/string-width/index.js';
import measureText from '../../../source/ui/ink/measure-text.ts';
import sanitizeAnsi from '../../../source/ui/ink/sanitize-ansi.ts';
import {measurePlain, singleWidthRanges} from '../../../source/ui/ink/single-width.ts';
import stringWidth from '../../../source/ui/ink/string-width.ts';
import {tameLine, wildLine} from '../../helpers/styled-text.ts';

test('every character that is taken for a single column is one, and stands alone', () => {
	const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	const wrong: string[] = [];
	for (const [first, last] of singleWidthRanges) {
		for (let code = first; code <= last; code++) {
			const character = String.fromCharCode(code);
			const graphemes = [...segmenter.segment(`a${character}${character}z`)].length;
			if (
				stockStringWidth(character) !== 1 ||
				graphemes !== 4 ||
				/\p{Default_Ignorable_Code_Point}|\p{C}/u.test(character)
			) {
				wrong.push(code.toString(16));
			}
		}
	}

	expect(wrong).toEqual([]);
});

const controls = fc.string({
	unit: fc.constantFrom('\u001B', '[', ']', 'm', '3', ';', ':', '\n', '\t', '\u009B', '\u0007', 'a'),
});
const text = fc.oneof(
	tameLine,
	wildLine,
	controls,
	fc.array(fc.oneof(tameLine, wildLine, controls)).map(all => all.join('\n')),
);

test('any text has the width that string-width gives it', () => {
	fc.assert(
		fc.property(text, text => {
			expect(stringWidth(text)).toBe(stockStringWidth(text));
		}),
		{numRuns: 2000},
	);
});

test('any text is as wide and as high as Ink measures it', () => {
	fc.assert(
		fc.property(text, text => {
			expect(measureText(text)).toEqual(stockMeasureText(text));
		}),
		{numRuns: 2000},
	);
});

test('any text is cleaned as Ink cleans it', () => {
	fc.assert(
		fc.property(text, text => {
			expect(sanitizeAnsi(text)).toBe(stockSanitizeAnsi(text));
		}),
		{numRuns: 2000},
	);
});

test('a line of a table is measured without asking string-width', () => {
	expect(measurePlain('\u001B[2m  0\u001B[0m │ ⠿ 12.5 µs – \u001B[1;31m9\u001B[0m')).toBe(19);
	expect(measurePlain('漢')).toBe(-1);
	expect(measurePlain('\u001B[3A')).toBe(-1);
});
