import {Box, type Key, render, Text, useApp, useInput, useStdout} from 'ink';
import {useEffect, useRef, useState, useSyncExternalStore} from 'react';
import type {State} from './session/state.ts';
import {type Controls, findBinding, type KeyContext} from './ui/keymap.ts';
import {namePresses} from './ui/presses.ts';
import {composeFooter, composeScreen} from './ui/screen.ts';
import {LiveTable} from './ui/table.tsx';
import {createTheme} from './ui/theme.ts';
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
	/** The name of the file that is being recorded to. */
	readonly recording?: string;
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
	const current = useSyncExternalStore(store.subscribe, store.getState);
	const [view, setView] = useState<View>(initialView);
	const [, setRedraws] = useState(0);
	const {columns, rows} = useTerminalSize(clear);
	const {exit, suspendTerminal} = useApp();

	const state = view.frozen ?? current;
	const theme = createTheme(options);
	const screen = composeScreen(state, view, {
		theme,
		columns,
		rows,
		interval: controls.interval(),
		...(view.frozen !== undefined && {frozen: current.samples - view.frozen.samples}),
		...(options.recording !== undefined && {recording: options.recording}),
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
			setRedraws(count => count + 1);
		},
		quit() {
			controls.quit();
			exit();
		},
	};

	useInput((input, key) => pressKeys(input, key, context));

	const footer = composeFooter(screen, context, columns, theme);
	return (
		<Box width={columns} height={rows} flexDirection="column">
			{screen.top.length > 0 && <Text>{screen.top.join('\n')}</Text>}
			<Box height={screen.layout.bodyHeight}>
				{screen.overlay && <Text>{screen.overlay.join('\n')}</Text>}
				{screen.tables.map(({region, view: table}) => (
					<Box
						key={region.id}
						position="absolute"
						marginLeft={region.x}
						marginTop={region.y - screen.layout.bodyTop}
						width={region.width}
						height={region.height}
					>
						<LiveTable {...table} />
					</Box>
				))}
			</Box>
			{footer !== undefined && <Text>{footer}</Text>}
		</Box>
	);
}

/** Each key of one input finds what the one before it has left. */
function pressKeys(input: string, key: Key, context: KeyContext): void {
	let {view} = context;
	const show = (next: View) => {
		view = next;
		context.show(next);
	};
	for (const press of namePresses(input, key)) {
		const now: KeyContext = {...context, view, scroll: scrollOf(view, context), show};
		if (view.entry !== undefined) {
			show(typeFilter(view, press));
		} else if (view.overlay !== undefined && ['esc', 'q', 'enter', '?', 'p', '!'].includes(press)) {
			show({...view, overlay: undefined});
		} else {
			const binding = findBinding(press);
			if (binding !== undefined && binding.disabled?.(now) === undefined) {
				binding.run(now, press);
			}
		}
	}
}

function scrollOf(view: View, context: KeyContext): number {
	return view === context.view ? context.scroll : (view.overlay?.scroll ?? view.panes[view.focus].scroll);
}

/** The terminal's size. What was drawn for another size is forgotten, since terminals wrap and move it as they like. */
function useTerminalSize(clear: (() => void) | undefined): {readonly columns: number; readonly rows: number} {
	const {stdout} = useStdout();
	const [size, setSize] = useState(() => sizeOf(stdout));
	const latest = useRef(clear);
	latest.current = clear;
	useEffect(() => {
		const resize = () => {
			latest.current?.();
			setSize(sizeOf(stdout));
		};
		stdout.on('resize', resize);
		return () => {
			stdout.off('resize', resize);
		};
	}, [stdout]);
	return size;
}

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
	unmount(): void;
}

/** Draws the screen on a terminal until it is left. `stdin` must be a terminal, or no key works. */
export function renderApp(props: Omit<AppProps, 'clear'>, streams: Streams = {}): RunningApp {
	const instance = render(<App {...props} clear={() => instance.clear()} />, {
		...streams,
		alternateScreen: true,
		incrementalRendering: true,
		patchConsole: false,
		maxFps: 10,
		exitOnCtrlC: true,
		// Ink takes a set CI variable for a terminal that cannot move its cursor.
		interactive: true,
	});
	return {waitUntilExit: () => instance.waitUntilExit(), unmount: () => instance.unmount()};
}
