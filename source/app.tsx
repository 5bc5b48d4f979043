import {render, useApp, useInput, usePaste, useStdout} from 'ink';
import {useInsertionEffect, useLayoutEffect, useRef, useState, useSyncExternalStore} from 'react';
import type {State} from './session/state.ts';
import {listBlocks, type ScreenBlock} from './ui/blocks.ts';
import {createCanvas} from './ui/canvas.ts';
import {createScreen, createText} from './ui/elements.ts';
import {type Controls, findBinding, type KeyContext} from './ui/keymap.ts';
import {namePresses} from './ui/presses.ts';
import {typePrompt} from './ui/prompts.ts';
import {composeFooter, composeScreen} from './ui/screen.ts';
import {LiveTable} from './ui/table.tsx';
import {createTheme} from './ui/theme.ts';
import {leaveOverlay, startView} from './ui/tuning-keys.ts';
import {typeFilter} from './ui/typing.ts';
import {initialView, type View} from './ui/view.ts';

/** Where the state comes from. */
export interface Store {
	getState(): State;
	/** Calls back after each change; the result ends that. */
	subscribe(listener: () => void): () => void;
}

export interface AppOptions {
	/** Only printable ASCII. */
	readonly ascii?: boolean;
	/** False: no SGR at all (`NO_COLOR`). */
	readonly colour?: boolean;
	/** True where nothing can be changed: a replay, a capture. */
	readonly readOnly?: boolean;
}

export interface AppProps {
	readonly store: Store;
	readonly controls: Controls;
	readonly options?: AppOptions;
	/** Forgets what is on the terminal, so that the next frame is drawn as a whole. */
	readonly clear?: () => void;
}

/** The screen: the state as panes, the keys as changes of the view. Always exactly as many lines as the terminal has. */
export function App({store, controls, options = {}, clear}: AppProps) {
	useSyncExternalStore(controls.tuning?.subscribe ?? never, () => controls.tuning?.status());
	useSyncExternalStore(controls.measuring?.subscribe ?? never, () => controls.measuring?.status());
	const [view, setView] = useState<View>(() => startView(initialView, controls.tuning));
	const [, setRedraws] = useState(0);
	const {columns, rows} = sizeOf(useStdout().stdout);
	const {exit, suspendTerminal} = useApp();
	const [theme] = useState(() => createTheme(options));
	const [canvas] = useState(createCanvas);
	const redraw = (): void => setRedraws(count => count + 1);

	const compose = (): Frame => {
		const current = store.getState();
		const state = view.frozen ?? current;
		const position = controls.time?.player()?.position();
		const tuning = controls.tuning?.status();
		const measuring = controls.measuring?.status();
		const screen = composeScreen(state, view, {
			theme,
			columns,
			rows,
			interval: controls.interval(),
			...(view.frozen !== undefined && {frozen: current.samples - view.frozen.samples}),
			...describeRecording(controls),
			...(position && {position}),
			...(tuning && {tuning}),
			...(measuring && {measuring}),
			...(options.readOnly !== undefined && {readOnly: options.readOnly}),
		});
		const context: KeyContext = {
			view,
			state,
			controls,
			pane: screen.pane,
			total: screen.total,
			shown: screen.shown,
			scroll: screen.scroll,
			show: setView,
			suspend() {
				void suspendTerminal(async () => controls.suspend());
			},
			redraw() {
				clear?.();
				redraw();
			},
			quit() {
				controls.quit();
				exit();
			},
		};
		return {context, blocks: listBlocks(screen, composeFooter(screen, context, columns, theme), columns)};
	};
	const frame = compose();

	// Several inputs can come before the next frame: each must find what the one before it has left.
	const latest = useRef(frame.context);
	latest.current = frame.context;
	useInput((input, key) => {
		for (const press of namePresses(input, key)) {
			latest.current = pressKey(press, latest.current);
		}
	});

	// Words that were meant for another window must not become keys: `y` applies a step.
	usePaste(text => {
		latest.current = takePaste(text, latest.current);
	});

	// At a tick the texts alone are others, in most cases. What a key has changed of the view goes through React.
	const tick = useRef(redraw);
	tick.current = () => {
		const next = latest.current.view === view ? compose() : undefined;
		if (next !== undefined && canvas.draw(next.blocks)) {
			latest.current = next.context;
		} else {
			redraw();
		}
	};
	useLayoutEffect(() => followStore(store, () => tick.current()), [store]);
	useInsertionEffect(() => canvas.settle(frame.blocks));

	return createScreen(
		columns,
		rows,
		...frame.blocks.map(({key, text, place, table}) =>
			table === undefined ? (
				createText(text, place, {key, ref: canvas.hold(key)})
			) : (
				<LiveTable key={key} {...table} place={place} text={text} hold={canvas.hold(key)} />
			),
		),
	);
}

