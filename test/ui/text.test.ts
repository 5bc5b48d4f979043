import {expect, test} from 'vitest';
import {initialState} from '../../source/session/state.ts';
import {formatTables} from '../../source/ui/text.ts';
import {changeState, makeDrop, makeState} from '../helpers/state.ts';

test('the text has every pane, without colours and without blanks at line ends', () => {
	const text = formatTables(
		makeState({drops: [makeDrop({layer: 'tcp', counter: 'Tcp.RetransSegs', delta: 1, total: 9})]}),
	);
	const lines = text.split('\n');
	expect(text).not.toContain('\u001B');
	expect(lines.filter(line => line !== line.trimEnd())).toEqual([]);
	expect(lines.every(line => line.length <= 120)).toBe(true);
	const headings = lines.filter(line => line.startsWith('─')).map(line => /[A-Z]+/.exec(line)?.[0]);
	expect(headings).toEqual(['CPU', 'PATH', 'IRQ', 'DROPS', 'PEER', 'STEP']);
});

test('nothing is cut off below: every CPU up to 16, every peer with traffic, every setting', () => {
	const lines = formatTables(makeState({cpus: 16, peers: 3})).split('\n');
	expect(lines.filter(line => /^[ !] +\d+ .*[⠀-⣿]$/u.test(line)).length).toBeGreaterThanOrEqual(16);
	expect(lines.filter(line => line.startsWith(' peer-'))).toHaveLength(3);
	expect(lines.some(line => line.startsWith(' qdisc'))).toBe(true);
});

test('in ASCII it is ASCII', () => {
	expect(formatTables(makeState(), {ascii: true})).toMatch(/^[\n -~]*$/);
});

test('what is missing is said with its reason, since nobody can press a key to ask', () => {
	const state = makeState();
	const problems = [{source: 'wireguard', message: 'wg: Operation not permitted'}];
	const troubled = changeState(state, state.snapshot ? {snapshot: {...state.snapshot, problems}} : {});
	expect(formatTables(troubled)).toMatch(/\nProblems\n wireguard: wg: Operation not permitted$/);
	expect(formatTables(state)).not.toContain('Problems');
});

test('a state without any reading gives text too', () => {
	expect(formatTables(initialState)).toContain('no CPU times yet');
});
