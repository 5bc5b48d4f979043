import {undoStep} from '../tuning/undo.ts';
import {wordsOf} from '../tuning/words.ts';
import {NotPutBack} from './bench-error.ts';
import {fixStep, joinSteps} from './fixed-step.ts';
import {decide, type Loop, type LoopTools} from './loop.ts';
import type {Scenario} from './scenarios.ts';
import {createToggle, expectUndone, reportPutBack} from './toggle.ts';
import {estimateTrial, runTrial, type TrialTools} from './trial.ts';

/**
Compares everything that was kept with nothing of it, by fresh runs. The steps are taken out for it, and set again one by
one, unless they are worse together. Without time for it they stay as they are. Throws `NotPutBack` when one of them cannot
be taken out or set again.
*/
export async function compareAll(loop: Loop, tools: TrialTools & LoopTools): Promise<void> {
	const {kept, options, overhead, end} = loop;
	const {seconds, omit, count} = options;
	const scenario = kept.find(each => each.scenario !== undefined)?.scenario ?? options.scenarios[0];
	const now = tools.host.now();
	if (scenario === undefined || now.monotonic + estimateTrial({...options, overhead}, 'blocks') > end) {
		return;
	}
	for (const {step} of kept.toReversed()) {
		expectUndone(await undoStep(step.id, {forNow: true}, tools.tuning), step);
	}
	try {
		const step = joinSteps(kept);
		const seed = Math.floor(now.wall / 1000);
		// Without the steps the faults are back that they end, and the noise that losses make.
		loop.final = await runTrial({step, scenario, seconds, omit, count, seed, despiteNoise: true}, tools);
	} finally {
		await settle(loop, scenario, tools);
	}
}

async function settle(loop: Loop, scenario: Scenario, tools: TrialTools & LoopTools): Promise<void> {
	const {kept, final} = loop;
	if (final?.verdict?.word === 'worse') {
		const text = `worse together by ${scenario.id}: ${final.verdict.text}`;
		for (const {step} of kept.splice(0)) {
			decide(loop, {step, decision: 'put back', text}, tools);
			reportPutBack(step, tools.tuning);
		}
		return;
	}
	for (const {step, changes} of kept) {
		try {
			await (await createToggle(fixStep(step, changes), tools)).keep();
		} catch (error) {
			throw new NotPutBack(`${step.id} had proven better, and could not be set again: ${wordsOf(error)}`);
		}
	}
}
