import {expect, test} from 'vitest';
import {channels} from '../../../source/tuning/steps/channels.ts';
import {makeFacts, makeNic, makeSituation, range, showPlan} from '../../helpers/situation.ts';

function plan(nic: Parameters<typeof makeNic>[0], facts = makeFacts()) {
	return showPlan(channels.plan(makeSituation({nics: [makeNic(nic)], facts})));
}

test('uses as many queues as the NIC has', () => {
	expect(plan({queues: 1, maximum: 4})).toEqual(['channels eth0 combined → 4']);
});

test('uses no more queues than there are CPUs that may work', () => {
	expect(plan({queues: 2, maximum: 8}, makeFacts({online: [0, 2, 5], possible: range(8)}))).toEqual([
		'channels eth0 combined → 3',
	]);
	expect(plan({maximum: 8}, makeFacts({isolated: [2], nohzFull: [3]}))).toEqual(['channels eth0 combined → 2']);
});

test('counts only the CPUs of the NIC’s own node', () => {
	const facts = makeFacts({online: range(8), nodes: Object.fromEntries(range(8).map(cpu => [cpu, cpu < 4 ? 0 : 1]))});
	expect(plan({maximum: 16, link: {numaNode: 1, localCpus: range(4, 4)}}, facts)).toEqual([
		'channels eth0 combined → 4',
	]);
	expect(plan({maximum: 16, link: {numaNode: 1}}, facts)).toEqual(['channels eth0 combined → 4']);
	expect(plan({maximum: 16, link: {numaNode: -1}}, facts)).toEqual(['channels eth0 combined → 8']);
});

test('says with figures why it wants nothing', () => {
	expect(plan({queues: 1, maximum: 1})).toBe('eth0 has one queue (maximum 1)');
	expect(plan({queues: 4, maximum: 4})).toBe('eth0 uses all of its 4 queues already');
	expect(plan({queues: 8, maximum: 16})).toBe('eth0 uses 8 queues already, for 4 CPUs near it (maximum 16)');
});

test('sets separate queues for both directions where the driver has no combined ones', () => {
	const limits = {maximum: {rx: 8, tx: 8, combined: 0}, current: {rx: 1, tx: 4}};
	expect(plan({nic: {channels: limits}})).toEqual(['channels eth0 rx → 4']);
});

test('a NIC that tells nothing is left alone', () => {
	const {nic, ...rest} = makeNic();
	const {channels: _, ...silent} = nic;
	const situation = makeSituation({nics: [{...rest, nic: silent}]});
	expect(showPlan(channels.plan(situation))).toBe('eth0 does not say how many queues it has');
});

test('of an Azure pair the VF is set, and the synthetic half never', () => {
	const vf = makeNic({name: 'enP1s1', driver: 'mlx5_core', maximum: 8, link: {master: 'eth0'}});
	const pair = makeNic({
		driver: 'hv_netvsc',
		maximum: 8,
		firstIrq: 80,
		link: {lowers: ['enP1s1'], msiIrqs: [], ifindex: 3},
	});
	expect(showPlan(channels.plan(makeSituation({nics: [pair, vf]})))).toEqual(['channels enP1s1 combined → 4']);
	const alone = makeNic({driver: 'hv_netvsc', maximum: 8, link: {msiIrqs: []}});
	expect(showPlan(channels.plan(makeSituation({nics: [alone]})))).toMatch(/^eth0 has no VF now/);
});

test('without an underlay there is nothing to set', () => {
	expect(showPlan(channels.plan(makeSituation({peers: []})))).toBe('no network interface is known to carry a tunnel');
	expect(showPlan(channels.plan(makeSituation({facts: undefined})))).toBe('the machine’s CPUs have not been read yet');
});

test('has an effect when packets arrive on more queues', () => {
	const nics = [makeNic({queues: 4})];
	const measure = (...packets: number[]) =>
		makeSituation({
			nics,
			rates: {
				queues: packets.map((packetsPerSecond, queue) => ({device: 'eth0', direction: 'rx', queue, packetsPerSecond})),
			},
		});
	expect(channels.effect.seen(measure(1000), measure(500, 500))).toBe(true);
	expect(channels.effect.seen(measure(1000), measure(1000, 0, 0, 1))).toBe(false);
	expect(channels.effect.seen(measure(1000), measure(1, 1))).toBeUndefined();
});
