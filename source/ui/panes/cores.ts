import type {CpuRates} from '../../model.ts';
import {formatCpuList} from '../../parse/cpu-list.ts';
import type {State, Trace} from '../../session/state.ts';
import {formatPercent} from '../format.ts';
import {coarse, createFilter, type Pane, type PaneOptions} from '../pane.ts';
import type {TableLine} from '../table-text.ts';
import {type CoreRow, coreColumns} from './core-columns.ts';
import {createFeeders, createRunners} from './core-work.ts';
import {drawHeatStrip} from './heat-strip.ts';

/** Up to so many CPUs get a row each. */
const rowPerCpu = 16;

/** A CPU that stayed below this (percent busy) over the last ticks is idle. Over ticks, so that rows do not flicker. */
const idleBelow = 5;
const hotFrom = 20;
const ticksToJudge = 10;

/** What each CPU does: `mpstat`'s columns, its NET_RX and NET_TX, its softnet row, and the last minute. */
export function createCores(state: State, options: PaneOptions): Pane<CoreRow> {
	const rows = createRows(state);
	const matches = createFilter(options.filter);
	const shown = sortRows(
		rows.filter(row => matches(`cpu${row.cpu} ${row.feeder ?? ''} ${row.thread ?? ''}`)),
		options.sort,
	);
	const isWhole = options.whole === true || options.filter !== undefined;
	const all: readonly TableLine<CoreRow>[] =
		rows.length > 1 && state.rates.all ? [{row: createAll(state.rates.all)}] : [];
	const isMany = rows.length > rowPerCpu;
	return {
		id: 'cores',
		title: 'Cores',
		columns: coreColumns(state, options.theme, String(rows.at(-1)?.cpu ?? 0).length),
		sorts: ['busy', '%soft', 'NET_RX'],
		minimum: 1 + Math.min(rows.length, 4),
		natural: 1 + (isMany ? 16 : all.length + rows.length),
		lines(room, width) {
			if (rows.length === 0) {
				return [{spans: [{text: 'no CPU times yet', tone: 'faint'}]}];
			}
			const lines = shown.map(toLine);
			if (isMany) {
				const strip = drawHeatStrip(
					rows,
					width,
					isWhole ? rows.length : Math.max(1, Math.floor(room / 4)),
					options.theme,
				);
				return [
					...strip.lines,
					...all,
					...(isWhole ? lines : foldMany(shown, Math.max(2, room - strip.lines.length - all.length), strip.caption)),
				];
			}
			if (isWhole || all.length + lines.length <= room) {
				return [...all, ...lines];
			}
			return lines.length <= room ? lines : foldIdle(shown);
		},
	};
}

function createRows(state: State): CoreRow[] {
	const rates = new Map((state.rates.cpus ?? []).map(cpu => [cpu.cpu, cpu]));
	const cpus = state.snapshot?.readings.cpuTimes?.value.cpus ?? state.rates.cpus ?? [];
	const feeders = createFeeders(state.rates.interrupts ?? []);
	const runners = createRunners(state.rates.threads ?? []);
	return cpus.map(({cpu}) => {
		const history = state.history.cpus[cpu];
		return {
			cpu,
			label: String(cpu),
			rates: rates.get(cpu),
			busy: history?.busy ?? [],
			soft: history?.soft ?? [],
			feeder: feeders.get(cpu),
			thread: runners.get(cpu),
		};
	});
}

function createAll(rates: CpuRates): CoreRow {
	return {cpu: -1, label: 'all', rates, busy: [], soft: [], feeder: undefined, thread: undefined};
}

function sortRows(rows: readonly CoreRow[], sort: string | undefined): readonly CoreRow[] {
	const score = sort === undefined ? undefined : scores[sort];
	return score === undefined ? rows : [...rows].sort((a, b) => score(b) - score(a) || a.cpu - b.cpu);
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

function foldIdle(rows: readonly CoreRow[]): TableLine<CoreRow>[] {
	const idle = rows.filter(row => peak(row) < idleBelow);
	const lines = rows.filter(row => peak(row) >= idleBelow).map(toLine);
	return idle.length === 0 ? lines : [...lines, describeRest(idle, '')];
}

/** The hot CPUs in the order of the table, as many as there is room for, and one line for the others. */
function foldMany(rows: readonly CoreRow[], room: number, caption: string): TableLine<CoreRow>[] {
	const wanted = Math.max(2, rows.filter(row => peak(row) >= hotFrom).length);
	const hottest = [...rows].sort((a, b) => mean(b) - mean(a)).slice(0, Math.min(wanted, room - 1));
	const chosen = new Set(hottest);
	const rest = rows.filter(row => !chosen.has(row));
	return [...rows.filter(row => chosen.has(row)).map(toLine), describeRest(rest, caption)];
}

function describeRest(rows: readonly CoreRow[], caption: string): TableLine<CoreRow> {
	const busiest = Math.max(0, ...rows.map(row => row.rates?.busy ?? 0));
	const names =
		rows.length === 0 ? [] : [`cpu ${formatCpuList(rows.map(row => row.cpu))}: up to ${formatPercent(busiest)} % busy`];
	return {spans: [{text: [caption, ...names].filter(part => part !== '').join('; '), tone: 'faint'}]};
}

function peak(row: CoreRow): number {
	return Math.max(row.rates?.busy ?? 0, ...lastTicks(row.busy));
}

function mean(row: CoreRow): number {
	const ticks = lastTicks(row.busy);
	return ticks.length === 0 ? (row.rates?.busy ?? 0) : ticks.reduce((sum, value) => sum + value, 0) / ticks.length;
}

function lastTicks(trace: Trace): number[] {
	return trace.slice(-ticksToJudge).filter(value => value !== undefined);
}
