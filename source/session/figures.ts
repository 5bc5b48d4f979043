import type {DropLayer} from '../model/rates.ts';
import type {Stamp} from '../model/snapshot.ts';
import {dropKey, type State} from './state.ts';

/** The figures of one sample that comparisons and plots are made of. What its sources did not give is absent. */
export interface SampleFigures {
	readonly at: Stamp;
	/** Seconds since the sample before. */
	readonly seconds: number;
	/** Bits a second that the tunnels' interfaces received and sent, inner packets with their headers. */
	readonly received?: number;
	readonly sent?: number;
	/** Percent. */
	readonly cpus: readonly {readonly cpu: number; readonly soft: number; readonly busy: number}[];
	/** Packets lost since the sample before, by layer: of a layer only what may be added up. */
	readonly dropped: Readonly<Partial<Record<DropLayer, number>>>;
}

/** Takes the figures of one state after the other, in their order. */
export function createFiguresReader(): (state: State) => SampleFigures | undefined {
	const totals = new Map<string, number>();
	let before: number | undefined;

	/**
	A slow source's rates stand for several samples, and are counted where the total has risen, once. What the counter holds
	beside losses is in its total only.
	*/
	const countDrops = ({rates}: State): SampleFigures['dropped'] => {
		const dropped: Partial<Record<DropLayer, number>> = {};
		for (const drop of rates.drops ?? []) {
			const key = dropKey(drop);
			const last = totals.get(key);
			totals.set(key, drop.total);
			if (drop.headline) {
				const rise =
					last === undefined ? drop.delta : drop.total >= last ? Math.min(drop.delta, drop.total - last) : drop.total;
				dropped[drop.layer] = (dropped[drop.layer] ?? 0) + rise;
			}
		}
		return dropped;
	};

	return state => {
		const at = state.snapshot?.at;
		if (at === undefined) {
			return undefined;
		}
		const seconds = before === undefined ? 0 : at.monotonic - before;
		before = at.monotonic;
		return {
			at,
			seconds,
			...readTraffic(state),
			cpus: (state.rates.cpus ?? []).map(({cpu, soft, busy}) => ({cpu, soft, busy})),
			dropped: countDrops(state),
		};
	};
}

function readTraffic({rates, topology}: State): Pick<SampleFigures, 'received' | 'sent'> {
	const counters = topology.tunnels.map(tunnel => rates.links?.[tunnel.interface]).filter(each => each !== undefined);
	const add = (name: string): number => 8 * counters.reduce((sum, each) => sum + (each[name] ?? 0), 0);
	return counters.length === 0 ? {} : {received: add('rx_bytes'), sent: add('tx_bytes')};
}

/** What many samples say together. */
export interface WindowFigures {
	readonly seconds: number;
	readonly samples: number;
	/** Bits a second through the tunnels, the way that moved more. */
	readonly bitsPerSecond?: number;
	/** The core with the most softirq, percent of its time. */
	readonly topCore?: {readonly cpu: number; readonly soft: number};
	/** Packets in thirty seconds. */
	readonly softnetDrops?: number;
	readonly nicDrops?: number;
	/** The busiest core of each sample: the percentage that one sample in a hundred exceeds. */
	readonly p99Cpu?: number;
}

/** The figures of a stretch of samples. Each stands for the seconds since the one before it. */
export function summarise(figures: readonly SampleFigures[]): WindowFigures {
	const seconds = add(figures.map(each => each.seconds));
	const bits = maximum([averageOf(figures, each => each.received), averageOf(figures, each => each.sent)]);
	const topCore = findTopCore(figures);
	const busiest = figures.flatMap(({cpus}) => maximum(cpus.map(({busy}) => busy)) ?? []);
	const p99Cpu = percentile(busiest, 0.99);
	const softnetDrops = countPer30(figures, ['softnet'], seconds);
	const nicDrops = countPer30(figures, ['nic', 'cloud'], seconds);
	return {
		seconds,
		samples: figures.length,
		...(bits !== undefined && {bitsPerSecond: bits}),
		...(topCore && {topCore}),
		...(softnetDrops !== undefined && {softnetDrops}),
		...(nicDrops !== undefined && {nicDrops}),
		...(p99Cpu !== undefined && {p99Cpu}),
	};
}

function findTopCore(figures: readonly SampleFigures[]): WindowFigures['topCore'] {
	const ids = new Set(figures.flatMap(({cpus}) => cpus.map(({cpu}) => cpu)));
	let top: WindowFigures['topCore'];
	for (const id of ids) {
		const soft = averageOf(figures, ({cpus}) => cpus.find(({cpu}) => cpu === id)?.soft);
		if (soft !== undefined && soft > (top?.soft ?? -1)) {
			top = {cpu: id, soft};
		}
	}
	return top;
}

function countPer30(
	figures: readonly SampleFigures[],
	layers: readonly DropLayer[],
	seconds: number,
): number | undefined {
	const known = figures.flatMap(({dropped}) => layers.flatMap(layer => dropped[layer] ?? []));
	return known.length === 0 || seconds <= 0 ? undefined : (add(known) * 30) / seconds;
}

/** The mean over time; samples without the figure do not count. */
function averageOf(
	figures: readonly SampleFigures[],
	take: (figures: SampleFigures) => number | undefined,
): number | undefined {
	const known = figures.flatMap(each => {
		const value = take(each);
		return value === undefined || each.seconds <= 0 ? [] : [{value, seconds: each.seconds}];
	});
	const seconds = add(known.map(each => each.seconds));
	return seconds > 0 ? add(known.map(({value, seconds: weight}) => value * weight)) / seconds : undefined;
}

function add(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}

function maximum(values: readonly (number | undefined)[]): number | undefined {
	return values.reduce((most, value) => (most === undefined || (value ?? most) > most ? value : most), undefined);
}

/** By the nearest rank. */
export function percentile(values: readonly number[], part: number): number | undefined {
	return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(part * values.length) - 1)];
}
