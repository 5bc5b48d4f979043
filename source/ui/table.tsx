import * as inkTable from 'ink-table';
import type {Component} from 'react';
import {createText, type Holder, type Place} from './elements.ts';
import {fitColumns, formatTable, type TableView} from './table-text.ts';

/** A table as the screen draws it; `data` and `columns` are ink-table's own properties, with what a live table needs. */
export type LiveTableProps = TableView<unknown> & {
	/** What `drawTable` gave for it, where that has been asked already. */
	readonly text?: string;
	/** Where it lies on the screen; absent: where it comes. */
	readonly place?: Place;
	/** Is told the node on which it lies. */
	readonly hold?: Holder;
};

interface TableComponent extends Component<LiveTableProps> {
	getColumns(): {readonly column: string; readonly key: string; readonly width: number}[];
	getHeadings(): Readonly<Record<string, string>>;
}

const Table = findClass(inkTable) as new (props: LiveTableProps) => TableComponent;

/**
ink-table's `Table`, drawn as one text instead of a component for each cell.

The stock one measures all data and mounts every changed row anew at each frame, which costs four times as much as
all the rest of the program. Here widths come from the columns, so nothing jumps, and lines are made by `formatTable`: what
is given to Ink is exactly `height` lines that fit `width`.
*/
export class LiveTable extends Table {
	override getColumns() {
		return fitColumns(this.props.columns, this.props.width).map(({column: {key}, width}) => ({
			column: key,
			key,
			width,
		}));
	}

	override getHeadings() {
		const fitted = fitColumns(this.props.columns, this.props.width);
		return Object.fromEntries(
			fitted.map(({column: {key, title}, width}) => [
				key,
				typeof title === 'string' ? title : title(width, this.props.seconds),
			]),
		);
	}

	/** What looks the same is the same: then neither React nor Ink has anything to do. */
	override shouldComponentUpdate(next: LiveTableProps): boolean {
		const {text, place} = this.props;
		return next.text === undefined || next.text !== text || !isSamePlace(next.place, place);
	}

	override render() {
		const {text, place, hold} = this.props;
		return createText(text ?? drawTable(this.props), place, {ref: hold});
	}
}

/** The table as one text; one of no characters would have no height. */
export function drawTable(view: TableView<unknown>): string {
	return formatTable(view).join('\n') || ' ';
}

function isSamePlace(one: Place | undefined, other: Place | undefined): boolean {
	return one?.x === other?.x && one?.y === other?.y && one?.width === other?.width && one?.height === other?.height;
}

/** ink-table is CommonJS: its class is the default export, or the default export's own, as the loader has it. */
function findClass(module: object): unknown {
	let found: unknown = module;
	while (typeof found === 'object' && found !== null && 'default' in found) {
		found = found.default;
	}
	return found;
}
