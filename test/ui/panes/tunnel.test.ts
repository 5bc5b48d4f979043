import {expect, test} from 'vitest';
import type {PeerRates} from '../../../source/model/rates.ts';
import type {Tunnel} from '../../../source/model/topology.ts';
import {peerKey, type State} from '../../../source/session/state.ts';
import {drawPane, readColumn} from '../../helpers/pane-text.ts';
import {changeState, makeState} from '../../helpers/state.ts';

function changePeer(state: State, index: number, change: Partial<PeerRates>): State {
	const peers = (state.rates.peers ?? []).map((peer, at) => (at === index ? {...peer, ...change} : peer));
	return changeState(state, {rates: {...state.rates, peers}});
}

function changeTunnel(state: State, change: Partial<Tunnel>): State {
	const tunnels = state.topology.tunnels.map(tunnel => ({...tunnel, ...change}));
	return changeState(state, {topology: {...state.topology, tunnels}});
}

function names(lines: readonly string[]): string[] {
	return lines.slice(1).map(line => line.slice(1).trim().split(' ')[0] ?? '');
}

test('the tunnel says what it is, and whether its packets fit the underlay', () => {
	expect(drawPane('tunnel', makeState())[1]).toBe(
		' wt0 kernel MTU 1420+60 fits eth0 MTU 1500, 3 peers, 1 relayed, port 51820',
	);
	expect(drawPane('tunnel', changeTunnel(makeState(), {mtu: 1441}))[1]).toMatch(
		/^ wt0 kernel MTU 1441\+60 exceeds eth0 MTU 1500: packets are cut in two/,
	);
});

test('over IPv6 WireGuard adds 80 bytes', () => {
	const state = makeState({peers: 1});
	const {snapshot} = state;
	const wireguard = {at: 60, value: [{interface: 'wt0', peers: [{publicKey: 'k', endpoint: '[2001:db8::1]:51820'}]}]};
	const overV6 = changeState(
		state,
		snapshot ? {snapshot: {...snapshot, readings: {...snapshot.readings, wireguard}}} : {},
	);
	expect(drawPane('tunnel', changeTunnel(overV6, {mtu: 1421}))[1]).toContain('MTU 1421+80 exceeds eth0 MTU 1500');
});

test('a smaller MTU that the kernel has learned for a route counts', () => {
	const state = makeState();
	const {snapshot} = state;
	const routes = {at: 60, value: [{endpoint: '192.0.2.1', device: 'eth0', mtu: 1400}]};
	const learned = changeState(
		state,
		snapshot ? {snapshot: {...snapshot, readings: {...snapshot.readings, routes}}} : {},
	);
	expect(drawPane('tunnel', learned)[1]).toContain('MTU 1420+60 exceeds eth0 MTU 1400');
});

test('what is not known about an MTU is not judged', () => {
	const {mtu: _, ...unknown} = makeState().topology.tunnels[0] ?? {interface: '', kind: 'kernel', underlays: []};
	const state = makeState();
	const lines = drawPane('tunnel', changeState(state, {topology: {...state.topology, tunnels: [unknown as Tunnel]}}));
	expect(lines[1]).toMatch(/^ wt0 kernel MTU \?, 3 peers/);
});

test('each peer shows name, endpoint, path, rates in bits, age and churn', () => {
	const state = changePeer(makeState(), 0, {rxBytesPerSecond: 117_750_000, txBytesPerSecond: 125, handshakeAge: 125});
	const lines = drawPane('tunnel', state, {width: 120});
	expect(lines[2]).toMatch(/^ peer-0 +192\.0\.2\.0:51820 P2P +942M +1\.00k +2m05s +3 /);
	expect(readColumn(lines, 'via').slice(1)).toEqual(['P2P', 'rel', 'P2P']);
	expect(lines[3]).toContain(' relayed ');
});

test('peers stand by name, 2 before 10, until they are sorted', () => {
	const state = makeState({peers: 12});
	expect(names(drawPane('tunnel', state, {whole: true, height: 14}))).toEqual([
		'wt0',
		...Array.from({length: 12}, (_, at) => `peer-${at}`),
	]);
	const busy = changePeer(state, 7, {rxBytesPerSecond: 9e9});
	expect(names(drawPane('tunnel', busy, {sort: 'rate'}))[1]).toBe('peer-7');
});

