import type {MeasurerStatus} from '../bench/measurer.ts';
import type {Position} from '../session/player.ts';
import type {State} from '../session/state.ts';
import type {TunerStatus} from '../tuning/tuner-status.ts';
import {formatFooter} from './footer.ts';
import {formatHeader, type HeaderOptions} from './header.ts';
import type {KeyContext} from './keymap.ts';
import {type Layout, layoutScreen, type Region} from './layout.ts';
import {formatMeasuring} from './measuring-line.ts';
import {describeFindings} from './overlays/findings.ts';
import {describeHelp} from './overlays/help.ts';
import {describeLog} from './overlays/log.ts';
import {describeMeasurement} from './overlays/measure.ts';
import {describeProblems} from './overlays/problems.ts';
import {describeStep} from './overlays/step.ts';
import {describeUndoing} from './overlays/undo.ts';
import {type Pane, type PaneId, paneIds} from './pane.ts';
import {createPane} from './panes.ts';
import {formatPosition} from './position-line.ts';
import {formatSpans, type Span, type TableLine, type TableView} from './table-text.ts';
import type {Theme} from './theme.ts';
import {formatTuning} from './tuning-line.ts';
import {formatVerdict} from './verdict-line.ts';
import {clampScroll, type OverlayId, type View} from './view.ts';

/** All of one frame but the footer: what stands where, ready to be drawn. */
export interface Screen {
	readonly layout: Layout;
	/** Header and verdict. */
	readonly top: readonly string[];
	readonly tables: readonly {readonly region: Region; readonly view: TableView<unknown>}[];
	/** The overlay's lines, in place of the panes. */
	readonly overlay?: readonly string[];
	/** The focused pane, and how far its lines or those of the overlay can be scrolled. */
	readonly pane: Pane;
	readonly total: number;
	readonly shown: number;
	readonly scroll: number;
}

export interface ScreenOptions extends Omit<HeaderOptions, 'width' | 'theme'> {
	readonly theme: Theme;
	readonly columns: number;
	readonly rows: number;
	/** Where one is in a recording; absent: this is live. */
	readonly position?: Position;
	/** What tuning is at; absent where nothing can be tuned. */
	readonly tuning?: TunerStatus;
	/** What is being measured; absent where nothing can be. */
	readonly measuring?: MeasurerStatus;
}

/** The frame for a state as it is looked at: pure, and never taller or wider than the terminal. */
export function composeScreen(state: State, view: View, options: ScreenOptions): Screen {
	const {columns, rows, theme, position} = options;
	const panes = createPanes(state, view, theme);
	const layout = layoutScreen({
		columns,
		rows,
		focus: view.focus,
		zoomed: view.zoomed,
		panes,
		position: position === undefined ? 0 : position.marker === undefined ? 1 : 2,
	});
	const top = [
		...(layout.header ? [formatHeader(state, {...options, width: columns})] : []),
		...(layout.verdict ? [formatAlert(state, options) ?? formatVerdict(state, columns, theme)] : []),
		...(position ? formatPosition(position, columns, theme).slice(0, layout.position) : []),
	];
	const frame = {layout, top, pane: panes[view.focus]};
	if (view.overlay !== undefined) {
		return {...frame, tables: [], ...composeOverlay(state, view.overlay, layout, options)};
	}
	const look = {theme, seconds: state.rates.seconds};
	const tables = layout.regions.map(region => ({region, view: createTable(panes[region.id], region, view, look)}));
	const focused = tables.find(table => table.region.id === view.focus)?.view;
	const total = focused?.data.length ?? 0;
	return {...frame, tables, total, shown: Math.max(0, (focused?.height ?? 1) - 1), scroll: focused?.offset ?? 0};
}

/** What comes before the verdict. */
function formatAlert(state: State, {columns, theme, tuning, measuring}: ScreenOptions): string | undefined {
	return (
		(measuring && formatMeasuring(state, measuring, columns, theme)) ?? (tuning && formatTuning(tuning, columns, theme))
	);
}

/** The last line of the frame. */
export function composeFooter(screen: Screen, context: KeyContext, columns: number, theme: Theme): string | undefined {
	return screen.layout.footer ? formatFooter(context, columns, theme) : undefined;
}

function createPanes(state: State, view: View, theme: Theme): Record<PaneId, Pane> {
	const create = (id: PaneId) => {
		const {filter, sort} = view.panes[id];
		const typed = view.entry !== undefined && id === view.focus ? view.entry : filter;
		return createPane(id, state, {
			theme,
			whole: view.zoomed,
			...(typed !== '' && {filter: typed}),
			...(sort !== undefined && {sort}),
			focused: id === view.focus,
			...(view.step !== undefined && id === view.focus && {cursor: view.step}),
		});
	};
	return Object.fromEntries(paneIds.map(id => [id, create(id)])) as Record<PaneId, Pane>;
}

function createTable(
	pane: Pane,
	region: Region,
	view: View,
	look: Pick<TableView<unknown>, 'theme' | 'seconds'>,
): TableView<unknown> {
	const {filter, sort, scroll} = view.panes[region.id];
	const shown = region.height - 1;
	const data = pane.lines(shown, region.width);
	const notes = [sort === undefined ? '' : `by ${sort}`, filter === '' ? '' : `/${filter}/`];
	return {
		columns: pane.columns,
		data: data.length > 0 ? data : [nothing(filter)],
		width: region.width,
		height: region.height,
		offset: clampScroll(scroll, data.length, shown),
		focused: region.id === view.focus,
		note: notes.filter(note => note !== '').join(' '),
		...look,
	};
}

function nothing(filter: string): TableLine<unknown> {
	return {spans: [{text: filter === '' ? 'nothing to show' : `no row holds "${filter}"`, tone: 'faint'}]};
}

function describeOverlay(state: State, id: OverlayId, {columns, theme, tuning, measuring}: ScreenOptions): Span[][] {
	// One column stays free on either side.
	const width = columns - 2;
	switch (id) {
		case 'help':
			return describeHelp(theme.glyphs, width);
		case 'problems':
			return describeProblems(state, columns);
		case 'findings':
			return describeFindings(state, columns);
		case 'log':
			return describeLog(state.journal, tuning?.notices ?? [], width);
		case 'step':
			return tuning === undefined ? [] : describeStep(state, tuning, {theme, width});
		case 'undo':
			return tuning === undefined ? [] : describeUndoing(tuning, {theme, width});
		case 'measure':
			return measuring === undefined ? [] : describeMeasurement(state, measuring, width);
	}
}

function composeOverlay(
	state: State,
	{id, scroll}: NonNullable<View['overlay']>,
	{bodyHeight}: Layout,
	options: ScreenOptions,
) {
	const {columns, theme} = options;
	const lines = describeOverlay(state, id, options);
	const from = clampScroll(scroll, lines.length, bodyHeight);
	const overlay = lines.slice(from, from + bodyHeight).map(line => ` ${formatSpans(line, columns - 1, theme)}`);
	while (overlay.length < bodyHeight) {
		overlay.push('');
	}
	return {overlay, total: lines.length, shown: bodyHeight, scroll: from};
}
