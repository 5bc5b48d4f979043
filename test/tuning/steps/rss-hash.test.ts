import {expect, test} from 'vitest';
import {rssHash} from '../../../source/tuning/steps/rss-hash.ts';
import {makeNic, makeSituation, range, type SituationParts, showPlan} from '../../helpers/situation.ts';

const peers = [
	{publicKey: 'a', endpoint: '192.0.2.2:51820'},
	{publicKey: 'b', endpoint: '192.0.2.3:51820'},
];
const even = range(128).map(bucket => bucket % 4);

function plan(nic: Parameters<typeof makeNic>[0], parts: SituationParts = {}) {
	return rssHash.plan(
		makeSituation({peers, nics: [makeNic({queues: 4, udp4Hash: 'sd', table: even, ...nic})], ...parts}),
	);
}

test('hashes the ports of UDP where only addresses are hashed, for IPv6 where the NIC tells of it', () => {
	expect(showPlan(plan({}))).toEqual(['rx-flow-hash eth0 udp4 → sdfn']);
	expect(showPlan(plan({udp4Hash: 'sdfn', udp6Hash: 'sd'}))).toEqual(['rx-flow-hash eth0 udp6 → sdfn']);
});

test('what is hashed beside stays', () => {
	expect(showPlan(plan({udp4Hash: 'vsd'}))).toEqual(['rx-flow-hash eth0 udp4 → vsdfn']);
});

test('a NIC without RSS is told from one that is set well already', () => {
	expect(showPlan(plan({udp4Hash: ''}))).toBe('eth0 hashes nothing: no RSS in this NIC');
	expect(showPlan(plan({udp4Hash: 'sdfn'}))).toBe(
		'eth0 hashes addresses and ports of UDP already, and its table is even',
	);
});

test('an uneven table is made even where it can be given back', () => {
	const weights = range(128).map(bucket => (bucket < 96 ? 0 : 1));
	expect(plan({udp4Hash: 'sdfn', table: weights})).toMatchObject({
		wishes: [{setting: {kind: 'rss-table', device: 'eth0'}, to: 'default'}],
		notes: ['the RSS table of eth0 is uneven (weight 96 32)'],
	});
	const shuffled = range(128).map(bucket => (bucket * bucket) % 3);
	expect(showPlan(plan({udp4Hash: 'sdfn', table: shuffled}))).toMatch(
		/uneven, but was set in a way that ethtool cannot/,
	);
});

test('one queue and one peer leave nothing to choose between', () => {
	expect(showPlan(plan({queues: 1}))).toBe('eth0 receives on one queue: there is nothing to choose between');
	expect(showPlan(plan({}, {peers: peers.slice(0, 1)}))).toBe(
		'there is one peer, which is one flow whatever the NIC hashes',
	);
});

test('warns where packets are fragmented', () => {
	const protocols = {at: 1, value: {'Ip.FragCreates': 4}};
	expect(plan({}, {readings: {protocols}})).toMatchObject({notes: [expect.stringMatching(/^packets were fragmented/)]});
	expect(plan({}, {readings: {protocols: {at: 1, value: {'Ip.FragCreates': 0}}}})).not.toHaveProperty('notes');
});
