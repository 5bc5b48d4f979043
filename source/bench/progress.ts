import type {ScenarioEvent} from '../model/events.ts';
import type {State} from '../session/state.ts';

/** The run that is under way. */
export interface Progress {
	readonly scenario: string;
	readonly trial?: string;
	readonly side?: 'a' | 'b';
	/** Seconds since it began, and how many it will take, as its command says. */
	readonly elapsed: number;
	readonly total: number;
	/** Bytes per second of the busiest tunnel, the way that moves more. */
	readonly bytesPerSecond?: number;
	/** The hottest core, percentages. */
	readonly core?: {readonly cpu: number; readonly busy: number; readonly soft: number};
	readonly verdict: string;
}

/** What runs now, as the newest sample shows it; absent while nothing does. */
export function findProgress({timeline, snapshot, rates, topology, verdict}: State): Progress | undefined {
	const last = timeline.findLast(event => event.type === 'scenario');
	if (last?.type !== 'scenario' || last.change !== 'started' || snapshot === undefined) {
		return undefined;
	}

	const {scenario, trial, side, at} = last;
	const hottest = [...(rates.cpus ?? [])].sort((a, b) => b.busy - a.busy)[0];
	const moved = topology.tunnels.flatMap(({interface: name}) => {
		const {rx_bytes: received, tx_bytes: sent} = rates.links?.[name] ?? {};
		return received === undefined || sent === undefined ? [] : [Math.max(received, sent)];
	});
	return {
		scenario,
		...(trial !== undefined && {trial}),
		...(side !== undefined && {side}),
		elapsed: Math.max(0, snapshot.at.monotonic - at.monotonic),
		total: findTotal(last),
		...(moved.length > 0 && {bytesPerSecond: Math.max(...moved)}),
		...(hottest && {core: {cpu: hottest.cpu, busy: hottest.busy, soft: hottest.soft}}),
		verdict: verdict.id,
	};
}

function findTotal({command = []}: ScenarioEvent): number {
	const after = (option: string): number => {
		const index = command.indexOf(option);
		return index === -1 ? 0 : Number(command[index + 1] ?? 0);
	};
	return after('-t') + after('-O');
}
