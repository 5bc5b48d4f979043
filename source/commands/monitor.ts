import {createCollector} from '../collect.ts';
import {type Live, startLive} from '../live.ts';
import type {Recorder} from '../session/recorder.ts';
import {createRewindableStore} from '../session/rewind.ts';
import {type Command, type CommandContext, refuseWords, UsageError} from './command.ts';
import {printSamples} from './once.ts';
import {keepPace} from './pacing.ts';
import {controlRecording, createHostRecorder, createHostStore, recordFromTheStart} from './recording.ts';
import {chooseHost, chooseInterval, intervalOption, pathOptions, readingOptions} from './sampling.ts';
import {drawingOptions, runScreen} from './screen.ts';
import {createScreenMeasurer, leaveMeasuring} from './screen-measuring.ts';
import {createScreenTuner, leaveTuning, screenTuningOptions} from './screen-tuning.ts';
import {stateOption} from './tuning.ts';

const defaultInterval = 1;

export const monitor: Command = {
	name: '',
	summary: 'watch the network path of a WireGuard mesh: cores, interrupts, drops, peers',
	details:
		'Without a terminal it prints the tables once, as `nbtop once` does; `nbtop record` records without one. Press ? on the screen for its keys.',
	options: [
		intervalOption(defaultInterval),
		...readingOptions,
		{name: 'loop', type: 'boolean', help: 'with --capture: start again at its end'},
		{
			name: 'record',
			type: 'string',
			value: '[FILE]',
			isOptional: true,
			help: 'record from the start; default: a new file in ~/.local/state/nbtop/sessions',
		},
		...screenTuningOptions,
		stateOption,
		...drawingOptions,
	],
	run: watch,
};

async function watch(context: CommandContext): Promise<number> {
	const {flags, input, terminal} = context;
	refuseWords(input);
	refuseIdle(context);
	if (!terminal.isScreen) {
		return printSamples(context);
	}
	const {host, capture} = chooseHost(context.host, flags);
	const path = pathOptions(flags);
	const store = createHostStore(context, path, capture === undefined);
	const recorder = createHostRecorder({context, host, store, isLive: capture === undefined});
	const shown = createRewindableStore({host, store, ring: recorder.ring, path});
	if (flags.record !== undefined) {
		await recordFromTheStart(recorder, host, String(flags.record));
	}
	const collector = createCollector(host, path);
	const interval = chooseInterval(flags, defaultInterval);
	const pacing = keepPace(store, () => live, interval);
	const live = startLive({
		host,
		collector,
		interval,
		emit: event => recorder.takeSample(pacing.mark(event)),
		...(capture && {advance: capture.advance}),
	});
	const {catchUp} = recorder;
	const {refresh} = collector;
	const tuner = capture === undefined ? createScreenTuner({context, store, catchUp, refresh}) : undefined;
	const measurer = capture === undefined ? createScreenMeasurer({context, store, recorder, refresh, live}) : undefined;
	const status = await runScreen(terminal, {
		store: shown,
		controls: {
			interval: live.interval,
			setInterval(seconds) {
				live.setInterval(seconds);
				pacing.restart();
			},
			recording: controlRecording(recorder, host),
			time: {
				player: shown.player,
				rewind: () => void shown.rewind(1),
				returnToLive: shown.returnToLive,
			},
			...(tuner && {tuning: tuner}),
			...(measurer && {measuring: measurer}),
		},
		...(capture && {options: {readOnly: true}}),
		running: live.ended,
	});
	if (measurer !== undefined) {
		await leaveMeasuring(measurer, terminal);
	}
	if (tuner !== undefined) {
		await leaveTuning(tuner, terminal);
	}
	await stop(live, recorder, terminal.stderr);
	return status;
}

/** Refuses an option that would do nothing: whoever gave it would find out when it is too late. */
function refuseIdle({flags, terminal}: CommandContext): void {
	if (flags.loop === true && flags.capture === undefined) {
		throw new UsageError('--loop needs --capture DIR: this machine has no end');
	}
	if (flags.record !== undefined && !terminal.isScreen) {
		const output = flags.record === '' ? '' : ` -o ${flags.record}`;
		throw new UsageError(`--record is for the screen, and none can be drawn here: nbtop record${output} needs none`);
	}
}

/** What is being recorded is whole on the disk before the program ends, and says where. */
async function stop(live: Live, recorder: Recorder, stderr: NodeJS.WriteStream): Promise<void> {
	await live.stop().catch(() => undefined);
	const {file} = recorder.status();
	await recorder.stop();
	if (file !== undefined) {
		stderr.write(`recorded to ${file}\n`);
	}
}
