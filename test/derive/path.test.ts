import {expect, test} from 'vitest';
import {derivePath, findActive, sumSharesByCpu} from '../../source/derive/path.ts';
import type {SampleEvent} from '../../source/model/events.ts';
import type {Situation} from '../../source/model/tuning.ts';
import {initialState, reduce, type State} from '../../source/session/state.ts';
import {createMachine, healthyLoad, type MachineLoad, watchMachine} from '../helpers/machine.ts';

function toSituation({snapshot, topology, rates}: State): Situation {
	return {readings: snapshot?.readings ?? {}, topology, rates};
}

function pathOf(load: MachineLoad) {
	return derivePath(toSituation(watchMachine(load, 3)));
}

/** The healthy machine under load, its queues' interrupts under other names. */
function watchNamed(name: (queue: number) => string): State {
	const machine = createMachine();
	const rename = ({readings, ...event}: SampleEvent): SampleEvent => {
		const {at = 0, value} = readings.interrupts ?? {};
		const rows = value?.rows.map((row, queue) => ({
			...row,
			actions: name(queue),
			description: `PCI-MSI ${queue}-edge ${name(queue)}`,
		}));
		return {...event, readings: {...readings, interrupts: {at, value: {cpus: value?.cpus ?? [], rows: rows ?? []}}}};
	};
	return Array.from({length: 8}, () => rename(machine.tick(healthyLoad))).reduce<State>(
		(state, event) => reduce(state, event),
		initialState,
	);
}

test('the path leads from the peer to the CPUs where its queues arrive', () => {
	const path = pathOf(healthyLoad);
	expect(path).toMatchObject({direction: 'in', device: 'eth0', bytesPerSecond: 153e6, packetsPerSecond: 136_000});
	expect(path?.peers.map(({name}) => name)).toEqual(['beta.netbird.cloud']);
	expect(path?.rxQueues.slice(0, 2)).toEqual([
		expect.objectContaining({queue: 1, irq: '38', cpu: 1, packetsPerSecond: 67_000}),
		expect.objectContaining({queue: 0, irq: '37', cpu: 0}),
	]);
	expect(path?.rxQueues.reduce((sum, {share}) => sum + share, 0)).toBeCloseTo(1);
});

test('packets tell a queue’s share, not interrupts: a queue that is polled takes none', () => {
	const queues = [
		{irq: 37, cpu: 0, packets: 90_000, interrupts: 0},
		{irq: 38, cpu: 1, packets: 10, interrupts: 50},
	];
	const path = pathOf({...healthyLoad, queues});
	// Its interrupt has not arrived: where it is routed to counts.
	expect(path?.rxQueues[0]).toMatchObject({queue: 0, cpu: 0});
	expect(path?.rxQueues[0]?.share).toBeGreaterThan(0.99);
});

test('where the driver counts no packets by queue, interrupts stand in', () => {
	const path = pathOf({...healthyLoad, without: ['nicStatistics']});
	expect(path?.rxQueues[0]).toMatchObject({queue: 1, cpu: 1});
	expect(path?.rxQueues[0]).not.toHaveProperty('packetsPerSecond');
	expect(path?.rxQueues[0]?.share).toBeCloseTo(12_000 / 21_005, 3);
});

test('which of several interrupts without a queue serves which queue is not known', () => {
	const state = watchNamed(queue => `mlx4-${queue + 1}@0000:00:04.0`);
	const queues = derivePath(toSituation(state))?.rxQueues ?? [];
	expect(queues.slice(0, 2).map(({queue, packetsPerSecond}) => [queue, packetsPerSecond])).toEqual([
		[1, 67_000],
		[0, 40_000],
	]);
	expect(queues.filter(({irq, cpu}) => irq !== undefined || cpu !== undefined)).toEqual([]);
	expect(state.findings.map(({id}) => id)).not.toContain('irq-pile-up');
});

test('one interrupt without a queue serves all queues', () => {
	const state = watchNamed(queue => (queue === 0 ? 'virtio2-virtqueues' : `virtio2-config`));
	expect(derivePath(toSituation(state))?.rxQueues.map(({irq, cpu}) => [irq, cpu])).toEqual(Array(4).fill(['37', 0]));
});

test('a lower device owns the queues', () => {
	const {counters} = healthyLoad.device;
	const path = pathOf({...healthyLoad, device: {...healthyLoad.device, driver: 'hv_netvsc', function: counters}});
	expect(path).toMatchObject({device: 'enP1', underlay: {interface: 'eth0', leaves: ['enP1']}});
	expect(path?.rxQueues[0]).toMatchObject({queue: 1, cpu: 1});
});

test('peers with less than a tenth of the bytes are no flow that counts', () => {
	const peers = [
		{name: 'beta', rx: 100e6},
		{name: 'gamma', rx: 12e6},
		{name: 'delta', rx: 5e6},
		{name: 'idle', rx: 0},
	];
	expect(pathOf({...healthyLoad, peers})?.peers.map(({name}) => name?.split('.')[0])).toEqual(['beta', 'gamma']);
});

test('of many that share alike all are active, however small a share each has', () => {
	const peers = Array.from({length: 30}, (_, index) => ({name: `peer${index}`, rx: 5e6 + index * 1e4}));
	expect(pathOf({...healthyLoad, peers})?.peers).toHaveLength(30);
	const keepalives = Array.from({length: 200}, (_, index) => ({name: `idle${index}`, rx: 30 + index}));
	expect(pathOf({...healthyLoad, peers: [...peers, ...keepalives]})?.peers).toHaveLength(30);
});

test('who only sends keepalives does not make others active that move next to nothing', () => {
	const weights = [1000, 12, 9, ...Array.from({length: 300}, () => 0.01)];
	expect(findActive(weights, weight => weight)).toEqual([1000]);
	expect(findActive([0, 0], weight => weight)).toEqual([]);
	expect(findActive([], weight => weight)).toEqual([]);
});

test('shares of queues that meet on one CPU add up, and what no CPU is known for is left out', () => {
	const queues = [
		{queue: 0, share: 0.5, cpu: 1},
		{queue: 1, share: 0.25, cpu: 1},
		{queue: 2, share: 0.25},
	];
	expect(sumSharesByCpu(queues)).toEqual(new Map([[1, 0.75]]));
});

test('without a tunnel, or before a second reading, there is no path', () => {
	expect(derivePath(toSituation(watchMachine(healthyLoad, 1)))).toBeUndefined();
	expect(pathOf({...healthyLoad, without: ['links', 'wireguard']})).toBeUndefined();
});
