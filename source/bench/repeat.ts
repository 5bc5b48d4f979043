import {Interrupted} from './bench-error.ts';
import {type BenchTools, type RunRequest, runScenario, type ScenarioRun} from './run.ts';

/** Seconds between two runs, in which queues empty and the server gets ready. */
export const rest = 2;

/** How often a run that says nothing is repeated. */
const mostRepeats = 2;

/**
Runs a scenario until a run may be believed, and gives all of them, the last one being the one that counts. What is wrong
for the same reason twice would be so for ever.
*/
export async function runUntilValid(request: RunRequest, tools: BenchTools): Promise<ScenarioRun[]> {
	const runs: ScenarioRun[] = [];
	for (;;) {
		const run = await runScenario(request, tools);
		const before = runs.at(-1);
		runs.push(run);
		await pause(rest, tools);
		if (isValid(run) || runs.length > mostRepeats || (before && describeKind(before) === describeKind(run))) {
			return runs;
		}
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
