import type {Iperf3Run} from '../parse/iperf3.ts';
import {readFigure, type ScenarioId} from './scenarios.ts';
import {median} from './statistics.ts';

/** The medians of the valid runs of one scenario. */
export interface ScenarioResult {
	readonly runs: number;
	/** Bits per second that arrived. */
	readonly goodput: number;
	/** UDP datagrams a second that arrived. */
	readonly packetsPerSecond?: number;
	readonly lossPercent?: number;
}

export interface DerivedFigure {
	readonly id: 'streams' | 'protocol' | 'packet-size' | 'direction' | 'tunnel';
	readonly title: string;
	/** A ratio; absent where its runs cannot give it, and `text` says why. */
	readonly value?: number;
	readonly text: string;
}

export type ScenarioResults = Readonly<Partial<Record<ScenarioId, ScenarioResult>>>;

/** Sums up the runs of one scenario; absent when none is valid. */
export function summariseRuns(runs: readonly Iperf3Run[]): ScenarioResult | undefined {
	const valid = runs.filter(run => run.invalid.length === 0);
	const middle = (read: (run: Iperf3Run) => number | undefined) => {
		const known = valid.map(read).filter(value => value !== undefined);
		return known.length === 0 ? undefined : median(known);
	};
	const goodput = middle(run => run.goodput);
	const packetsPerSecond = middle(run => readFigure({figure: 'packets'}, run));
	const lossPercent = middle(run => run.loss?.lostPercent);
	return goodput === undefined
		? undefined
		: {
				runs: valid.length,
				goodput,
				...(packetsPerSecond === undefined ? {} : {packetsPerSecond}),
				...(lossPercent === undefined ? {} : {lossPercent}),
			};
}

/** What the scenarios say together: each ratio whose two scenarios ran, with what its value means here. */
export function deriveFigures(results: ScenarioResults): DerivedFigure[] {
	return [
		compareStreams(results),
		compareProtocols(results),
		comparePacketSizes(results),
		compareDirections(results),
		compareTunnel(results),
	].filter(figure => figure !== undefined);
}

function compareStreams({'tcp-forward': eight, 'tcp-single': one}: ScenarioResults): DerivedFigure | undefined {
	return compare({id: 'streams', title: '8 streams to 1', over: eight?.goodput, under: one?.goodput}, [
		[0.9, 'Eight streams carry less than one: they fight for one core or one queue.'],
		[1.3, 'Eight streams carry what one does: a core or the cap is the limit, not the single connection.'],
		[
			Number.POSITIVE_INFINITY,
			'One stream is limited by itself: its window, round trip, losses, or the iperf3 thread.',
		],
	]);
}

function compareProtocols({'tcp-forward': tcp, 'udp-1200': udp}: ScenarioResults): DerivedFigure | undefined {
	const figure = {id: 'protocol', title: 'TCP to UDP', over: tcp?.goodput, under: udp?.goodput} as const;
	if (tcp && udp && (udp.lossPercent ?? 100) >= 0.5) {
		const loss = udp.lossPercent === undefined ? 'of unknown loss' : `that lost ${udp.lossPercent.toFixed(1)} %`;
		return {id: figure.id, title: figure.title, text: `A UDP run ${loss} says nothing: it needs one at a lower rate.`};
	}

	return compare(figure, [
		[0.9, 'TCP leaves a part of the path unused: its windows, its losses, or the CPU that it costs.'],
		[1.1, 'TCP gets what the path carries.'],
		[Number.POSITIVE_INFINITY, 'UDP was limited by its sender, one system call for each datagram, not by the path.'],
	]);
}

function comparePacketSizes({'udp-64': small, 'udp-1200': large}: ScenarioResults): DerivedFigure | undefined {
	const rates = {over: small?.packetsPerSecond, under: large?.packetsPerSecond};
	return compare({id: 'packet-size', title: 'packets of 64 to 1200 bytes', ...rates}, [
		[0.8, 'Small packets are slower than large ones: the cost is not in the path; compare with the underlay.'],
		[1.25, 'The path carries packets, whatever their size: fewer and larger ones (MTU, GRO) carry more.'],
		[Number.POSITIVE_INFINITY, 'Bytes count too: at 1200 bytes the cipher, the link or a cap is the limit.'],
	]);
}

function compareDirections({'tcp-forward': to, 'tcp-reverse': from}: ScenarioResults): DerivedFigure | undefined {
	return compare({id: 'direction', title: 'to the peer to from it', over: to?.goodput, under: from?.goodput}, [
		[0.8, 'To the peer is slower: the cap or the CPU of this sender, or the receiving half of the peer.'],
		[1.25, 'Both directions carry the same.'],
		[
			Number.POSITIVE_INFINITY,
			'From the peer is slower: the receiving half of this machine, or the cap or the CPU of the peer.',
		],
	]);
}

function compareTunnel({'tcp-forward': overlay, underlay}: ScenarioResults): DerivedFigure | undefined {
	return compare(
		{id: 'tunnel', title: 'through the tunnel to beside it', over: overlay?.goodput, under: underlay?.goodput},
		[
			[0.5, 'The tunnel takes more than half: the cipher, one queue, or too many packets. There is much to win.'],
			[0.9, 'The tunnel takes more than its headers do: tuning can win that back.'],
			[1.1, 'The tunnel costs little more than its headers: the network itself is the limit.'],
			[
				Number.POSITIVE_INFINITY,
				'Faster than without the tunnel: the two do not take the same path, or the underlay run was disturbed.',
			],
		],
	);
}

interface Comparison extends Omit<DerivedFigure, 'text' | 'value'> {
	readonly over: number | undefined;
	readonly under: number | undefined;
}

/** The first meaning whose limit the ratio stays below. */
function compare(
	{id, title, over, under}: Comparison,
	meanings: ReadonlyArray<readonly [number, string]>,
): DerivedFigure | undefined {
	if (over === undefined || !under) {
		return;
	}

	const value = over / under;
	return {id, title, value, text: meanings.find(([limit]) => value < limit)?.[1] ?? ''};
}
