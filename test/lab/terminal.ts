import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import headless from '@xterm/headless';

/** What a user sees and does: a program in a terminal of a given size, drawn by a real terminal emulator. */
export interface Screen {
	/** The rows as they stand now, blanks at their ends cut off. */
	rows(): string[];
	/** All rows as one text. */
	text(): string;
	type(text: string): void;
	press(key: Key): void;
	resize(columns: number, rows: number): void;
	/** Waits until the text fits, and gives it; the error shows the screen. `milliseconds` is 60 s by default. */
	waitFor(what: string | RegExp | ((text: string) => boolean), milliseconds?: number): Promise<string>;
	/** What a program must leave behind as it found it. */
	modes(): {alternate: boolean; cursor: boolean; mouse: string; focus: boolean};
	/** All that the program has written so far, as it came. */
	written(): string;
	/** Kills the program in the terminal with SIGKILL: for ssh, a connection that is cut. */
	cut(): void;
	/** Closes the terminal and waits until its program has ended. */
	close(): Promise<void>;
	/** True once the program has ended. */
	ended(): boolean;
}

const keys = {
	Enter: '\r',
	Tab: '\t',
	Escape: '\u001B',
	Space: ' ',
	Backspace: '\u007F',
	Up: '\u001B[A',
	Down: '\u001B[B',
	Right: '\u001B[C',
	Left: '\u001B[D',
	PageUp: '\u001B[5~',
	PageDown: '\u001B[6~',
	'Shift+Tab': '\u001B[Z',
	'Ctrl+C': '\u0003',
	'Ctrl+Z': '\u001A',
} as const;

export type Key = keyof typeof keys;

/** Starts a program in a terminal of that size. */
export function openScreen(program: readonly string[], columns: number, rows: number): Screen {
	const {terminal, cursor} = createEmulator(columns, rows);
	const bridge = spawn(join(import.meta.dirname, 'bridge.py'), [String(columns), String(rows), ...program], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	let written = '';
	bridge.stdout.on('data', (data: Buffer) => {
		written += data.toString('latin1');
		terminal.write(data);
	});
	bridge.stdin.on('error', () => {}); // it has ended: ended() says so
	const tell = (line: string): void => void bridge.stdin.write(`${line}\n`);
	const type = (text: string): void => tell(`type ${Buffer.from(text).toString('base64')}`);
	terminal.onData(type); // the emulator's answers to a program's questions
	const readRows = (): string[] => drawnRows(terminal);
	const text = (): string => readRows().join('\n');
	return {
		rows: readRows,
		text,
		type,
		press: key => type(keys[key]),
		resize(newColumns, newRows) {
			terminal.resize(newColumns, newRows);
			tell(`size ${newColumns} ${newRows}`);
		},
		waitFor: async (what, milliseconds = 60_000) =>
			waitForText(text, what, milliseconds, () => bridge.exitCode !== null),
		modes: () => ({
			alternate: terminal.buffer.active.type === 'alternate',
			cursor: cursor(),
			mouse: terminal.modes.mouseTrackingMode,
			focus: terminal.modes.sendFocusMode,
		}),
		written: () => written,
		cut: () => tell('kill'),
		close: async () => closeBridge(bridge),
		ended: () => bridge.exitCode !== null,
	};
}

/** What `stty -a` says at the shell's prompt: line settings that a program must leave as it found them. */
export async function askTerminal(screen: Screen): Promise<string> {
	screen.type('clear; stty -a; echo "do""ne"\r');
	return (await screen.waitFor(/^done$/m)).split(/^done$/m)[0] ?? '';
}

function createEmulator(columns: number, rows: number) {
	const terminal = new headless.Terminal({cols: columns, rows, allowProposedApi: true});
	let cursor = true;
	for (const final of ['h', 'l']) {
		terminal.parser.registerCsiHandler({prefix: '?', final}, parameters => {
			if (parameters.includes(25)) {
				cursor = final === 'h';
			}
			return false; // the emulator handles it as well
		});
	}
	return {terminal, cursor: () => cursor};
}

function drawnRows(terminal: InstanceType<typeof headless.Terminal>): string[] {
	const {active} = terminal.buffer;
	return Array.from(
		{length: terminal.rows},
		(_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
	);
}

async function waitForText(
	read: () => string,
	what: string | RegExp | ((text: string) => boolean),
	milliseconds: number,
	isOver: () => boolean,
): Promise<string> {
	const fits = (text: string): boolean =>
		typeof what === 'string' ? text.includes(what) : what instanceof RegExp ? what.test(text) : what(text);
	const end = Date.now() + milliseconds;
	while (!fits(read())) {
		if (Date.now() > end || isOver()) {
			const when = isOver() ? 'and its program has ended' : `after ${milliseconds / 1000} s`;
			throw new Error(`The screen does not show ${what} ${when}:\n${read()}`);
		}
		await new Promise(resolve => setTimeout(resolve, 50));
	}
	return read();
}

async function closeBridge(bridge: ChildProcess): Promise<void> {
	if (bridge.exitCode !== null) {
		return;
	}
	bridge.stdin?.end();
	await once(bridge, 'exit');
}
