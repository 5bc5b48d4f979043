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
	/** The heading; a function is asked with the width that the column got. */
	readonly title: string | ((width: number) => string);
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
export type TableLine<Row> =
	| {readonly row: Row; readonly mark?: Mark}
	| {readonly spans: readonly Span[]; readonly mark?: Mark};

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
	readonly theme: Theme;
}

/** The table as exactly `height` lines of at most `width` columns: the heading, rows from `offset` on, blank lines. */
export function formatTable<Row>(view: TableView<Row>): string[] {
	if (view.height <= 0) {
		return [];
	}
	const columns = fitColumns(view.columns, view.width - margin);
	const offset = view.offset ?? 0;
	const lines = [formatHeading(view, columns)];
	for (const line of view.data.slice(offset, offset + view.height - 1)) {
		lines.push(formatLine(line, columns, view.width, view.theme));
	}
	while (lines.length < view.height) {
		lines.push('');
	}
	return lines;
}

/** The columns that fit, in their order: the least important leave first, those that can grow share what is left. */
export function fitColumns<Row>(columns: readonly Column<Row>[], width: number): FittedColumn<Row>[] {
	const byPriority = [...columns].sort((a, b) => a.priority - b.priority);
	const kept = new Map<Column<Row>, number>();
	let rest = width + 1;
	for (const column of byPriority) {
		if (column.width + 1 <= rest || kept.size === 0) {
			kept.set(column, Math.min(column.width, Math.max(1, rest - 1)));
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
	let line = '';
	let rest = width;
	for (const [index, span] of spans.entries()) {
		const text = cleanText(span.text, theme.glyphs);
		const isCut = text.length > rest || (text.length === rest && hasText(spans, index + 1));
		line += paint(theme.styles, span.tone, isCut ? truncate(`${text} `, rest, theme.glyphs) : text);
		rest -= text.length;
		if (isCut) {
			break;
		}
	}
	return line;
}

function hasText(spans: readonly Span[], from: number): boolean {
	return spans.slice(from).some(span => span.text !== '');
}

/** One blank or mark before each line. */
const margin = 1;

function formatLine<Row>(
	line: TableLine<Row>,
	columns: readonly FittedColumn<Row>[],
	width: number,
	theme: Theme,
): string {
	const mark = line.mark === undefined ? ' ' : paint(theme.styles, line.mark, '!');
	if ('spans' in line) {
		return mark + formatSpans(line.spans, width - margin, theme);
	}
	let text = mark;
	for (const [index, fitted] of columns.entries()) {
		text += (index === 0 ? '' : ' ') + formatCell(line.row, fitted, theme);
	}
	return text;
}

function formatCell<Row>(row: Row, {column, width}: FittedColumn<Row>, theme: Theme): string {
	const cell = column.cell(row, width);
	if (typeof cell !== 'string') {
		return formatSpans(cell, width, theme);
	}
	const tone = column.tone?.(row) ?? (isQuiet(cell, theme) ? 'faint' : 'normal');
	return paint(theme.styles, tone, fitText(cell, width, column.align ?? 'right', theme.glyphs));
}

function isQuiet(cell: string, theme: Theme): boolean {
	return cell === '0' || cell === theme.glyphs.none;
}

/** The headings in a rule; the first one names the pane. */
function formatHeading<Row>(view: TableView<Row>, columns: readonly FittedColumn<Row>[]): string {
	const {glyphs, styles} = view.theme;
	const note = cleanText(headingNote(view), glyphs);
	const end = note === '' ? view.width : view.width - note.length - 1;
	const rule = (length: number): string =>
		paint(styles, view.focused ? 'focus' : 'faint', (view.focused ? glyphs.focusRule : glyphs.rule).repeat(length));
	const titleTone = view.focused ? 'focus' : 'title';
	let text = '';
	let at = 0;
	for (const {start, title} of placeTitles(columns, view.theme)) {
		if (start + title.length <= end) {
			text += rule(start - at) + paint(styles, at === 0 ? titleTone : 'heading', title);
			at = start + title.length;
		}
	}
	return text + rule(Math.max(0, end - at)) + (note === '' ? '' : paint(styles, titleTone, note) + rule(1));
}

function placeTitles<Row>(columns: readonly FittedColumn<Row>[], {glyphs}: Theme): {start: number; title: string}[] {
	let at = margin;
	return columns.map(({column, width}) => {
		const name = typeof column.title === 'string' ? column.title : column.title(width);
		const title = truncate(cleanText(name, glyphs), width, glyphs);
		const start = column.align === 'left' ? at : at + width - title.length;
		at += width + 1;
		return {start, title};
	});
}

/** What the heading says on its right: the pane's note, and which lines are shown where not all are. */
function headingNote<Row>({data, height, offset = 0, note = ''}: TableView<Row>): string {
	const shown = height - 1;
	const position = data.length > shown && shown > 0 ? `${offset + 1}-${offset + shown}/${data.length}` : '';
	return [note, position].filter(part => part !== '').join(' ');
}
