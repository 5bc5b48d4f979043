import StockOutput from '../../../node_modules/ink/build/output.js';
import {type PlainLine, readPlainLine, readPlainText} from './plain-text.ts';
import {endOf, type Run} from './runs.ts';
import {plainStyle, writeStyleChange} from './style.ts';

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
		return rows ? {output: rows.join('\n'), height: rows.length} : super.get();
	}
}

type Transformer = (line: string, index: number) => string;

interface Write {
	readonly x: number;
	readonly y: number;
	readonly text: string;
	readonly transformers: readonly Transformer[];
}

/** A line and the column at which it begins. */
interface Placed {
	readonly x: number;
	readonly line: PlainLine;
}

interface PrintedRow {
	readonly parts: readonly Placed[];
	readonly text: string;
}

/** The rows of the frame before: most of them come again. */
let printed: readonly PrintedRow[] = [];

/** The rows as text, or nothing when a write needs more than runs can say. */
function composeRows(writes: readonly Write[], width: number, height: number): string[] | undefined {
	const rows = placeLines(writes, width, height);
	if (rows === undefined) {
		return undefined;
	}

	printed = rows.map((parts, y) => {
		const known = printed[y];
		return known && isSameRow(parts, known.parts) ? known : {parts, text: printRow(layRuns(parts))};
	});
	return printed.map(({text}) => text);
}

/** By index, here and below: `for … of` and functions made for each row are garbage, fifty times a frame. */
function isSameRow(parts: readonly Placed[], others: readonly Placed[]): boolean {
	let index = 0;
	while (index < parts.length && parts[index] === others[index]) {
		index++;
	}

	return index === parts.length && index === others.length;
}

/** What stands on each row, the uppermost last. */
function placeLines(
	writes: readonly Write[],
	width: number,
	height: number,
): readonly (readonly Placed[])[] | undefined {
	const rows = Array.from({length: height}, () => nothing);
	for (const {x, y, text, transformers} of writes) {
		if (!(Number.isInteger(y) && Number.isInteger(x) && x >= 0)) {
			return undefined;
		}

		const plain = listLines(text);
		for (let index = 0; index < plain.length; index++) {
			const row = rows[y + index];
			// A line outside the frame is not drawn, but may leave a style to the next one.
			const line = readLine(plain[index], index, row ? transformers : []);
			if (line === undefined || (row && x + line.width > width)) {
				return undefined;
			}

			if (row && line.width > 0) {
				rows[y + index] = addLine(row, y + index, x, line);
			}
		}
	}

	return rows;
}

const nothing: readonly Placed[] = [];

function listLines(text: string): readonly (PlainLine | {readonly text: string})[] {
	return readPlainText(text)?.lines ?? text.split('\n').map(line => ({text: line}));
}

/** Where the frame before has the same there, the very same. */
function addLine(row: readonly Placed[], y: number, x: number, line: PlainLine): readonly Placed[] {
	const before = printed[y]?.parts[row.length];
	return [...row, before?.line === line && before.x === x ? before : {x, line}];
}

/** The runs of a row from left to right. */
function layRuns(parts: readonly Placed[]): Run[] {
	const row: Run[] = [];
	parts.forEach(({x, line}) => {
		line.runs.forEach(run => {
			coverRow(row, x === 0 ? run : {x: run.x + x, text: run.text, style: run.style});
		});
	});
	return row;
}

/** Puts a run on a row, over what is there. */
function coverRow(row: Run[], run: Run): void {
	const last = row.at(-1);
	if (last === undefined || endOf(last) <= run.x) {
		row.push(run);
	} else {
		row.splice(0, row.length, ...cutOut(row, run), run);
		row.sort((a, b) => a.x - b.x);
	}
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

/**
Blanks at the end are left out, as Ink does it. Others take whatever look the text before them has, as long as a blank
does not show it: tables are full of them, and changing to and fro costs more bytes than the figures.
*/
function printRow(row: readonly Run[]): string {
	let text = '';
	let blanks = '';
	let column = 0;
	let style = plainStyle;
	row.forEach(run => {
		blanks += ' '.repeat(run.x - column);
		column = endOf(run);
		if (!run.style.showsOnBlanks && run.text.trim() === '') {
			blanks += run.text;
			return;
		}

		if (blanks !== '' && style.showsOnBlanks) {
			text += writeStyleChange(style, plainStyle);
			style = plainStyle;
		}

		text += blanks + writeStyleChange(style, run.style) + run.text;
		style = run.style;
		blanks = '';
	});

	return (text + writeStyleChange(style, plainStyle)).trimEnd();
}

// Ink hands transformers a line with one code per escape sequence and no resets, and chalk looks for exactly these.
const otherThanOneCode = /\u001B\[(?!(?:[1-9]\d*|[34]8;[\d;]+)m)/u;

function readLine(
	known: PlainLine | {readonly text: string} = {text: ''},
	index: number,
	transformers: readonly Transformer[],
): PlainLine | undefined {
	const {text} = known;
	let transformed = text;
	for (let each = 0; each < transformers.length; each++) {
		transformed = transformers[each]?.(transformed, index) ?? transformed;
	}

	const isSafe =
		transformed === text ||
		(!otherThanOneCode.test(text) &&
			(!text.includes('\u001B') || readPlainLine(text) !== undefined) &&
			!transformed.includes('\n'));
	const line = transformed === text && 'runs' in known ? known : isSafe ? readPlainLine(transformed) : undefined;
	// Ink does not take a sequence without parameters for a reset.
	return line?.hasBareReset ? undefined : line;
}
