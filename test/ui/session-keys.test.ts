import {expect, test, vi} from 'vitest';
import type {JournalEvent} from '../../source/model/journal.ts';
import type {Player, Position} from '../../source/session/player.ts';
import {type Controls, findBinding, type KeyContext} from '../../source/ui/keymap.ts';
import {createPane} from '../../source/ui/panes.ts';
import {formatPosition} from '../../source/ui/position-line.ts';
import {typePrompt} from '../../source/ui/prompts.ts';
import {createTheme} from '../../source/ui/theme.ts';
import {initialView, type View} from '../../source/ui/view.ts';
import {makeState} from '../helpers/state.ts';

const start = new Date(2026, 10, 22, 14, 18, 25).getTime();

const position: Position = {
	sample: 724,
	samples: 3731,
	at: {monotonic: 823, wall: start + 723_000},
	start: {monotonic: 100, wall: start},
	end: {monotonic: 3830, wall: start + 3_730_000},
	playing: true,
	speed: 20,
	seeking: false,
	event: {type: 'marker', at: {monotonic: 800, wall: start + 700_000}, text: 'now \u001b[2JRPS'},
};

function createPlayerMock(playing = true): Player {
	return {
		getState: () => makeState(),
		subscribe: () => () => undefined,
		position: () => ({...position, playing}),
		play: vi.fn(),
		pause: vi.fn(),
		step: vi.fn(),
		changeSpeed: vi.fn(),
		jump: vi.fn(() => true),
		seek: vi.fn(),
		close: vi.fn(),
	};
}

/** A live screen, one that looks back, or a replay. */
function setUp(mode: 'live' | 'back' | 'replay', player = createPlayerMock()) {
	const state = makeState();
	const rewind = vi.fn();
	const returnToLive = vi.fn();
	const recording = {status: () => ({}), toggle: vi.fn(), saveRing: vi.fn(), mark: vi.fn()};
	const controls: Controls = {
		interval: () => 1,
		setInterval: vi.fn(),
		quit: vi.fn(),
		suspend: vi.fn(),
		...(mode !== 'replay' && {recording}),
		time: {player: () => (mode === 'live' ? undefined : player), ...(mode !== 'replay' && {rewind, returnToLive})},
	};
	let view: View = initialView;
	const context = (): KeyContext => ({
		view,
		state,
		controls,
		pane: createPane('cores', state, {theme: createTheme()}),
		total: 1,
		shown: 10,
		scroll: 0,
		show(next) {
			view = next;
		},
		suspend: vi.fn(),
		redraw: vi.fn(),
		quit: vi.fn(),
	});
	const press = (name: string): string | undefined => {
		if (view.prompt !== undefined) {
			view = typePrompt(view, name, controls);
			return view.reply;
		}
		const binding = findBinding(name);
		const objection = binding?.disabled?.(context());
		if (binding !== undefined && objection === undefined) {
			binding.run(context(), name);
		}
		return objection;
	};
	return {press, player, recording, rewind, returnToLive, view: () => view};
}

test('live, r records, R saves what has happened, m marks with a line of text, ← looks back', () => {
	const {press, recording, rewind, player, view} = setUp('live');
	press('r');
	expect(recording.toggle).toHaveBeenCalledOnce();
	press('R');
	expect(recording.saveRing).toHaveBeenCalledOnce();
	for (const key of ['m', 'N', 'o', 'q', 'backspace', 'w', 'enter']) {
		press(key);
	}
	expect(recording.mark).toHaveBeenCalledExactlyOnceWith('Now');
	expect(view().prompt).toBeUndefined();
	press('left');
	expect(rewind).toHaveBeenCalledOnce();
	expect(press('right')).toBeUndefined();
	expect(press('>')).toBe('this is live');
	expect(player.step).not.toHaveBeenCalled();
});

test('Esc drops a marker, and one without text is still one', () => {
	const {press, recording} = setUp('live');
	for (const key of ['m', 'x', 'esc']) {
		press(key);
	}
	expect(recording.mark).not.toHaveBeenCalled();
	press('m');
	press('enter');
	expect(recording.mark).toHaveBeenCalledExactlyOnceWith('marker');
});

