import type {AutopilotResult} from '../bench/autopilot.ts';
import type {BenchPeer} from '../bench/peers.ts';
import {findVerdict, listFigures, type ScenarioRun} from '../bench/run.ts';
import {formatTrial} from './trial-json.ts';

/** What the guided loop did, as the JSON of `nbtop autopilot --json`, schema `nbtop.autopilot/1` (`docs/json.md`). */
export function formatAutopilot(
	{loop, ended, interrupted, inForce}: AutopilotResult,
	version: string,
	peer: BenchPeer,
): object {
	const {next} = loop;
	return {
		schema: 'nbtop.autopilot/1',
		version,
		loop: loop.id,
		peer: {name: peer.name ?? null, address: peer.address, tunnel: peer.interface},
		decisions: loop.decisions.map(({step, decision, finding, text}) => ({
			step,
			decision,
			finding: finding ?? null,
			text,
		})),
		next:
			next === undefined
				? null
				: {
						step: next.step.id,
						scenario: next.scenario.id,
						finding: next.finding,
						shell: next.lines,
						seconds: next.seconds,
					},
		baseline: loop.baseline.map(formatRun),
		tuned: loop.tuned.map(formatRun),
		final: loop.final === undefined ? null : formatTrial(loop.final, version, peer),
		inForce,
		ended,
		interrupted,
	};
}

function formatRun(ended: ScenarioRun): object {
	const {scenario, run, figure} = ended;
	return {
		scenario: scenario.id,
		valid: run.invalid.length === 0,
		invalid: run.invalid,
		figure: figure ?? null,
		figures: listFigures(run),
		verdict: findVerdict(ended)?.id ?? null,
	};
}
