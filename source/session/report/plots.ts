import {scaleLinear, scaleUtc} from 'd3-scale';
import {line} from 'd3-shape';
import type {TimelineEvent} from '../../model/events.ts';
import type {DropLayer} from '../../model/rates.ts';
import type {SampleFigures} from '../figures.ts';
import type {Report} from '../report.ts';
import type {Block} from './blocks.ts';
import {escapeHtml} from './html.ts';

/** One line of a plot: what it is called, and its value at each sample; absent: not known then. */
interface Series {
	readonly name: string;
	readonly values: readonly (number | undefined)[];
}

/** A vertical line: what happened then. */
interface Mark {
	readonly wall: number;
	readonly name: string;
	readonly title: string;
}

const width = 960;
const height = 220;
const margin = {left: 52, right: 12, top: 26, bottom: 22};
/** More lines than this are not told apart. */
const mostSeries = 8;

/** The session as pictures: softirq and load by core, throughput, drops by layer, with steps and markers as lines. */
export function plotReport(report: Report, figures: readonly SampleFigures[]): Block[] {
	const times = figures.map(({at}) => at.wall);
	const marks = listMarks(report);
	const plots: readonly (readonly [title: string, series: readonly Series[]])[] = [
		['Softirq by core, % of its time', listCores(figures, core => core.soft)],
		['Load by core, % of its time', listCores(figures, core => core.busy)],
		['Throughput of the tunnels, Mbit/s', listTraffic(figures)],
		['Drops by layer, packets/s', listDrops(figures)],
	];
	const drawn = plots
		.filter(([, series]) => series.length > 0)
		.map(([title, series]): Block => ({kind: 'plot', title, svg: drawPlot(title, times, series, marks)}));
	return marks.length === 0 ? drawn : [...drawn, {kind: 'text', text: markLegend}];
}

const markLegend =
	'Upright lines: +1 step 1 is written, −1 it is put back, ▾ a marker (the steps and the timeline below tell which).';

function listMarks({steps, timeline}: Report): Mark[] {
	const numbers = new Map(steps.map(({id}, index) => [id, index + 1]));
	return timeline.flatMap(event => describeMark(event, numbers));
}

function describeMark(event: TimelineEvent, numbers: ReadonlyMap<string, number>): Mark[] {
	const {wall} = event.at;
	if (event.type === 'marker') {
		return [{wall, name: '▾', title: event.text}];
	}
	if (event.type !== 'tuning' || event.event.type === 'restarted') {
		return [];
	}
	const number = numbers.get(event.event.id);
	switch (event.event.type) {
		case 'completed':
			return [{wall, name: `+${number}`, title: `step ${number} is written`}];
		case 'reverted':
			return [{wall, name: `−${number}`, title: `step ${number} is put back`}];
		default:
			return [];
	}
}

/** The cores that have most of it, in their own order. */
function listCores(figures: readonly SampleFigures[], take: (core: SampleFigures['cpus'][number]) => number): Series[] {
	const sums = new Map<number, number>();
	for (const core of figures.flatMap(({cpus}) => cpus)) {
		sums.set(core.cpu, (sums.get(core.cpu) ?? 0) + take(core));
	}
	const hottest = [...sums].sort((a, b) => b[1] - a[1]).slice(0, mostSeries);
	return hottest
		.map(([cpu]) => cpu)
		.sort((a, b) => a - b)
		.map(cpu => ({
			name: `cpu${cpu}`,
			values: figures.map(({cpus}) => {
				const core = cpus.find(each => each.cpu === cpu);
				return core && take(core);
			}),
		}));
}

function listTraffic(figures: readonly SampleFigures[]): Series[] {
	const inMegabits = (bits: number | undefined): number | undefined => (bits === undefined ? undefined : bits / 1e6);
	const series = [
		{name: 'received', values: figures.map(({received}) => inMegabits(received))},
		{name: 'sent', values: figures.map(({sent}) => inMegabits(sent))},
	];
	return series.filter(({values}) => values.some(value => value !== undefined));
}