test('peers without traffic fold away where there is no room, and only there', () => {
	const state = makeState({peers: 12});
	expect(names(drawPane('tunnel', state))).toEqual(['wt0', 'peer-0', 'peer-1', 'peer-2', 'and']);
	expect(drawPane('tunnel', state).at(-1)).toBe(' and 9 peers without traffic');
	expect(names(drawPane('tunnel', state, {height: 14}))).toHaveLength(13);
});

test('a peer that never shook hands says so; before the second reading nobody knows', () => {
	const state = makeState();
	const {handshakeAge: _, ...silent} = state.rates.peers?.[2] ?? {interface: 'wt0', publicKey: ''};
	const peers = [...(state.rates.peers ?? []).slice(0, 2), silent];
	expect(readColumn(drawPane('tunnel', changeState(state, {rates: {...state.rates, peers}})), 'handshake').at(-1)).toBe(
		'never',
	);
	const first = drawPane('tunnel', changeState(state, {rates: {}}), {width: 110});
	expect(readColumn(first, 'handshake').slice(1)).toEqual(['?', '?', '?']);
	expect(readColumn(first, 'rx bit/s').slice(1)).toEqual(['?', '?', '?']);
});

test('churn counts the handshakes of the last five minutes', () => {
	const state = makeState();
	const [peer] = state.rates.peers ?? [];
	const {snapshot} = state;
	const wireguard = {at: 400, value: snapshot?.readings.wireguard?.value ?? []};
	const later = changeState(state, {
		handshakes: {[peer ? peerKey(peer) : '']: [10, 99, 101, 399]},
		...(snapshot && {snapshot: {...snapshot, readings: {...snapshot.readings, wireguard}}}),
	});
	expect(readColumn(drawPane('tunnel', later, {width: 120}), 'new/5m')[1]).toBe('2');
});

test('a handshake from before this was watched counts, as its age tells', () => {
	const state = makeState();
	const [peer = {interface: 'wt0', publicKey: ''}] = state.rates.peers ?? [];
	const ages = [28, 299, 300, undefined];
	const {handshakeAge: _, ...silent} = peer;
	const peers = ages.map((age, index) => ({
		...silent,
		name: `p${index}`,
		...(age !== undefined && {handshakeAge: age}),
	}));
	const quiet = changeState(state, {handshakes: {}, rates: {...state.rates, peers}});
	expect(readColumn(drawPane('tunnel', quiet, {width: 120}), 'new/5m').slice(1)).toEqual(['1', '1', '0', '0']);
	const first = drawPane('tunnel', changeState(state, {rates: {}}), {width: 120});
	expect(readColumn(first, 'new/5m').slice(1)).toEqual(['?', '?', '?']);
});

test('names lose the domain that all share, and peers without a name show address or key', () => {
	const state = makeState({peerName: index => `host-${index}.other.example`});
	expect(names(drawPane('tunnel', state))[1]).toBe('host-0.other.example');
	const {name: _, ...nameless} = state.rates.peers?.[0] ?? {interface: 'wt0', publicKey: ''};
	const {address: __, ...keyOnly} = nameless;
	const draw = (peer: PeerRates) =>
		names(drawPane('tunnel', changeState(state, {rates: {...state.rates, peers: [peer]}})))[1];
	expect(draw(nameless)).toBe('100.64.0.0');
	expect(draw(keyOnly)).toBe('000000AA');
});

test('no tunnel is said in words', () => {
	const state = makeState();
	const none = changeState(state, {topology: {...state.topology, tunnels: []}});
	expect(drawPane('tunnel', none)[1]).toMatch(/^ no tunnel found/);
});

test('the filter finds names, addresses and how a peer is reached', () => {
	expect(names(drawPane('tunnel', makeState(), {filter: 'RELAYED'})).slice(1, 3)).toEqual(['peer-1']);
	expect(names(drawPane('tunnel', makeState(), {filter: '192.0.2.2'})).slice(1, 3)).toEqual(['peer-2']);
});
