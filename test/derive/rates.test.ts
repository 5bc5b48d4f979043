import {expect, test} from 'vitest';
import {deriveRates} from '../../source/derive/rates.ts';
import type {Reading, Readings} from '../../source/model/snapshot.ts';
import {parseInterrupts} from '../../source/parse/interrupts.ts';
import {parseSoftirqs} from '../../source/parse/softirqs.ts';
import {parseSoftnetStat} from '../../source/parse/softnet-stat.ts';
import {parseStat} from '../../source/parse/stat.ts';

const at = <T>(seconds: number, value: T): Reading<T> => ({at: seconds, value});
const eth0 = 'PCI-MSIX-0000:00:03.0   1-edge      eth0-TxRx-0';
const interrupts = (text: string) => parseInterrupts(Buffer.from(text));

/** Four possible CPUs, of which CPU 2 is offline; each source is read a little later than the one before. */
const before: Readings = {
	cpuTimes: at(10, parseStat('cpu0 10 0 10 80\ncpu1 0 0 0 100\ncpu3 20 0 20 60\n')),
	interrupts: at(10.1, interrupts(`CPU0 CPU1 CPU3\n38: 100 0 7 ${eth0}\nLOC: 10 20 30 Local timer interrupts\n`)),
	softirqs: at(10.2, parseSoftirqs('CPU0 CPU1 CPU2 CPU3\nNET_TX: 1 2 3 4\nNET_RX: 10 20 30 40\n')),
	softnet: at(10.3, parseSoftnetStat('00000064 1 2\n00000000\n00000010\n', [0, 1, 3])),
	linkStatistics: at(10.4, {eth0: {rx_bytes: 1000, tx_bytes: 0}}),
	protocols: at(10.5, {'Udp.InErrors': 5}),
	self: at(10.6, {cpuSeconds: 1, residentBytes: 10}),
	threads: at(10.7, [{pid: 9, name: 'ksoftirqd/0', cpu: 0, user: 0, system: 100, startTime: 5}]),
};

const now: Readings = {
	cpuTimes: at(12, parseStat('cpu0 30 0 10 240 0 0 20\ncpu1 0 0 0 300\ncpu3 20 0 120 160\n')),
	interrupts: at(12.1, interrupts(`CPU0 CPU1 CPU3\n38: 140 0 9 ${eth0}\nLOC: 20 24 36 Local timer interrupts\n`)),
	softirqs: at(14.2, parseSoftirqs('CPU0 CPU1 CPU2 CPU3\nNET_TX: 5 2 3 8\nNET_RX: 90 20 30 48\n')),
	softnet: at(12.3, parseSoftnetStat('000000c8 5 4\n00000000\n00000014\n', [0, 1, 3])),
	linkStatistics: at(14.4, {eth0: {rx_bytes: 5000, tx_bytes: 400}}),
	protocols: at(11.5, {'Udp.InErrors': 8}),
	self: at(12.6, {cpuSeconds: 1.1, residentBytes: 20}),
	threads: at(12.7, [{pid: 9, name: 'ksoftirqd/0', cpu: 0, user: 0, system: 200, startTime: 5}]),
};

test('each source is divided by its own interval, and joined by CPU', () => {
	const rates = deriveRates(before, now);
	expect(rates.seconds).toBe(2);
	expect(rates.cpus).toMatchObject([
		{cpu: 0, usr: 10, soft: 10, idle: 80, busy: 20, netRxPerSecond: 20, netTxPerSecond: 1, interruptsPerSecond: 25},
		{cpu: 1, idle: 100, busy: 0, netRxPerSecond: 0, netTxPerSecond: 0, interruptsPerSecond: 2},
		{cpu: 3, sys: 50, idle: 50, busy: 50, netRxPerSecond: 2, netTxPerSecond: 1, interruptsPerSecond: 4},
	]);
	expect(rates.cpus?.map(({softnet}) => softnet?.processed)).toEqual([50, 0, 2]);
	expect(rates.cpus?.[0]?.softnet).toMatchObject({dropped: 2, timeSqueeze: 1, droppedDelta: 4});
	expect(rates.all).toMatchObject({netRxPerSecond: 22, netTxPerSecond: 2, interruptsPerSecond: 31});
	expect(rates.all?.softnet).toMatchObject({processed: 52, droppedDelta: 4});
	expect(rates.all?.busy).toBeCloseTo(70 / 3);
	expect(rates.interrupts?.map(({name, perSecond}) => [name, perSecond])).toEqual([
		['eth0-TxRx-0', 21],
		['Local timer interrupts', 10],
	]);
	expect(rates.links).toEqual({eth0: {rx_bytes: 1000, tx_bytes: 100}});
	expect(rates.protocols).toEqual({'Udp.InErrors': 3});
	expect(rates.self?.cpuPercent).toBeCloseTo(5);
	expect(rates.threads).toEqual([{pid: 9, name: 'ksoftirqd/0', cpu: 0, usr: 0, sys: 50}]);
});

test('interrupts carry what the topology knows of them', () => {
	const topology = {
		tunnels: [],
		underlays: [],
		pathDevices: [],
		irqs: {38: {device: 'eth0', role: 'rxtx', queue: 0}},
	} as const;
	const irqs = at(1, [{irq: 38, actions: 'eth0-TxRx-0', affinity: [0, 1], effective: [1]}]);
	expect(deriveRates({...before, irqs}, {...now, irqs}, topology).interrupts?.[0]).toMatchObject({
		device: 'eth0',
		role: 'rxtx',
		queue: 0,
		affinity: [0, 1],
		effective: [1],
	});
});

test('a source that was not read since gives nothing, and takes only its own figures away', () => {
	const {softirqs, softnet, interrupts: table} = before;
	const rates = deriveRates(before, {...now, softirqs, softnet, interrupts: table} as Readings);
	expect(rates.interrupts).toBeUndefined();
	expect(rates.cpus?.[0]).toMatchObject({cpu: 0, busy: 20});
	expect(Object.keys(rates.cpus?.[0] ?? {}).filter(key => /PerSecond|softnet/.test(key))).toEqual([]);
	expect(Object.keys(rates.all ?? {}).filter(key => /PerSecond|softnet/.test(key))).toEqual([]);
});

test('a source that came or went gives nothing', () => {
	const {cpuTimes: _, ...without} = now;
	expect(deriveRates(before, without)).not.toHaveProperty('cpus');
	expect(deriveRates(before, without)).not.toHaveProperty('seconds');
	expect(deriveRates({}, now)).toEqual(deriveRates(now, now));
	expect(deriveRates({}, {})).toEqual({});
});
