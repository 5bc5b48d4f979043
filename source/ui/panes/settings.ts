import type {State} from '../../session/state.ts';
import {unknown} from '../format.ts';
import {filterRows, type Pane, type PaneOptions, widthOf} from '../pane.ts';
import type {Column} from '../table-text.ts';
import type {Theme} from '../theme.ts';
import {deviceKnobs} from './device-knobs.ts';
import type {Knob} from './knob.ts';
import {systemKnobs} from './system-knobs.ts';

/** The guide's knobs as they stand now, beside the guide's value: for comparison, not as advice. */
export function createSettings(state: State, options: PaneOptions): Pane<Knob> {
	const knobs = [...deviceKnobs(state), ...systemKnobs(state)];
	const rows = filterRows(knobs, options.filter, knob => `${knob.name} ${knob.device ?? ''} ${knob.now ?? ''}`);
	const sorted = options.sort === 'differs' ? [...rows].sort((a, b) => rank(a) - rank(b)) : rows;
	const natural = 1 + Math.max(1, rows.length);
	return {
		id: 'settings',
		columns: settingColumns(knobs, options.theme),
		sorts: ['differs'],
		minimum: 5,
		natural,
		full: natural,
		lines() {
			return knobs.length === 0
				? [{spans: [{text: 'settings have not been read yet', tone: 'faint'}]}]
				: sorted.map(row => ({row}));
		},
	};
}

function rank({against}: Knob): number {
	return against === 'differs' ? 0 : 1;
}

function settingColumns(knobs: readonly Knob[], {glyphs}: Theme): Column<Knob>[] {
	return [
		{
			key: 'name',
			title: 'SETTING',
			width: widthOf(
				knobs.map(knob => knob.name),
				12,
				26,
			),
			align: 'left',
			priority: 1,
			cell: knob => knob.name,
		},
		{
			key: 'device',
			title: 'on',
			width: widthOf(
				knobs.map(knob => knob.device ?? ''),
				5,
				15,
			),
			align: 'left',
			priority: 2,
			cell: knob => knob.device ?? '',
			tone: () => 'accent',
		},
		{
			key: 'now',
			title: 'now',
			width: 18,
			maximum: widthOf(
				knobs.map(knob => knob.now ?? ''),
				18,
				44,
			),
			align: 'left',
			priority: 1,
			cell: knob => knob.now ?? unknown,
		},
		{
			key: 'against',
			title: '',
			width: 1,
			priority: 3,
			cell: knob => ({equal: '=', above: glyphs.atLeast, differs: glyphs.differs, none: ''})[knob.against],
			tone: knob => (knob.against === 'differs' ? 'warning' : 'faint'),
		},
		{
			key: 'guide',
			title: 'guide',
			width: 10,
			maximum: widthOf(
				knobs.map(knob => knob.guide ?? ''),
				10,
				24,
			),
			align: 'left',
			priority: 3,
			cell: knob => knob.guide ?? '',
			tone: () => 'faint',
		},
		{
			key: 'note',
			title: '',
			width: 20,
			maximum: 70,
			align: 'left',
			priority: 4,
			cell: knob => knob.note ?? '',
			tone: () => 'faint',
		},
	];
}
