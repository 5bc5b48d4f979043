import {expect, test} from 'vitest';
import type {ThreadRate} from '../../../source/model/rates.ts';
import {threadedNapi} from '../../../source/tuning/steps/threaded-napi.ts';
import {makeLink} from '../../helpers/readings.ts';
import {makeSituation, type SituationParts, showPlan} from '../../helpers/situation.ts';

function plan(parts: SituationParts) {
	return showPlan(threadedNapi.plan(makeSituation(parts)));
}

test('turns it on for a tunnel of the kernel that has peers', () => {
	expect(plan({})).toEqual(['threaded-napi wt0 → 1']);
});

test('says why not', () => {
	expect(plan({tunnel: {threaded: true}})).toBe('wt0 receives with threads already');
	expect(plan({peers: []})).toBe('wt0 has no peer, and so no NAPI to give a thread');
	expect(plan({tunnel: {kind: 'tun'}})).toBe('wt0 is a tunnel in userspace: it has no NAPI of WireGuard');
	const old = makeLink('wt0', {kind: 'wireguard'});
	expect(plan({tunnel: undefined, links: [old]})).toBe('wt0 has no threaded NAPI (it needs Linux 5.12)');
	expect(plan({tunnel: undefined})).toBe('there is no WireGuard tunnel');
});

test('threads that work are an effect, idle ones tell nothing', () => {
	const measure = (...threads: ThreadRate[]) => makeSituation({rates: {threads}});
	const thread = {pid: 9, name: 'napi/wt0-8193', cpu: 1, usr: 0, sys: 12};
	const before = measure();
	expect(threadedNapi.effect.seen(before, measure(thread))).toBe(true);
	expect(threadedNapi.effect.seen(before, measure({...thread, sys: 0}))).toBeUndefined();
	expect(threadedNapi.effect.seen(before, measure({...thread, name: 'napi/eth0-1'}))).toBe(false);
});
