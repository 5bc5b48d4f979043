import {type Host, HostError} from '../host.ts';
import {findSessionFolder} from '../session/folder.ts';
import {createPlayer, type Player} from '../session/player.ts';
import {describeLoss, scanSession} from '../session/scan.ts';
import type {Session} from '../session/session.ts';
import {readSession, SessionError} from '../session/session-file.ts';
import {formatTables} from '../ui/text.ts';
import {type Command, type CommandContext, Failure, refuseWords, type Terminal, UsageError} from './command.ts';
import {drawingOptions, runScreen} from './screen.ts';

export const replay: Command = {
	name: 'replay',
	arguments: 'FILE',
	summary: 'watch a recorded session on the same screen',
	details:
		'Space plays and pauses, ← and → go one sample back or forward, < and > change the speed, and ? tells the other keys.\nWithout a terminal it prints the tables of the last sample.\nFILE may be a pipe, and - is standard input; keys are then those of the terminal.',
	options: drawingOptions,
	run: replaySession,
};

async function replaySession({host, input, terminal}: CommandContext): Promise<number> {
	const file = takeFile(input);
	const session = await openSession(host, file);
	const keys = standardInput.includes(file) ? openKeys(host, terminal) : undefined;
	const player = openPlayer(host, session, terminal.isScreen || keys !== undefined ? 1 : -1);
	tellNotes(terminal, session.name, [...session.notes, ...describeLoss(scanSession(session.lines))]);
	if (keys !== undefined) {
		return showPlayer(player, {...terminal, stdin: keys, isScreen: true}).finally(() => keys.destroy());
	}
	if (terminal.isScreen) {
		return showPlayer(player, terminal);
	}
	await arrive(player);
	terminal.stdout.write(`${formatTables(player.getState(), {width: terminal.columns, ascii: !terminal.unicode})}\n`);
	return 0;
}

/** The names of standard input. */
export const standardInput: readonly string[] = ['-', '/dev/stdin'];

/** Where keys come from when the session comes through standard input; nothing where no screen can be drawn. */
function openKeys(host: Host, {stdin, stdout}: Terminal): NodeJS.ReadStream | undefined {
	const isDrawn = stdout.isTTY === true && host.environment('TERM') !== 'dumb';
	return isDrawn && stdin.isTTY !== true ? host.openTerminal() : undefined;
}

/** Tells what could not be read of a session: what is shown is not all of it. */
export function tellNotes({stderr}: Terminal, file: string, notes: readonly string[]): void {
	for (const note of notes) {
		stderr.write(`nbtop: ${file}: ${note}\n`);
	}
}

/** Plays a session on the screen from one of its samples (1 is the first). Gives the exit status. */
export async function playSession(session: Session, host: Host, terminal: Terminal, sample: number): Promise<number> {
	return showPlayer(openPlayer(host, session, sample), terminal);
}

async function showPlayer(player: Player, terminal: Terminal): Promise<number> {
	player.play();
	const status = await runScreen(terminal, {
		store: player,
		controls: {
			interval: () => player.getState().rates.seconds ?? 1,
			setInterval: () => undefined,
			time: {player: () => player},
		},
		options: {readOnly: true},
	});
	player.close();
	return status;
}

/** The one file that a command takes. */
export function takeFile(input: readonly string[]): string {
	const [file, ...more] = input;
	if (file === undefined) {
		throw new UsageError('a session is needed: FILE, or - for standard input (see nbtop record)');
	}
	refuseWords(more);
	return file;
}

/** Reads a session. Throws a `Failure` in words for the user. */
export async function openSession(host: Host, file: string): Promise<Session> {
	try {
		return await readSession(host, file);
	} catch (error) {
		if (error instanceof HostError || error instanceof SessionError) {
			throw new Failure(`cannot read the session: ${error.message}${describePlace(host, error)}`);
		}
		throw error;
	}
}

/** Where a session may be that is not where it was sought. */
function describePlace(host: Host, error: HostError | SessionError): string {
	return error instanceof HostError && error.code === 'ENOENT' ? `; nbtop records to ${findSessionFolder(host)}` : '';
}

function openPlayer(host: Host, {lines, header, name}: Session, sample: number): Player {
	try {
		return createPlayer({host, lines, sample, ...(header.options && {path: header.options})});
	} catch (error) {
		throw error instanceof RangeError ? new Failure(`${name}: ${error.message}`) : error;
	}
}

/** Ends when the player is where it was sent. */
async function arrive(player: Player): Promise<void> {
	if (player.position().seeking) {
		await new Promise<void>(resolve => {
			player.subscribe(() => {
				if (!player.position().seeking) {
					resolve();
				}
			});
		});
	}
}
