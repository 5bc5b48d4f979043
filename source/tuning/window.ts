import {deriveRates} from '../derive/rates.ts';
import type {Host} from '../host.ts';
import type {Readings, SourceName} from '../model/snapshot.ts';
import type {Situation} from '../model/tuning.ts';
import {toSituation} from '../session/situation.ts';
import type {Store} from '../session/store.ts';

type Readable = Pick<Store, 'getState' | 'subscribe'>;

/** What happens from a moment on, in one rate over all of it, at whatever interval the machine is read. */
export interface Window {
	/** The situation now. Its rates are those since the window was opened; none while nothing was read twice in it. */
	look(): Situation;
	/** Samples in it. */
	samples(): number;
	close(): void;
}

/**
`since`: seconds, monotonic. What was read until then is not in it, so that before and after are never in one rate. Absent:
it begins with what was read last.
*/
export function openWindow({getState, subscribe}: Readable, since = Number.NEGATIVE_INFINITY): Window {
	let first: Readings = {};
	let newest = Number.NEGATIVE_INFINITY;
	let samples = 0;
	const note = (): void => {
		const {snapshot} = getState();
		if (snapshot === undefined || snapshot.at.monotonic <= since || snapshot.at.monotonic <= newest) {
			return;
		}
		newest = snapshot.at.monotonic;
		samples += 1;
		first = {...keepSince(snapshot.readings, since), ...first};
	};
	note();
	const close = subscribe(note);
	return {
		look() {
			const {readings, topology} = toSituation(getState());
			return {readings, topology, rates: deriveRates(first, readings, topology, getState().snapshot?.at.wall)};
		},
		samples: () => samples,
		close,
	};
}

function keepSince(readings: Readings, since: number): Readings {
	const sources = (Object.keys(readings) as SourceName[]).filter(source => (readings[source]?.at ?? since) > since);
	return Object.fromEntries(sources.map(source => [source, readings[source]])) as Readings;
}

/** Seconds over which an effect is looked for at least, and at most where the machine is read seldom. */
const effectSeconds = 5;
const longestWatch = 30;
const effectSamples = 2;
const pollSeconds = 0.5;

/**
The situation some seconds after now, all of its rates of that time; `undefined` when nobody wants to know any more.
*/
export async function watchEffect(
	{host, store}: {readonly host: Host; readonly store: Readable},
	isWanted: () => boolean,
	stop: AbortSignal,
): Promise<Situation | undefined> {
	const since = host.now().monotonic;
	const window = openWindow(store, since);
	const isOver = (): boolean => {
		const seconds = host.now().monotonic - since;
		return seconds >= longestWatch || (seconds >= effectSeconds && window.samples() >= effectSamples);
	};
	while (isWanted() && !isOver()) {
		await host.sleep(pollSeconds, stop);
	}
	window.close();
	return isWanted() ? window.look() : undefined;
}
