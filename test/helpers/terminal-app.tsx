import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import xterm from '@xterm/headless';
import {vi} from 'vitest';
import {type AppOptions, type RunningApp, renderApp, type Store} from '../../source/app.tsx';
import type {Measurer} from '../../source/bench/measurer.ts';
import type {State} from '../../source/session/state.ts';
import type {Tuner} from '../../source/tuning/tuner.ts';
import type {Controls} from '../../source/ui/keymap.ts';
import type {RecordingControls, TimeControls} from '../../source/ui/session-keys.ts';

/** The program's screen on a terminal without a window. */
export interface TerminalApp {
	/** What stands on the terminal, one text a row, when all that was written has been drawn. */
	lines(): Promise<string[]>;
	/** Types, and gives the program time to understand. */
	type(keys: string): Promise<void>;
	resize(columns: number, rows: number): Promise<void>;
	/** Puts a new state into the store. */
	update(state: State): Promise<void>;
	/** Whether the alternate screen is in use, and how many rows run on from the one above. */
	facts(): Promise<{readonly buffer: 'normal' | 'alternate'; readonly wrapped: number}>;
	/** All that was written so far. */
	written(): string;
	readonly controls: Controls;
	readonly app: RunningApp;
}

export interface TerminalAppOptions extends AppOptions {
	readonly columns?: number;
	readonly rows?: number;
	readonly suspend?: () => Promise<void>;
	/** In place of a store that only `update` changes. */
	readonly store?: Store;
	readonly tuning?: Tuner;
	readonly measuring?: Measurer;
	readonly time?: TimeControls;
	readonly recording?: RecordingControls;
}

export function startTerminalApp(state: State, options: TerminalAppOptions = {}): TerminalApp {
	const {columns = 80, rows = 24, suspend, tuning, measuring, time, recording, store: given, ...appOptions} = options;
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true});
	let written = '';
	const stdout = Object.assign(new EventEmitter(), {
		columns,
		rows,
		isTTY: true,
		writable: true,
		write(text: string, ...rest: unknown[]) {
			written += text;
			terminal.write(text);
			const callback = rest.at(-1);
			if (typeof callback === 'function') {
				callback();
			}
			return true;
		},
	});
	const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode: vi.fn(), ref: vi.fn(), unref: vi.fn()});
	const {store: made, update} = createStore(state);
	const store = given ?? made;
	let interval = 1;
	const controls: Controls = {
		interval: () => interval,
		setInterval: vi.fn((seconds: number) => {
			interval = seconds;
		}),
		quit: vi.fn(),
		suspend: vi.fn(suspend),
		...(tuning && {tuning}),
		...(measuring && {measuring}),
		...(time && {time}),
		...(recording && {recording}),
	};
	const app = renderApp(
		{store, controls, options: appOptions},
		{stdout: stdout as unknown as NodeJS.WriteStream, stdin: stdin as unknown as NodeJS.ReadStream},
	);
	const settle = async () => {
		// Ink draws at most ten times a second.
		await new Promise(resolve => setTimeout(resolve, 130));
		await new Promise<void>(resolve => terminal.write('', resolve));
	};
	const rowAt = (y: number) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + y);
	return {
		controls,
		app,
		written: () => written,
		async lines() {
			await settle();
			return Array.from(
				{length: terminal.rows},
				(_, y) => rowAt(y)?.translateToString(true, 0, terminal.cols).trimEnd() ?? '',
			);
		},
		async type(keys) {
			stdin.write(keys);
			// Ink waits 20 ms for the rest of an escape sequence.
			await new Promise(resolve => setTimeout(resolve, 30));
		},
		async resize(width, height) {
			terminal.resize(width, height);
			Object.assign(stdout, {columns: width, rows: height});
			stdout.emit('resize');
			await settle();
		},
		async update(next) {
			update(next);
			await settle();
		},
		async facts() {
			await settle();
			const rowsOfScreen = Array.from({length: terminal.rows}, (_, y) => rowAt(y));
			return {
				buffer: terminal.buffer.active.type,
				wrapped: rowsOfScreen.filter(row => row?.isWrapped).length,
			};
		},
	};
}

function createStore(state: State): {readonly store: Store; readonly update: (state: State) => void} {
	const listeners = new Set<() => void>();
	let current = state;
	return {
		store: {
			getState: () => current,
			subscribe(listener) {
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
		},
		update(next) {
			current = next;
			for (const listener of listeners) {
				listener();
			}
		},
	};
}
