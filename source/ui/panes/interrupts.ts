import type {InterruptRate, QueueRate} from '../../model/rates.ts';
import {formatCpuList} from '../../parse/cpu-list.ts';
import type {State} from '../../session/state.ts';
import {formatCount, unknown} from '../format.ts';
import {nameQueue} from '../names.ts';
import {coarse, compareNames, filterRows, type Pane, type PaneOptions, sortByScore, widthOf} from '../pane.ts';
import {rememberLast} from '../remember-last.ts';
import type {Column, TableLine} from '../table-text.ts';
import type {Glyphs} from '../theme.ts';

/** One interrupt, with the packets of its queue; or a queue whose interrupt is not known. */
interface InterruptRow {
	readonly irq?: InterruptRate;
	readonly device?: string;
	readonly queue: string;
	readonly rx?: number;
	readonly tx?: number;
	readonly onPath: boolean;
}

/** So many of the other interrupts have a place on a screen, and on one with much room. */
const othersWanted = 5;
const othersAtMost = 12;

/** Interrupts a second from which another's row is worth its place. */
const busyFrom = 10;

/** Who is interrupted by what: the queues of the tunnel's path first, then the busiest of all others. */
export function createInterrupts(state: State, options: PaneOptions): Pane<InterruptRow> {
	const rows = sortRows(filterRows(createRows(state), options.filter, describe), options.sort);
	const path = rows.filter(row => row.onPath);
	const others = rows.filter(row => !row.onPath);
	const isWhole = options.whole === true || options.filter !== undefined || options.sort !== undefined;
	return {
		id: 'interrupts',
		columns: interruptColumns(
			options.theme.glyphs,
			widthOf(
				rows.map(row => row.device ?? ''),
				6,
				15,
			),
			widthOf(rows.filter(row => rateOf(row) > 0).map(landsOn), 6, 14),
		),
		sorts: ['rate', 'IRQ', 'name'],
		minimum: 3,
		natural: 1 + Math.max(1, path.length + Math.min(others.length, othersWanted + 1)),
		full: 1 + Math.max(1, path.length + Math.min(others.length, othersAtMost + 1)),
		lines(room) {
			if (rows.length === 0) {
				return [
					{spans: [{text: state.rates.interrupts ? 'none' : 'rates come with the second reading', tone: 'faint'}]},
				];
			}
			return isWhole ? rows.map(row => ({row})) : fold(path, others, room);
		},
	};
}

function createRows(state: State): InterruptRow[] {
	const path = new Set(state.topology.pathDevices);
	const queues = new Map((state.rates.queues ?? []).map(queue => [queueKey(queue), queue.packetsPerSecond]));
	const claimed = new Set<string>();
	const claim = (device: string, direction: 'rx' | 'tx', queue: number) => {
		const key = queueKey({device, direction, queue});
		claimed.add(key);
		return queues.get(key);
	};
	const rows = (state.rates.interrupts ?? []).map((irq): InterruptRow => {
		const {device, queue, role} = irq;
		const isQueue = device !== undefined && queue !== undefined;
		const rx = isQueue && role !== 'tx' ? claim(device, 'rx', queue) : undefined;
		const tx = isQueue && role !== 'rx' ? claim(device, 'tx', queue) : undefined;
		return {
			irq,
			queue: device === undefined ? '' : nameQueue(role, queue),
			onPath: device !== undefined && path.has(device),
			...(device !== undefined && {device}),
			...(rx !== undefined && {rx}),
			...(tx !== undefined && {tx}),
		};
	});
	const orphans = (state.rates.queues ?? []).filter(queue => !claimed.has(queueKey(queue)));
	return [...rows, ...orphans.map(queue => createQueueRow(queue, path))];
}

function queueKey({device, direction, queue}: Omit<QueueRate, 'packetsPerSecond'>): string {
	return `${device} ${direction} ${queue}`;
}

function createQueueRow(queue: QueueRate, path: ReadonlySet<string>): InterruptRow {
	return {
		device: queue.device,
		queue: nameQueue(queue.direction, queue.queue),
		[queue.direction]: queue.packetsPerSecond,
		onPath: path.has(queue.device),
	};
}

function sortRows(rows: readonly InterruptRow[], sort: string | undefined): readonly InterruptRow[] {
	switch (sort) {
		case 'rate':
			return sortByScore(rows, row => coarse(rateOf(row)));
		case 'IRQ':
			return sortByScore(rows, row => -(Number.parseInt(row.irq?.irq ?? '', 10) || Number.MAX_SAFE_INTEGER));
		case 'name':
			return [...rows].sort((a, b) => compareNames(a.irq?.name ?? '', b.irq?.name ?? ''));
		default:
			return [
				...rows.filter(row => row.onPath).sort(byQueue),
				...sortByScore(
					rows.filter(row => !row.onPath),
					row => coarse(rateOf(row)),
				),
			];
	}
}

