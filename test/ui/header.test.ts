import fc from 'fast-check';
import {expect, test} from 'vitest';
import {initialState, type State} from '../../source/session/state.ts';
import {formatHeader, type HeaderOptions} from '../../source/ui/header.ts';
import {createTheme} from '../../source/ui/theme.ts';
import {changeState, makeState} from '../helpers/state.ts';

const theme = createTheme({colour: false});

function header(state: State, options: Partial<HeaderOptions> = {}): string {
	return formatHeader(state, {theme, width: 140, interval: 1, ...options});
}

test('the header says who, where, how often, at what cost, and when', () => {
	const clock = new Date(Date.UTC(2026, 5, 1, 12, 34, 56)).toTimeString().slice(0, 8);
	const line = header(makeState());
	expect(line).toMatch(
		/^ nbtop {2}gateway-1 {2}wt0 kernel over eth0 virtio_net {2}every 1 s {2}self 0\.8% 83\.0M {2}6\.12\.0/,
	);
	expect(line.endsWith(` ${clock}`)).toBe(true);
	expect(line).toHaveLength(140);
});

test('what matters less leaves first', () => {
	expect(header(makeState(), {width: 60})).toMatch(/^ gateway-1 {2}every 1 s +\d\d:\d\d:\d\d$/);
	expect(header(makeState(), {width: 20})).toBe(' gateway-1');
});

test('a frozen picture, a recording and a replay are said at every width', () => {
	const options = {frozen: 12, recording: 'run.jsonl'};
	for (const width of [45, 80, 200]) {
		expect(header(makeState(), {...options, width})).toContain('FROZEN +12');
		expect(header(makeState(), {...options, width})).toContain('REC run.jsonl');
	}
	expect(header(makeState(), {readOnly: true})).toContain('replay');
});

test('problems are counted where they cannot be overlooked', () => {
	const state = makeState();
	const {snapshot} = state;
	const problems = [{source: 'nics', message: 'ethtool: not found'}];
	const troubled = changeState(state, snapshot ? {snapshot: {...snapshot, problems}} : {});
	expect(header(troubled, {width: 50})).toContain('! 1 problem');
});

test('a state without any reading has a header too', () => {
	expect(header(initialState).trim()).toBe('nbtop  every 1 s');
});

test('no header is wider than the terminal', () => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 200}), fc.nat(1e6), (width, frozen) => {
			const line = header(makeState(), {width, frozen, recording: 'a-rather-long-name.jsonl', readOnly: true});
			expect(line.length).toBeLessThanOrEqual(width);
		}),
	);
});
