import {type Host, HostError} from '../host.ts';
import {ParseError} from '../parse/parse-error.ts';
import {SessionError} from '../session/session-file.ts';

/** One option of a command: the parser, `--help` and the documentation are made from this. */
export interface Option {
	/** As it is typed, without the dashes: `no-color`. */
	readonly name: string;
	readonly short?: string;
	readonly type: 'boolean' | 'number' | 'string';
	/** What stands for the value in the help: `SECONDS`, `DIR`. */
	readonly value?: string;
	/** True: it may stand without its value, which is then `''`. */
	readonly isOptional?: boolean;
	readonly help: string;
	/** Says what is wrong with a value, or nothing. */
	readonly check?: (value: number) => string | undefined;
}

/** One sub-command. `nbtop` alone is the command named `''`. */
export interface Command {
	readonly name: string;
	/** What stands for its arguments in the help: `[STEP]`. */
	readonly arguments?: string;
	readonly summary: string;
	/** More lines for its `--help`. */
	readonly details?: string;
	readonly options: readonly Option[];
	/** True: also shown in no list (a helper that nbtop itself starts). */
	readonly hidden?: boolean;
	/** Gives the exit status: 0 done, 1 failed, 2 wrong call, others as the command says. */
	run(context: CommandContext): Promise<number>;
}

/** Options that every command knows. */
export const commonOptions: readonly Option[] = [
	{name: 'help', short: 'h', type: 'boolean', help: 'show this help'},
	{name: 'version', type: 'boolean', help: 'show the version'},
	{name: 'debug', type: 'boolean', help: 'show where a failure comes from'},
];

export interface CommandContext {
	readonly host: Host;
	/** The words after the sub-command that are no options. */
	readonly input: readonly string[];
	readonly flags: Flags;
	readonly version: string;
	readonly terminal: Terminal;
}

/** Values by option name; an option that was not given is absent. */
export type Flags = Readonly<Record<string, boolean | number | string | undefined>>;

/** What the program was started on. */
export interface Terminal {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
	/** False for pipes and `TERM=dumb`: text instead of a screen. */
	readonly isScreen: boolean;
	readonly columns: number;
	readonly colour: boolean;
	/** False: only ASCII may be drawn. */
	readonly unicode: boolean;
}

/** A call that cannot be understood: one or two lines for the user, exit status 2. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** A failure that needs no stack trace: one or two lines for the user, exit status 1. */
export class Failure extends Error {
	override readonly name = 'Failure';
}

/** What is the user's or the machine's doing says all in its message: no place in the program explains more. */
export function isExpected(error: unknown): boolean {
	return [UsageError, Failure, HostError, ParseError, SessionError].some(kind => error instanceof kind);
}

/** Refuses words that a command has no use for. */
export function refuseWords([first]: readonly string[]): void {
	if (first !== undefined) {
		throw new UsageError(`unexpected argument '${first}'`);
	}
}

/** Tells a person who waits what for; a log or a pipe is told nothing. */
export function tellWaiting({stderr}: Pick<Terminal, 'stderr'>, text: string): void {
	if (stderr.isTTY === true) {
		stderr.write(`${text}\n`);
	}
}

export function numberFlag(flags: Flags, name: string): number | undefined {
	const value = flags[name];
	return typeof value === 'number' ? value : undefined;
}

export function textFlag(flags: Flags, name: string): string | undefined {
	const value = flags[name];
	return typeof value === 'string' ? value : undefined;
}
