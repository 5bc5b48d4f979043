import type {CpuRates} from '../../model/rates.ts';
import {formatCpuList} from '../../parse/cpu-list.ts';
import type {State, Trace} from '../../session/state.ts';
import {formatPercent} from '../format.ts';
import {coarse, filterRows, largest, type Pane, type PaneOptions, sortByScore} from '../pane.ts';
import type {TableLine} from '../table-text.ts';
import {type CoreRow, coreColumns} from './core-columns.ts';
import {createFeeders, createOthers, createRunners, describeWork} from './core-work.ts';
import {drawHeatStrip} from './heat-strip.ts';

/** Up to so many CPUs get a row each. */
const rowPerCpu = 16;

/** A CPU that was this busy (percent) in the last ticks is hot. Judged over ticks, so that rows do not flicker. */
const hotFrom = 20;
const ticksToJudge = 10;

/** What each CPU does: `mpstat`'s columns, its NET_RX and NET_TX, its softnet row, and the last minute. */
export function createCores(state: State, options: PaneOptions): Pane<CoreRow> {
	const rows = createRows(state);
	const shown = sortRows(
		filterRows(rows, options.filter, row => `cpu${row.cpu} ${row.work}`),
		options.sort,
	);
	const isWhole = options.whole === true || options.filter !== undefined || options.sort !== undefined;
	const isMany = rows.length > rowPerCpu;
	const all: readonly TableLine<CoreRow>[] =
		rows.length > 1 && state.rates.all ? [{row: createAll(state.rates.all)}] : [];
	const natural = 1 + (isMany ? rowPerCpu : all.length + rows.length);
	return {
		id: 'cores',
		columns: coreColumns(options.theme.glyphs, String(rows.at(-1)?.cpu ?? 0).length),
		sorts: ['busy', '%soft', 'NET_RX'],
		minimum: 1 + Math.min(rows.length, 4),
		natural,
		full: natural,
		lines(room, width) {
			if (rows.length === 0) {
				return [{spans: [{text: 'no CPU times yet', tone: 'faint'}]}];
			}
			const strip = isMany
				? drawHeatStrip(rows, width, isWhole ? rows.length : Math.max(1, Math.floor(room / 4)), options.theme)
				: {lines: [], caption: ''};
			if (isWhole || all.length + shown.length <= room) {
				return [...strip.lines, ...all, ...shown.map(toLine)];
			}
			const above = isMany && room > 4 ? [...strip.lines, ...all] : strip.lines;
			return [...above, ...fold(shown, Math.max(1, room - above.length), isMany ? strip.caption : undefined)];
		},
	};
}

function createRows(state: State): CoreRow[] {
	const rates = new Map((state.rates.cpus ?? []).map(cpu => [cpu.cpu, cpu]));
	const cpus = state.snapshot?.readings.cpuTimes?.value.cpus ?? state.rates.cpus ?? [];
	const feeders = createFeeders(state.rates.interrupts ?? []);
	const runners = createRunners(state.rates.threads ?? []);
	const others = createOthers(state.rates.cpus ?? [], state.rates.threads ?? []);
	return cpus.map(({cpu}) => {
		const history = state.history.cpus[cpu];
		return {
			cpu,
			label: String(cpu),
			rates: rates.get(cpu),
			busy: history?.busy ?? [],
			soft: history?.soft ?? [],
			work: describeWork(cpu, rates.get(cpu), feeders, runners, others),
		};
	});
}

function createAll(rates: CpuRates): CoreRow {
	return {cpu: -1, label: 'all', rates, busy: [], soft: [], work: ''};
}

function sortRows(rows: readonly CoreRow[], sort: string | undefined): readonly CoreRow[] {
	const score = sort === undefined ? undefined : scores[sort];
	return score === undefined ? rows : sortByScore(rows, score);
}

// Whole steps of ten percent, and powers of two: rows shall not change places with every tick.
const scores: Readonly<Record<string, (row: CoreRow) => number>> = {
	busy: row => Math.round((row.rates?.busy ?? -10) / 10),
	'%soft': row => Math.round((row.rates?.soft ?? -10) / 10),
	NET_RX: row => coarse(row.rates?.netRxPerSecond ?? 0),
};

function toLine(row: CoreRow): TableLine<CoreRow> {
	const isHot = row.rates !== undefined && (row.rates.busy >= 90 || (row.rates.softnet?.droppedDelta ?? 0) > 0);
	return isHot ? {row, mark: 'danger'} : {row};
}

/**
The hottest CPUs in the order of the table, as many as there is room for, and one line for the others. With a caption,
that of the heat strip above, only CPUs that have been hot are worth a row.
*/
function fold(rows: readonly CoreRow[], room: number, caption: string | undefined): TableLine<CoreRow>[] {
	const slots = room < 3 ? room : room - 1;
	if (caption === undefined && rows.length <= room) {
		return rows.map(toLine);
	}
	const worthy = caption === undefined ? slots : Math.max(2, rows.filter(row => peak(row) >= hotFrom).length);
	// In steps of five percent, or CPUs of like load would take turns.
	const hottest = sortByScore(rows, row => Math.round(mean(row) / 5)).slice(0, Math.min(worthy, slots));
	const chosen = new Set(hottest);
	const lines = rows.filter(row => chosen.has(row)).map(toLine);
	const rest = rows.filter(row => !chosen.has(row));
	return slots === room ? lines : [...lines, describeRest(rest, caption ?? '')];
}

function describeRest(rows: readonly CoreRow[], caption: string): TableLine<CoreRow> {
	const busiest = largest(
		rows.map(row => row.rates?.busy),
		0,
	);
	const cpus = formatCpuList(rows.map(row => row.cpu));
	const parts = [caption, rows.length === 0 ? '' : `cpu ${cpus}: up to ${formatPercent(busiest)} % busy`];
	return {spans: [{text: parts.filter(part => part !== '').join('; '), tone: 'faint'}]};
}

function peak(row: CoreRow): number {
	return largest(lastTicks(row.busy), row.rates?.busy ?? 0);
}

function mean(row: CoreRow): number {
	let sum = 0;
	let count = 0;
	for (const busy of lastTicks(row.busy)) {
		sum += busy ?? 0;
		count += busy === undefined ? 0 : 1;
	}
	return count === 0 ? (row.rates?.busy ?? 0) : sum / count;
}

function lastTicks(trace: Trace): Trace {
	return trace.slice(-ticksToJudge);
}
