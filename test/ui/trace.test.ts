import {expect, test} from 'vitest';
import {createTheme} from '../../source/ui/theme.ts';
import {drawBars, drawPair, titleTrace} from '../../source/ui/trace.ts';

const {glyphs} = createTheme();
const ascii = createTheme({ascii: true}).glyphs;
const calm = () => 'normal' as const;

function textOf(spans: readonly {readonly text: string}[]): string {
	return spans.map(span => span.text).join('');
}

test('busy time stands in the left half of a mark, its soft share in the right', () => {
	expect(textOf(drawPair([100, 100, 100, 40, 0], [0, 50, 100, 10, 0], 100, 5, glyphs, calm))).toBe('⡇⣧⣿⣄ ');
});

test('without Unicode a mark is round where most of it is soft', () => {
	expect(textOf(drawPair([100, 100, 30, 30, 0], [0, 90, 0, 28, 0], 100, 5, ascii, calm))).toBe('#@-o ');
});

test('the newest tick stands on the right, and what is not known is blank', () => {
	expect(textOf(drawPair([100, undefined, 100], [0, 0, 0], 100, 5, glyphs, calm))).toBe('  ⡇ ⡇');
	expect(textOf(drawPair([0, 50, 100], [0, 0, 0], 100, 2, glyphs, calm))).toBe('⡄⡇');
});

test('the least that is there is seen, and the largest fills the mark', () => {
	expect(textOf(drawPair([1, 25, 26, 100, 140], [0, 0, 0, 0, 0], 100, 5, glyphs, calm))).toBe('⡀⡀⡄⡇⡇');
});

test('neighbours of one tone are one span', () => {
	const spans = drawPair([95, 96, 10], [0, 0, 0], 100, 3, glyphs, busy => (busy > 90 ? 'danger' : 'normal'));
	expect(spans).toEqual([
		{text: '⡇⡇', tone: 'danger'},
		{text: '⡀', tone: 'normal'},
	]);
});

test('a bar is as high as its value, and no CPU is left without one', () => {
	expect(textOf(drawBars([0, 50, 100, undefined], 100, glyphs, calm))).toBe('▁▅█?');
	expect(textOf(drawBars([0, 50, 100], 100, ascii, calm))).toBe('.+@');
});

test('the title tells the time of the trace where there is room and it is known', () => {
	expect(titleTrace('rx tx', 10, 2)).toBe('rx tx 20 s');
	expect(titleTrace('rx tx', 9, 2)).toBe('rx tx');
	expect(titleTrace('rx tx', 20, undefined)).toBe('rx tx');
});
