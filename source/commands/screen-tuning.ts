import type {Host} from '../host.ts';
import type {Store} from '../session/store.ts';
import {findOpen, listSteps} from '../tuning/in-force.ts';
import {readNetns} from '../tuning/journal-file.ts';
import {createTuner, type Tuner} from '../tuning/tuner.ts';
import {findWriting, type TunerStatus} from '../tuning/tuner-status.ts';
import type {CommandContext, Option} from './command.ts';
import {guardOptions, guardWishes, holdSignals, openTuning} from './tuning.ts';

export const screenTuningOptions: readonly Option[] = [
	{
		name: 'read-only',
		type: 'boolean',
		help: 'look only: steps show what they would do, and no key applies or undoes one',
	},
	...guardOptions,
];

export interface ScreenTunerParts {
	readonly context: CommandContext;
	readonly store: Store;
	/** Brings what has been written to the journal into the state. */
	readonly catchUp: () => void;
	/** Has everything read anew at the next tick. */
	readonly refresh: () => void;
}

/** Tuning by keys. Nothing is made on the disk before something is applied or undone. */
export function createScreenTuner({context, ...parts}: ScreenTunerParts): Tuner {
	const {host, flags} = context;
	const netns = readNetns(host);
	return createTuner({
		...parts,
		host,
		bootId: readBootId(host),
		...(netns !== undefined && {netns}),
		open: () => openTuning(context),
		...guardWishes(flags),
		...(flags['read-only'] === true && {refusal: 'nbtop was started with --read-only'}),
	});
}

function readBootId(host: Host): string {
	try {
		return host.readText('/proc/sys/kernel/random/boot_id').trim();
	} catch {
		return '';
	}
}

/** Brings what is being written to its end, whatever signals come, and says what stays in force. */
export async function leaveTuning(tuner: Tuner, {stderr}: CommandContext['terminal']): Promise<void> {
	// The terminal may have gone: what it does not take must not end what is being written.
	stderr.on('error', () => undefined);
	if (findWriting(tuner.status()) !== undefined) {
		stderr.write('nbtop: one moment, what is being written is brought to its end\n');
	}
	await holdSignals(() => tuner.finish());
	tuner.close();
	for (const line of describeWhatStays(tuner.status())) {
		stderr.write(`${line}\n`);
	}
}

/** What leaving does not change, in one line each. */
function describeWhatStays({journal, now}: TunerStatus): string[] {
	const steps = listSteps(journal);
	const open = findOpen(journal);
	const left = Math.max(0, Math.round((open?.deadline ?? now) - now));
	return [
		...(steps.length === 0
			? []
			: [
					`still in force: ${steps.join(', ')} (nbtop undo takes ${steps.length === 1 ? 'it' : 'the first of them'} back)`,
				]),
		...(open?.phase === 'waiting' ? [`'${open.title}' is put back in ${left} s unless you run: nbtop confirm`] : []),
	];
}
