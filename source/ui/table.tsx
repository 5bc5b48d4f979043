import {Box, Text} from 'ink';
import * as inkTable from 'ink-table';
import {type Component, memo} from 'react';
import {fitColumns, formatTable, type TableView} from './table-text.ts';

/** A table as the screen draws it; `data` and `columns` are ink-table's own properties, with what a live table needs. */
export type LiveTableProps = TableView<unknown> & {
	/** What `drawTable` gave for it, where that has been asked already. */
	readonly text?: string;
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

	override render() {
		return <Text>{this.props.text ?? drawTable(this.props)}</Text>;
	}
}

/** The table as one text; one of no characters would have no height. */
export function drawTable(view: TableView<unknown>): string {
	return formatTable(view).join('\n') || ' ';
}

interface PlacedTableProps {
	/** In columns and rows of the box around it. */
	readonly x: number;
	readonly y: number;
	readonly view: TableView<unknown>;
	readonly text: string;
}

/** A table in its place. What looks the same is the same: then neither React nor Ink has anything to do. */
export const PlacedTable = memo(
	({x, y, view, text}: PlacedTableProps) => (
		<Box position="absolute" marginLeft={x} marginTop={y} width={view.width} height={view.height}>
			<LiveTable {...view} text={text} />
		</Box>
	),
	(before, now) =>
		before.text === now.text &&
		before.x === now.x &&
		before.y === now.y &&
		before.view.width === now.view.width &&
		before.view.height === now.view.height,
);

/** ink-table is CommonJS: its class is the default export, or the default export's own, as the loader has it. */
function findClass(module: object): unknown {
	let found: unknown = module;
	while (typeof found === 'object' && found !== null && 'default' in found) {
		found = found.default;
	}
	return found;
}
