import {expect, test} from 'vitest';
import {findPeer, hostOf, isInPrefix, listPeers, type Mesh} from '../../source/bench/peers.ts';
import {deriveTopology} from '../../source/derive/topology.ts';
import type {WireGuardPeer} from '../../source/model/counters.ts';
import type {NetbirdPeer} from '../../source/model/facts.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {at, makeLink} from '../helpers/readings.ts';

const wireguardPeers: readonly WireGuardPeer[] = [
	{publicKey: 'B', endpoint: '10.77.0.2:51820', allowedIps: ['100.64.0.2/32', '192.168.7.0/24', 'fd00::2/128']},
	{publicKey: 'C', endpoint: '[2001:db8::3]:51820', allowedIps: ['fd00::3/128', '100.64.0.3/32']},
	{publicKey: 'D', allowedIps: ['192.168.7.128/25', '0.0.0.0/0']},
];
const netbirdPeers: readonly NetbirdPeer[] = [
	{publicKey: 'B', fqdn: 'beta.netbird.cloud', address: '100.64.0.2'},
	{publicKey: 'C', fqdn: 'Gamma.netbird.cloud', address: '100.64.0.3'},
];

function makeMesh(readings: Readings = {}): Mesh {
	const links = at(1, [makeLink('wt0', {kind: 'wireguard'}), makeLink('eth0')]);
	const all = {links, addresses: at(1, {wt0: ['100.64.0.1/16'], eth0: ['10.77.0.1/24']}), ...readings};
	return {readings: all, topology: deriveTopology(all)};
}

const wireguard = at(1, [{interface: 'wt0', peers: wireguardPeers}]);
const netbird = at(1, {peers: netbirdPeers});
const mesh = makeMesh({wireguard, netbird});
const beta = {
	name: 'beta.netbird.cloud',
	address: '100.64.0.2',
	interface: 'wt0',
	publicKey: 'B',
	endpoint: '10.77.0.2:51820',
};

test.each(['beta.netbird.cloud', 'BETA.netbird.cloud', 'beta', '100.64.0.2', '10.77.0.2'])(
	'%s is the peer whose name, first part, address or endpoint it is',
	query => {
		expect(findPeer(query, mesh)).toEqual(beta);
	},
);

test('an endpoint of IPv6 is found without its brackets', () => {
	expect(findPeer('2001:db8::3', mesh)?.publicKey).toBe('C');
	expect(['[2001:db8::3]:51820', '10.77.0.2:51820'].map(hostOf)).toEqual(['2001:db8::3', '10.77.0.2']);
});

test('an address behind a peer is measured as it is, by way of the longest prefix', () => {
	expect(findPeer('192.168.7.9', mesh)).toEqual({...beta, address: '192.168.7.9'});
	expect(findPeer('192.168.7.200', mesh)).toEqual({address: '192.168.7.200', interface: 'wt0', publicKey: 'D'});
});

test('a first part that two peers share names neither', () => {
	const twice = [...netbirdPeers, {publicKey: 'D', fqdn: 'beta.other.cloud', address: '100.64.0.4'}];
	expect(findPeer('beta', makeMesh({wireguard, netbird: at(1, {peers: twice})}))).toBeUndefined();
	expect(findPeer('beta.other.cloud', makeMesh({wireguard, netbird: at(1, {peers: twice})}))?.publicKey).toBe('D');
});

test.each(['delta', '', '100.64.0', 'wt0'])("'%s' is nobody", query => {
	const few = wireguardPeers.slice(0, 2);
	expect(findPeer(query, makeMesh({wireguard: at(1, [{interface: 'wt0', peers: few}]), netbird}))).toBeUndefined();
});

test('without NetBird a peer is its one whole address, of IPv4 before IPv6', () => {
	expect(listPeers(makeMesh({wireguard})).map(({address}) => address)).toEqual(['100.64.0.2', '100.64.0.3']);
});

test('without root the peers of NetBird are known, and else what the tunnel’s network holds', () => {
	expect(findPeer('beta', makeMesh({netbird}))).toEqual({
		name: 'beta.netbird.cloud',
		address: '100.64.0.2',
		interface: 'wt0',
		publicKey: 'B',
	});
	expect(findPeer('100.64.9.9', makeMesh())).toEqual({address: '100.64.9.9', interface: 'wt0'});
	expect(findPeer('10.77.0.2', makeMesh())).toBeUndefined();
});

test.each([
	['100.64.0.2', '100.64.0.0/10', true],
	['100.128.0.2', '100.64.0.0/10', false],
	['1.2.3.4', '0.0.0.0/0', true],
	['1.2.3.4', '1.2.3.4/32', true],
	['fd00::2', 'fd00::/8', true],
	['fe00::2', 'fd00::/8', false],
	['::1', '0:0:0:0:0:0:0:1/128', true],
	['1:2:3:4:5:6:7:8', '1:2::/32', true],
	['fd00::2', '0.0.0.0/0', false],
	['1.2.3', '0.0.0.0/0', false],
	['1.2.3.256', '0.0.0.0/0', false],
	['a::b::c', '::/0', false],
	['beta', '::/0', false],
])('%s lies in %s: %s', (address, prefix, expected) => {
	expect(isInPrefix(address, prefix)).toBe(expected);
});
