import type {Measurer} from '../bench/measurer.ts';
import type {State} from '../session/state.ts';
import type {Tuner} from '../tuning/tuner.ts';
import {beginningMeasurement, measuringKeys} from './measuring-keys.ts';
import type {Pane} from './pane.ts';
import {findPlayer, isLookingBack, type RecordingControls, sessionKeys, type TimeControls} from './session-keys.ts';
import {choosingSteps, lookingAtSteps, tuningKeys, unlessWriting} from './tuning-keys.ts';
import {changePane, clampScroll, cycleSort, moveFocus, type OverlayId, type View} from './view.ts';

/** What the keys may do to the program around the screen. */
export interface Controls {
	/** Seconds between two readings. */
	interval(): number;
	setInterval(seconds: number): void;
	quit(): void;
	/** Stops the process until it is continued; the terminal is the shell's meanwhile. */
	suspend(): void | Promise<void>;
	readonly recording?: RecordingControls;
	readonly time?: TimeControls;
	/** Absent where nothing can be changed: a replay, a capture. */
	readonly tuning?: Tuner;
	/** Absent in a replay and a capture. */
	readonly measuring?: Measurer;
}

/** What a key finds when it is pressed. */
export interface KeyContext {
	readonly view: View;
	/** The state that is being shown. */
	readonly state: State;
	readonly controls: Controls;
	readonly pane: Pane;
	/** Lines of the focused pane, or of the overlay: how many there are, how many are shown, and the first of them. */
	readonly total: number;
	readonly shown: number;
	readonly scroll: number;
	show(view: View): void;
	/** Hands the terminal to the shell, stops, and comes back. */
	suspend(): void;
	redraw(): void;
	quit(): void;
}

export interface KeyBinding {
	/** As it is written for people; `keys` are the presses (`pressName`). */
	readonly key: string;
	readonly keys: readonly string[];
	/** One or two words for the footer; absent: only in the help. */
	readonly label?: string;
	readonly group: 'look' | 'move' | 'measure' | 'tune' | 'remember' | 'leave';
	readonly help: string;
	/** The overlays in whose footer it stands too. */
	readonly overlays?: readonly OverlayId[];
	/** Why the key does nothing now. */
	disabled?(context: KeyContext): string | undefined;
	/** `press` tells the keys of one entry apart. */
	run(context: KeyContext, press: string): void;
}

/** Seconds between two readings that `+` and `-` step through. */
export const intervals = [0.2, 0.5, 1, 2, 5, 10, 30, 60] as const;

