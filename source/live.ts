import type {Collector} from './collect.ts';
import {createWake} from './host/sleep.ts';
import type {Host} from './host.ts';
import type {SampleEvent} from './model/events.ts';

export const shortestInterval = 0.2;
export const longestInterval = 60;

/** The first rates are there after this many seconds, whatever the interval: the first screen must not be empty. */
const firstInterval = 0.4;

export interface Live {
	readonly interval: () => number;
	setInterval(seconds: number): void;
	/** Ends the loop; resolves when nothing is under way any more. */
	stop(): Promise<void>;
	/** Resolves when there is nothing more to read: at the end of a capture, or after `stop`. */
	readonly ended: Promise<void>;
}

export interface LiveOptions {
	readonly host: Host;
	readonly collector: Collector;
	readonly interval: number;
	readonly emit: (event: SampleEvent) => void;
	/** On a capture: goes on to the next sample; false at the end. */
	readonly advance?: () => boolean;
}

/**
Ticks: collects a sample, emits it, and waits for the rest of the interval. Ticks keep to a grid of their own, so that a
slow one does not shift those after it; one that takes longer than an interval skips those it missed.
*/
export function startLive({host, collector, interval: first, emit, advance}: LiveOptions): Live {
	let interval = first;
	let waiting = createWake();
	let stopped = false;

	const run = async (): Promise<void> => {
		let base = host.realTime();
		for (let tick = 0; !stopped; tick++) {
			emit(await collector.collect(tick === 0 ? 0 : Math.min(0.25, interval / 4)));
			const period = (): number => (tick === 0 ? Math.min(firstInterval, interval) : interval);
			if (!(await waitUntil(() => base + period())) || (advance !== undefined && !advance())) {
				return;
			}
			base = Math.max(base + period(), host.realTime() - period());
		}
	};
	/** A changed interval wakes the loop, which then waits for the new time. */
	const waitUntil = async (time: () => number): Promise<boolean> => {
		for (;;) {
			const left = time() - host.realTime();
			if (stopped || left <= 0) {
				return !stopped;
			}
			await host.sleep(left, waiting);
			waiting = createWake();
		}
	};
	const ended = run();
	return {
		interval: () => interval,
		setInterval(seconds) {
			interval = Math.min(longestInterval, Math.max(shortestInterval, seconds));
			waiting.abort();
		},
		async stop() {
			stopped = true;
			waiting.abort();
			await ended;
		},
		ended,
	};
}
