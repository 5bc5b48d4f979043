import type {BenchPeer} from '../bench/peers.ts';
import {listFigures} from '../bench/run.ts';
import {noiseRuns, type Trial} from '../bench/trial.ts';

/** What a trial found, as the JSON of `nbtop trial --json`, schema `nbtop.trial/1` (`docs/json.md`). */
export function formatTrial(trial: Trial, version: string, peer: BenchPeer): object {
	const {id, options, evidence, toggle, noise, detectable, effect, verdict, reason, runs} = trial;
	const {step, scenario, seconds, omit, count, seed} = options;
	return {
		schema: 'nbtop.trial/1',
		version,
		trial: id,
		step: step.id,
		scenario: scenario.id,
		peer: {name: peer.name ?? null, address: peer.address, tunnel: peer.interface},
		plan: {evidence, count, seed, seconds, omit},
		changes: toggle.preview.changes.map(({label, from, to, shellLine}) => ({label, from, to, shell: shellLine})),
		noise: noise === undefined ? null : {runs: noise.runs, variation: noise.variation, tooNoisy: noise.tooNoisy},
		detectable: detectable ?? null,
		effect: effect ?? null,
		verdict:
			verdict === undefined
				? null
				: {...verdict, interval: verdict.interval ?? null, probability: verdict.probability ?? null},
		reason: reason ?? null,
		inForce: toggle.wasInForce,
		runs: runs.map(({side, run}, index) => ({
			side,
			purpose: index < noiseRuns ? 'noise' : 'comparison',
			figure: run.figure ?? null,
			figures: listFigures(run.run),
			guards: run.guards,
		})),
	};
}