function listDrops(figures: readonly SampleFigures[]): Series[] {
	const layers = new Set(figures.flatMap(({dropped}) => Object.keys(dropped) as DropLayer[]));
	const series = [...layers].map(layer => ({
		name: layer,
		values: figures.map(({dropped, seconds}) => (seconds > 0 ? (dropped[layer] ?? 0) / seconds : undefined)),
	}));
	const lossy = series.filter(({values}) => values.some(value => value !== undefined && value > 0));
	return lossy.slice(0, mostSeries);
}

function drawPlot(title: string, times: readonly number[], series: readonly Series[], marks: readonly Mark[]): string {
	const x = scaleUtc()
		.domain([new Date(times[0] ?? 0), new Date(times.at(-1) ?? 1)])
		.range([margin.left, width - margin.right]);
	const most = series.flatMap(({values}) => values).reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
	const y = scaleLinear()
		.domain([0, most > 0 ? most : 1])
		.nice(4)
		.range([height - margin.bottom, margin.top]);
	const round = (value: number): string => value.toFixed(1);
	const rules = y.ticks(4).map(tick => {
		const at = round(y(tick));
		return `<line class="rule" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/><text x="${margin.left - 6}" y="${at}" dy="4" text-anchor="end">${tick.toLocaleString('en')}</text>`;
	});
	const [from = 0] = times;
	const isShort = (times.at(-1) ?? 0) - from < 600_000;
	const hours = x.ticks(8).map(tick => {
		const at = round(x(tick));
		return `<text x="${at}" y="${height - 6}" text-anchor="middle">${tick.toISOString().slice(11, isShort ? 19 : 16)}</text>`;
	});
	const lines = series.map(({values}, index) => {
		const points = thin(times, values, width);
		const path = line<Point>()
			.defined(([, value]) => value !== undefined)
			.x(([wall]) => x(wall))
			.y(([, value]) => y(value ?? 0))
			.digits(1);
		return `<path class="line" stroke="var(--c${index})" ${dashes[index] ?? ''} d="${path(points) ?? ''}"/>`;
	});
	const steps = marks.map(({wall, name, title: text}) => {
		const at = round(x(wall));
		return `<g><title>${escapeHtml(text)}</title><line class="mark" x1="${at}" x2="${at}" y1="${margin.top}" y2="${height - margin.bottom}"/><text class="name" x="${at}" y="${margin.top - 2}" text-anchor="middle">${escapeHtml(name)}</text></g>`;
	});
	return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${[
		...rules,
		...hours,
		...lines,
		...steps,
		drawLegend(series),
	].join('')}</svg>`;
}

/** Colour alone tells nobody who cannot see it, or who prints: each line has its own dashes. */
const dashes = ['', '6 3', '2 2', '8 3 2 3', '12 3', '1 3', '6 2 1 2 1 2', '4 4'].map(pattern =>
	pattern === '' ? '' : `stroke-dasharray="${pattern}"`,
);

function drawLegend(series: readonly Series[]): string {
	let at = margin.left;
	return series
		.map(({name}, index) => {
			const start = at;
			at += 34 + 7 * name.length;
			return `<line class="line" stroke="var(--c${index})" ${dashes[index] ?? ''} x1="${start}" x2="${start + 20}" y1="8" y2="8"/><text class="name" x="${start + 24}" y="12">${escapeHtml(name)}</text>`;
		})
		.join('');
}

type Point = readonly [wall: number, value: number | undefined];

/** No more points than columns of the picture; of those that fall together the largest stands, so that no peak is lost. */
function thin(times: readonly number[], values: readonly (number | undefined)[], columns: number): Point[] {
	const size = Math.max(1, Math.ceil(times.length / columns));
	const points: Point[] = [];
	for (let start = 0; start < times.length; start += size) {
		const known = values.slice(start, start + size).filter(value => value !== undefined);
		points.push([times[start] ?? 0, known.length === 0 ? undefined : Math.max(...known)]);
	}
	return points;
}
