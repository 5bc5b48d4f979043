import {describe, expect, test} from 'vitest';
import type {IrqbalanceFacts, MachineFacts} from '../../../source/model/facts.ts';
import type {ThreadRate} from '../../../source/model/rates.ts';
import {irqAffinity} from '../../../source/tuning/steps/irq-affinity.ts';
import {makeFacts, makeNic, makeSituation, range, showPlan} from '../../helpers/situation.ts';

type Nic = Parameters<typeof makeNic>[0];

function plan(nic: Nic, facts = makeFacts(), threads: readonly ThreadRate[] = []) {
	return showPlan(irqAffinity.plan(makeSituation({nics: [makeNic(nic)], facts, rates: {threads}})));
}

/** Which CPU each queue's interrupts are wished to. */
function placesOf(lines: readonly string[] | string): string[] {
	return typeof lines === 'string' ? [lines] : lines.map(line => line.replace('irq-affinity ', ''));
}

test('gives each queue one core, both directions of a queue the same, and leaves the control interrupt alone', () => {
	expect(placesOf(plan({queues: 4, effective: [1, 1, 1, 1]}))).toEqual([
		'25 → 1',
		'26 → 1',
		'27 → 0',
		'28 → 0',
		'29 → 2',
		'30 → 2',
		'31 → 3',
		'32 → 3',
	]);
});

test('leaves a queue on its core where it has it to itself', () => {
	expect(placesOf(plan({queues: 4, affinity: [[3], [3], [1], [0]]}))).toEqual(['27 → 2', '28 → 2']);
});

test('interrupts of queues that are not in use stay where they are', () => {
	expect(placesOf(plan({queues: 2, affinity: [[0], [0]]}))).toEqual(['27 → 1', '28 → 1']);
});

test('a core a queue already is nothing to do', () => {
	expect(plan({queues: 4, affinity: [[2], [0], [3], [1]]})).toBe(
		'the 8 interrupts of eth0 have a core a queue already',
	);
});

test('more queues than cores: as evenly as it goes', () => {
	const even = {queues: 4, affinity: [[0], [1], [1], [0]]};
	expect(plan(even, makeFacts({online: [0, 1]}))).toBe('the 8 interrupts of eth0 have a core a queue already');
	const uneven = {queues: 4, affinity: [[0], [1], [1], [1]]};
	expect(placesOf(plan(uneven, makeFacts({online: [0, 1]})))).toEqual(['31 → 0', '32 → 0']);
});

test('one queue is one interrupt, which cannot be spread', () => {
	expect(plan({queues: 1})).toBe('eth0 has one queue in use: one interrupt cannot be spread');
});

test('the one queue of a NIC leaves the core on which a peer’s transmit worker runs', () => {
	const worker = {pid: 7, name: 'kworker/2:1-wg-crypt-wt0', cpu: 2, usr: 0, sys: 90};
	expect(placesOf(plan({queues: 1, affinity: [[2]]}, makeFacts(), [worker]))).toEqual(['25 → 0', '26 → 0']);
	const others = range(3).map(cpu => ({...worker, pid: cpu, cpu, sys: 60}));
	expect(plan({queues: 1, affinity: [[2]]}, makeFacts(), [worker, ...others])).toMatch(/one queue/);
});

test('isolated and offline CPUs, and those of another node, take no interrupt', () => {
	const facts = makeFacts({online: [0, 1, 3, 4, 6, 7], possible: range(8), isolated: [1], nohzFull: [3]});
	const nic = {queues: 4, link: {numaNode: 1, localCpus: [3, 4, 6, 7]}};
	expect([...new Set(placesOf(plan(nic, facts)).map(line => line.split(' → ')[1]))]).toEqual(['4', '6', '7']);
});

test('cores come before second threads', () => {
	const siblings = {0: [0, 1], 1: [0, 1], 2: [2, 3], 3: [2, 3]};
	expect(placesOf(plan({queues: 2, effective: [1, 1]}, makeFacts({siblings})))).toEqual([
		'25 → 1',
		'26 → 1',
		'27 → 0',
		'28 → 0',
	]);
	expect(placesOf(plan({queues: 3, affinity: [[0], [0], [0]]}, makeFacts({siblings}))).at(-1)).toBe('30 → 1');
});

test.each([1, 31, 32, 33, 63, 64, 65, 128, 1151])('names one CPU each on a machine of %i CPUs', count => {
	const facts = makeFacts({online: range(count), possible: range(count)});
	const lines = placesOf(plan({queues: 4, maximum: 4, effective: [0, 0, 0, 0]}, facts));
	expect(lines.every(line => /^\d+ → \d+$/.test(line) && Number(line.split(' → ')[1]) < count)).toBe(true);
	expect(new Set(lines.map(line => line.split(' → ')[1])).size).toBe(Math.min(count, 4));
});

