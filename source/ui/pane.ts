import type {State} from '../session/state.ts';
import type {Column, TableLine} from './table-text.ts';
import type {Theme} from './theme.ts';

/** The panes in the order in which they stand on the screen. */
export const paneIds = ['cores', 'interrupts', 'drops', 'tunnel', 'settings'] as const;

export type PaneId = (typeof paneIds)[number];

/** What a pane is asked for: how it is looked at. */
export interface PaneOptions {
	readonly theme: Theme;
	/** Show only rows that hold this text, whatever its case. */
	readonly filter?: string;
	/** One of the pane's own `sorts`; absent: the order that keeps still. */
	readonly sort?: string;
	/** True: nothing folds away. */
	readonly whole?: boolean;
}

/** One pane as a table, before anybody knows where it will stand. */
export interface Pane<Row = unknown> {
	readonly id: PaneId;
	readonly title: string;
	readonly columns: readonly Column<Row>[];
	/** The orders that can be asked for, by name. */
	readonly sorts: readonly string[];
	/** Lines that it needs at least, and lines that show all it has to say, the heading included. */
	readonly minimum: number;
	readonly natural: number;
	/** Its lines for a body of `room` lines and `width` columns; more than `room` when even folding leaves more. */
	lines(room: number, width: number): readonly TableLine<Row>[];
}

export type CreatePane = (state: State, options: PaneOptions) => Pane;

/** A yes for texts that hold the filter, whatever their case. */
export function createFilter(filter = ''): (text: string) => boolean {
	const wanted = filter.toLowerCase();
	return wanted === '' ? () => true : text => text.toLowerCase().includes(wanted);
}

/**
A rate rounded to powers of two, for orders that shall keep still: rows change places when a rate has doubled, not
with every tick.
*/
export function coarse(rate: number): number {
	return Math.round(Math.log2(rate + 1));
}

/** The width of the longest of these texts, between two bounds: columns of names are no wider than their names. */
export function widthOf(texts: readonly string[], minimum: number, maximum: number): number {
	return Math.min(maximum, Math.max(minimum, ...texts.map(text => text.length)));
}
