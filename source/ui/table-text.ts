import {cleanText, fitText, truncate} from './format.ts';
import {paint, type Theme, type Tone} from './theme.ts';

/** A piece of text in one tone. */
export interface Span {
	readonly text: string;
	readonly tone: Tone;
}

/** One column of a table: how wide, how important, and what a row shows in it. */
export interface Column<Row> {
	readonly key: string;
	/** The heading; a function is asked with the width that the column got, and the seconds of the last interval. */
	readonly title: string | ((width: number, seconds: number | undefined) => string);
	/** The columns of the terminal that it needs. */
	readonly width: number;
	/** Grows up to this where there is room; absent: stays as it is. */
	readonly maximum?: number;
	/** Numbers stand on the right, which is the default. */
	readonly align?: 'left' | 'right';
	/** 1 stays for ever; the highest number goes first when the pane is narrow. */
	readonly priority: number;
	/** The cell's text; or its spans, which then fill `width` exactly. */
	cell(row: Row, width: number): string | readonly Span[];
	/** Absent or `undefined`: normal, and faint for a zero. */
	tone?(row: Row): Tone | undefined;
}

/** One line of a table: a row in columns, or free text over the whole width. The mark stands in the margin. */
export type TableLine<Row> = (LineLook & {readonly row: Row}) | (LineLook & {readonly spans: readonly Span[]});

interface LineLook {
	readonly mark?: Mark;
	/** The same object comes again for as long as it shows the same: it is drawn once. */
	readonly stays?: true;
}

/** Hot things carry a mark too, for those who see no colours. */
export type Mark = 'danger' | 'warning';

export interface FittedColumn<Row> {
	readonly column: Column<Row>;
	readonly width: number;
}

export interface TableView<Row> {
	readonly columns: readonly Column<Row>[];
	readonly data: readonly TableLine<Row>[];
	/** Columns and lines of the terminal, the heading included. */
	readonly width: number;
	readonly height: number;
	/** The first line of `data` that is shown. */
	readonly offset?: number;
	readonly focused?: boolean;
	/** Stands at the right end of the heading (`filter /wg/`). */
	readonly note?: string;
	/** How long the last interval was: titles of traces tell it. */
	readonly seconds?: number | undefined;
	readonly theme: Theme;
}

/** The table as exactly `height` lines of at most `width` columns: the heading, rows from `offset` on, blank lines. */
export function formatTable<Row>(view: TableView<Row>): string[] {
	if (view.height <= 0) {
		return [];
	}
	const fitting = recallFitting(view);
	const offset = view.offset ?? 0;
	const lines = [formatHeading(view, fitting.columns)];
	for (let index = offset; index < Math.min(view.data.length, offset + view.height - 1); index++) {
		const line = view.data[index];
		lines.push(line === undefined ? '' : recallLine(line, fitting, view));
	}
	while (lines.length < view.height) {
		lines.push('');
	}
	return lines;
}

/** How columns were fitted, and what was drawn in them. */
interface Fitting<Row> {
	readonly columns: readonly FittedColumn<Row>[];
	readonly width: number;
	readonly theme: Theme;
	/** The lines that stay, as they were drawn. */
	readonly drawn: WeakMap<TableLine<Row>, string>;
}

const fittings = new WeakMap<object, Fitting<never>>();

/** A pane that gives the same columns again is drawn in the same way again. */
function recallFitting<Row>({columns, width, theme}: TableView<Row>): Fitting<Row> {
	const known = fittings.get(columns) as Fitting<Row> | undefined;
	if (known?.width === width && known.theme === theme) {
		return known;
	}
	const fitting: Fitting<Row> = {columns: fitColumns(columns, width - margin), width, theme, drawn: new WeakMap()};
	fittings.set(columns, fitting);
	return fitting;
}

function recallLine<Row>(line: TableLine<Row>, {columns, drawn}: Fitting<Row>, {width, theme}: TableView<Row>): string {
	const text = drawn.get(line) ?? formatLine(line, columns, width, theme);
	if (line.stays) {
		drawn.set(line, text);
	}
	return text;
}

/** The columns that fit, in their order: the least important leave first, those that can grow share what is left. */
export function fitColumns<Row>(columns: readonly Column<Row>[], width: number): FittedColumn<Row>[] {
	const byPriority = [...columns].sort((a, b) => a.priority - b.priority);
	const kept = new Map<Column<Row>, number>();
	let rest = width + 1;
	for (const column of byPriority) {
		if (column.width + 1 <= rest || (kept.size === 0 && width > 0)) {
			kept.set(column, Math.min(column.width, width));
			rest -= column.width + 1;
		} else {
			break;
		}
	}
	for (const column of byPriority) {
		const got = kept.get(column);
		const growth = Math.min(rest, (column.maximum ?? column.width) - column.width);
		if (got !== undefined && growth > 0) {
			kept.set(column, got + growth);
			rest -= growth;
		}
	}
	return columns.flatMap(column => {
		const got = kept.get(column);
		return got === undefined ? [] : [{column, width: got}];
	});
}

