import type {State} from '../session/state.ts';
import type {Column, TableLine} from './table-text.ts';
import type {Theme} from './theme.ts';

/** The panes in the order in which they stand on the screen. */
export const paneIds = ['cores', 'path', 'interrupts', 'drops', 'tunnel', 'settings'] as const;

export type PaneId = (typeof paneIds)[number];

/** What a pane is asked for: how it is looked at. */
export interface PaneOptions {
	readonly theme: Theme;
	/** Show only rows that hold this text, whatever its case. */
	readonly filter?: string;
	/** One of the pane's own `sorts`; absent: the order that keeps still. */
	readonly sort?: string;
	/** True: it is the pane that one reads. */
	readonly focused?: boolean;
	/** The id of the step that is chosen. */
	readonly cursor?: string;
	/** True: nothing folds away. */
	readonly whole?: boolean;
}

/** One pane as a table, before anybody knows where it will stand. */
export interface Pane<Row = unknown> {
	readonly id: PaneId;
	readonly columns: readonly Column<Row>[];
	/** The orders that can be asked for, by name. */
	readonly sorts: readonly string[];
	/** Lines that it needs at least, those that it wants, and those that leave nothing out; the heading included. */
	readonly minimum: number;
	readonly natural: number;
	readonly full: number;
	/** Its lines for a body of `room` lines and `width` columns; more than `room` when even folding leaves more. */
	lines(room: number, width: number): readonly TableLine<Row>[];
}

export type CreatePane = (state: State, options: PaneOptions) => Pane;

/** The rows whose words hold the filter, whatever their case; all of them without a filter. */
export function filterRows<Row>(
	rows: readonly Row[],
	filter: string | undefined,
	words: (row: Row) => string,
): readonly Row[] {
	const wanted = filter?.toLowerCase() ?? '';
	return wanted === '' ? rows : rows.filter(row => words(row).toLowerCase().includes(wanted));
}

/** The rows in the order of a score, highest first; equal ones by their place. Each score is computed once. */
export function sortByScore<Row>(rows: readonly Row[], score: (row: Row) => number): Row[] {
	return rows
		.map((row, place) => ({row, place, score: score(row)}))
		.sort((a, b) => b.score - a.score || a.place - b.place)
		.map(({row}) => row);
}

/** The largest of the numbers, and no less than `least`. Unlike `Math.max` it takes any number of them. */
export function largest(values: Iterable<number | undefined>, least: number): number {
	let found = least;
	for (const value of values) {
		if (value !== undefined && value > found) {
			found = value;
		}
	}
	return found;
}

/**
A rate rounded to powers of two, for orders that shall keep still: rows change places when a rate has doubled, not
with every tick.
*/
export function coarse(rate: number): number {
	return Math.round(Math.log2(rate + 1));
}

/**
`peer-2` before `peer-10`, and `Peer-1` beside `peer-1`. Not by `Intl.Collator`, whose tables take Node ten milliseconds to read,
and three megabytes.
*/
export function compareNames(a: string, b: string): number {
	// Most that are compared are of one device.
	if (a === b) {
		return 0;
	}
	const [left, right] = [a, b].map(name => name.toLowerCase().match(/\d+|\D+/g) ?? []);
	for (const [index, part] of (left ?? []).entries()) {
		const other = right?.[index];
		if (other === undefined) {
			return 1;
		}
		const order = Number(part) - Number(other) || compareUnits(part, other);
		if (order !== 0) {
			return order;
		}
	}
	return (left?.length ?? 0) - (right?.length ?? 0) || compareUnits(a, b);
}

function compareUnits(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}

/** The width of the longest of these texts, between two bounds: columns of names are no wider than their names. */
export function widthOf(texts: readonly string[], minimum: number, maximum: number): number {
	const lengths = texts.map(text => text.length);
	return Math.min(maximum, largest(lengths, minimum));
}
