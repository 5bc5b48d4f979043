import type {TuningStep} from '../../model/tuning.ts';
import {rememberWhileSame} from '../../session/remember.ts';
import type {State} from '../../session/state.ts';
import {steps} from '../../tuning/steps.ts';
import {unknown} from '../format.ts';
import {filterRows, type Pane, type PaneOptions, widthOf} from '../pane.ts';
import {rememberLast} from '../remember-last.ts';
import type {Column, Span, TableLine} from '../table-text.ts';
import type {Glyphs} from '../theme.ts';
import {deviceKnobs} from './device-knobs.ts';
import type {Knob} from './knob.ts';
import {describeSteps, type StepLine} from './step-lines.ts';
import {systemKnobs} from './system-knobs.ts';

/** The tuning steps; below them the guide's knobs as they stand now, beside the guide's value: for comparison, not as advice. */
export function createSettings(state: State, options: PaneOptions): Pane<Knob> {
	const knobs = listKnobs(state);
	const rows = filterRows(knobs, options.filter, knob => `${knob.name} ${knob.device ?? ''} ${knob.now ?? ''}`);
	const sorted = options.sort === 'differs' ? [...rows].sort((a, b) => rank(a) - rank(b)) : rows;
	const filtered = options.filter === undefined ? steps.length : filterSteps(state, options.filter).length;
	const natural = 1 + Math.max(1, filtered + rows.length);
	return {
		id: 'settings',
		columns: settingColumns(knobs, options.theme.glyphs),
		sorts: ['differs'],
		// Who comes here comes for the steps.
		minimum: options.focused ? 1 + steps.length : 5,
		natural,
		full: natural,
		lines(_, width) {
			return knobs.length === 0
				? [{spans: [{text: 'settings have not been read yet', tone: 'faint'}]}]
				: formatLines(filterSteps(state, options.filter), sorted, width, options.cursor);
		},
	};
}

const listKnobs = rememberWhileSame((state: State): readonly Knob[] => [...deviceKnobs(state), ...systemKnobs(state)]);

const formatLines = rememberLast(
	(
		stepLines: readonly StepLine[],
		knobs: readonly Knob[],
		width: number,
		cursor: string | undefined,
	): readonly TableLine<Knob>[] => [...stepLines.map(line => formatStep(line, width, cursor)), ...knobs.map(toLine)],
);

/** The same line for the same knob: it is drawn once. */
function toLine(row: Knob): TableLine<Knob> {
	const line = lines.get(row) ?? {row, stays: true};
	lines.set(row, line);
	return line;
}

const lines = new WeakMap<Knob, TableLine<Knob>>();

function filterSteps(state: State, filter: string | undefined): readonly StepLine[] {
	return filterRows(
		describeSteps(state),
		filter,
		({step, state: words, findings}) => `${step.id} ${step.title} ${words} ${findings.join(' ')}`,
	);
}

/** From so many columns on, the title stands beside the name. */
const wide = 120;

/** A step that a finding names carries a mark, and the finding's name: colour is never the only signal. */
function formatStep(
	{step, state, tone, findings}: StepLine,
	width: number,
	cursor: string | undefined,
): TableLine<Knob> {
	const isChosen = cursor === step.id;
	const isWide = width >= wide;
	const look = `${isChosen} ${isWide} ${tone} ${findings.join(', ')}; ${state}`;
	const known = stepLines.get(step);
	if (known?.look === look) {
		return known.line;
	}
	const spans: Span[] = [
		{text: `${isChosen ? '>' : ' '}${step.key} ${step.id.padEnd(idWidth)} `, tone: isChosen ? 'focus' : 'normal'},
		...(isWide ? [{text: `${step.title.padEnd(titleWidth)} `, tone: 'faint' as const}] : []),
		...(findings.length > 0 ? [{text: `answers ${findings.join(', ')}; `, tone: 'warning' as const}] : []),
		{text: state, tone},
	];
	const line: TableLine<Knob> = {spans, stays: true, ...(findings.length > 0 && {mark: 'warning' as const})};
	stepLines.set(step, {look, line});
	return line;
}

/** The line of each step, and all that it is made of beside the step. */
const stepLines = new Map<TuningStep, {readonly look: string; readonly line: TableLine<Knob>}>();

const idWidth = Math.max(...steps.map(({id}) => id.length));
const titleWidth = Math.max(...steps.map(({title}) => title.length));

function rank({against}: Knob): number {
	return against === 'differs' ? 0 : 1;
}

/** The same columns for the same knobs. */
function settingColumns(knobs: readonly Knob[], glyphs: Glyphs): readonly Column<Knob>[] {
	const known = columns.get(knobs);
	const made = known?.glyphs === glyphs ? known : {glyphs, columns: makeColumns(knobs, glyphs)};
	columns.set(knobs, made);
	return made.columns;
}

const columns = new WeakMap<readonly Knob[], {readonly glyphs: Glyphs; readonly columns: readonly Column<Knob>[]}>();

function makeColumns(knobs: readonly Knob[], glyphs: Glyphs): Column<Knob>[] {
	return [
		{
			key: 'name',
			title: 'STEP, SETTING',
			width: widthOf(
				knobs.map(knob => knob.name),
				13,
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
