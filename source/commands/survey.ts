import {createCollector} from '../collect.ts';
import type {TopologyOptions} from '../derive/topology.ts';
import type {Host} from '../host.ts';
import type {Situation} from '../model/tuning.ts';
import {toSituation} from '../session/situation.ts';
import {createStore} from '../session/store.ts';

export interface Survey {
	/** The situation now; its rates are those since the look before. */
	look(): Promise<Situation>;
}

/** Reads a machine for a plan: facts first, which take three rounds. */
export async function startSurvey(host: Host, options: TopologyOptions): Promise<Survey> {
	const store = createStore(options);
	const collector = createCollector(host, {...options, eager: true});
	const sample = async (): Promise<void> => store.dispatch(await collector.collect(Number.POSITIVE_INFINITY));
	// The way to the peers is known only after the peers are, and what is asked of a device only after the way.
	await sample();
	await sample();
	await sample();
	return {
		async look() {
			await sample();
			return toSituation(store.getState());
		},
	};
}
