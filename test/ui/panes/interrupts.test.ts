import {expect, test} from 'vitest';
import type {InterruptRate, QueueRate} from '../../../source/model/rates.ts';
import type {State} from '../../../source/session/state.ts';
import {drawPane, readColumn} from '../../helpers/pane-text.ts';
import {changeState, makeState} from '../../helpers/state.ts';

function makeInterrupt(irq: string, perSecond: number, parts: Partial<InterruptRate> = {}): InterruptRate {
	return {irq, name: `name-${irq}`, perSecond, perCpu: perSecond > 0 ? [{cpu: 0, perSecond}] : [], ...parts};
}

function withInterrupts(interrupts: readonly InterruptRate[], queues: readonly QueueRate[] = []): State {
	const state = makeState();
	return changeState(state, {rates: {...state.rates, interrupts, queues}});
}

const path = [
	makeInterrupt('30', 0.1, {device: 'eth0', role: 'control'}),
	makeInterrupt('27', 10, {device: 'eth0', role: 'rx', queue: 10}),
	makeInterrupt('26', 900, {device: 'eth0', role: 'rx', queue: 2}),
	makeInterrupt('25', 4, {device: 'eth0', role: 'tx', queue: 2}),
];

function irqs(lines: readonly string[]): string[] {
	return lines.slice(1).map(line => line.trim().split(' ')[0] ?? '');
}

test('the tunnel’s path comes first, by queue with control last; then the others, busiest first', () => {
	const others = [
		makeInterrupt('60', 50),
		makeInterrupt('61', 4000),
		makeInterrupt('9', 300, {device: 'eth7', role: 'rx', queue: 0}),
	];
	const lines = drawPane('interrupts', withInterrupts([...others, ...path]), {height: 8});
	expect(irqs(lines)).toEqual(['26', '25', '27', '30', '61', '9', '60']);
});

test('others only change places when a rate has doubled', () => {
	const order = (a: number, b: number) =>
		irqs(drawPane('interrupts', withInterrupts([makeInterrupt('60', a), makeInterrupt('61', b)])));
	expect(order(1000, 1200).slice(0, 2)).toEqual(['60', '61']);
	expect(order(1000, 2400).slice(0, 2)).toEqual(['61', '60']);
});

test('what is idle or has no room becomes one line that says so', () => {
	const others = [makeInterrupt('60', 50), makeInterrupt('61', 0), makeInterrupt('62', 2)];
	const lines = drawPane('interrupts', withInterrupts([...path, ...others]), {height: 7});
	expect(irqs(lines).slice(0, 5)).toEqual(['26', '25', '27', '30', '60']);
	expect(lines.at(-1)).toBe(' and 2 others: 2 irq/s together');
	const quiet = drawPane('interrupts', withInterrupts([...path, makeInterrupt('61', 0)]), {height: 7});
	expect(quiet[5]).toBe(' and 1 other: idle');
});

test('packets of a queue stand beside its interrupt; a queue without one has its own row', () => {
	const queues: QueueRate[] = [
		{device: 'eth0', direction: 'rx', queue: 2, packetsPerSecond: 28_800},
		{device: 'eth0', direction: 'tx', queue: 2, packetsPerSecond: 150},
		{device: 'eth0', direction: 'rx', queue: 5, packetsPerSecond: 77},
	];
	const lines = drawPane('interrupts', withInterrupts(path, queues), {height: 6});
	const cells = (title: string) =>
		Object.fromEntries(irqs(lines).map((irq, index) => [irq, readColumn(lines, title)[index]]));
	expect(cells('rx pkt/s')).toEqual({26: '28.8k', 25: '–', 27: '?', 30: '–', '?': '77'});
	expect(cells('tx pkt/s')).toEqual({26: '–', 25: '150', 27: '–', 30: '–', '?': '–'});
	expect(lines.some(line => /\? eth0 {3}rx-5/.test(line))).toBe(true);
});

test('wanted and effective affinity stand beside the CPUs that it really lands on', () => {
	const perCpu = [3, 0].map(cpu => ({cpu, perSecond: 10}));
	const everywhere = [0, 1, 2, 3, 4].map(cpu => ({cpu, perSecond: 10}));
	const state = withInterrupts([
		makeInterrupt('25', 20, {device: 'eth0', role: 'rxtx', queue: 0, perCpu, affinity: [0, 1, 2, 3], effective: [3]}),
		makeInterrupt('LOC', 50, {perCpu: everywhere}),
		makeInterrupt('40', 15),
	]);
	const [, queue = '', local = '', unread = ''] = drawPane('interrupts', state, {width: 120});
	expect(queue).toMatch(/25 eth0 {3}q-0 +name-25 +0-3 +3 +3,0 +20/);
	expect(local).toMatch(/LOC +name-LOC +– +– +0-4 +50/);
	expect(unread).toMatch(/40 +name-40 +\? +\? +0 +15/);
});

test('of more queues than there is room for the busiest stay, in their order', () => {
	const queues = Array.from({length: 20}, (_, queue) =>
		makeInterrupt(String(100 + queue), queue % 5 === 0 ? 5000 : 20, {device: 'eth0', role: 'rx', queue}),
	);
	const lines = drawPane('interrupts', withInterrupts([...queues, makeInterrupt('9', 9000)]), {height: 6});
	expect(irqs(lines)).toEqual(['100', '105', '110', '115', 'and']);
	expect(lines.at(-1)).toBe(' and 16 on the path, 1 other: 9320 irq/s together');
});

test('others of a few interrupts a second do not come and go', () => {
	const lines = (rate: number) =>
		drawPane('interrupts', withInterrupts([...path, makeInterrupt('60', rate)]), {height: 7});
	expect(irqs(lines(0))).toEqual(irqs(lines(3)));
});

test('sorted, nothing folds away', () => {
	const others = Array.from({length: 30}, (_, index) => makeInterrupt(String(100 - index), 0));
	const lines = drawPane('interrupts', withInterrupts([...path, ...others]), {sort: 'IRQ', height: 40});
	expect(irqs(lines).slice(0, 5)).toEqual(['25', '26', '27', '30', '71']);
	expect(irqs(drawPane('interrupts', withInterrupts(path), {sort: 'rate', height: 6})).slice(0, 2)).toEqual([
		'26',
		'27',
	]);
});

test('the filter finds number, name, device and queue', () => {
	expect(irqs(drawPane('interrupts', withInterrupts(path), {filter: 'RX-2', height: 3}))).toEqual(['26', '']);
	expect(irqs(drawPane('interrupts', withInterrupts(path), {filter: 'name-27', height: 3}))).toEqual(['27', '']);
});

test('without rates the pane says why', () => {
	const state = makeState();
	expect(drawPane('interrupts', changeState(state, {rates: {}}))[1]).toBe(' rates come with the second reading');
});
