import {describe, expect, test} from 'vitest';
import {derivePeerRates} from '../../source/derive/peer-rates.ts';
import type {WireGuardPeer} from '../../source/model/counters.ts';
import type {NetbirdStatus} from '../../source/model/facts.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {parseNetbirdStatus} from '../../source/parse/netbird-status.ts';
import {readFixture} from '../helpers/parser-law.ts';
import {at, makeLink} from '../helpers/readings.ts';

const wall = 1_795_350_000_000;
const direct = 'Cu2z1w0CbkKIOzCyl0aVf4Xc3P6yyHwPNdgI7g1Nfc8=';
const relayed = '4ODa8xzhcBPt+0Azo4eEwWVDbhtNapfJQ3xdsBHc7EU=';

const read = (seconds: number, peers: readonly WireGuardPeer[], netbird?: NetbirdStatus): Readings => ({
	wireguard: at(seconds, [{interface: 'wt0', peers}]),
	...(netbird && {netbird: at(1, netbird)}),
});

const peer = (receivedBytes: number, sentBytes: number, facts: Partial<WireGuardPeer> = {}): WireGuardPeer => ({
	publicKey: direct,
	receivedBytes,
	sentBytes,
	...facts,
});

describe('rates', () => {
	test('bytes are divided by the time between the two readings', () => {
		expect(derivePeerRates(read(10, [peer(100, 1000)]), read(12, [peer(300, 1010)]), wall)).toEqual([
			{interface: 'wt0', publicKey: direct, rxBytesPerSecond: 100, txBytesPerSecond: 5, rxBytes: 300, txBytes: 1010},
		]);
	});

	test('one reading lists the peers without rates', () => {
		expect(derivePeerRates({}, read(10, [peer(100, 1000)]), wall)).toEqual([
			{interface: 'wt0', publicKey: direct, rxBytes: 100, txBytes: 1000},
		]);
		expect(derivePeerRates({}, {}, wall)).toBeUndefined();
	});

	test('a peer that was added again has no rate until it is read twice', () => {
		const [again] = derivePeerRates(read(10, [peer(100, 1000)]), read(11, [peer(5, 2000)]), wall) ?? [];
		expect(again).toEqual({interface: 'wt0', publicKey: direct, rxBytes: 5, txBytes: 2000});
		const [added] = derivePeerRates(read(10, []), read(11, [peer(5, 6)]), wall) ?? [];
		expect(added?.rxBytesPerSecond).toBeUndefined();
	});

	test('the same key on two tunnels is two peers', () => {
		const both = (bytes: number): Readings => ({
			wireguard: at(bytes, [
				{interface: 'wg0', peers: [peer(bytes, 0)]},
				{interface: 'wg1', peers: [peer(10 * bytes, 0)]},
			]),
		});
		expect(derivePeerRates(both(1), both(2), wall)?.map(each => [each.interface, each.rxBytesPerSecond])).toEqual([
			['wg0', 1],
			['wg1', 10],
		]);
	});
});

describe('NetBird', () => {
	const netbird = parseNetbirdStatus(readFixture('netbird-status.json'));

	test('names the peers and tells the path of those that are connected', () => {
		const peers = [peer(1, 1, {endpoint: '10.1.0.5:51820'}), peer(1, 1, {publicKey: relayed, endpoint: '10.1.0.6:1'})];
		expect(derivePeerRates({}, read(1, peers, netbird), wall)).toMatchObject([
			{name: 'az-weu-b.netbird.cloud', address: '100.92.0.5', status: 'Connected', connection: 'p2p'},
			{name: 'onprem-d.netbird.cloud', address: '100.92.0.23', status: 'Connected', connection: 'relayed'},
		]);
	});

	test('a peer behind loopback is relayed, whatever else is said', () => {
		const [local] = derivePeerRates({}, read(1, [peer(1, 1, {endpoint: '127.0.0.1:4001'})], netbird), wall) ?? [];
		expect(local?.connection).toBe('relayed');
		const [alone] = derivePeerRates({}, read(1, [peer(1, 1, {endpoint: '127.1.0.3:4001'})]), wall) ?? [];
		expect(alone?.connection).toBe('relayed');
	});

	test('lists its peers where WireGuard may not be read, for the interface with its address', () => {
		const links = at(1, [makeLink('eth0'), makeLink('wt0', {addresses: ['100.92.0.4/16']})]);
		const listed = derivePeerRates({}, {links, netbird: at(1, netbird)}, wall);
		expect(listed?.map(each => [each.interface, each.connection])).toEqual([
			['wt0', 'p2p'],
			['wt0', 'p2p'],
			['wt0', 'relayed'],
			['wt0', undefined],
			['wt0', undefined],
		]);
		expect(derivePeerRates({}, {netbird: at(1, netbird)}, wall)).toBeUndefined();
		expect(derivePeerRates({}, {links}, wall)).toBeUndefined();
	});

	test('without it nothing is said of the path', () => {
		const [alone] = derivePeerRates({}, read(1, [peer(1, 1, {endpoint: '10.1.0.5:1'})]), wall) ?? [];
		expect(alone).not.toHaveProperty('connection');
		expect(alone).not.toHaveProperty('name');
	});
});

describe('the age of the handshake', () => {
	const age = (latestHandshake?: number, moment: number | undefined = wall) =>
		derivePeerRates({}, read(1, [peer(1, 1, latestHandshake === undefined ? {} : {latestHandshake})]), moment)?.[0]
			?.handshakeAge;

	test('counts from the wall clock, and never below 0', () => {
		expect(age(1_795_349_920)).toBe(80);
		expect(age(1_795_350_001)).toBe(0);
	});

	test('is not known without a handshake, without a clock, or after the clock was set back', () => {
		expect(age()).toBeUndefined();
		expect(age(1_795_350_500)).toBeUndefined();
		expect(derivePeerRates({}, read(1, [peer(1, 1, {latestHandshake: 5})]), undefined)?.[0]).not.toHaveProperty(
			'handshakeAge',
		);
	});
});
