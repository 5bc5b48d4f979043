import type {Host} from '../host.ts';
import type {SourceName} from '../model/snapshot.ts';
import type {Situation, TuningStep} from '../model/tuning.ts';
import {toSituation} from '../session/situation.ts';
import type {State} from '../session/state.ts';
import {probePaths} from '../tuning/probe.ts';

export interface LookTools {
	readonly host: Host;
	readonly store: {getState(): State; subscribe(listener: () => void): () => void};
	/** Has everything read anew at the next tick. */
	readonly refresh: () => void;
}

/** What plans are made from, and what is read too seldom to be as it was a moment ago. */
const facts: readonly SourceName[] = ['links', 'sysctls', 'irqs', 'nics', 'qdiscs', 'machine', 'wireguard'];

/** What hangs is not waited for longer. */
const patience = 15;
const poll = 0.2;

/** The situation with every fact read since now, and the paths probed where the step wants that. */
export async function lookAnew({host, store, refresh}: LookTools, step?: TuningStep): Promise<Situation> {
	const since = host.now().monotonic;
	const end = host.realTime() + patience;
	refresh();
	while (!isFresh(store.getState(), since) && host.realTime() < end) {
		await host.sleep(poll);
	}
	const situation = toSituation(store.getState());
	return step?.needsProbes ? {...situation, probes: await probePaths(host, situation)} : situation;
}

/** What is not read at all on this machine is not waited for. */
function isFresh({snapshot}: State, since: number): boolean {
	const readings = snapshot?.readings ?? {};
	return facts.every(source => (readings[source]?.at ?? Number.POSITIVE_INFINITY) >= since);
}
