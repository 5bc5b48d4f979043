import {allowedPercent, followCost, startPace} from '../derive/pace.ts';
import type {Live} from '../live.ts';
import type {Problem, SampleEvent} from '../model.ts';
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
	let counted = 0;
	store.subscribe(() => {
		const {samples, rates} = store.getState();
		const percent = rates.self?.cpuPercent;
		// Other events than samples bring no new figure.
		if (percent !== undefined && samples !== counted) {
			counted = samples;
			const next = followCost(pace, percent);
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
						message: `used over ${allowedPercent} % of a CPU: reads every ${pace.interval} s instead of ${pace.wanted} s`,
					},
				];
	return {
		mark: event => ({...event, problems: [...event.problems, ...describe()]}),
		restart() {
			pace = startPace(live().interval());
		},
	};
}
