import {type Host, HostError} from '../host.ts';
import {armGuard, type GuardTools} from '../tuning/guard.ts';
import {defaultStateFolder, type Journal, openJournal} from '../tuning/journal-file.ts';
import type {GuardWishes} from '../tuning/preview.ts';
import {steps} from '../tuning/steps.ts';
import type {TuningTools} from '../tuning/tune.ts';
import {
	type CommandContext,
	Failure,
	type Flags,
	numberFlag,
	type Option,
	refuseWords,
	textFlag,
	UsageError,
} from './command.ts';
import {suggest} from './help.ts';

/** What the commands that tune have in common: where the journal is, and what they act with. */

export const stateOption: Option = {
	name: 'state-dir',
	type: 'string',
	value: 'DIR',
	help: `where the journal is kept; default ${defaultStateFolder}`,
};

export const jsonOption: Option = {name: 'json', type: 'boolean', help: 'print one JSON object (docs/json.md)'};

export const guardOptions: readonly Option[] = [
	{
		name: 'guard',
		type: 'boolean',
		help: 'put it back unless it is confirmed; always so where it may cut the connection',
	},
	{
		name: 'confirm-within',
		type: 'number',
		value: 'SECONDS',
		help: 'the time to confirm in; default 60, or 120 where devices come up anew',
		check: value => (value >= 5 && value <= 3600 ? undefined : 'takes 5 to 3600 seconds'),
	},
];

export function guardWishes(flags: Flags): GuardWishes {
	const within = numberFlag(flags, 'confirm-within');
	return {guard: flags.guard === true, ...(within !== undefined && {within})};
}

/** Exit status: something could not be put back. */
export const notAllPutBack = 4;

export function chooseStateFolder(flags: Flags): string {
	const folder = textFlag(flags, 'state-dir') ?? defaultStateFolder;
	if (!folder.startsWith('/')) {
		throw new UsageError('--state-dir takes a path from the root: the guard runs elsewhere');
	}
	return folder.replace(/\/+$/, '');
}

/** Throws a `Failure` that says what is missing. */
export function openTuning({host, flags, version}: CommandContext): TuningTools {
	const journal = tryOpening(host, chooseStateFolder(flags));
	return {host, journal, version, arm: id => armGuard(id, chooseGuardTools(host, journal))};
}

function tryOpening(host: Host, folder: string): Journal {
	try {
		return openJournal(host, folder);
	} catch (error) {
		if (error instanceof HostError) {
			const advice = ['EACCES', 'EPERM'].includes(error.code) ? ' (tuning needs root: try sudo)' : '';
			throw new Failure(`without a journal nothing is changed: ${error.message}${advice}`);
		}
		throw error;
	}
}

/**
The words that start nbtop again, with nothing in them that may vanish meanwhile: the program is one file, and a copy of it
lies beside the journal. An executable that brings its own runtime is too big for copies: it starts itself from where it was
put.
*/
export function chooseGuardTools(host: Host, journal: Journal): GuardTools {
	if (process.env.NBTOP_BINARY === 'yes') {
		return {host, journal, program: [process.execPath]};
	}
	if (process.env.NBTOP_VERSION === undefined) {
		const [, script = ''] = process.argv;
		return {host, journal, program: [process.execPath, ...process.execArgv, script]};
	}
	const self = import.meta.filename;
	const copy = `${journal.folder}/guard.cjs`;
	if (self !== copy) {
		host.saveDurably(copy, host.readBytes(self), 0o600);
	}
	return {host, journal, program: [process.execPath, copy]};
}

/** Throws a `UsageError` for a step that is not there, or for more words than one. */
export function checkStep(input: readonly string[]): string | undefined {
	const [id, ...more] = input;
	refuseWords(more);
	const names = steps.map(step => step.id);
	if (id !== undefined && !names.includes(id)) {
		throw new UsageError(`there is no step '${id}'${suggest(id, names)} (nbtop tune lists them)`);
	}
	return id;
}

/** One JSON object on one line, with its schema. */
export function formatJson({version}: CommandContext, name: string, fields: object): string {
	return `${JSON.stringify({schema: `nbtop.${name}/1`, version, ...fields})}\n`;
}

/**
Those that end or stop a program. Not SIGTTOU and SIGTTIN: they come of writing to the terminal or reading from it in the
background, which nothing does meanwhile, and who catches them tries again for ever.
*/
const held = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const;

/**
What is under way is brought to its end: a signal in the middle would leave half of it, or (Ctrl-Z) leave it half done for as long
as nobody remembers it.
*/
export async function holdSignals<T>(act: () => Promise<T>): Promise<T> {
	const ignore = (): void => undefined;
	for (const signal of held) {
		process.on(signal, ignore);
	}
	try {
		return await act();
	} finally {
		for (const signal of held) {
			process.off(signal, ignore);
		}
	}
}
