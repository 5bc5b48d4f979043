import type {Stamp} from '../model/snapshot.ts';
import type {Iperf3Run} from '../parse/iperf3.ts';
import {BenchError, Interrupted} from './bench-error.ts';
import {
	type DerivedFigure,
	deriveFigures,
	type ScenarioResult,
	type ScenarioResults,
	summariseRuns,
} from './derived-figures.ts';
import {readPathNow} from './path-now.ts';
import type {BenchPeer} from './peers.ts';
import {pause, runUntilValid} from './repeat.ts';
import type {BenchTools, ScenarioRun} from './run.ts';
import {isAtLeast, type Scenario, type ScenarioId, type Versions} from './scenarios.ts';

export interface BenchOptions {
	readonly scenarios: readonly Scenario[];
	/** Seconds to measure, and to leave out before, of each run. */
	readonly seconds: number;
	readonly omit: number;
}

/** What one scenario gave: every run in its order, repetitions and those that do not count among them. */
export interface BenchItem {
	readonly scenario: Scenario;
	readonly runs: readonly ScenarioRun[];
	/** UDP again at a rate below the one at which the sender makes losses itself. */
	readonly paced?: readonly ScenarioRun[];
}

export interface BenchResult {
	readonly at: Stamp;
	readonly peer: BenchPeer;
	readonly versions: Versions;
	readonly seconds: number;
	readonly omit: number;
	readonly items: readonly BenchItem[];
	readonly figures: readonly DerivedFigure[];
	/** What to know before believing them. */
	readonly notes: readonly string[];
	/** Why not every scenario was run: what there is stands above all the same. */
	readonly broken?: string;
}

/**
Runs scenarios one after the other and says what their figures mean together. What cannot be measured any more, and an
interrupt, end it with what there is. Throws a `BenchError` where nothing could be measured at all.
*/
export async function runBench(options: BenchOptions, tools: BenchTools): Promise<BenchResult> {
	const at = tools.host.now();
	const items: Draft[] = [];
	const broken = await runItems(options, items, tools).catch((error: unknown) => {
		const isExpected =
			error instanceof Interrupted || (error instanceof BenchError && items.some(({runs}) => runs.length > 0));
		if (!isExpected) {
			throw error;
		}
		return error.message;
	});
	const versions = items.findLast(({runs}) => runs.length > 0)?.runs[0]?.versions ?? {};
	return {
		at,
		peer: tools.peer,
		versions,
		seconds: options.seconds,
		omit: options.omit,
		items: items.filter(({runs}) => runs.length > 0),
		figures: deriveFigures(summarise(items)),
		notes: describeThreads(versions, options.scenarios),
		...(broken !== undefined && {broken}),
	};
}

function describeThreads({client, server}: Versions, scenarios: readonly Scenario[]): string[] {
	const hasThreads = isAtLeast(client, '3.16') && isAtLeast(server, '3.16');
	const hasStreams = scenarios.some(({id}) => manyStreams.has(id));
	return hasThreads || !hasStreams
		? []
		: [
				`before iperf3 3.16 one thread serves all streams (${client ?? 'unknown'} here, ${server ?? 'unknown'} at the peer): with 8 streams iperf3 itself may be the limit`,
			];
}

const manyStreams: ReadonlySet<ScenarioId> = new Set(['tcp-forward', 'tcp-reverse', 'underlay']);

/** Losses above this are the sender's own when it sends as fast as it can. */
const ownLoss = 0.5;

/** An item while its runs come in. */
interface Draft extends BenchItem {
	readonly runs: ScenarioRun[];
	paced?: ScenarioRun[];
}

async function runItems(
	{scenarios, seconds, omit}: BenchOptions,
	items: Draft[],
	tools: BenchTools,
): Promise<undefined> {
	await wakePeer(tools);
	for (const scenario of scenarios) {
		const item: Draft = {scenario, runs: []};
		items.push(item);
		const {run} = await runUntilValid({scenario, seconds, omit}, tools, each => item.runs.push(each));
		expectAnswer(run, item, items, tools);
		const isLossy = run.invalid.length === 0 && (run.loss?.lostPercent ?? 0) >= ownLoss;
		if (scenario.id === 'udp-1200' && isLossy && run.goodput !== undefined) {
			const paced: ScenarioRun[] = [];
			item.paced = paced;
			const bitrate = Math.round(0.9 * run.goodput);
			await runUntilValid({scenario, seconds, omit, bitrate}, tools, each => paced.push(each));
		}
	}
}

/** Nobody has ever answered: each further scenario would wait for as long, and say no more. */
function expectAnswer(
	{errorKind, error}: Iperf3Run,
	{scenario}: Draft,
	items: readonly Draft[],
	{servers, peer}: BenchTools,
): void {
	const isSilent = errorKind === 'unreachable' && scenario.path === 'overlay';
	if (isSilent && items.every(({runs}) => runs.every(each => each.run.errorKind === 'unreachable'))) {
		throw new BenchError(`${servers.describeMissing(peer.address)} (${error}: a firewall may be in between)`);
	}
}

/** By scenario; a paced run says more than one that made its losses itself. */
export function summarise(items: readonly BenchItem[]): ScenarioResults {
	const results: Partial<Record<ScenarioId, ScenarioResult>> = {};
	for (const {scenario, runs, paced = []} of items) {
		const result = summariseRuns(paced.map(({run}) => run)) ?? summariseRuns(runs.map(({run}) => run));
		if (result !== undefined) {
			results[scenario.id] = result;
		}
	}
	return results;
}

const wakeTries = 10;

/**
Waits until the peer answers, and for some seconds more until it is reached directly: NetBird lets idle connections fall
asleep, and wakes them by way of a relay. A peer that answers no ping may still answer iperf3.
*/
export async function wakePeer(tools: BenchTools, most: number = wakeTries): Promise<void> {
	for (let tries = 0; tries < most; tries++) {
		const {status} = await tools.host.run('ping', ['-n', '-c', '1', '-W', '1', tools.peer.address], 3);
		const {connection} = await readPathNow(tools);
		if (status === 0 && connection !== 'relayed') {
			return;
		}
		await pause(1, tools);
	}
}