/** Every key of the program. The footer, the help and the README's list are made of this table. */
export const keymap: readonly KeyBinding[] = [
	{
		key: 'Tab',
		keys: ['tab'],
		label: 'pane',
		group: 'look',
		help: 'focus the next pane; a pane that had no room comes into view',
		run: ({view, show}) => show(moveFocus(view, 1)),
	},
	{
		key: 'Shift-Tab',
		keys: ['shift-tab'],
		group: 'look',
		help: 'focus the pane before',
		run: ({view, show}) => show(moveFocus(view, -1)),
	},
	{
		key: 'z',
		keys: ['z'],
		label: 'zoom',
		group: 'look',
		help: 'the focused pane over the whole screen, with nothing folded away; again: back',
		run: ({view, show}) => show({...view, zoomed: !view.zoomed}),
	},
	lookingAtSteps({
		key: 'Enter',
		keys: ['enter'],
		label: 'why',
		group: 'look',
		help: 'what was found: its evidence, what would refute it, and the steps that answer it; on a step: look at it',
		run: ({view, show}) => show({...view, overlay: {id: 'findings', scroll: 0}}),
	}),
	...tuningKeys.map(beginningMeasurement),
	{
		key: 'Space',
		keys: [' '],
		label: 'freeze',
		group: 'look',
		help: 'hold the picture still while reading and recording go on; again: live; in a recording: play or pause',
		run(context) {
			const {view, state, show} = context;
			const player = findPlayer(context);
			if (player === undefined) {
				show({...view, frozen: view.frozen === undefined ? state : undefined});
			} else if (player.position().playing) {
				player.pause();
			} else {
				player.play();
			}
		},
	},
	{
		key: '/',
		keys: ['/'],
		label: 'filter',
		group: 'look',
		help: 'show only rows that hold a text; Enter keeps it, Esc drops it',
		run: ({view, show}) => show({...view, entry: view.panes[view.focus].filter}),
	},
	{
		key: 's',
		keys: ['s'],
		label: 'sort',
		group: 'look',
		help: 'sort the focused pane by the next of its columns, at last by none again',
		disabled: ({pane}) => (pane.sorts.length === 0 ? 'this pane has one order' : undefined),
		run: ({view, pane, show}) => show(cycleSort(view, pane.sorts)),
	},
	{
		key: 'p',
		keys: ['p', '!'],
		label: 'problems',
		group: 'look',
		help: 'which sources fail or are missing, and why (`!` does the same)',
		run: ({view, show}) => show({...view, overlay: {id: 'problems', scroll: 0}}),
	},
	{
		key: '?',
		keys: ['?', 'h'],
		label: 'help',
		group: 'look',
		help: 'this list',
		run: ({view, show}) => show({...view, overlay: {id: 'help', scroll: 0}}),
	},
	choosingSteps(
		scrolling('↑ ↓', 'one line up or down; among the steps: the one before or after', {
			up: ({scroll}) => scroll - 1,
			k: ({scroll}) => scroll - 1,
			down: ({scroll}) => scroll + 1,
			j: ({scroll}) => scroll + 1,
		}),
	),
	scrolling('PgUp PgDn', 'one page up or down', {
		pageup: context => context.scroll - page(context),
		pagedown: context => context.scroll + page(context),
	}),
	returningLive(
		scrolling('Home End', 'the first or the last line; `End` also ends a look back', {
			home: () => 0,
			g: () => 0,
			end: ({total}) => total,
			G: ({total}) => total,
		}),
	),
	{
		key: '+ -',
		keys: ['+', '=', '-', '_'],
		label: 'interval',
		group: 'measure',
		help: `a longer or a shorter interval between two readings, ${intervals[0]} to ${intervals.at(-1)} s`,
		disabled: context => (findPlayer(context) ? 'the interval is what it was' : undefined),
		run({controls, view, show}, press) {
			const now = controls.interval();
			const next =
				press === '+' || press === '=' ? intervals.find(each => each > now) : intervals.findLast(each => each < now);
			controls.setInterval(next ?? now);
			show({...view});
		},
	},
	...measuringKeys,
	...sessionKeys,
	{
		key: 'Ctrl-L',
		keys: ['ctrl-l'],
		group: 'leave',
		help: 'draw the screen anew, after something else wrote on it',
		run: ({redraw}) => redraw(),
	},
	{
		key: 'Ctrl-Z',
		keys: ['ctrl-z'],
		group: 'leave',
		help: 'back to the shell for a while; `fg` returns',
		disabled: unlessWriting,
		run: ({suspend}) => suspend(),
	},
	{
		key: 'q',
		keys: ['q', 'Q', 'ctrl-c'],
		label: 'quit',
		group: 'leave',
		help: 'leave (Ctrl-C does the same); nothing on the machine changes by that',
		run: ({quit}) => quit(),
	},
];

/** The binding of a press, or nothing. */
export function findBinding(press: string, bindings: readonly KeyBinding[] = keymap): KeyBinding | undefined {
	return bindings.find(binding => binding.keys.includes(press));
}

/** The README's list of keys: a Markdown table made of the key table. */
export function formatKeysMarkdown(bindings: readonly KeyBinding[] = keymap): string {
	const rows = bindings.map(
		({key, help}) =>
			`| ${key
				.split(' ')
				.map(each => `\`${each}\``)
				.join(' ')} | ${help} |`,
	);
	return ['| key | what it does |', '|---|---|', ...rows].join('\n');
}

/** Keys that lead to another first line. */
function scrolling(
	key: string,
	help: string,
	targets: Readonly<Record<string, (context: KeyContext) => number>>,
): KeyBinding {
	return {
		key,
		keys: Object.keys(targets),
		group: 'move',
		help,
		disabled: ({total, shown}) => (total <= shown ? 'all lines are shown' : undefined),
		run(context, press) {
			const {view, show, total, shown} = context;
			const scroll = clampScroll(targets[press]?.(context) ?? 0, total, shown);
			show(view.overlay ? {...view, overlay: {...view.overlay, scroll}} : changePane(view, {scroll}));
		},
	};
}

/** While one looks back, `End` leads back to what is now. */
function returningLive(binding: KeyBinding): KeyBinding {
	return {
		...binding,
		disabled: context => (isLookingBack(context) ? undefined : binding.disabled?.(context)),
		run(context, press) {
			if (press === 'end' && isLookingBack(context)) {
				context.controls.time?.returnToLive?.();
			} else {
				binding.run(context, press);
			}
		},
	};
}

/** One line stays in sight, so that nobody loses the place. */
function page({shown}: KeyContext): number {
	return Math.max(1, shown - 1);
}
