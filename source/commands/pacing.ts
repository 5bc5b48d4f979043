import {allowPercent, followCost, startPace} from '../derive/pace.ts';
import type {Live} from '../live.ts';
import type {SampleEvent} from '../model/events.ts';
import type {Problem} from '../model/snapshot.ts';
import type {Store} from '../session/store.ts';

/** Reads less often while reading costs too much of the machine that is watched. */
export interface Pacing {
	/** A sample that says so, where it is so. */
	mark(event: SampleEvent): SampleEvent;
	/** Takes the interval as it is now for the one that is wanted. */
	restart(): void;
}

/** Follows what the samples in the store cost. `live` is asked for with the first sample. */
export function keepPace(store: Store, live: () => Pick<Live, 'interval' | 'setInterval'>, wanted: number): Pacing {
	let pace = startPace(wanted);
	let cpus = 1;
	let counted: number | undefined;
	store.subscribe(() => {
		const {snapshot, rates} = store.getState();
		const percent = rates.self?.cpuPercent;
		const at = snapshot?.readings.self?.at;
		// What a sample cost is not measured in each, and other events bring no figure at all.
		if (percent !== undefined && at !== counted) {
			counted = at;
			cpus = rates.cpus?.length ?? cpus;
			const next = followCost(pace, percent, cpus);
			if (next.interval !== pace.interval) {
				live().setInterval(next.interval);
			}
			pace = next;
		}
	});
	const describe = (): Problem[] =>
		pace.interval <= pace.wanted
			? []
			: [
					{
						source: 'nbtop',
						message: `used over ${allowPercent(cpus).toFixed(0)} % of a CPU: reads every ${pace.interval} s instead of ${pace.wanted} s`,
					},
				];
	return {
		mark: event => ({...event, problems: [...event.problems, ...describe()]}),
		restart() {
			pace = startPace(live().interval());
		},
	};
}
