import {expect, test} from 'vitest';
import {parseCpuMask} from '../../../source/parse/cpu-list.ts';
import {rpsRfs} from '../../../source/tuning/steps/rps-rfs.ts';
import {makeFacts, makeNic, makeSituation, range, type SituationParts, showPlan} from '../../helpers/situation.ts';

const entries = {'net.core.rps_sock_flow_entries': '0'};

function plan(parts: SituationParts) {
	return showPlan(rpsRfs.plan(makeSituation({sysctls: entries, ...parts})));
}

test('the NIC hands on to the cores without interrupts, the tunnel to all; flows are kept for the tunnel alone', () => {
	expect(plan({nics: [makeNic({effective: [2]})]})).toEqual([
		'rps-cpus eth0 0 → 0000000b',
		'sysctl net.core.rps_sock_flow_entries → 32768',
		'rps-cpus wt0 0 → 0000000f',
		'rps-flow-count wt0 0 → 32768',
	]);
});

test('a tunnel in userspace reads its socket: flows are kept on the NIC too', () => {
	const queue = {queue: 0, rpsCpus: '0', rpsFlowCount: 0};
	const lines = plan({tunnel: {kind: 'tun', rxQueues: [queue]}, readings: {}});
	expect(lines).toContain('rps-flow-count eth0 0 → 32768');
});

test('where most cores take interrupts RPS on the NIC is left off, for the others would become the next pile', () => {
	const done = {queue: 0, rpsCpus: 'f', rpsFlowCount: 32_768};
	const parts = {sysctls: {'net.core.rps_sock_flow_entries': '32768'}, tunnel: {rxQueues: [done]}};
	const pinned = (...affinity: number[][]) => plan({...parts, nics: [makeNic({queues: affinity.length, affinity})]});
	expect(pinned([0], [1], [2], [3])).toBe(
		'CPU 0-3 take the interrupts of eth0 already: RPS on it would pile their packets onto fewer cores; wt0 hands its packets to CPU 0-3 already',
	);
	expect(pinned([0], [1], [2])).toMatch(/^CPU 0-2 take the interrupts/);
	expect(pinned([0], [3])).toEqual(['rps-cpus eth0 0 → 00000006', 'rps-cpus eth0 1 → 00000006']);
});

test('a pinned interrupt counts where it was pinned, though it arrives there only with the next one', () => {
	const nic = makeNic({queues: 2, affinity: [[0], [1]], effective: [3, 3]});
	expect(plan({nics: [nic]})).toContain('rps-cpus eth0 0 → 0000000c');
});

test.each([31, 32, 33, 63, 64, 65, 128, 1151])('builds masks that a machine of %i CPUs takes', count => {
	const possible = range(count);
	const online = possible.filter(cpu => cpu % 7 !== 3);
	const facts = makeFacts({online, possible, isolated: [1], nohzFull: [2]});
	const lines = plan({facts, nics: [makeNic({effective: [0]})]});
	const [, mask = ''] = String(lines[2]).split(' → ');
	expect(parseCpuMask(mask)).toEqual(online.filter(cpu => cpu !== 1 && cpu !== 2));
	expect(mask.split(',').every(group => group.length === 8)).toBe(true);
	expect(mask.split(',')).toHaveLength(Math.ceil(count / 32));
});

test('the mask has room for the possible CPUs, and names the online ones', () => {
	const facts = makeFacts({online: range(4), possible: range(40)});
	expect(plan({facts, nics: [makeNic()]})).toContain('rps-cpus wt0 0 → 00000000,0000000f');
});

test('one CPU has no other to hand packets to', () => {
	expect(plan({facts: makeFacts({online: [0], possible: [0]})})).toMatch(/^one CPU may take network work/);
	expect(plan({facts: makeFacts({online: [0, 1], isolated: [1]})})).toMatch(/^one CPU may take network work/);
});

test('CPUs that somebody has put into a mask stay in it, and larger tables stay as large', () => {
	const queue = {queue: 0, rpsCpus: '40', rpsFlowCount: 65_536};
	const facts = makeFacts({online: range(4), possible: range(8)});
	const lines = plan({facts, tunnel: {rxQueues: [queue]}, sysctls: {'net.core.rps_sock_flow_entries': '65536'}});
	expect(lines).toEqual(['rps-cpus eth0 0 → 0000000e', 'rps-cpus wt0 0 → 0000004f']);
});

test('on an Azure pair the VF hands on, not the synthetic half above it', () => {
	const vf = makeNic({name: 'enP1s1', driver: 'mlx5_core', link: {master: 'eth0'}});
	const pair = makeNic({
		driver: 'hv_netvsc',
		firstIrq: 80,
		link: {lowers: ['enP1s1'], msiIrqs: [], ifindex: 3, device: 'vmbus', bus: 'guid'},
	});
	const lines = plan({nics: [pair, vf]});
	expect(lines).toContain('rps-cpus enP1s1 0 → 0000000e');
	expect(String(lines)).not.toContain('eth0');
});

test('every queue gets its part of the table', () => {
	const queues = range(4).map(queue => ({queue, rpsCpus: 'f', rpsFlowCount: 0}));
	expect(plan({tunnel: {rxQueues: queues}})).toContain('rps-flow-count wt0 3 → 8192');
});

test('has an effect when cores are woken for packets of others', () => {
	const measure = (processed: number, receivedRps: number) => {
		const idle = {usr: 0, nice: 0, sys: 0, iowait: 0, irq: 0, soft: 0, steal: 0, guest: 0, gnice: 0, idle: 100};
		const softnet = {processed, dropped: 0, timeSqueeze: 0, receivedRps, flowLimit: 0, droppedDelta: 0};
		return makeSituation({rates: {cpus: [{cpu: 0, busy: 0, ...idle, softnet}]}});
	};
	expect(rpsRfs.effect.seen(measure(9000, 0), measure(9000, 40))).toBe(true);
	expect(rpsRfs.effect.seen(measure(9000, 0), measure(9000, 0))).toBe(false);
	expect(rpsRfs.effect.seen(measure(9000, 0), measure(3, 0))).toBeUndefined();
});
