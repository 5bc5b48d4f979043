import {bits, rate} from '../derive/findings/words.ts';
import type {AutopilotEvent, ScenarioEvent, TimelineEvent, TrialEvent} from '../model/events.ts';

/** One event of a measurement in one line; absent for what else happens meanwhile. */
export function describeMeasuring(event: TimelineEvent): string | undefined {
	switch (event.type) {
		case 'scenario':
			return event.change === 'ended' ? `  ${describeRun(event)}` : undefined;
		case 'trial':
			return describeTrial(event);
		case 'autopilot':
			return describeDecision(event);
		case 'note':
			return event.text;
		default:
			return undefined;
	}
}

function describeRun({scenario, side, figures = {}, invalid = []}: ScenarioEvent): string {
	const {goodput, packetsPerSecond, lostPercent} = figures;
	const which = side === undefined ? '' : side === 'b' ? ', with the step' : ', without';
	const lost = lostPercent === undefined ? '' : `, ${lostPercent.toFixed(1)} % lost`;
	const packets = packetsPerSecond === undefined ? '' : `, ${rate(packetsPerSecond, 'packets')}`;
	const figure = goodput === undefined ? 'nothing measured' : `${bits(goodput / 8)}${packets}${lost}`;
	return `${scenario}${which}: ${figure}${invalid.length > 0 ? ` (invalid: ${invalid.join('; ')})` : ''}`;
}

function describeTrial({change, step, scenario, plan, noise, verdict, reason}: TrialEvent): string {
	switch (change) {
		case 'started': {
			const order = plan?.evidence === 'blocks' ? 'three blocks (without, with, without)' : 'pairs in an order by lot';
			const count = plan === undefined ? '' : `${plan.count} `;
			const runs = plan?.evidence === 'blocks' ? `${order} of ${count}runs` : `${count}${order}`;
			return `comparing with and without ${step} by ${scenario}: the noise first, then ${runs}`;
		}
		case 'measured':
			return describeNoise(noise);
		case 'ended':
			return `${step}: ${verdict === undefined ? `no verdict: ${reason ?? 'broken off'}` : `${verdict.word}: ${verdict.text}`}`;
	}
}

function describeNoise({variation = 0, detectable}: NonNullable<TrialEvent['noise']> = {variation: 0}): string {
	const runs = `runs differ by ${(100 * variation).toFixed(1)} % by themselves`;
	return detectable === undefined
		? `${runs}: so few can show harm, not gain`
		: `${runs}: a change of ${Math.ceil(100 * detectable)} % or more will show`;
}

function describeDecision({change, text, step, decision}: AutopilotEvent): string {
	return change === 'decided' && step !== undefined ? `${step}: ${decision ?? ''}, ${text}` : text;
}