interface Frame {
	readonly context: KeyContext;
	readonly blocks: readonly ScreenBlock[];
}

/** What changes within one turn of the event loop is drawn once. */
function followStore(store: Store, draw: () => void): () => void {
	let isDue = false;
	let isOver = false;
	const unsubscribe = store.subscribe(() => {
		if (!isDue) {
			isDue = true;
			queueMicrotask(() => {
				isDue = false;
				if (!isOver) {
					draw();
				}
			});
		}
	});
	return () => {
		isOver = true;
		unsubscribe();
	};
}

/** Does what a key says, and returns what the next key finds. */
function pressKey(press: string, context: KeyContext): KeyContext {
	let view = context.view.reply === undefined ? context.view : {...context.view, reply: undefined};
	const show = (next: View) => {
		view = next;
		context.show(next);
	};
	if (view.prompt !== undefined) {
		show(typePrompt(view, press, context.controls));
	} else if (view.entry !== undefined) {
		show(typeFilter(view, press));
	} else if (view.overlay !== undefined && closingKeys.includes(press)) {
		show(leaveOverlay(view, context.controls.tuning));
	} else {
		const binding = findBinding(press);
		const reply = binding?.disabled?.(context);
		if (reply !== undefined || context.view.reply !== undefined) {
			show({...view, reply});
		}
		if (reply === undefined) {
			binding?.run({...context, view, show}, press);
		}
	}
	const scroll = view === context.view ? context.scroll : (view.overlay?.scroll ?? view.panes[view.focus].scroll);
	return {...context, view, scroll};
}

/** A pasted text is typed where a line of text is asked for, and nothing else anywhere. */
function takePaste(text: string, context: KeyContext): KeyContext {
	const {view, show} = context;
	if (view.prompt === undefined && view.entry === undefined) {
		const next = {...view, reply: 'a pasted text is not taken for keys: nothing was done'};
		show(next);
		return {...context, view: next};
	}
	const characters = Array.from(text.replaceAll(/\s+/gu, ' '));
	return characters.reduce((typed, character) => pressKey(character, typed), context);
}

/** Names alone: the folder is where it always is. */
function describeRecording({recording}: Controls) {
	const {file, failure, saved, unsaved} = recording?.status() ?? {};
	const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
	return {
		...(file !== undefined && {recording: nameOf(file)}),
		...(failure !== undefined && {recordingFailure: failure}),
		...(unsaved !== undefined && {unsaved}),
		...(saved !== undefined && {saved: nameOf(saved)}),
	};
}

const closingKeys = ['esc', 'q', 'enter', 'n', '?', 'p', '!'];

const never = () => () => undefined;

/** A stream that is no terminal has no size: then the usual one. */
function sizeOf(stdout: NodeJS.WritableStream) {
	const {columns, rows} = stdout as Partial<NodeJS.WriteStream>;
	return {columns: columns || 80, rows: rows || 24};
}

export interface Streams {
	readonly stdout?: NodeJS.WriteStream;
	readonly stdin?: NodeJS.ReadStream;
}

export interface RunningApp {
	/** Ends when the screen has been left, and the terminal is as it was. */
	waitUntilExit(): Promise<unknown>;
	/** After the process was stopped from outside: the terminal is taken over again, and drawn as a whole. */
	resume(): void;
	unmount(): void;
}

/** Draws the screen on a terminal until it is left. `stdin` must be a terminal, or no key works. */
export function renderApp(
	props: Omit<AppProps, 'clear'>,
	{stdout = process.stdout, stdin = process.stdin}: Streams = {},
): RunningApp {
	const clear = () => {
		// Ink moves relative to a cursor that may be anywhere by now.
		stdout.write(homeAndErase);
		instance.clear();
	};
	const instance = render(<App {...props} clear={clear} />, {
		stdout,
		stdin,
		alternateScreen: true,
		incrementalRendering: true,
		patchConsole: false,
		maxFps: 10,
		exitOnCtrlC: true,
		// Ink takes a set CI variable for a terminal that cannot move its cursor.
		interactive: true,
	});
	const resize = () => {
		clear();
		instance.rerender(<App {...props} clear={clear} />);
	};
	// Before Ink's own listener, which draws at once: lines made for the old size would wrap.
	stdout.prependListener('resize', resize);
	const waitUntilExit = instance.waitUntilExit().finally(() => stdout.off('resize', resize));
	return {
		waitUntilExit: () => waitUntilExit,
		resume() {
			// Node believes that the terminal is still as it left it, and would do nothing.
			stdin.setRawMode(false).setRawMode(true);
			stdout.write(takeTerminal);
			resize();
		},
		unmount: () => instance.unmount(),
	};
}

const homeAndErase = '\u001B[H\u001B[J';
/** The alternate screen, no cursor, and pasted text in brackets, as Ink asks for at the start. */
const takeTerminal = '\u001B[?1049h\u001B[?25l\u001B[?2004h';
