import {expect, test} from 'vitest';
import {deriveInterruptRates, type InterruptContext} from '../../source/derive/interrupt-rates.ts';
import {parseInterrupts} from '../../source/parse/interrupts.ts';

const derive = (before: string, after: string, seconds = 1, context?: InterruptContext) =>
	deriveInterruptRates(parseInterrupts(Buffer.from(before)), parseInterrupts(Buffer.from(after)), seconds, context);

const eth0 = 'PCI-MSIX-0000:00:03.0   1-edge      eth0-TxRx-0';
const eth1 = 'PCI-MSIX-0000:00:04.0   1-edge      eth1-TxRx-0';

test('rates are those of the measured interval, the busiest CPU first, and CPUs without any left out', () => {
	const {interrupts, perCpu} = derive(
		`CPU0 CPU1 CPU2\n38: 10 20 30 ${eth0}\nLOC: 1 2 3 Local timer interrupts\nERR: 5\n`,
		`CPU0 CPU1 CPU2\n38: 14 20 50 ${eth0}\nLOC: 3 6 11 Local timer interrupts\nERR: 7\n`,
		2,
	);
	expect(interrupts).toEqual([
		{
			irq: '38',
			name: 'eth0-TxRx-0',
			perSecond: 12,
			perCpu: [
				{cpu: 2, perSecond: 10},
				{cpu: 0, perSecond: 2},
			],
		},
		{
			irq: 'LOC',
			name: 'Local timer interrupts',
			perSecond: 7,
			perCpu: [
				{cpu: 2, perSecond: 4},
				{cpu: 1, perSecond: 2},
				{cpu: 0, perSecond: 1},
			],
		},
		{irq: 'ERR', name: 'ERR', perSecond: 1, perCpu: []},
	]);
	expect([...perCpu]).toEqual([
		[0, 3],
		[1, 2],
		[2, 14],
	]);
});

test('CPUs that came or went in between count nothing, and the others stay themselves', () => {
	const {interrupts, perCpu} = derive(`CPU0 CPU1 CPU2\n38: 1 2 3 ${eth0}\n`, `CPU0 CPU2 CPU3\n38: 2 7 5000 ${eth0}\n`);
	expect(interrupts).toMatchObject([
		{
			perSecond: 5,
			perCpu: [
				{cpu: 2, perSecond: 4},
				{cpu: 0, perSecond: 1},
			],
		},
	]);
	expect([...perCpu]).toEqual([
		[0, 1],
		[2, 4],
	]);
});

test('an interrupt that has just come, or whose number another device has taken, has no rate', () => {
	const {interrupts, perCpu} = derive(
		`CPU0\n38: 5 ${eth0}\n39: 6 ${eth1}\n`,
		`CPU0\n38: 500 ${eth1}\n39: 7 ${eth1}\n40: 8 ${eth0}\n`,
	);
	expect(interrupts.map(({irq, perSecond}) => [irq, perSecond])).toEqual([['39', 1]]);
	expect(perCpu.get(0)).toBe(1);
});

test('of two rows with one label each has its own rate', () => {
	const table = (timer: number, other: number) =>
		`CPU0\nLOC: ${timer} Local timer interrupts for timer event device\nLOC: ${other} Local timer interrupts for others\n`;
	const {interrupts, perCpu} = derive(table(100, 20), table(350, 27));
	expect(interrupts.map(({name, perSecond}) => [name, perSecond])).toEqual([
		['Local timer interrupts for timer event device', 250],
		['Local timer interrupts for others', 7],
	]);
	expect(perCpu.get(0)).toBe(257);
});

test('a row that adds up others is no further interrupt of a CPU', () => {
	const table = (count: number) =>
		`CPU0 CPU1\nEXT: ${count} 0\nCLK: ${count} 0 [EXT] Clock Comparator\nNMI: 0 ${count} [NMI] Machine Check\n`;
	const {interrupts, perCpu} = derive(table(10), table(17));
	expect(interrupts.map(({irq, perSecond}) => [irq, perSecond])).toEqual([
		['EXT', 7],
		['CLK', 7],
		['NMI', 7],
	]);
	expect([...perCpu]).toEqual([
		[0, 7],
		[1, 7],
	]);
});

test('a counter goes around at 2^32; one that was set back gives no rate', () => {
	const {interrupts} = derive(
		`CPU0 CPU1\n38: 4294967290 4 ${eth0}\n39: 900 6 ${eth1}\nERR: 9\n`,
		`CPU0 CPU1\n38: 10 4 ${eth0}\n39: 3 8 ${eth1}\nERR: 2\n`,
	);
	expect(interrupts.map(({irq, perSecond}) => [irq, perSecond])).toEqual([['38', 16]]);
});

test('an interrupt carries its device, queue and affinity', () => {
	const table = `CPU0 CPU1\n38: 1 2 ${eth0}\n39: 3 4 ${eth1}\n`;
	const {interrupts} = derive(table, table, 1, {
		roles: {38: {device: 'eth0', role: 'rxtx', queue: 0}},
		irqs: [{irq: 38, actions: 'eth0-TxRx-0', affinity: [0, 1], effective: [1]}],
	});
	expect(interrupts).toEqual([
		{
			irq: '38',
			name: 'eth0-TxRx-0',
			perSecond: 0,
			perCpu: [],
			device: 'eth0',
			role: 'rxtx',
			queue: 0,
			affinity: [0, 1],
			effective: [1],
		},
		{irq: '39', name: 'eth1-TxRx-0', perSecond: 0, perCpu: []},
	]);
});

test('the affinity of a device that had the number before is not shown', () => {
	const table = `CPU0\n38: 1 ${eth0}, usb1\n39: 2 ${eth1}\n`;
	const {interrupts} = derive(table, table, 1, {
		irqs: [
			{irq: 38, actions: 'eth0-TxRx-0,usb1', affinity: [0]},
			{irq: 39, actions: 'nvme0q1', affinity: [0]},
		],
	});
	expect(interrupts.map(({affinity}) => affinity)).toEqual([[0], undefined]);
});

test('with one CPU, errors of the machine are not interrupts of that CPU', () => {
	const {interrupts, perCpu} = derive(`CPU0\n38: 1 ${eth0}\nERR: 1\n`, `CPU0\n38: 2 ${eth0}\nERR: 9\n`);
	expect(interrupts.map(({irq, perSecond}) => [irq, perSecond])).toEqual([
		['38', 1],
		['ERR', 8],
	]);
	expect(perCpu.get(0)).toBe(1);
});

test('1000 interrupts on 1152 CPUs are derived well within a tick', () => {
	const cpus = Array.from({length: 1152}, (_, cpu) => cpu);
	const table = (ticks: number) => ({
		cpus,
		rows: Array.from({length: 1000}, (_, irq) => ({
			irq: String(irq),
			counts: Uint32Array.from(cpus, cpu => (irq < 12 || irq === cpu ? 1000 + ticks * (cpu + 1) : 7)),
			description: eth0,
		})),
	});
	const before = table(0);
	const now = table(1);
	const times = Array.from({length: 5}, () => {
		const start = performance.now();
		deriveInterruptRates(before, now, 1);
		return performance.now() - start;
	});
	expect(Math.min(...times)).toBeLessThan(100);
});
