import {expect, test} from 'vitest';
import {initialState, type State} from '../../../source/session/state.ts';
import {createPath} from '../../../source/ui/panes/path.ts';
import {formatTable} from '../../../source/ui/table-text.ts';
import {createTheme} from '../../../source/ui/theme.ts';
import {cases} from '../../helpers/cases.ts';
import {healthyLoad, watchMachine} from '../../helpers/machine.ts';

function draw(state: State, width: number, ascii = false): string[] {
	const theme = createTheme({colour: false, ascii});
	const pane = createPath(state, {theme});
	return formatTable({columns: pane.columns, data: pane.lines(20, width), width, height: 6, theme});
}

function stateOf(id: string): State {
	return watchMachine(cases.find(each => each.id === id)?.has ?? healthyLoad);
}

test('the links stand from the peer to the core, each with its figures', () => {
	const [heading = '', names, figures] = draw(stateOf('softirq-pinned'), 140);
	expect(
		heading
			.replaceAll('─', ' ')
			.trim()
			.split(/\s*→\s*/),
	).toEqual([...['PATH peer', 'tunnel', 'device', 'queue', 'IRQ', 'CPU', 'softirq', 'softnet', 'NAPI', 'core']]);
	expect(names?.trim().split(/\s+/).slice(0, 6)).toEqual(['beta', 'wt0', 'eth0', 'rx-1', '38', 'CPU1']);
	expect(figures).toMatch(/1\.22Gbit\/s 1\.22Gbit\/s 137k pkt\/s 97\.0% +12\.0k\/s 93\.5% 88\.0%/);
});

test('the saturated link is marked, and stays when there is no room for others', () => {
	for (const [id, mark] of [
		['softirq-pinned', '!NET_RX'],
		['softnet-backlog', '!CPU2'],
		['relayed-peer', '!beta'],
		['nic-ring-overflow', '!eth0'],
		['wireguard-transmit-serial', '!CPU1'],
		['load-generator-bound', '!iperf3'],
	] as const) {
		for (const width of [200, 80, 40]) {
			expect(draw(stateOf(id), width)[1], `${id} at ${width}`).toContain(mark);
		}
	}
	expect(draw(watchMachine(healthyLoad), 200).join('\n')).not.toContain('!');
});

test('sending, the sender stands where receiving has NAPI', () => {
	expect(draw(stateOf('wireguard-transmit-serial'), 140)[0]).toContain('sender');
});

test('the findings follow, and a filter finds them', () => {
	const theme = createTheme({colour: false});
	const state = stateOf('softirq-pinned');
	const text = createPath(state, {theme, filter: 'PINNED'}).lines(9, 80);
	expect(text).toHaveLength(1);
	expect(createPath(state, {theme, filter: 'nothing like it'}).lines(9, 80)).toEqual([
		{spans: [{text: 'no finding holds this', tone: 'faint'}]},
	]);
});

test('ASCII has no arrows, and without a tunnel the pane says so', () => {
	expect(draw(stateOf('softirq-pinned'), 140, true).join('')).toMatch(/^[ -~]*$/);
	expect(draw(initialState, 80)[1]).toContain('no tunnel');
});
