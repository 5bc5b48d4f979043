import type {Finding, Severity} from '../model/findings.ts';
import type {Observation} from './observation.ts';
import type {Scenario} from './scenarios.ts';

/** What a scenario showed in its window. */
export interface Shown {
	readonly scenario: Scenario;
	readonly observation: Pick<Observation, 'verdict' | 'findings'>;
}

/** A step that answers what was found, and the scenario that showed it. */
export interface Candidate {
	readonly step: string;
	readonly finding: Finding;
	readonly scenario: Scenario;
}

/**
The steps that answer what limits now, the best answer first: of the verdicts before other findings, of faults before limits
before hints, of causes before what follows from them. A scenario at its ceiling asks for nothing more. Each step once, for
the finding that asks loudest.
*/
export function listCandidates(shown: readonly Shown[]): Candidate[] {
	const wanted = shown
		.filter(({observation}) => observation.verdict.id !== 'at-the-ceiling')
		.flatMap(({scenario, observation}) =>
			observation.findings.flatMap((finding, place) =>
				finding.steps.map((step, answer) => ({
					candidate: {step, finding, scenario},
					rank: [
						Number(finding.id !== observation.verdict.id),
						severities.indexOf(finding.severity),
						Number(finding.cause !== undefined),
						answer,
						place,
					],
				})),
			),
		)
		.sort((a, b) => compareRanks(a.rank, b.rank));
	const known = new Set<string>();
	return wanted.flatMap(({candidate}) => {
		const isNew = !known.has(candidate.step);
		known.add(candidate.step);
		return isNew ? [candidate] : [];
	});
}

const severities: readonly Severity[] = ['fault', 'limit', 'hint', 'fine'];

function compareRanks(a: readonly number[], b: readonly number[]): number {
	const differs = a.findIndex((part, index) => part !== b[index]);
	return differs === -1 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

/**
Findings that make every figure one of something else: nothing is tuned while one of them holds. No peer that does not answer:
in a mesh there is always one, and a run whose own peer is gone is not believed anyway (`validity.ts`).
*/
const obstacles: ReadonlySet<string> = new Set([
	'relayed-peer',
	'userspace-wireguard',
	'routing-loop',
	'load-generator-bound',
]);

/** Why tuning cannot help while this holds, in the finding's own words, which say what would. */
export function findObstacle(shown: readonly Shown[]): string | undefined {
	const held = shown.map(({observation}) => observation.findings.find(({id}) => obstacles.has(id)));
	// A load that is its own limit in one scenario may be none in another.
	return held.length > 0 && held.every(finding => finding !== undefined)
		? held[0]?.text
		: held.find(finding => finding !== undefined && finding.id !== 'load-generator-bound')?.text;
}

/** Why there is nothing more to try, from what the scenarios show. */
export function describeEnd(shown: readonly Shown[]): string {
	const ceiling = shown.find(({observation}) => observation.verdict.id === 'at-the-ceiling');
	const [first] = shown;
	return ceiling === undefined
		? `no step is left that answers what limits now: ${first?.observation.verdict.text ?? 'nothing was observed'}`
		: `the end of the road: ${ceiling.observation.verdict.text}`;
}
