import {expect, test} from 'vitest';
import {dropKey, type State} from '../../../source/session/state.ts';
import {drawPane} from '../../helpers/pane-text.ts';
import {changeState, makeDrop, makeState} from '../../helpers/state.ts';

const retransmits = makeDrop({layer: 'tcp', counter: 'Tcp.RetransSegs', delta: 3, perSecond: 1.5, total: 4400});
const softnet = makeDrop({
	layer: 'softnet',
	device: 'cpu1',
	counter: 'dropped',
	delta: 2640,
	perSecond: 1320,
	total: 99_000,
});
const copy = makeDrop({
	layer: 'interface',
	device: 'eth0',
	counter: 'rx_dropped',
	delta: 2640,
	perSecond: 1320,
	headline: false,
});
const quietNic = makeDrop({layer: 'nic', device: 'eth0', counter: 'rx_missed_errors'});
const healed = makeDrop({layer: 'udp', counter: 'Udp.InErrors', total: 500});

function makeLossy(): State {
	const state = makeState({drops: [retransmits, healed, copy, softnet, quietNic]});
	return changeState(state, {
		dropBases: {[dropKey(softnet)]: 12_000, [dropKey(retransmits)]: 4397, [dropKey(healed)]: 20},
	});
}

test('layers stand in the packet’s order, with the counter’s own name, now, per second and since start', () => {
	expect(drawPane('drops', makeLossy(), {width: 88})).toEqual([
		'─DROPS─────device─counter─────────────────────────────────────────now─drop/s─since start',
		'!softnet   cpu1   dropped                                        2640   1320       87.0k',
		' interface eth0   rx_dropped (info)                              2640   1320           0',
		' udp              Udp.InErrors                                      0      0         480',
		'!tcp              Tcp.RetransSegs                                   3    1.5           3',
		' quiet: nic; unknown: cloud qdisc fragments conntrack',
	]);
});

test('a layer that nobody counts is not called quiet', () => {
	const lines = drawPane('drops', makeState({drops: [quietNic]}));
	expect(lines[1]).toBe(' quiet: nic; unknown: cloud softnet interface qdisc fragments udp tcp conntrack');
	expect(lines[1]?.length).toBeLessThanOrEqual(80);
});

test('without room the losses stay and the quiet layers go', () => {
	expect(
		drawPane('drops', makeLossy(), {height: 3})
			.slice(1)
			.map(line => line.slice(1, 8)),
	).toEqual(['softnet', 'interfa']);
});

test('zoomed, each counter has its row', () => {
	expect(drawPane('drops', makeLossy(), {whole: true, height: 7}).map(line => line.slice(1, 10).trim())).toEqual([
		'DROPS────',
		'nic',
		'softnet',
		'interface',
		'udp',
		'tcp',
		'',
	]);
});

test('it can be sorted by what was lost since the start', () => {
	const [, first = ''] = drawPane('drops', makeLossy(), {sort: 'since start'});
	expect(first).toContain('softnet');
	const [, fastest = ''] = drawPane('drops', makeLossy(), {sort: 'per second', filter: 'rans'});
	expect(fastest).toContain('Tcp.RetransSegs');
});

test('before the second reading nothing is called quiet', () => {
	const state = makeState();
	expect(drawPane('drops', changeState(state, {rates: {}}))[1]).toBe(' drops are counted from the second reading on');
});
