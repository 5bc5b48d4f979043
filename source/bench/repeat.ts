import {Interrupted} from './bench-error.ts';
import {type BenchTools, type RunRequest, runScenario, type ScenarioRun} from './run.ts';

/** Seconds between two runs, in which queues empty and the server gets ready. */
export const rest = 2;

/** Seconds that a run takes beside what it measures and leaves out: the rest after it, and what is asked before and after. */
export const usualOverhead = 4;

/** How often a run that says nothing is repeated. */
const mostRepeats = 2;

/**
Runs a scenario until a run may be believed, and gives that one, or the last. Who gets no figure for the same reason twice
would get none for ever; one that may not be believed may be so by chance. `onRun` is told of each, so that none is lost when the next one cannot be made.
*/
export async function runUntilValid(
	request: RunRequest,
	tools: BenchTools,
	onRun: (run: ScenarioRun) => void = () => undefined,
): Promise<ScenarioRun> {
	let before: ScenarioRun | undefined;
	for (let repeats = 0; ; repeats++) {
		const run = await runScenario(request, tools);
		onRun(run);
		await pause(rest, tools);
		const isHopeless = run.figure === undefined && before && describeKind(before) === describeKind(run);
		if (isValid(run) || repeats === mostRepeats || isHopeless) {
			return run;
		}
		before = run;
	}
}

export function isValid({run}: ScenarioRun): boolean {
	return run.invalid.length === 0;
}

/** The reasons without their figures. */
function describeKind({run}: ScenarioRun): string {
	return run.invalid.join('; ').replaceAll(/[\d.]+/g, '');
}

/** Waits; throws `Interrupted` when it is to end. */
export async function pause(seconds: number, {host, signal}: Pick<BenchTools, 'host' | 'signal'>): Promise<void> {
	await host.sleep(seconds, signal);
	if (signal.aborted) {
		throw new Interrupted();
	}
}
