import {expect, test} from 'vitest';
import {namePresses} from '../../source/ui/presses.ts';
import {typeFilter} from '../../source/ui/typing.ts';
import {initialView, type View} from '../../source/ui/view.ts';

type Key = Parameters<typeof namePresses>[1];

const noKey = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
} satisfies Key;

test('input becomes the names of keys', () => {
	expect(namePresses('', {...noKey, tab: true})).toEqual(['tab']);
	expect(namePresses('', {...noKey, tab: true, shift: true})).toEqual(['shift-tab']);
	expect(namePresses('', {...noKey, pageDown: true})).toEqual(['pagedown']);
	expect(namePresses('z', {...noKey, ctrl: true})).toEqual(['ctrl-z']);
	expect(namePresses('G', {...noKey, shift: true})).toEqual(['G']);
});

test('keys that arrive together are keys one after the other', () => {
	expect(namePresses('jj/', noKey)).toEqual(['j', 'j', '/']);
	expect(namePresses('\t\t/wg\r\u001A', noKey)).toEqual(['tab', 'tab', '/', 'w', 'g', 'enter', 'ctrl-z']);
});

test('Alt and a letter is not the letter', () => {
	expect(namePresses('q', {...noKey, meta: true})).toEqual([]);
});

function type(presses: readonly string[]): View {
	return presses.reduce<View>(typeFilter, {...initialView, entry: '', focus: 'tunnel'});
}

test('Enter keeps the filter for the focused pane alone', () => {
	const view = type(['w', 'g', 'enter']);
	expect(view.entry).toBeUndefined();
	expect([view.panes.tunnel.filter, view.panes.cores.filter]).toEqual(['wg', '']);
});

test('Esc drops it, Backspace takes one character, Ctrl-U all', () => {
	expect(type(['w', 'esc']).panes.tunnel.filter).toBe('');
	expect(type(['w', 'ü', 'backspace']).entry).toBe('w');
	expect(type(['w', 'g', 'ctrl-u', 'x']).entry).toBe('x');
});

test('only characters are typed, and not without end', () => {
	expect(type(['tab', 'up', '\u0007', 'a']).entry).toBe('a');
	expect(type(Array.from({length: 100}, () => 'x')).entry).toHaveLength(40);
});
