import {runGuard} from '../tuning/guard.ts';
import {openJournal} from '../tuning/journal-file.ts';
import {type Command, numberFlag, UsageError} from './command.ts';
import {chooseGuardTools, chooseStateFolder, stateOption} from './tuning.ts';

export const guard: Command = {
	name: 'guard',
	arguments: 'ID',
	summary: 'put a transaction back unless it is confirmed in time; nbtop starts this itself',
	hidden: true,
	options: [
		{name: 'slot', type: 'number', value: 'N', help: 'the unit of systemd (0), or which one of a pair (1, 2)'},
		stateOption,
	],
	async run({host, input, flags}) {
		const [id] = input;
		if (id === undefined) {
			throw new UsageError('guard needs the name of a transaction');
		}
		const stop = new AbortController();
		for (const signal of ['SIGTERM', 'SIGINT'] as const) {
			process.on(signal, () => stop.abort());
		}
		// The terminal that goes is the very case that it is for.
		process.on('SIGHUP', () => undefined);
		const journal = openJournal(host, chooseStateFolder(flags));
		const duty = {id, slot: numberFlag(flags, 'slot') ?? 0, stop: stop.signal};
		await runGuard(duty, chooseGuardTools(host, journal));
		return 0;
	},
};
