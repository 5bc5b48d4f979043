import {expect, test} from 'vitest';
import type {Qdisc} from '../../../source/model/counters.ts';
import {bbrFq} from '../../../source/tuning/steps/bbr-fq.ts';
import {makeNic, makeSituation, range, showPlan} from '../../helpers/situation.ts';

const defaults = {
	'net.core.default_qdisc': 'fq_codel',
	'net.ipv4.tcp_congestion_control': 'cubic',
	'net.ipv4.tcp_available_congestion_control': 'reno cubic',
};

function root(kind: string, handle = '0:', device = 'eth0'): Qdisc {
	return {device, kind, handle, root: true};
}

function mq(...kinds: readonly string[]): Qdisc[] {
	const children = kinds.map((kind, queue) => ({
		device: 'eth0',
		kind,
		handle: '0:',
		parent: `:${queue + 1}`,
		root: false,
	}));
	return [root('mq'), ...children.reverse()];
}

function plan(qdiscs: readonly Qdisc[], sysctls = {}) {
	return bbrFq.plan(makeSituation({qdiscs, sysctls: {...defaults, ...sysctls}}));
}

test('the default, the live qdiscs and the congestion control, in this order', () => {
	expect(showPlan(plan(mq('fq_codel', 'fq_codel')))).toEqual([
		'sysctl net.core.default_qdisc → fq',
		'root-qdisc eth0 → mq fq',
		'sysctl net.ipv4.tcp_congestion_control → bbr',
	]);
	expect(showPlan(plan([root('pfifo_fast')]))).toContain('root-qdisc eth0 → fq');
});

test('queues that were added later have pfifo_fast, and are not fq either', () => {
	expect(showPlan(plan(mq('fq', 'pfifo_fast', 'pfifo_fast')))).toContain('root-qdisc eth0 → mq fq');
});

test('what somebody has set up is left alone, and named', () => {
	for (const qdisc of [root('htb', '1:'), root('fq_codel', '8001:'), root('cake')]) {
		const made = plan([qdisc]);
		expect(showPlan(made)).not.toContainEqual(expect.stringMatching(/^root-qdisc/));
		expect(made).toMatchObject({
			notes: [expect.stringMatching(/somebody has chosen: it is left/), expect.anything(), expect.anything()],
		});
	}
	expect(String(showPlan(plan([root('fq', '8001:')])))).not.toContain('root-qdisc');
});

test('all of it already: nothing to do', () => {
	const done = {'net.core.default_qdisc': 'fq', 'net.ipv4.tcp_congestion_control': 'bbr'};
	expect(showPlan(plan(mq('fq', 'fq'), done))).toBe(
		'new devices get fq already; eth0 sends through fq already; TCP uses bbr already',
	);
});

test('a device without a qdisc, or whose qdisc is not known, gets none', () => {
	expect(String(showPlan(plan([root('noqueue')])))).not.toContain('root-qdisc');
	expect(String(showPlan(plan([])))).not.toContain('root-qdisc');
	expect(String(showPlan(plan([root('mq')])))).not.toContain('root-qdisc');
});

test('in a network namespace that shows no default, live qdiscs are left alone', () => {
	const situation = makeSituation({qdiscs: mq('fq_codel'), sysctls: {'net.ipv4.tcp_congestion_control': 'cubic'}});
	expect(showPlan(bbrFq.plan(situation))).toEqual(['sysctl net.ipv4.tcp_congestion_control → bbr']);
});

test('of an Azure pair the VF’s qdisc is set, and not both', () => {
	const vf = makeNic({name: 'enP1s1', driver: 'mlx5_core', link: {master: 'eth0'}});
	const pair = makeNic({driver: 'hv_netvsc', firstIrq: 80, link: {lowers: ['enP1s1'], ifindex: 3, bus: 'guid'}});
	const qdiscs = [root('fq_codel'), root('fq_codel', '0:', 'enP1s1')];
	expect(showPlan(bbrFq.plan(makeSituation({nics: [pair, vf], qdiscs, sysctls: defaults})))).toContain(
		'root-qdisc enP1s1 → fq',
	);
	expect(String(showPlan(bbrFq.plan(makeSituation({nics: [pair, vf], qdiscs, sysctls: defaults}))))).not.toContain(
		'root-qdisc eth0',
	);
});

test('packets through fq are an effect', () => {
	const measure = (...packets: number[]) =>
		makeSituation({
			qdiscs: range(packets.length).map(queue => ({...root('fq'), root: false, packets: packets[queue] ?? 0})),
		});
	expect(bbrFq.effect.seen(measure(), measure(0, 12))).toBe(true);
	expect(bbrFq.effect.seen(measure(), measure(0, 0))).toBeUndefined();
});
