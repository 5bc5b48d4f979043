import {dropLayers} from '../../derive/drops.ts';
import type {Drop} from '../../model/rates.ts';
import {dropKey, type State} from '../../session/state.ts';
import {formatCount} from '../format.ts';
import {filterRows, type Pane, type PaneOptions, widthOf} from '../pane.ts';
import {rememberLast} from '../remember-last.ts';
import type {Column, TableLine} from '../table-text.ts';

interface DropRow {
	readonly drop: Drop;
	readonly sinceStart: number;
}

/** What is lost where, in the packet's order. Layers stand side by side and are never added up. */
export function createDrops(state: State, options: PaneOptions): Pane<DropRow> {
	const rows = filterRows(createRows(state), options.filter, row => describe(row.drop));
	const isWhole = options.whole === true || options.filter !== undefined;
	const loud = sortRows(isWhole ? rows : rows.filter(isLoud), options.sort);
	const quiet = isWhole ? undefined : describeQuiet(state, loud);
	const natural = 1 + Math.max(1, loud.length + (quiet === undefined ? 0 : 1));
	return {
		id: 'drops',
		columns: dropColumns(
			widthOf(
				loud.map(row => row.drop.device ?? ''),
				6,
				15,
			),
		),
		sorts: ['since start', 'per second'],
		minimum: 2,
		natural,
		full: natural,
		lines(room) {
			if (state.rates.drops === undefined) {
				return [{spans: [{text: 'drops are counted from the second reading on', tone: 'faint'}]}];
			}
			const lines = loud.map(toLine);
			return quiet !== undefined && (lines.length < room || lines.length === 0) ? [...lines, quiet] : lines;
		},
	};
}

function createRows(state: State): DropRow[] {
	return (state.rates.drops ?? []).map(drop => ({
		drop,
		sinceStart: drop.total - (state.dropBases[dropKey(drop)] ?? drop.total),
	}));
}

const places = new Map(dropLayers.map((layer, index) => [layer, index]));

function sortRows(rows: readonly DropRow[], sort: string | undefined): readonly DropRow[] {
	const inOrder = [...rows].sort((a, b) => (places.get(a.drop.layer) ?? 99) - (places.get(b.drop.layer) ?? 99));
	if (sort === 'since start') {
		return inOrder.sort((a, b) => b.sinceStart - a.sinceStart);
	}
	return sort === 'per second' ? inOrder.sort((a, b) => b.drop.perSecond - a.drop.perSecond) : inOrder;
}

function isLoud(row: DropRow): boolean {
	return row.drop.delta > 0 || row.sinceStart > 0;
}

function toLine(row: DropRow): TableLine<DropRow> {
	return row.drop.headline && row.drop.delta > 0 ? {row, mark: 'danger'} : {row};
}

/** The layers that lost nothing, and those that nobody counts here: the two must not look the same. */
function describeQuiet(state: State, loud: readonly DropRow[]): TableLine<DropRow> | undefined {
	const counted = new Set((state.rates.drops ?? []).map(drop => drop.layer));
	const lossy = new Set(loud.map(row => row.drop.layer));
	const quiet = dropLayers.filter(layer => counted.has(layer) && !lossy.has(layer));
	const blind = dropLayers.filter(layer => !counted.has(layer));
	const parts = [
		quiet.length === 0 ? '' : `quiet: ${quiet.join(' ')}`,
		blind.length === 0 ? '' : `unknown: ${blind.join(' ')}`,
	].filter(part => part !== '');
	return parts.length === 0 ? undefined : {spans: [{text: parts.join('; '), tone: 'faint'}]};
}

function describe(drop: Drop): string {
	return `${drop.layer} ${drop.device ?? ''} ${drop.counter}`;
}

const dropColumns = rememberLast((deviceWidth: number): readonly Column<DropRow>[] => {
	const tone = (row: DropRow, value: number) => (value === 0 ? undefined : row.drop.headline ? 'danger' : 'normal');
	return [
		{key: 'layer', title: 'DROPS', width: 9, align: 'left', priority: 1, cell: row => row.drop.layer},
		{
			key: 'device',
			title: 'device',
			width: deviceWidth,
			align: 'left',
			priority: 4,
			cell: row => row.drop.device ?? '',
		},
		{
			key: 'counter',
			title: 'counter',
			width: 18,
			maximum: 44,
			align: 'left',
			priority: 1,
			cell: row => (row.drop.headline ? row.drop.counter : `${row.drop.counter} (info)`),
			tone: row => (row.drop.headline ? 'normal' : 'faint'),
		},
		{
			key: 'delta',
			title: 'now',
			width: 6,
			priority: 3,
			cell: row => formatCount(row.drop.delta),
			tone: row => tone(row, row.drop.delta),
		},
		{
			key: 'rate',
			title: 'drop/s',
			width: 6,
			priority: 2,
			cell: row => formatCount(row.drop.perSecond),
			tone: row => tone(row, row.drop.delta),
		},
		{key: 'total', title: 'since start', width: 11, priority: 5, cell: row => formatCount(row.sinceStart)},
	];
});
