import type {StepVerdict} from '../model/journal.ts';
import type {Situation, TuningStep} from '../model/tuning.ts';

/** Judges whether what must move has moved, from a situation before the step and one some seconds after. */
export function judgeStep(
	{effect}: TuningStep,
	{
		before,
		after,
		clamped,
	}: {readonly before: Situation; readonly after: Situation; readonly clamped: readonly string[]},
): StepVerdict {
	if (clamped.length > 0) {
		return {kind: 'clamped', values: clamped};
	}
	return {kind: effect.seen(before, after) === true ? 'effective' : 'no effect seen', counter: effect.counter};
}

/** `applied and effective: what moved`, `applied, no effect seen (looked for: …)`, `clamped: N`, `refused: why`. */
export function describeVerdict(verdict: StepVerdict): string {
	switch (verdict.kind) {
		case 'effective':
			return `applied and effective: ${verdict.counter}`;
		case 'no effect seen':
			return `applied, no effect seen (looked for: ${verdict.counter})`;
		case 'clamped':
			return `clamped: ${verdict.values.join('; ')}`;
		case 'refused':
			return `refused: ${verdict.reason}`;
	}
}
