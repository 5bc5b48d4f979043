import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createTableParser} from '../../source/parse/table.ts';

interface Row {
	readonly head: string;
	readonly line: string;
}

/** Rows that tell all that they may depend on. */
const createParser = () =>
	createTableParser<string, Row>(
		head => head,
		(line, _, head) => ({head, line}),
	);

test('any succession of tables is read as it stands', () => {
	const line = fc.constantFrom('a', 'b', 'c', '', ' ');
	const text = fc.array(line, {maxLength: 5}).map(lines => lines.join('\n'));
	fc.assert(
		fc.property(fc.array(text), texts => {
			const parse = createParser();
			for (const each of texts) {
				const [head = '', ...lines] = each.split('\n');
				const rows = lines.filter(line => line.trim() !== '').map(line => ({head, line}));
				expect(parse(each)).toEqual({head, rows});
			}
		}),
	);
});

test('a line that has not changed gives the very row from before, and is not read again', () => {
	const read: string[] = [];
	const parse = createTableParser(
		head => head,
		(line, number) => {
			read.push(`${number} ${line}`);
			return {line};
		},
	);
	const before = parse('head\nsame\nold\n');
	const now = parse('head\nsame\nnew\n');
	expect(now.rows[0]).toBe(before.rows[0]);
	expect(now.rows[1]).toEqual({line: 'new'});
	expect(read).toEqual(['2 same', '3 old', '3 new']);
	expect(parse('other\nsame\nnew\n').rows[0]).not.toBe(before.rows[0]);
});

test('a row may be made of what stood there before, under the same header only', () => {
	const parse = createTableParser<number, number>(Number, (line, _number, _head, before = 0) => before + Number(line));
	expect(parse('0\n1').rows).toEqual([1]);
	expect(parse('0\n2').rows).toEqual([3]);
	expect(parse('1\n4').rows).toEqual([4]);
});

test('what could not be read is forgotten, and what was read before it is not', () => {
	const parse = createTableParser<string, string>(
		head => head,
		line => {
			if (line === 'bad') {
				throw new Error(line);
			}
			return line;
		},
	);
	const {rows} = parse('head\ngood\n');
	expect(() => parse('head\nbad\n')).toThrow('bad');
	expect(() => parse('head\nbad\n')).toThrow('bad');
	expect(parse('head\ngood\n').rows).toEqual(rows);
});
