import {openLoopLog} from '../bench/loop-log.ts';
import {createMeasurer, type Measurer} from '../bench/measurer.ts';
import type {Live} from '../live.ts';
import type {Recorder} from '../session/recorder.ts';
import type {Store} from '../session/store.ts';
import type {CommandContext} from './command.ts';
import {holdSignals, openTuning} from './tuning.ts';

export interface ScreenMeasurerParts {
	readonly context: CommandContext;
	readonly store: Store;
	readonly recorder: Recorder;
	/** Has everything read anew at the next tick. */
	readonly refresh: () => void;
	readonly live: Live;
}

/** Seconds between two readings while a load runs: its window needs some. */
const loadInterval = 1;

/** Measuring by keys. Nothing is made on the disk before a step is compared. */
export function createScreenMeasurer({context, store, recorder, refresh, live}: ScreenMeasurerParts): Measurer {
	let usual: number | undefined;
	return createMeasurer({
		host: context.host,
		store,
		refresh,
		emit: recorder.take,
		open() {
			const tuning = openTuning(context);
			return {tuning, log: openLoopLog(context.host, tuning.journal.folder)};
		},
		onLoad(isLoading) {
			if (isLoading && live.interval() > loadInterval) {
				usual = live.interval();
				live.setInterval(loadInterval);
			} else if (!isLoading && usual !== undefined) {
				live.setInterval(usual);
				usual = undefined;
			}
		},
	});
}

/** Ends what is being measured, whatever signals come: a step that was in for it is out when this resolves. */
export async function leaveMeasuring(measurer: Measurer, {stderr}: CommandContext['terminal']): Promise<void> {
	const {running} = measurer.status();
	if (running !== undefined) {
		stderr.on('error', () => undefined);
		stderr.write('nbtop: one moment, what is being measured is ended, and the machine left as it was\n');
		measurer.stop();
		await holdSignals(() => measurer.finish());
	}
}