function byQueue(a: InterruptRow, b: InterruptRow): number {
	const rank = (row: InterruptRow) => (row.irq?.role === 'control' ? 1 : 0);
	return (
		compareNames(a.device ?? '', b.device ?? '') ||
		rank(a) - rank(b) ||
		(a.irq?.queue ?? 0) - (b.irq?.queue ?? 0) ||
		compareNames(a.queue, b.queue)
	);
}

function rateOf(row: InterruptRow): number {
	return row.irq?.perSecond ?? Math.max(row.rx ?? 0, row.tx ?? 0);
}

/**
The path, or of a long one the busiest queues, in its order; then others that are busy. What is left becomes one line. Others
of a few interrupts a second are left too: they would come and go with every tick.
*/
function fold(path: readonly InterruptRow[], others: readonly InterruptRow[], room: number): TableLine<InterruptRow>[] {
	const all = [...path, ...others];
	const busy = others.filter(row => rateOf(row) >= busyFrom);
	const slots = path.length + busy.length === all.length && all.length <= room ? room : Math.max(1, room - 1);
	const hottest = sortByScore(path, row => coarse(rateOf(row))).slice(0, slots);
	const chosen = new Set([...hottest, ...busy.slice(0, slots - hottest.length)]);
	const rest = all.filter(row => !chosen.has(row));
	const lines = all.filter(row => chosen.has(row)).map(row => ({row}));
	return rest.length === 0 ? lines : [...lines, {spans: [{text: describeRest(rest), tone: 'faint'}]}];
}

function describeRest(rows: readonly InterruptRow[]): string {
	const sum = rows.reduce((total, row) => total + (row.irq?.perSecond ?? 0), 0);
	const onPath = rows.filter(row => row.onPath).length;
	const others = rows.length - onPath;
	const parts = [
		...(onPath === 0 ? [] : [`${onPath} on the path`]),
		...(others === 0 ? [] : [others === 1 ? '1 other' : `${others} others`]),
	];
	return `and ${parts.join(', ')}: ${sum === 0 ? 'idle' : `${formatCount(sum)} irq/s together`}`;
}

function describe({irq, device, queue}: InterruptRow): string {
	return `${irq?.irq ?? ''} ${irq?.name ?? ''} ${device ?? ''} ${queue}`;
}

const interruptColumns = rememberLast(
	(glyphs: Glyphs, deviceWidth: number, cpusWidth: number): readonly Column<InterruptRow>[] => {
		const listOf = (cpus: readonly number[] | undefined, row: InterruptRow) =>
			cpus === undefined ? (isNumbered(row) ? unknown : glyphs.none) : formatCpuList(cpus);
		const packets = (direction: 'rx' | 'tx', row: InterruptRow) =>
			row[direction] === undefined && !serves(row, direction) ? glyphs.none : formatCount(row[direction]);
		// What stays stands on the left, what changes on the right: a line is drawn anew from the first change on.
		return [
			{key: 'irq', title: 'IRQ', width: 4, priority: 1, cell: row => row.irq?.irq ?? unknown},
			names('device', 'device', 4, row => row.device ?? '', deviceWidth),
			names('queue', 'queue', 3, row => row.queue, 7),
			{
				key: 'name',
				title: 'name',
				width: 10,
				maximum: 40,
				align: 'left',
				priority: 7,
				cell: row => row.irq?.name ?? '',
			},
			names('wanted', 'wanted', 9, row => listOf(row.irq?.affinity, row), 7),
			names('effective', 'effective', 6, row => listOf(row.irq?.effective, row), 9),
			names('cpus', 'on CPU', 2, landsOn, cpusWidth),
			{
				key: 'rate',
				title: 'irq/s',
				width: 6,
				priority: 1,
				cell: row => (row.irq === undefined ? unknown : formatCount(row.irq.perSecond)),
			},
			{key: 'rx', title: 'rx pkt/s', width: 8, priority: 5, cell: row => packets('rx', row)},
			{key: 'tx', title: 'tx pkt/s', width: 8, priority: 8, cell: row => packets('tx', row)},
		];
	},
);

function names(
	key: string,
	title: string,
	priority: number,
	cell: (row: InterruptRow) => string,
	width: number,
): Column<InterruptRow> {
	return {key, title, width, align: 'left', priority, cell};
}

/** Whether packets of this direction belong to the row at all. */
function serves({device, irq, queue}: InterruptRow, direction: 'rx' | 'tx'): boolean {
	if (device === undefined || irq === undefined) {
		return queue.startsWith(direction);
	}
	return irq.role === direction || irq.role === 'rxtx';
}

/** `LOC` and its like have no affinity that one could ask for. */
function isNumbered(row: InterruptRow): boolean {
	return row.irq === undefined || /^\d/.test(row.irq.irq);
}

/** Where it arrived in this interval: a few CPUs busiest first, more of them as ranges, which need less room. */
function landsOn({irq}: InterruptRow): string {
	const cpus = irq?.perCpu.map(each => each.cpu) ?? [];
	return cpus.length <= 3 ? cpus.join(',') : formatCpuList(cpus);
}
