import fc from 'fast-check';

const codes = [
	'0',
	'1',
	'2',
	'3',
	'4',
	'7',
	'8',
	'9',
	'53',
	'22',
	'23',
	'24',
	'27',
	'29',
	'31',
	'39',
	'41',
	'49',
	'92',
];
const extendedColors = ['103', '38;5;208', '48;5;17', '38;2;1;22;133', '48;2;200;100;0'];
const unusualCodes = ['1;31', '0;32', '22;39', '38;5;3;1', '5', '', '38', '58;5;1'];
const wildStyle = fc.constantFrom(...codes, ...extendedColors, ...unusualCodes).map(code => `\u001B[${code}m`);
const wildLetters = fc.string({
	unit: fc.constantFrom('a', ' ', '│', '漢', 'e\u0301', '😀', '\u200B'),
	maxLength: 9,
});
const letters = fc.string({unit: fc.constantFrom('a', 'b', ' ', ' ', '│', '█', 'µ', '⠿', '–'), maxLength: 9});
const closedPairs = [
	...[
		['1', '22'],
		['2', '22'],
		['31', '39'],
		['44', '49'],
		['7', '27'],
	],
	...[
		['1;31', '0'],
		['2', '0'],
		['38;5;9;4', '0'],
	],
];
const closed = fc
	.tuple(fc.constantFrom(...closedPairs), letters)
	.map(([[open, close], text]) => `\u001B[${open}m${text}\u001B[${close}m`);

/** A line as nbtop draws it: single-width characters, and styles that are closed again. */
export const tameLine = fc.array(fc.oneof(closed, letters), {maxLength: 5}).map(parts => parts.join(''));

/** A line with wide, combining and invisible characters, styles that stay open, and codes that hardly anybody uses. */
export const wildLine = fc.array(fc.oneof(closed, wildLetters, wildStyle), {maxLength: 5}).map(parts => parts.join(''));