/** Spans as one line of at most `width` columns, cut with an ellipsis. */
export function formatSpans(spans: readonly Span[], width: number, theme: Theme): string {
	const painting = startPainting(theme);
	addCut(painting, spans, width);
	return finish(painting);
}

/**
A line that is being painted. What looks the same is joined, blanks with what stands before them: each change of looks costs bytes
at every frame. Here and where else it is done for each cell there are no objects, and no `for … of`, which makes one for each
step until it is compiled at last.
*/
interface Painting {
	readonly theme: Theme;
	line: string;
	run: string;
	tone: Tone;
}

function startPainting(theme: Theme): Painting {
	return {theme, line: '', run: '', tone: 'normal'};
}

function add(painting: Painting, text: string, tone: Tone): void {
	if (tone !== painting.tone && text.trim() !== '') {
		painting.line += paint(painting.theme.styles, painting.tone, painting.run);
		painting.run = '';
		painting.tone = tone;
	}
	painting.run += text;
}

function finish({theme, line, run, tone}: Painting): string {
	return line + paint(theme.styles, tone, run.trimEnd());
}

function addCut(painting: Painting, spans: readonly Span[], width: number): void {
	const {glyphs} = painting.theme;
	let rest = width;
	for (let index = 0; index < spans.length; index++) {
		const {text, tone} = spans[index] ?? blank;
		const clean = cleanText(text, glyphs);
		if (clean.length > rest || (clean.length === rest && hasText(spans, index + 1))) {
			add(painting, truncate(`${clean} `, rest, glyphs), tone);
			return;
		}
		add(painting, clean, tone);
		rest -= clean.length;
	}
}

function hasText(spans: readonly Span[], from: number): boolean {
	return spans.slice(from).some(span => span.text !== '');
}

const blank: Span = {text: ' ', tone: 'normal'};

/** One blank or mark before each line. */
const margin = 1;

function formatLine<Row>(
	line: TableLine<Row>,
	columns: readonly FittedColumn<Row>[],
	width: number,
	theme: Theme,
): string {
	const painting = startPainting(theme);
	add(painting, line.mark === undefined ? ' ' : '!', line.mark ?? 'normal');
	if ('spans' in line) {
		addCut(painting, line.spans, width - margin);
		return finish(painting);
	}
	columns.forEach((fitted, index) => {
		if (index > 0) {
			add(painting, ' ', 'normal');
		}
		addCell(painting, line.row, fitted);
	});
	return finish(painting);
}

function addCell<Row>(painting: Painting, row: Row, {column, width}: FittedColumn<Row>): void {
	const {glyphs} = painting.theme;
	const cell = column.cell(row, width);
	if (typeof cell !== 'string') {
		cell.forEach(({text, tone}) => {
			add(painting, text, tone);
		});
		return;
	}
	const align = column.align ?? 'right';
	// A 0 among names is the number of a CPU, not "nothing".
	const isQuiet = cell === glyphs.none || (cell === '0' && align === 'right');
	add(painting, fitText(cell, width, align, glyphs), column.tone?.(row) ?? (isQuiet ? 'faint' : 'normal'));
}

/** The headings in a rule; the first one names the pane. */
function formatHeading<Row>(view: TableView<Row>, columns: readonly FittedColumn<Row>[]): string {
	const {glyphs, styles} = view.theme;
	const titles = placeTitles(columns, view);
	const note = fitNote(view, margin + (titles[0]?.title.length ?? 0));
	const end = note === '' ? view.width : view.width - note.length - 1;
	const rule = (length: number): string =>
		paint(styles, view.focused ? 'focus' : 'faint', (view.focused ? glyphs.focusRule : glyphs.rule).repeat(length));
	const titleTone = view.focused ? 'focus' : 'title';
	let text = '';
	let at = 0;
	for (const {start, title} of titles) {
		if (start + title.length <= end - (note === '' ? 0 : 1)) {
			text += rule(start - at) + paint(styles, at === 0 ? titleTone : 'heading', title);
			at = start + title.length;
		}
	}
	return text + rule(Math.max(0, end - at)) + (note === '' ? '' : paint(styles, titleTone, note) + rule(1));
}

function placeTitles<Row>(
	columns: readonly FittedColumn<Row>[],
	{seconds, theme: {glyphs}}: TableView<Row>,
): {start: number; title: string}[] {
	let at = margin;
	return columns.map(({column, width}) => {
		const name = typeof column.title === 'string' ? column.title : column.title(width, seconds);
		const title = truncate(cleanText(name, glyphs), width, glyphs);
		const start = column.align === 'left' ? at : at + width - title.length;
		at += width + 1;
		return {start, title};
	});
}

/** What the heading says on its right where it has room: the pane's note, and which lines are shown where not all are. */
function fitNote<Row>({data, height, width, offset = 0, note = '', theme}: TableView<Row>, used: number): string {
	const shown = height - 1;
	const position = data.length > shown && shown > 0 ? `${offset + 1}-${offset + shown}/${data.length}` : '';
	const text = [note, position].filter(part => part !== '').join(' ');
	const room = width - used - 2;
	return room < 3 ? '' : truncate(cleanText(text, theme.glyphs), room, theme.glyphs);
}
