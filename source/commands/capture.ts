import {createSavingHost} from '../capture.ts';
import {createCollector} from '../collect.ts';
import {HostError} from '../host.ts';
import {type Command, Failure, numberFlag, refuseWords, tellWaiting, textFlag, UsageError} from './command.ts';
import {chooseInterval, intervalOption, pathOptions, readingOptions} from './sampling.ts';

const defaultInterval = 1;

export const capture: Command = {
	name: 'capture',
	summary: 'save what the machine gives, for a bug report or for --capture',
	details:
		'The format is described in docs/capture.md. Private and preshared keys are never read, so none can be in it.',
	options: [
		{name: 'output', short: 'o', type: 'string', value: 'DIR', help: 'the folder to make'},
		{
			name: 'samples',
			short: 'n',
			type: 'number',
			value: 'N',
			help: 'samples to save; default 10',
			check: value => (Number.isInteger(value) && value > 0 ? undefined : 'takes a whole number from 1'),
		},
		intervalOption(defaultInterval),
		...readingOptions.filter(option => option.name !== 'capture'),
	],
	async run({host, input, flags, terminal}) {
		refuseWords(input);
		const folder = textFlag(flags, 'output');
		if (folder === undefined) {
			throw new UsageError('capture needs -o DIR');
		}
		if (folder === '-') {
			throw new UsageError(
				'a capture is a folder, which standard output cannot be: -o takes its name (./- for that one)',
			);
		}
		const samples = numberFlag(flags, 'samples') ?? 10;
		const interval = chooseInterval(flags, defaultInterval);
		tellWaiting(terminal, `saving ${samples} samples, ${interval} s apart`);
		try {
			const saving = createSavingHost(host, folder);
			const collector = createCollector(saving, pathOptions(flags));
			// What is asked of a device is known only after the way to the peers is: the first sample holds three rounds.
			for (let round = 0; round < 2; round++) {
				await collector.collect(Number.POSITIVE_INFINITY);
			}
			for (let sample = 0; sample < samples; sample++) {
				const base = host.realTime();
				const {at} = await collector.collect(Number.POSITIVE_INFINITY);
				saving.saveSample(at);
				if (sample + 1 < samples) {
					await host.sleep(Math.max(0, base + interval - host.realTime()));
				}
			}
		} catch (error) {
			throw error instanceof HostError ? new Failure(`cannot write the capture: ${error.message}`) : error;
		}
		terminal.stdout.write(`${samples} samples in ${folder}; look at them with: nbtop --capture ${folder}\n`);
		return 0;
	},
};
