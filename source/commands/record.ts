import {createCollector} from '../collect.ts';
import {listMisnamed} from '../derive/no-tunnel.ts';
import type {Writer} from '../host/writer.ts';
import {HostError} from '../host.ts';
import {startLive} from '../live.ts';
import type {Recorder} from '../session/recorder.ts';
import type {State} from '../session/state.ts';
import {
	type Command,
	type CommandContext,
	Failure,
	numberFlag,
	refuseWords,
	type Terminal,
	tellWaiting,
	textFlag,
} from './command.ts';
import {keepPace} from './pacing.ts';
import {createHostRecorder, createHostStore, readMachineNow, recordFromTheStart} from './recording.ts';
import {chooseHost, chooseInterval, intervalOption, pathOptions, readingOptions} from './sampling.ts';
import {stateOption} from './tuning.ts';

const defaultInterval = 1;

export const record: Command = {
	name: 'record',
	summary: 'record a session without a screen',
	details:
		'It ends after --for seconds, or with Ctrl-C or SIGTERM. The format is described in docs/session.md.\nA name that ends in .gz is compressed. No file is ever replaced.',
	options: [
		{
			name: 'output',
			short: 'o',
			type: 'string',
			value: 'FILE|-',
			help: 'default: a new file in ~/.local/state/nbtop/sessions; -: standard output',
		},
		{
			name: 'for',
			type: 'number',
			value: 'SECONDS',
			help: 'how long; default: until it is told to end',
			check: value => (value > 0 ? undefined : 'takes more than 0 seconds'),
		},
		intervalOption(defaultInterval),
		...readingOptions,
		stateOption,
	],
	run: recordSession,
};

async function recordSession(context: CommandContext): Promise<number> {
	const {flags, input, terminal} = context;
	refuseWords(input);
	const {host, capture} = chooseHost(context.host, flags);
	const path = pathOptions(flags);
	const store = createHostStore(context, path, capture === undefined);
	const recorder = createHostRecorder({context, host, store, isLive: capture === undefined});
	const ending = new AbortController();
	const end = (): void => ending.abort();
	const output = textFlag(flags, 'output');
	if (output === '-') {
		recorder.startOn(writeToStream(terminal.stdout, recorder, end), 'standard output', await readMachineNow(host));
	} else {
		await recordFromTheStart(recorder, host, output ?? '');
	}
	const file = recorder.status().file ?? '';
	tellWaiting(terminal, `recording to ${file}; Ctrl-C ends it`);
	const interval = chooseInterval(flags, defaultInterval);
	const pacing = keepPace(store, () => live, interval);
	const warn = createWarner(terminal);
	const live = startLive({
		host,
		collector: createCollector(host, path),
		interval,
		emit(event) {
			recorder.takeSample(pacing.mark(event));
			warn(store.getState());
			if (recorder.status().failure !== undefined) {
				end();
			}
		},
		...(capture && {advance: capture.advance}),
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(signal, end);
	}
	// A capture has an end of its own.
	await Promise.race([
		live.ended,
		// Timers of Node end after 24 days.
		host.sleep(Math.min(numberFlag(flags, 'for') ?? longest, longest), ending.signal),
	]);
	// The rest of that time would keep the program from ending.
	end();
	await live.stop();
	await recorder.stop();
	const {failure} = recorder.status();
	if (failure !== undefined) {
		throw new Failure(`recording to ${file} stopped: ${failure}`);
	}
	const {samples} = store.getState();
	terminal.stderr.write(`${samples} ${samples === 1 ? 'sample' : 'samples'} in ${file}\n`);
	return 0;
}

const longest = 2_000_000;

/** Tells, once, of each interface that was named and is none: nobody would see before the end that no tunnel is recorded. */
function createWarner({stderr}: Terminal): (state: State) => void {
	const told = new Set<string>();
	return ({topology}) => {
		for (const {message} of listMisnamed(topology).filter(each => !told.has(each.message))) {
			told.add(message);
			stderr.write(`nbtop: ${message}\n`);
		}
	};
}

/** Standard output in place of a file. Who reads it may leave, as `head` does. */
function writeToStream(stream: NodeJS.WriteStream, recorder: Recorder, end: () => void): Writer {
	stream.on('error', ({code = 'EIO', message}: NodeJS.ErrnoException) => {
		recorder.tell(new HostError(code, 'standard output', message));
		end();
	});
	return {
		write: text => void stream.write(text),
		close: () => new Promise(resolve => stream.write('', () => resolve())),
	};
}
