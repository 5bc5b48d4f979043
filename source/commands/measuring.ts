import {BenchError, Interrupted} from '../bench/bench-error.ts';
import {createCollector} from '../collect.ts';
import type {Host} from '../host.ts';
import {startLive} from '../live.ts';
import type {TimelineEvent} from '../model.ts';
import {createStore, type Store} from '../session/store.ts';
import {type CommandContext, Failure, type Option, textFlag} from './command.ts';
import {createHostRecorder, recordFromTheStart} from './recording.ts';
import {pathOptions} from './sampling.ts';
import {stateOption} from './tuning.ts';

/** Options of the commands that load the tunnel while they watch it. */
export const measuringOptions: readonly Option[] = [
	{name: 'tunnel', type: 'string', value: 'NAME', help: 'the tunnel interface, where it is not found by itself'},
	{name: 'nic', type: 'string', value: 'NAME', help: 'the underlay interface, where it is not found by itself'},
	{name: 'record', type: 'string', value: 'FILE', help: 'write the whole session to this file'},
	stateOption,
];

/** Seconds between two readings while loads of so many seconds run: a window needs some. */
function chooseInterval(seconds: number): number {
	return seconds < 5 ? 0.5 : 1;
}

export interface Measuring {
	readonly host: Host;
	readonly store: Store;
	readonly emit: (event: TimelineEvent) => void;
	/** Aborts when the user or a signal wants an end. */
	readonly signal: AbortSignal;
}

/** The status of a shell for a program that a signal has ended. */
export const interruptedStatus = 130;

/**
Watches the machine while `work` loads it with runs of so many seconds. Signals abort the work, which then cleans up and ends. Gives the exit status:
that of the work, 130 for an interrupted one.
*/
export async function measure(
	context: CommandContext,
	seconds: number,
	work: (measuring: Measuring) => Promise<number>,
): Promise<number> {
	const {host, flags} = context;
	const path = pathOptions(flags);
	const store = createStore(path);
	const recorder = createHostRecorder({context, host, store, isLive: true});
	const collector = createCollector(host, {...path, eager: true});
	const file = textFlag(flags, 'record');
	if (file !== undefined) {
		await recordFromTheStart(recorder, host, file);
	}
	// The way to the peers is known only after the peers are, and what is asked of a device only after the way.
	for (let sample = 0; sample < 3; sample++) {
		recorder.takeSample(await collector.collect(Number.POSITIVE_INFINITY));
	}
	const live = startLive({
		host,
		collector,
		interval: chooseInterval(seconds),
		emit: event => recorder.takeSample(event),
	});
	const abort = new AbortController();
	const forget = abortOnSignals(abort);
	try {
		return await work({host, store, emit: event => recorder.take(event), signal: abort.signal});
	} catch (error) {
		if (error instanceof Interrupted) {
			return interruptedStatus;
		}
		throw error instanceof BenchError ? new Failure(error.message) : error;
	} finally {
		forget();
		await live.stop();
		await recorder.stop();
	}
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

function abortOnSignals(abort: AbortController): () => void {
	const onSignal = (): void => abort.abort();
	for (const signal of signals) {
		process.on(signal, onSignal);
	}
	return () => {
		for (const signal of signals) {
			process.off(signal, onSignal);
		}
	};
}
