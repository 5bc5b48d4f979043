import {expect, test} from 'vitest';
import {rings} from '../../../source/tuning/steps/rings.ts';
import {makeNic, makeSituation, showPlan} from '../../helpers/situation.ts';

function plan(...nics: Parameters<typeof makeNic>[0][]) {
	return showPlan(rings.plan(makeSituation({nics: nics.map(makeNic)})));
}

test('the receive ring grows to its maximum, and to no more than 4096', () => {
	expect(plan({ring: 256, maximumRing: 1024})).toEqual(['ring eth0 rx → 1024']);
	expect(plan({ring: 1024, maximumRing: 8192})).toEqual(['ring eth0 rx → 4096']);
});

test('a ring that is as large, or larger, stays', () => {
	expect(plan({ring: 1024, maximumRing: 1024})).toBe('the receive ring of eth0 is already 1024, its maximum');
	expect(plan({ring: 8192, maximumRing: 16_384})).toBe('the receive ring of eth0 is already 8192');
});

test('the rings of hv_netvsc are none, those of its VF are', () => {
	const pair = {driver: 'hv_netvsc', firstIrq: 80};
	expect(plan(pair)).toMatch(/^eth0 has no VF now/);
	const vf = {name: 'enP1s1', driver: 'mlx5_core', ring: 1024, maximumRing: 8192, link: {master: 'eth0'}};
	expect(plan({...pair, link: {lowers: ['enP1s1']}}, vf)).toEqual(['ring enP1s1 rx → 4096']);
});

test('fewer losses at the NIC are an effect', () => {
	const measure = (perSecond: number) => {
		const drop = {
			layer: 'nic',
			counter: 'rx_missed_errors',
			delta: perSecond,
			perSecond,
			total: 9,
			headline: true,
		} as const;
		const idle = {usr: 0, nice: 0, sys: 0, iowait: 0, irq: 0, soft: 0, steal: 0, guest: 0, gnice: 0, idle: 100};
		const softnet = {processed: 900, dropped: 0, timeSqueeze: 0, receivedRps: 0, flowLimit: 0, droppedDelta: 0};
		return makeSituation({rates: {drops: [drop], cpus: [{cpu: 0, busy: 0, ...idle, softnet}]}});
	};
	expect(rings.effect.seen(measure(100), measure(0))).toBe(true);
	expect(rings.effect.seen(measure(100), measure(90))).toBe(false);
	expect(rings.effect.seen(measure(0), measure(0))).toBeUndefined();
});
