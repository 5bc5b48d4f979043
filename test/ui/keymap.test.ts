import {expect, test, vi} from 'vitest';
import {type Controls, findBinding, formatKeysMarkdown, type KeyContext, keymap} from '../../source/ui/keymap.ts';
import {createPane} from '../../source/ui/panes.ts';
import {createTheme} from '../../source/ui/theme.ts';
import {initialView, type View} from '../../source/ui/view.ts';
import {makeState} from '../helpers/state.ts';

function setUp({view = initialView, interval = 1, total = 40, shown = 10, scroll = 0} = {}) {
	const state = makeState();
	let current: View = view;
	const controls: Controls = {interval: () => interval, setInterval: vi.fn(), quit: vi.fn(), suspend: vi.fn()};
	const context: KeyContext = {
		view,
		state,
		controls,
		pane: createPane(view.focus, state, {theme: createTheme()}),
		total,
		shown,
		scroll,
		show: next => {
			current = next;
		},
		suspend: vi.fn(),
		redraw: vi.fn(),
		quit: vi.fn(),
	};
	const press = (name: string): View => {
		const binding = findBinding(name);
		if (binding !== undefined && binding.disabled?.(context) === undefined) {
			binding.run(context, name);
		}
		return current;
	};
	return {press, context, controls, state};
}

test('no press has two meanings', () => {
	const keys = keymap.flatMap(binding => binding.keys);
	expect(new Set(keys).size).toBe(keys.length);
});

test('Esc leaves nothing: arrows over a slow line can arrive as one', () => {
	expect(findBinding('esc')).toBeUndefined();
});

test('every entry has a key and a help text', () => {
	for (const {key, keys, help} of keymap) {
		expect(key.trim()).not.toBe('');
		expect(help.trim()).not.toBe('');
		expect(keys.length).toBeGreaterThan(0);
	}
});

test.each(['b', 't', 'A', 'x'])('%s loads nothing where nothing can be measured', press => {
	const {context} = setUp();
	expect(findBinding(press)?.disabled?.(context)).toMatch(/no live machine|nothing is being measured/);
});

test('Tab and Shift-Tab go round the panes', () => {
	expect(setUp().press('tab').focus).toBe('path');
	expect(setUp().press('shift-tab').focus).toBe('settings');
});

test('Space holds the state that is shown, and lets it go', () => {
	const {press, state} = setUp();
	expect(press(' ').frozen).toBe(state);
	expect(setUp({view: {...initialView, frozen: state}}).press(' ').frozen).toBeUndefined();
});

test('s steps through the sorts of the pane and back to none', () => {
	const sortOf = (view: View) => view.panes.cores.sort;
	const busy = setUp().press('s');
	const soft = setUp({view: busy}).press('s');
	const netRx = setUp({view: soft}).press('s');
	expect([busy, soft, netRx, setUp({view: netRx}).press('s')].map(sortOf)).toEqual([
		'busy',
		'%soft',
		'NET_RX',
		undefined,
	]);
});

test('scrolling stops at both ends', () => {
	const scrollOf = (press: string, scroll: number) => setUp({scroll}).press(press).panes.cores.scroll;
	expect(scrollOf('down', 0)).toBe(1);
	expect(scrollOf('down', 30)).toBe(30);
	expect(scrollOf('up', 0)).toBe(0);
	expect(scrollOf('pagedown', 0)).toBe(9);
	expect(scrollOf('pageup', 30)).toBe(21);
	expect(scrollOf('end', 0)).toBe(30);
	expect(scrollOf('home', 12)).toBe(0);
});

test('an overlay scrolls by itself', () => {
	const view: View = {...initialView, overlay: {id: 'help', scroll: 0}};
	const scrolled = setUp({view}).press('down');
	expect([scrolled.overlay?.scroll, scrolled.panes.cores.scroll]).toEqual([1, 0]);
});

test('+ and - step through sensible intervals, and stop at 60 s and 0.2 s', () => {
	const next = (interval: number, press: string) => {
		const {press: type, controls} = setUp({interval});
		type(press);
		return vi.mocked(controls.setInterval).mock.calls[0]?.[0];
	};
	expect(next(1, '+')).toBe(2);
	expect(next(1, '-')).toBe(0.5);
	expect(next(3, '+')).toBe(5);
	expect(next(3, '-')).toBe(2);
	expect(next(60, '+')).toBe(60);
	expect(next(0.2, '-')).toBe(0.2);
});

test('q and Ctrl-C quit, Ctrl-Z suspends, Ctrl-L draws anew', () => {
	const {press, context} = setUp();
	press('q');
	press('ctrl-c');
	press('ctrl-z');
	press('ctrl-l');
	expect(context.quit).toHaveBeenCalledTimes(2);
	expect(context.suspend).toHaveBeenCalledOnce();
	expect(context.redraw).toHaveBeenCalledOnce();
});

test('the list for the README has one row a binding, and each key by itself', () => {
	const lines = formatKeysMarkdown().split('\n');
	expect(lines.slice(0, 2)).toEqual(['| key | what it does |', '|---|---|']);
	expect(lines).toHaveLength(2 + keymap.length);
	expect(lines).toContain('| `z` | the focused pane over the whole screen, with nothing folded away; again: back |');
	expect(lines.some(line => line.startsWith('| `PgUp` `PgDn` |'))).toBe(true);
});
