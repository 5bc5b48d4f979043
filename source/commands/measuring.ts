import {BenchError, Interrupted} from '../bench/bench-error.ts';
import {findProgress} from '../bench/progress.ts';
import {createCollector} from '../collect.ts';
import type {Host} from '../host.ts';
import {startLive} from '../live.ts';
import type {TimelineEvent} from '../model/events.ts';
import type {Store} from '../session/store.ts';
import {formatProgress} from '../ui/bench-text.ts';
import {describeMeasuring} from '../ui/measuring-event.ts';
import {type CommandContext, Failure, type Option, type Terminal} from './command.ts';
import {createHostRecorder, createHostStore, recordFromTheStart} from './recording.ts';
import {pathOptions} from './sampling.ts';
import {stateOption} from './tuning.ts';

/** Options of the commands that load the tunnel while they watch it. */
export const measuringOptions: readonly Option[] = [
	{name: 'tunnel', type: 'string', value: 'NAME', help: 'the tunnel interface, where it is not found by itself'},
	{name: 'nic', type: 'string', value: 'NAME', help: 'the underlay interface, where it is not found by itself'},
	{
		name: 'record',
		type: 'string',
		value: '[FILE]',
		isOptional: true,
		help: 'record the whole session; default: a new file in ~/.local/state/nbtop/sessions',
	},
	stateOption,
];

export interface Measuring {
	readonly host: Host;
	readonly store: Store;
	readonly emit: (event: TimelineEvent) => void;
	/** Has everything read anew at the next tick. */
	readonly refresh: () => void;
	/** Aborts when the user or a signal wants an end. */
	readonly signal: AbortSignal;
}

export interface MeasureOptions {
	/** Of one run: its window needs some readings. */
	readonly seconds: number;
	/** Tells each run on the error stream of a pipe too; on a terminal they are always told. */
	readonly tellsAlways: boolean;
	/** Records even where the user has not asked for it. */
	readonly recordsAlways?: boolean;
	/** Told of the file when it is whole. */
	readonly onRecorded?: (file: string) => Promise<unknown>;
	/** Any key on the terminal ends it, as a signal does. */
	readonly stopsOnKey?: boolean;
}

/** The status of a shell for a program that a signal has ended. */
export const interruptedStatus = 130;

/**
Watches the machine while `work` loads it, and tells on the error stream what comes of it. Signals abort the work, which
then cleans up and ends. Gives the exit status: that of the work, 130 for an interrupted one.
*/
export async function measure(
	context: CommandContext,
	options: MeasureOptions,
	work: (measuring: Measuring) => Promise<number>,
): Promise<number> {
	const {host, flags, terminal} = context;
	const path = pathOptions(flags);
	const store = createHostStore(context, path);
	const recorder = createHostRecorder({context, host, store, isLive: true});
	const collector = createCollector(host, {...path, eager: true});
	const abort = new AbortController();
	const forget = abortOnSignals(abort, terminal);
	const release = options.stopsOnKey ? abortOnKey(abort, context) : () => undefined;
	if (flags.record !== undefined || options.recordsAlways) {
		await recordFromTheStart(recorder, host, String(flags.record ?? ''));
	}
	// The way to the peers is known only after the peers are, and what is asked of a device only after the way.
	for (let sample = 0; sample < 3; sample++) {
		recorder.takeSample(await collector.collect(Number.POSITIVE_INFINITY));
	}
	const live = startLive({
		host,
		collector,
		interval: options.seconds < 5 ? 0.5 : 1,
		emit: event => recorder.takeSample(event),
	});
	const lines = showLines(store, terminal, options.tellsAlways);
	const emit = (event: TimelineEvent): void => {
		recorder.take(event);
		lines.tell(event);
	};
	try {
		return await work({host, store, emit, refresh: collector.refresh, signal: abort.signal});
	} catch (error) {
		if (error instanceof Interrupted) {
			return interruptedStatus;
		}
		throw error instanceof BenchError ? new Failure(error.message, {cause: error}) : error;
	} finally {
		lines.end();
		await live.stop();
		const {file} = recorder.status();
		await recorder.stop();
		if (file !== undefined) {
			terminal.stderr.write(`recorded to ${file}\n`);
			await options.onRecorded?.(file);
		}
		release();
		forget();
	}
}

/** Seconds in which a key is still one of the answer to the question before, as the Enter after a y. */
const typingSeconds = 1;

function abortOnKey(abort: AbortController, {host, terminal}: CommandContext): () => void {
	const {stdin} = terminal;
	if (stdin.isTTY !== true) {
		return () => undefined;
	}
	const begun = host.realTime();
	const onKey = (): void => {
		if (host.realTime() - begun > typingSeconds) {
			abort.abort();
		}
	};
	stdin.setRawMode(true);
	stdin.on('data', onKey).resume();
	return () => {
		stdin.off('data', onKey).pause();
		stdin.setRawMode(false);
	};
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** A terminal or a pipe that has gone aborts too: nothing may keep the work from cleaning up. */
function abortOnSignals(abort: AbortController, {stdout, stderr}: Terminal): () => void {
	const onSignal = (): void => abort.abort();
	for (const signal of signals) {
		process.on(signal, onSignal);
	}
	stdout.on('error', onSignal);
	stderr.on('error', onSignal);
	return () => {
		for (const signal of signals) {
			process.off(signal, onSignal);
		}
	};
}

const clearLine = '\r\u001B[K';

/** A line for each event, and on a terminal one below them that is kept up to date. */
function showLines({getState, subscribe}: Store, {stderr}: Terminal, tellsAlways: boolean) {
	const isTerminal = stderr.isTTY === true;
	const clear = isTerminal ? clearLine : '';
	const forget = isTerminal
		? subscribe(() => {
				const progress = findProgress(getState());
				const line = progress === undefined ? '' : formatProgress(progress).slice(0, (stderr.columns ?? 80) - 1);
				stderr.write(clear + line);
			})
		: () => undefined;
	return {
		tell(event: TimelineEvent) {
			const line = describeMeasuring(event);
			if (line !== undefined && (isTerminal || tellsAlways)) {
				stderr.write(`${clear}${line}\n`);
			}
		},
		end() {
			forget();
			stderr.write(clear);
		},
	};
}
