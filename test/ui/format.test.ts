import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {
	cleanText,
	fitText,
	formatAge,
	formatBits,
	formatBytes,
	formatCount,
	formatInterval,
	formatPercent,
	spellArrows,
	truncate,
} from '../../source/ui/format.ts';
import {createTheme} from '../../source/ui/theme.ts';

const {glyphs} = createTheme();
const ascii = createTheme({ascii: true}).glyphs;

test('a figure that is not known is a question mark, never a zero', () => {
	for (const format of [formatPercent, formatCount, formatBits, formatBytes, formatAge]) {
		expect(format(undefined)).toBe('?');
	}
});

test.each([
	[0, '0'],
	[0.04, '0.0'],
	[6.594, '6.6'],
	[99.94, '99.9'],
	[99.95, '100'],
	[100, '100'],
])('%s percent is written %s', (value, text) => {
	expect(formatPercent(value)).toBe(text);
});

test.each([
	[0, '0'],
	[0.01, '<0.1'],
	[0.5, '0.5'],
	[7, '7'],
	[9.97, '10'],
	[1320.4, '1320'],
	[9999.4, '9999'],
	[9999.6, '10.0k'],
	[123_456, '123k'],
	[999_600, '1.00M'],
	[45_600_000_000, '45.6G'],
])('%s a second is written %s', (value, text) => {
	expect(formatCount(value)).toBe(text);
});

test.each([
	[0, '0'],
	[80, '640'],
	[125, '1.00k'],
	[117_750_000, '942M'],
	[153_750_000, '1.23G'],
])('%s bytes a second are %s bits a second', (value, text) => {
	expect(formatBits(value)).toBe(text);
});

test('memory is counted by powers of 1024, as top does', () => {
	expect(formatBytes(83 * 1024 * 1024)).toBe('83.0M');
	expect(formatBytes(512)).toBe('512');
});

test.each([
	[0.4, '0s'],
	[59.9, '59s'],
	[125, '2m05s'],
	[5 * 3600 + 3 * 60, '5h03m'],
	[12 * 86_400 + 4 * 3600, '12d04h'],
	[2000 * 86_400, '2000d'],
])('an age of %s seconds is written %s', (value, text) => {
	expect(formatAge(value)).toBe(text);
});

test('an interval keeps its tenth of a second', () => {
	expect([0.2, 1, 60].map(formatInterval)).toEqual(['0.2 s', '1 s', '60 s']);
});

test('no figure needs more than its column', () => {
	const anyFigure = fc.double({min: 0, max: 1e19, noNaN: true});
	fc.assert(
		fc.property(anyFigure, value => {
			expect(formatCount(value).length).toBeLessThanOrEqual(5);
			expect(formatBits(value).length).toBeLessThanOrEqual(5);
			expect(formatBytes(value).length).toBeLessThanOrEqual(5);
		}),
	);
	fc.assert(
		fc.property(
			fc.double({min: 0, max: 1e9, noNaN: true}),
			fc.double({min: 0, max: 100, noNaN: true}),
			(age, share) => {
				expect(formatAge(age).length).toBeLessThanOrEqual(6);
				expect(formatPercent(share).length).toBeLessThanOrEqual(5);
			},
		),
	);
});

test('a text from outside takes exactly the columns it is given, whatever it holds', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.integer({min: 1, max: 30}), fc.boolean(), (text, width, isAscii) => {
			const fitted = fitText(text, width, 'left', isAscii ? ascii : glyphs);
			expect(fitted.length).toBe(width);
			expect(stringWidth(fitted)).toBe(width);
			expect(fitted).not.toMatch(/\p{Cc}/u);
		}),
	);
});

test('escape sequences, wide and combining characters become question marks', () => {
	expect(cleanText('\u001B[2J\u202Ename', glyphs)).toBe('?[2J?name');
	expect(cleanText('主机-1', glyphs)).toBe('??-1');
	expect(cleanText('e\u0301 \u{1F600}', glyphs)).toBe('e? ?');
	expect(cleanText('Zürich Łódź Москва', glyphs)).toBe('Zürich Łódź Москва');
	expect(cleanText('Zürich', ascii)).toBe('Z?rich');
	expect(cleanText('the NIC’s “1 → 2” takes 3 µs – or ≥ 4…', ascii)).toBe(`the NIC's "1 > 2" takes 3 us - or > 4.`);
});

test('what is cut ends in an ellipsis', () => {
	expect(truncate('virtio1-input.0', 8, glyphs)).toBe('virtio1…');
	expect(truncate('virtio1', 7, glyphs)).toBe('virtio1');
	expect(fitText('12', 4, 'right', glyphs)).toBe('  12');
});

test('arrow keys are words where they cannot be drawn, for < and > are other keys', () => {
	expect(spellArrows('← → ↑ ↓', ascii)).toBe('Left Right Up Down');
	expect(spellArrows('← → ↑ ↓', glyphs)).toBe('← → ↑ ↓');
});