test('looking back, keys go through time, End returns, and nothing is marked', () => {
	const {press, player, returnToLive, recording} = setUp('back');
	press('left');
	press('right');
	expect(vi.mocked(player.step).mock.calls).toEqual([[-1], [1]]);
	press('>');
	press('<');
	expect(vi.mocked(player.changeSpeed).mock.calls).toEqual([[1], [-1]]);
	for (const key of ['[', ']', '{', '}', '(', ')']) {
		press(key);
	}
	expect(vi.mocked(player.jump).mock.calls).toEqual([
		['marker', -1],
		['marker', 1],
		['tuning', -1],
		['tuning', 1],
		['finding', -1],
		['finding', 1],
	]);
	press(' ');
	expect(player.pause).toHaveBeenCalledOnce();
	expect(press('m')).toMatch(/markers are set live/);
	expect(press('+')).toMatch(/what it was/);
	press('end');
	expect(returnToLive).toHaveBeenCalledOnce();
	press('r');
	expect(recording.toggle).toHaveBeenCalledOnce();
});

test('a replay plays and pauses, goes to a time, and records nothing', () => {
	const {press, player} = setUp('replay', createPlayerMock(false));
	press(' ');
	expect(player.play).toHaveBeenCalledOnce();
	for (const key of ['@', ...'14:30:05', 'enter']) {
		press(key);
	}
	expect(player.seek).toHaveBeenCalledExactlyOnceWith(new Date(2026, 10, 22, 14, 30, 5, 999).getTime());
	press('@');
	press('9');
	expect(press('enter')).toBe("'9' is no time of day: 14:30 or 14:30:05");
	expect(player.seek).toHaveBeenCalledOnce();
	for (const key of ['r', 'R', 'm']) {
		expect(press(key)).toBe('there is nothing to record here');
	}
});

test('the position says how it plays, where one is, and what was there last, at every width', () => {
	const theme = createTheme({colour: false});
	const format = (parts: Partial<Position>, width = 120): string =>
		formatPosition({...position, ...parts}, width, theme).join('\n');
	expect(format({})).toMatch(
		/^ {2}PLAY x20 {2}14:30:28 {2}12:03 of 1:02:10 {2}━{8}─{32} {2}14:30:05 marker: now \?\[2JRPS/,
	);
	expect(format({playing: false})).toMatch(/^ {2}PAUSE /);
	expect(format({playing: false, sample: position.samples})).toMatch(/^ {2}END /);
	expect(format({playing: false, seeking: true})).toMatch(/^ {2}SEEK /);
	expect(format({lost: 5}, 160)).toContain(`  5 of ${position.samples + 5} samples lost  `);
	const {at} = position;
	const judged: JournalEvent = {
		...{type: 'judged', at, id: 'rps-rfs-1'},
		verdict: {kind: 'effective', counter: 'packets arrive on 3 cores'},
	};
	expect(format({event: {type: 'tuning', at, event: judged}}, 160)).toContain(
		'tuning: applied and effective: packets arrive on 3 cores',
	);
	for (let width = 1; width < 160; width++) {
		expect(format({}, width).length).toBeLessThanOrEqual(width);
	}
	expect(formatPosition(position, 120, createTheme({ascii: true, colour: false})).join()).toMatch(/^[ -~]*$/);
});

test('what somebody noted has a line to itself, with nothing in it that a terminal would obey', () => {
	const theme = createTheme({colour: false});
	const marker = {at: {monotonic: 800, wall: start + 700_000}, text: `now \u001b[2J${'RPS '.repeat(30)}`};
	for (let width = 1; width < 160; width++) {
		const [, line = '', ...more] = formatPosition({...position, marker}, width, theme);
		expect(more).toEqual([]);
		expect(line.length).toBeLessThanOrEqual(width);
	}
	const noted = {...marker, type: 'marker' as const};
	expect(formatPosition({...position, event: noted, marker: noted}, 120, theme)[0]).not.toContain('now');
	expect(formatPosition({...position, marker}, 80, theme)[1]).toMatch(/^ 14:30:05 now \?\[2JRPS RPS .*…$/);
});
