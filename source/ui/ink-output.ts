import StockOutput from '../../node_modules/ink/build/output.js';
import {changeStyle, plainStyle, type Style, writeStyleChange} from './ink-style.ts';

/**
Takes the place of Ink's own `Output` in the bundle (the build swaps it in, and checks that Ink's file is the one this was
written against).

Ink turns every frame into a grid with one object per cell. That was two thirds of the whole program's work, and
most of its garbage. Here a line is a few runs of text in one style. Anything that would need more than that (clipping,
wide or combining characters, writes outside the frame, styles left open at the end of a line) goes to Ink's own code:
the whole frame, so that no rule of Ink's has to be copied.
*/
// Ink imports its Output as the default export.
export default class Output extends StockOutput {
	readonly #writes: Write[] = [];
	#isClipped = false;

	override write(x: number, y: number, text: string, options: {transformers: Transformer[]}): void {
		super.write(x, y, text, options);
		if (text !== '') {
			this.#writes.push({x, y, text, transformers: options.transformers});
		}
	}

	override clip(clip: Parameters<StockOutput['clip']>[0]): void {
		super.clip(clip);
		this.#isClipped = true;
	}

	override get(): {output: string; height: number} {
		const rows = this.#isClipped ? undefined : composeRows(this.#writes, this.width, this.height);
		return rows ? {output: rows.map(printRow).join('\n'), height: rows.length} : super.get();
	}
}

type Transformer = (line: string, index: number) => string;

interface Write {
	readonly x: number;
	readonly y: number;
	readonly text: string;
	readonly transformers: readonly Transformer[];
}

/** Text of one style from column `x` on, one column a character. */
interface Run {
	readonly x: number;
	readonly text: string;
	readonly style: Style;
}

/** The runs of each row from left to right, or nothing when a write needs more than runs can say. */
function composeRows(writes: readonly Write[], width: number, height: number): Run[][] | undefined {
	const rows: Run[][] = [];
	for (let y = 0; y < height; y++) {
		rows.push([]);
	}

	for (const {x, y, text, transformers} of writes) {
		if (!(Number.isInteger(y) && Number.isInteger(x) && x >= 0)) {
			return undefined;
		}

		for (const [index, line] of text.split('\n').entries()) {
			const row = rows[y + index];
			// A line outside the frame is not drawn, but may leave a style to the next one.
			const runs = readRuns(line, index, x, row ? transformers : []);
			if (runs === undefined || (row && !coverRow(row, runs, width))) {
				return undefined;
			}
		}
	}

	return rows;
}

/** Puts runs on a row, over what is there. False when they do not fit. */
function coverRow(row: Run[], runs: readonly Run[], width: number): boolean {
	for (const run of runs) {
		if (endOf(run) > width) {
			return false;
		}

		const last = row.at(-1);
		if (last === undefined || endOf(last) <= run.x) {
			row.push(run);
		} else {
			row.splice(0, row.length, ...cutOut(row, run), run);
			row.sort((a, b) => a.x - b.x);
		}
	}

	return true;
}

/** What is left of a row's runs beside the columns of another run. */
function cutOut(row: readonly Run[], hole: Run): Run[] {
	return row.flatMap(run => {
		const left = run.text.slice(0, Math.max(0, hole.x - run.x));
		const right = run.text.slice(Math.max(0, endOf(hole) - run.x));
		return [
			...(left === '' ? [] : [{...run, text: left}]),
			...(right === '' ? [] : [{...run, x: endOf(run) - right.length, text: right}]),
		];
	});
}

function endOf(run: Run): number {
	return run.x + run.text.length;
}

/**
Blanks at the end are left out, as Ink does it. Others take whatever look the text before them has, as long as a blank
does not show it: tables are full of them, and changing to and fro costs more bytes than the figures.
*/
function printRow(row: readonly Run[]): string {
	let text = '';
	let blanks = '';
	let column = 0;
	let style = plainStyle;
	for (const run of row) {
		blanks += ' '.repeat(run.x - column);
		column = endOf(run);
		if (!run.style.showsOnBlanks && run.text.trim() === '') {
			blanks += run.text;
			continue;
		}

		if (blanks !== '' && style.showsOnBlanks) {
			text += writeStyleChange(style, plainStyle);
			style = plainStyle;
		}

		text += blanks + writeStyleChange(style, run.style) + run.text;
		style = run.style;
		blanks = '';
	}

	return (text + writeStyleChange(style, plainStyle)).trimEnd();
}

const escapeCode = 0x1b;
const bracketCode = 0x5b;
const anyEscape = '\u001B';

// Ink hands transformers a line with one code per escape sequence and no resets, and chalk looks for exactly these.
const otherThanOneCode = /\u001B\[(?!(?:[1-9]\d*|[34]8;[\d;]+)m)/u;

function readRuns(line: string, index: number, x: number, transformers: readonly Transformer[]): Run[] | undefined {
	let transformed = line;
	for (const transform of transformers) {
		transformed = transform(transformed, index);
	}

	if (transformed === line) {
		return splitRuns(line, x);
	}

	const isSafe = !otherThanOneCode.test(line) && (!line.includes(anyEscape) || splitRuns(line, x) !== undefined);
	return isSafe && !transformed.includes('\n') ? splitRuns(transformed, x) : undefined;
}

/** The runs of a line, or nothing when it holds more than single-width characters and closed styles. */
function splitRuns(line: string, x: number): Run[] | undefined {
	const runs: Run[] = [];
	let style = plainStyle;
	let column = x;
	let start = 0;
	const endRun = (end: number) => {
		if (end > start) {
			runs.push({x: column, text: line.slice(start, end), style});
			column += end - start;
		}
	};

	for (let index = 0; index < line.length; index++) {
		const code = line.charCodeAt(index);
		if (code === escapeCode) {
			const end = line.indexOf('m', index);
			const next =
				line.charCodeAt(index + 1) === bracketCode && end > 0
					? changeStyle(style, line.slice(index + 2, end))
					: undefined;
			if (next === undefined) {
				return undefined;
			}

			endRun(index);
			style = next;
			start = end + 1;
			index = end;
		} else if (isSingleWidth[code] !== 1) {
			return undefined;
		}
	}

	endRun(line.length);
	return style === plainStyle ? runs : undefined;
}

/**
Ranges of characters (first, last) that take one column, stand alone as a grapheme, and are never ignorable. A test holds each
of them against string-width and Intl.Segmenter. What is not here is drawn just the same, only slower.
*/
export const singleWidthRanges: readonly (readonly [number, number])[] = [
	[0x20, 0x7e],
	[0xa0, 0xac],
	[0xae, 0x2ff],
	[0x391, 0x3a1],
	[0x3a3, 0x3ff],
	[0x400, 0x482],
	[0x48a, 0x52f],
	[0x2010, 0x2027],
	[0x2030, 0x205e],
	[0x2074, 0x208e],
	[0x20a0, 0x20bf],
	[0x2100, 0x218b],
	[0x2190, 0x2319],
	[0x23b0, 0x23e8],
	[0x2500, 0x25fc],
	[0x25ff, 0x2612],
	[0x26a0, 0x26a0],
	[0x2710, 0x2727],
	[0x2800, 0x28ff],
];

const isSingleWidth = new Uint8Array(0x1_00_00);
for (const [first, last] of singleWidthRanges) {
	isSingleWidth.fill(1, first, last + 1);
}
