import {derivePath} from '../../derive/path.ts';
import type {Finding} from '../../model/findings.ts';
import type {State} from '../../session/state.ts';
import {nameFinding} from '../diagnosis.ts';
import {filterRows, type Pane, type PaneOptions, widthOf} from '../pane.ts';
import type {Column, Span, TableLine} from '../table-text.ts';
import {severityTones, type Theme} from '../theme.ts';
import {type ChainLink, createChain, type Stage} from './chain.ts';

/** One line of the chain: the names of its links, or one of their figures. */
interface ChainRow {
	readonly texts: ReadonlyMap<Stage, string>;
	readonly isName: boolean;
}

/** How a packet of the busiest tunnel goes, and what the rules have found. */
export function createPath(state: State, options: PaneOptions): Pane<ChainRow> {
	const path = derivePath({readings: state.snapshot?.readings ?? {}, topology: state.topology, rates: state.rates});
	const chain = path === undefined ? [] : createChain(state, path);
	const findings = filterRows(state.findings, options.filter, ({id, text}) => `${id} ${text}`);
	const rows: TableLine<ChainRow>[] = chain.length === 0 ? [] : createRows(chain).map(row => ({row}));
	const natural = 1 + Math.max(1, rows.length + Math.min(findings.length, 3));
	return {
		id: 'path',
		columns: chain.length === 0 ? [noChain] : chain.map((link, index) => createColumn(link, index, options.theme)),
		sorts: [],
		minimum: Math.min(natural, 1 + Math.max(1, rows.length)),
		natural,
		full: 1 + Math.max(1, rows.length + findings.length),
		lines() {
			const found = findings.map(finding => ({spans: describe(finding)}));
			const lines = options.filter === undefined ? [...rows, ...found] : found;
			return lines.length > 0 ? lines : [{spans: [{text: explainNothing(options), tone: 'faint'}]}];
		},
	};
}

function explainNothing({filter}: PaneOptions): string {
	return filter === undefined ? 'no tunnel whose counters were read twice' : 'no finding holds this';
}

function createRows(chain: readonly ChainLink[]): ChainRow[] {
	const pick = (text: (link: ChainLink) => string) => new Map(chain.map(link => [link.stage, text(link)]));
	return [
		{texts: pick(({name}) => name), isName: true},
		{texts: pick(({figure}) => figure), isName: false},
		{texts: pick(({more}) => more), isName: false},
	];
}

/** Before there is a path. */
const noChain: Column<ChainRow> = {key: 'path', title: 'PATH', width: 4, align: 'left', priority: 1, cell: () => ''};

/** The links that matter most stay when it is narrow; the saturated one always does. */
function createColumn(link: ChainLink, index: number, {glyphs}: Theme): Column<ChainRow> {
	const {stage, title, name, figure, more, isSaturated, priority} = link;
	const heading = index === 0 ? `PATH ${title}` : `${glyphs.ascii ? '>' : '→'} ${title}`;
	return {
		key: stage,
		title: heading,
		width: widthOf([heading, name, figure, more], 4, 16) + (isSaturated ? 1 : 0),
		align: 'left',
		priority: isSaturated ? 0 : priority,
		cell: row => (isSaturated && row.isName ? '!' : '') + (row.texts.get(stage) ?? ''),
		tone: row => (isSaturated ? 'danger' : row.isName ? 'title' : undefined),
	};
}

function describe(finding: Finding): Span[] {
	const {severity, text, cause} = finding;
	const start = cause === undefined ? '' : '  ';
	return [
		{text: `${start}${nameFinding(finding)} `, tone: cause === undefined ? severityTones[severity] : 'faint'},
		{text: cause === undefined ? text : `from ${cause}: ${text}`, tone: cause === undefined ? 'normal' : 'faint'},
	];
}
