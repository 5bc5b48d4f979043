import type {State} from '../session/state.ts';
import type {Pane} from './pane.ts';
import {changePane, clampScroll, cycleSort, moveFocus, type View} from './view.ts';

/** What the keys may do to the program around the screen. */
export interface Controls {
	/** Seconds between two readings. */
	interval(): number;
	setInterval(seconds: number): void;
	quit(): void;
	/** Stops the process until it is continued; the terminal is the shell's meanwhile. */
	suspend(): void | Promise<void>;
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
	readonly group: 'look' | 'move' | 'measure' | 'leave';
	readonly help: string;
	/** Why the key does nothing now. */
	disabled?(context: KeyContext): string | undefined;
	run(context: KeyContext): void;
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
	{
		key: 'Space',
		keys: [' '],
		label: 'freeze',
		group: 'look',
		help: 'hold the picture still while reading and recording go on; again: live',
		run: ({view, state, show}) => show({...view, frozen: view.frozen === undefined ? state : undefined}),
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
	scrolling('↑ ↓', ['up', 'k'], 'one line up or down', context => context.scroll - 1),
	scrolling('', ['down', 'j'], '', context => context.scroll + 1),
	scrolling('PgUp PgDn', ['pageup'], 'one page up or down', context => context.scroll - page(context)),
	scrolling('', ['pagedown'], '', context => context.scroll + page(context)),
	scrolling('Home End', ['home', 'g'], 'the first or the last line', () => 0),
	scrolling('', ['end', 'G'], '', context => context.total),
	{
		key: '+',
		keys: ['+', '='],
		label: 'slower',
		group: 'measure',
		help: `a longer interval between two readings, up to ${intervals.at(-1)} s`,
		disabled: ({controls}) => (controls.interval() >= (intervals.at(-1) ?? 0) ? 'this is the longest' : undefined),
		run: ({controls, view, show}) => {
			controls.setInterval(intervals.find(each => each > controls.interval()) ?? controls.interval());
			show({...view});
		},
	},
	{
		key: '-',
		keys: ['-', '_'],
		label: 'faster',
		group: 'measure',
		help: `a shorter interval, down to ${intervals[0]} s`,
		disabled: ({controls}) => (controls.interval() <= intervals[0] ? 'this is the shortest' : undefined),
		run: ({controls, view, show}) => {
			controls.setInterval(intervals.findLast(each => each < controls.interval()) ?? controls.interval());
			show({...view});
		},
	},
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
	const rows = bindings
		.filter(binding => binding.key !== '')
		.map(
			({key, help}) =>
				`| ${splitKeys(key)
					.map(each => `\`${each}\``)
					.join(' ')} | ${help} |`,
		);
	return ['| key | what it does |', '|---|---|', ...rows].join('\n');
}

function splitKeys(key: string): string[] {
	return key.split(' ');
}

/** Two keys make one entry of the help: the first carries the text for both. */
function scrolling(
	key: string,
	keys: readonly string[],
	help: string,
	target: (context: KeyContext) => number,
): KeyBinding {
	return {
		key,
		keys,
		group: 'move',
		help,
		disabled: ({total, shown}) => (total <= shown ? 'all lines are shown' : undefined),
		run(context) {
			const scroll = clampScroll(target(context), context.total, context.shown);
			const {view, show} = context;
			show(view.overlay ? {...view, overlay: {...view.overlay, scroll}} : changePane(view, {scroll}));
		},
	};
}

/** One line stays in sight, so that nobody loses the place. */
function page({shown}: KeyContext): number {
	return Math.max(1, shown - 1);
}