test('an interrupt keeps its action name and the address of its device, for its number may move', () => {
	const wishes = irqAffinity.plan(makeSituation({nics: [makeNic({queues: 2, affinity: [[0], [0]]})]}));
	expect(wishes).toMatchObject({
		wishes: [{setting: {irq: 27, actions: 'virtio3-input.1', bus: '0000:00:04.0'}}, {setting: {irq: 28}}],
	});
});

test('a device that VMBus serves says so', () => {
	const nic = makeNic({
		driver: 'hv_netvsc',
		link: {msiIrqs: [], device: 'vmbus', bus: 'guid', vmbusChannels: [{relid: 1, cpu: 0}]},
	});
	const situation = makeSituation({nics: [{...nic, irqs: []}]});
	expect(showPlan(irqAffinity.plan(situation))).toBe('eth0 has no interrupts of its own: VMBus serves its 1 channel');
});

describe('irqbalance', () => {
	const socket = '/run/irqbalance/irqbalance7.sock';
	const piled = {queues: 2, affinity: [[0], [0]]};
	const withBalancer = (irqbalance: IrqbalanceFacts, facts: Partial<MachineFacts> = {}) =>
		makeFacts({}, {irqbalance, ...facts});

	test('is told first to leave these interrupts alone, and keeps what it was told before', () => {
		const facts = withBalancer({running: true, socket, bannedIrqs: [3, 26]});
		expect(plan(piled, facts)).toEqual([
			'irqbalance-ban → 3,25,26,27,28',
			'irq-affinity 27 → 1',
			'irq-affinity 28 → 1',
		]);
	});

	test('is told also where the interrupts are well placed already, for it would move them', () => {
		const facts = withBalancer({running: true, socket, bannedIrqs: []});
		expect(plan({queues: 2, affinity: [[0], [1]]}, facts)).toEqual(['irqbalance-ban → 25,26,27,28']);
	});

	test('is not told twice', () => {
		const facts = withBalancer({running: true, socket, bannedIrqs: [25, 26, 27, 28]});
		expect(plan({queues: 2, affinity: [[0], [1]]}, facts)).toMatch(/already/);
	});

	test('that asks the script of nbtop persist is told of what is moved beside that', () => {
		const words = ['--foreground', '--policyscript=/usr/local/sbin/nbtop-irq-policy'];
		const facts = withBalancer({running: true, socket, bannedIrqs: [], arguments: words});
		expect(plan({queues: 2, affinity: [[0], [1]]}, facts)).toMatch(/already/);
		expect(plan(piled, facts)[0]).toBe('irqbalance-ban → 25,26,27,28');
	});

	test('is stopped only where it cannot be told', () => {
		const facts = withBalancer({running: true}, {systemd: true});
		expect(plan(piled, facts)[0]).toBe('service irqbalance.service → inactive');
	});

	test('takes no list that it would cut off in the middle of a number', () => {
		const bannedIrqs = range(70, 1000);
		const facts = withBalancer({running: true, socket, bannedIrqs}, {systemd: true});
		expect(plan(piled, facts)[0]).toBe('service irqbalance.service → inactive');
	});

	test('that does not answer now is not stopped for that', () => {
		const facts = withBalancer({running: true, socket}, {systemd: true});
		const situation = makeSituation({nics: [makeNic(piled)], facts});
		expect(irqAffinity.plan(situation)).toMatchObject({
			wishes: [{setting: {irq: 27}}, {setting: {irq: 28}}],
			notes: [expect.stringMatching(/^irqbalance does not answer now/)],
		});
	});

	test('that can neither be told nor stopped is named', () => {
		const situation = makeSituation({nics: [makeNic(piled)], facts: withBalancer({running: true})});
		expect(irqAffinity.plan(situation)).toMatchObject({
			notes: ['irqbalance runs and cannot be told to leave these interrupts alone: it may move them again'],
		});
	});

	test('is left alone where there is nothing to spread', () => {
		const facts = withBalancer({running: true, socket, bannedIrqs: []});
		expect(plan({queues: 1}, facts)).toMatch(/one queue in use/);
	});
});

test('has an effect when every busy interrupt arrives where it was pinned', () => {
	const nics = [makeNic({queues: 2})];
	const measure = (cpu: number, perSecond: number) =>
		makeSituation({
			nics,
			rates: {
				interrupts: [
					{
						...{irq: '25', name: 'virtio3-input.0', device: 'eth0', role: 'rx', queue: 0},
						...{affinity: [1], perSecond, perCpu: [{cpu, perSecond}]},
					},
				],
			},
		});
	const before = measure(0, 500);
	expect(irqAffinity.effect.seen(before, measure(1, 500))).toBe(true);
	expect(irqAffinity.effect.seen(before, measure(0, 500))).toBe(false);
	expect(irqAffinity.effect.seen(before, measure(1, 1))).toBeUndefined();
});
