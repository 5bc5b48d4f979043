import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Column, fitColumns, formatSpans, formatTable, type TableLine} from '../../source/ui/table-text.ts';
import {createTheme, type Tone} from '../../source/ui/theme.ts';
import {stripStyles} from '../helpers/screen-text.ts';

interface Row {
	readonly name: string;
	readonly rate: string;
}

const plain = createTheme({colour: false});
const coloured = createTheme();

const columns: Column<Row>[] = [
	{key: 'name', title: 'NAME', width: 6, maximum: 10, align: 'left', priority: 1, cell: row => row.name},
	{key: 'extra', title: 'extra', width: 5, priority: 3, cell: () => '1'},
	{key: 'rate', title: 'rate/s', width: 6, priority: 2, cell: row => row.rate},
];

const rows: TableLine<Row>[] = ['a', 'b', 'c', 'd'].map((name, index) => ({row: {name, rate: String(index)}}));

test('headings stand in a rule, above their cells', () => {
	expect(formatTable({columns, data: rows, width: 30, height: 5, theme: plain})).toEqual([
		'─NAME───────extra─rate/s──────',
		' a              1      0',
		' b              1      1',
		' c              1      2',
		' d              1      3',
	]);
});

test('the least important column leaves first, and what can grow takes the room that is left', () => {
	const widths = (width: number) => fitColumns(columns, width).map(({column, width}) => [column.key, width]);
	expect(widths(40)).toEqual([
		['name', 10],
		['extra', 5],
		['rate', 6],
	]);
	expect(widths(20)).toEqual([
		['name', 7],
		['extra', 5],
		['rate', 6],
	]);
	expect(widths(18)).toEqual([
		['name', 10],
		['rate', 6],
	]);
	expect(widths(12)).toEqual([['name', 10]]);
	expect(widths(4)).toEqual([['name', 4]]);
});

test('the heading says which lines are shown, where not all are', () => {
	const [heading, first] = formatTable({columns, data: rows, width: 30, height: 3, offset: 1, theme: plain});
	expect(heading).toBe('─NAME───────extra───────2-3/4─');
	expect(first).toBe(' b              1      1');
});

test('a heading without room keeps its name and leaves its note out', () => {
	const [heading] = formatTable({columns, data: rows, width: 7, height: 3, note: 'by rate', theme: plain});
	expect(heading).toBe('─NAME──');
});

test('free text takes the whole width, and a mark stands in the margin', () => {
	const data: TableLine<Row>[] = [
		{row: {name: 'hot', rate: '7'}, mark: 'danger'},
		{spans: [{text: 'and 3 others: together 12', tone: 'faint'}]},
	];
	expect(formatTable({columns, data, width: 20, height: 4, theme: plain}).slice(1)).toEqual([
		'!hot        1      7',
		' and 3 others: toge…',
		'',
	]);
});

test('a zero is faint, a zero among names is not', () => {
	const names: Column<Row>[] = [
		{key: 'cpu', title: 'CPU', width: 3, align: 'left', priority: 1, cell: () => '0'},
		{key: 'rate', title: 'rate', width: 4, priority: 1, cell: () => '0'},
	];
	const [, line] = formatTable({columns: names, data: rows, width: 20, height: 2, theme: coloured});
	expect(line).toBe(' 0   \u001B[2m   0\u001B[0m');
});

test('what looks the same is one run, with the blanks in between', () => {
	const spans = [
		{text: '0 ', tone: 'faint'},
		{text: '  ', tone: 'normal'},
		{text: '0', tone: 'faint'},
	] as const;
	expect(formatSpans(spans, 10, coloured)).toBe('\u001B[2m0   0\u001B[0m');
});

test('without colours there is no escape sequence at all', () => {
	const data: TableLine<Row>[] = [{row: {name: '0', rate: '0'}, mark: 'danger'}];
	const text = formatTable({columns, data, width: 40, height: 2, focused: true, note: 'x', theme: plain}).join('\n');
	expect(text).not.toContain('\u001B');
	expect(text).toContain('━');
});

test('any table fits its lines and columns, and closes its colours', () => {
	const tones: Tone[] = ['normal', 'faint', 'danger', 'accent'];
	const anySpan = fc.record({text: fc.string({unit: 'binary'}), tone: fc.constantFrom(...tones)});
	const anyLine: fc.Arbitrary<TableLine<Row>> = fc.oneof(
		fc.record({
			row: fc.record({name: fc.string({unit: 'binary'}), rate: fc.string()}),
			mark: fc.constant('danger' as const),
		}),
		fc.record({spans: fc.array(anySpan, {maxLength: 5})}),
	);
	const anyView = fc.record({
		data: fc.array(anyLine, {maxLength: 12}),
		width: fc.integer({min: 1, max: 60}),
		height: fc.integer({min: 0, max: 10}),
		offset: fc.nat(5),
		note: fc.string({unit: 'binary', maxLength: 30}),
		focused: fc.boolean(),
	});
	fc.assert(
		fc.property(anyView, fc.boolean(), (view, ascii) => {
			const lines = formatTable({...view, columns, theme: createTheme({ascii})});
			expect(lines).toHaveLength(view.height);
			for (const line of lines) {
				expect(stripStyles(line).length).toBeLessThanOrEqual(view.width);
				expect(stripStyles(line)).not.toMatch(/\p{Cc}/u);
				expect(line.lastIndexOf('\u001B[0m')).toBe(line.lastIndexOf('\u001B'));
			}
		}),
	);
});

test('a line that stays is drawn once for each width, look and set of columns, any other at each frame', () => {
	const words = {stays: 'a', other: 'b'};
	const data: TableLine<keyof typeof words>[] = [{row: 'stays', stays: true}, {row: 'other'}];
	const createColumns = (): Column<keyof typeof words>[] => [
		{key: 'name', title: 'NAME', width: 6, maximum: 10, priority: 1, cell: row => words[row]},
	];
	const own = createColumns();
	const draw = (columns = own, width = 8, theme = plain) =>
		formatTable({columns, data, width, height: 3, theme}).slice(1);
	expect(draw()).toEqual(['       a', '       b']);
	Object.assign(words, {stays: 'A', other: 'B'});
	expect(draw()).toEqual(['       a', '       B']);
	expect(draw(own, 9)).toEqual(['        A', '        B']);
	Object.assign(words, {stays: 'c'});
	expect(draw(createColumns(), 9)).toEqual(['        c', '        B']);
	expect(draw(own, 9, coloured)).toEqual(['        c', '        B']);
});

test('the title of a trace is told how long the last interval was', () => {
	const trace: Column<string> = {
		...{key: 'trace', width: 20, align: 'left', priority: 1, cell: row => row},
		title: (width, seconds) => `${width} columns of ${seconds} s`,
	};
	const draw = (seconds: number) =>
		formatTable({columns: [trace], data: [], width: 24, height: 1, seconds, theme: plain})[0];
	expect([draw(1), draw(2)]).toEqual(['─20 columns of 1 s──────', '─20 columns of 2 s──────']);
});
