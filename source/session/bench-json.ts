import type {BenchItem, BenchResult} from '../bench/bench.ts';
import {findVerdict, listFigures, type ScenarioRun} from '../bench/run.ts';
import type {Drop} from '../model/rates.ts';

/** What scenarios gave, as the JSON of `nbtop bench --json`, schema `nbtop.bench/1` (`docs/json.md`). */
export function formatBench(result: BenchResult, version: string, host?: string): object {
	const {at, peer, versions, seconds, omit, items, figures, notes, broken} = result;
	return {
		schema: 'nbtop.bench/1',
		version,
		time: new Date(at.wall).toISOString(),
		host: host ?? null,
		peer: {name: peer.name ?? null, address: peer.address, tunnel: peer.interface},
		iperf3: {client: versions.client ?? null, server: versions.server ?? null},
		seconds,
		omit,
		scenarios: items.map(formatItem),
		figures: figures.map(({id, title, value, text}) => ({id, title, value: value ?? null, text})),
		notes,
		broken: broken ?? null,
	};
}

function formatItem({scenario, runs, paced = []}: BenchItem): object {
	return {
		scenario: scenario.id,
		title: scenario.title,
		unit: scenario.figure === 'bits' ? 'bit/s' : 'packets/s',
		runs: [...runs.map(run => formatRun(run, false)), ...paced.map(run => formatRun(run, true))],
	};
}

function formatRun(ended: ScenarioRun, isPaced: boolean): object {
	const {command, run, figure, guards, observation} = ended;
	const rates = observation?.rates;
	const verdict = findVerdict(ended);
	return {
		command,
		paced: isPaced,
		valid: run.invalid.length === 0,
		invalid: run.invalid,
		figure: figure ?? null,
		figures: listFigures(run),
		verdict: verdict === undefined ? null : {id: verdict.id, severity: verdict.severity, text: verdict.text},
		cpus: rates?.cpus?.map(({cpu, busy, soft, sys, usr}) => ({cpu, busy, soft, sys, usr})) ?? null,
		drops:
			rates?.drops?.filter(isLoss).map(({layer, device, counter, delta}) => ({
				layer,
				device: device ?? null,
				counter,
				delta,
			})) ?? null,
		guards,
	};
}

function isLoss({headline, delta}: Drop): boolean {
	return headline && delta > 0;
}
