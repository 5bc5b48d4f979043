import {describe, expect, test} from 'vitest';
import type {NetbirdStatus} from '../../../source/model/facts.ts';
import type {PathProbe} from '../../../source/model/tuning.ts';
import {mtu} from '../../../source/tuning/steps/mtu.ts';
import {makeFacts, makeSituation, type SituationParts, showPlan} from '../../helpers/situation.ts';

function probe(pathMtu?: number, unfragmentedMtu = pathMtu, more: Partial<PathProbe> = {}): PathProbe {
	return {
		...{interface: 'wt0', publicKey: 'peer', endpoint: '192.0.2.2:51820'},
		...(pathMtu !== undefined && {pathMtu}),
		...(unfragmentedMtu !== undefined && {unfragmentedMtu}),
		...more,
	};
}

const overIpv6 = {endpoint: '[2001:db8::2]:51820'};

function plan(probes: readonly PathProbe[] | undefined, parts: SituationParts = {}) {
	return mtu.plan(makeSituation({...(probes && {probes}), ...parts}));
}

test.each([
	[1500, {}, '1440'],
	[1500, overIpv6, '1420'],
	[1460, {}, '1400'],
	[1492, {}, '1432'],
	[3900, {}, '3840'],
	[9000, overIpv6, '8920'],
])('a path of %i bytes %j carries %s in the tunnel', (path, more, to) => {
	expect(showPlan(plan([probe(path, path, more)]))).toEqual([`mtu wt0 → ${to}`]);
});

test('the smallest path of all peers counts, in each of the two ways', () => {
	expect(showPlan(plan([probe(1500), probe(1500, 1500, overIpv6), probe(9000)]))).toEqual(['mtu wt0 → 1420']);
	// Azure: whole with DF, fragmented without.
	expect(showPlan(plan([probe(1500, 1400)]))).toEqual(['mtu wt0 → 1340']);
});

test('an MTU that is larger than the path carries is lowered, for every packet of it is cut in two', () => {
	expect(plan([probe(1400)], {tunnel: {mtu: 1420}})).toMatchObject({
		wishes: [{setting: {kind: 'mtu', device: 'wt0'}, to: '1340'}],
		notes: expect.arrayContaining(['packets above 1340 bytes are fragmented today']),
	});
});

test('fragments of the tunnel’s own, which hide what happens without DF, do not hide a path that is too small', () => {
	const noisy = {reason: 'other fragments arrive meanwhile'};
	expect(showPlan(plan([probe(1400, undefined, noisy)].map(dropWhole), {tunnel: {mtu: 1420}}))).toEqual([
		'mtu wt0 → 1340',
	]);
	expect(showPlan(plan([probe(1500, undefined, noisy)].map(dropWhole), {tunnel: {mtu: 1420}}))).toBe(
		'no path of wt0 could be measured (other fragments arrive meanwhile)',
	);
});

function dropWhole({unfragmentedMtu: _, ...rest}: PathProbe): PathProbe {
	return rest;
}

test('what the paths carry already is nothing to do', () => {
	expect(showPlan(plan([probe(1500)], {tunnel: {mtu: 1440}}))).toBe(
		'wt0 has the MTU already that its paths carry: 1440',
	);
});

test('never below what IPv6 needs, unless it is there already', () => {
	expect(showPlan(plan([probe(1300)], {tunnel: {mtu: 1420}}))).toMatch(/carry an MTU of 1240 only: below 1280/);
	expect(showPlan(plan([probe(1300)], {tunnel: {mtu: 1200}}))).toEqual(['mtu wt0 → 1240']);
});

test('where there is no tunnel nothing is said of probes', () => {
	expect(mtu.plan({...makeSituation({}), topology: {tunnels: [], underlays: [], pathDevices: [], irqs: {}}})).toEqual({
		unavailable: 'there is no WireGuard tunnel',
	});
	expect(plan(undefined)).toMatchObject({unprobed: true});
});

test('no probes, no peers and no answers are three things', () => {
	expect(showPlan(plan(undefined))).toBe('the paths to the peers have not been probed');
	expect(showPlan(plan([]))).toBe('no path of wt0 could be measured: it has no peer to ask');
	expect(showPlan(plan([probe(undefined, undefined, {reason: 'relayed: elsewhere'})]))).toBe(
		'no path of wt0 could be measured (relayed: elsewhere)',
	);
});

test('a peer that could not be measured is named', () => {
	const silent = probe(undefined, undefined, {reason: 'its endpoint does not answer'});
	expect(plan([probe(1500), silent])).toMatchObject({
		notes: expect.arrayContaining(['1 peer could not be measured and may carry less: its endpoint does not answer']),
	});
});

test('probes of another tunnel do not count', () => {
	expect(showPlan(plan([probe(1500), probe(1300, 1300, {interface: 'wg1'})]))).toEqual(['mtu wt0 → 1440']);
});

describe('where NetBird owns the interface', () => {
	const status: NetbirdStatus = {publicKey: 'own', daemonStatus: 'Connected', cliVersion: '0.77.1', peers: []};
	const owned = (netbird: Partial<NetbirdStatus> = {}): SituationParts => ({
		publicKey: 'own',
		readings: {netbird: {at: 1, value: {...status, ...netbird}}},
	});

	test('its own configuration is set', () => {
		expect(showPlan(plan([probe(1500)], owned()))).toEqual(['netbird-mtu → 1440']);
	});

	test('it takes no more than 8192', () => {
		expect(showPlan(plan([probe(9000)], owned()))).toEqual(['netbird-mtu → 8192']);
	});

	test('a version without a configured MTU, or a daemon that is not connected, is a reason', () => {
		expect(showPlan(plan([probe(1500)], owned({cliVersion: '0.55.1'})))).toMatch(/NetBird 0.55.1, which keeps no MTU/);
		expect(showPlan(plan([probe(1500)], owned({daemonStatus: 'NeedsLogin'})))).toBe(
			'NetBird is not connected now (NeedsLogin)',
		);
	});

	test('it is told by its public key, or else by its name where NetBird is installed', () => {
		expect(showPlan(plan([probe(1500)], {...owned(), publicKey: 'another'}))).toEqual(['netbird-mtu → 1440']);
		const facts = makeFacts({}, {tools: {netbird: '0.60.0'}});
		expect(showPlan(plan([probe(1500)], {facts}))).toEqual(['netbird-mtu → 1440']);
	});
});

test('traffic without fragments is an effect', () => {
	const idle = {usr: 0, nice: 0, sys: 0, iowait: 0, irq: 0, soft: 0, steal: 0, guest: 0, gnice: 0, idle: 100};
	const measure = (fragments: number, processed = 900) => {
		const softnet = {processed, dropped: 0, timeSqueeze: 0, receivedRps: 0, flowLimit: 0, droppedDelta: 0};
		const protocols = {'Ip.FragCreates': fragments};
		return makeSituation({rates: {protocols, cpus: [{cpu: 0, busy: 0, ...idle, softnet}]}});
	};
	expect(mtu.effect.seen(measure(9), measure(0))).toBe(true);
	expect(mtu.effect.seen(measure(0), measure(1))).toBe(false);
	expect(mtu.effect.seen(measure(0), measure(0, 5))).toBeUndefined();
});
