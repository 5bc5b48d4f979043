import * as inkTable from 'ink-table';
import {render} from 'ink-testing-library';
import {expect, test} from 'vitest';
import {LiveTable} from '../../source/ui/table.tsx';
import {type Column, formatTable, type TableView} from '../../source/ui/table-text.ts';
import {createTheme} from '../../source/ui/theme.ts';

const columns: Column<unknown>[] = [
	{key: 'name', title: 'NAME', width: 6, maximum: 10, align: 'left', priority: 1, cell: row => String(row)},
	{key: 'wide', title: width => `${width} wide`, width: 6, priority: 2, cell: () => '42'},
	{key: 'extra', title: 'extra', width: 30, priority: 3, cell: () => 'x'},
];

const view: TableView<unknown> = {
	columns,
	data: ['a', 'b', 'c', 'd'].map(row => ({row})),
	width: 24,
	height: 3,
	offset: 1,
	theme: createTheme({colour: false}),
};

test('it is ink-table’s Table', () => {
	let base: unknown = inkTable;
	while (typeof base === 'object' && base !== null && 'default' in base) {
		base = base.default;
	}
	expect(LiveTable.prototype).toBeInstanceOf(base as new () => unknown);
});

test('it draws exactly the lines of its view', () => {
	const {lastFrame} = render(<LiveTable {...view} />);
	expect(lastFrame()?.split('\n')).toEqual(formatTable(view));
});

test('its columns have the widths that fit, and their headings', () => {
	const table = new LiveTable(view);
	expect(table.getColumns()).toEqual([
		{column: 'name', key: 'name', width: 10},
		{column: 'wide', key: 'wide', width: 6},
	]);
	expect(table.getHeadings()).toEqual({name: 'NAME', wide: '6 wide'});
});

test('a table of one empty line still takes its line', () => {
	const {lastFrame} = render(<LiveTable {...view} columns={[]} data={[]} width={0} height={1} />);
	expect(lastFrame()).toBe('');
});
