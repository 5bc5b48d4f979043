import {expect, test} from 'vitest';
import type {LinkFacts, MachineFacts, NicFacts} from '../../../source/model/facts.ts';
import type {Readings} from '../../../source/model/snapshot.ts';
import {initialState, type State} from '../../../source/session/state.ts';
import {steps} from '../../../source/tuning/steps.ts';
import {deviceKnobs} from '../../../source/ui/panes/device-knobs.ts';
import type {Knob} from '../../../source/ui/panes/knob.ts';
import {systemKnobs} from '../../../source/ui/panes/system-knobs.ts';
import {drawPane} from '../../helpers/pane-text.ts';
import {changeState, makeState} from '../../helpers/state.ts';

function withReadings(change: Partial<Readings>): State {
	const state = makeState();
	return changeState(
		state,
		state.snapshot ? {snapshot: {...state.snapshot, readings: {...state.snapshot.readings, ...change}}} : {},
	);
}

function withNic(nic: Partial<NicFacts>): State {
	return withReadings({nics: {at: 60, value: [{device: 'eth0', ...nic}]}});
}

function withLink(link: Partial<LinkFacts>): State {
	const facts: LinkFacts = {name: 'eth0', ifindex: 2, lowers: [], msiIrqs: [], rxQueues: [], txQueues: [], ...link};
	return withReadings({links: {at: 60, value: [facts]}});
}

function find(knobs: readonly Knob[], name: string, device?: string): Knob | undefined {
	return knobs.find(knob => knob.name === name && knob.device === device);
}

test('channels stand against the number of CPUs, with what the device can do', () => {
	const channels = {maximum: {combined: 8}, current: {combined: 4}};
	expect(find(deviceKnobs(withNic({channels})), 'channels', 'eth0')).toMatchObject({
		now: 'combined 4 of 8',
		guide: '4',
		against: 'equal',
	});
	const few = {maximum: {rx: 2, tx: 2}, current: {rx: 1, tx: 1}};
	expect(find(deviceKnobs(withNic({channels: few})), 'channels', 'eth0')).toMatchObject({
		now: 'rx 1 of 2',
		against: 'differs',
		note: 'device maximum: 2',
	});
});

test('rings that are larger than the guide’s are above, not different', () => {
	const rings = (rx: number) => ({maximum: {rx: 8192, tx: 8192}, current: {rx, tx: 1024}});
	const against = (rx: number) => find(deviceKnobs(withNic({rings: rings(rx)})), 'rings', 'eth0')?.against;
	expect([1024, 4096, 8192].map(against)).toEqual(['differs', 'equal', 'above']);
});

test('an RSS table is even when no ring stands in it more than once more often than another', () => {
	const table = (entries: number[], rings: number) =>
		find(deviceKnobs(withNic({rss: {rings, table: entries}})), 'RSS table', 'eth0');
	expect(table([0, 1, 2, 3, 0], 4)).toMatchObject({now: 'even', against: 'equal'});
	expect(table([0, 0, 0, 1], 2)).toMatchObject({now: 'uneven over 2 rings', against: 'differs'});
	expect(table([], 1)).toMatchObject({now: '1 ring', against: 'none'});
});

test('RPS masks are written as CPUs, and queues that differ are counted', () => {
	const rxQueues = ['f', 'f', '0'].map((rpsCpus, queue) => ({queue, rpsCpus, rpsFlowCount: 4096}));
	const knobs = deviceKnobs(withLink({rxQueues}));
	expect(find(knobs, 'RPS', 'eth0')).toMatchObject({now: '2x CPU 0-3, 1x off', guide: 'CPU 0-3', against: 'differs'});
	expect(find(knobs, 'RFS flows a queue', 'eth0')).toMatchObject({now: '4096', against: 'equal'});
});

test('interrupts that share a CPU differ from one CPU each', () => {
	const irqs = (effective: readonly number[]) => ({
		at: 60,
		value: effective.map((cpu, index) => ({irq: 25 + index, effective: [cpu]})),
	});
	const knob = (effective: readonly number[]) =>
		find(deviceKnobs(withReadings({irqs: irqs(effective)})), 'IRQ affinity', 'eth0');
	expect(knob([0, 1, 2, 3])).toMatchObject({now: '4 IRQs on CPU 0-3', against: 'equal'});
	expect(knob([1, 1, 1, 1])).toMatchObject({now: '4 IRQs on CPU 1', against: 'differs'});
});

test('a hash over no field at all is none, and what the driver does not tell is left out', () => {
	expect(find(deviceKnobs(withNic({udp4Hash: ''})), 'RSS hash of UDP', 'eth0')?.now).toBe('none');
	expect(
		deviceKnobs(withNic({}))
			.filter(knob => knob.device === 'eth0')
			.map(knob => knob.name),
	).toEqual(['IRQ affinity', 'RPS', 'RFS flows a queue', 'threaded NAPI']);
});

test('of a vector the last number counts, and more than the guide’s is above', () => {
	const sysctls = {at: 60, value: {'net.ipv4.tcp_rmem': '4096 131072 33554432', 'net.core.rmem_max': '212992'}};
	const knobs = systemKnobs(withReadings({sysctls}));
	expect(find(knobs, 'tcp_rmem')?.against).toBe('above');
	expect(find(knobs, 'rmem_max')?.against).toBe('differs');
	expect(find(knobs, 'wmem_max')).toMatchObject({now: undefined, against: 'none'});
});

test('words only differ or are equal', () => {
	const sysctls = (cc: string) => ({at: 60, value: {'net.ipv4.tcp_congestion_control': cc}});
	const against = (cc: string) =>
		find(systemKnobs(withReadings({sysctls: sysctls(cc)})), 'tcp_congestion_control')?.against;
	expect([against('bbr'), against('cubic')]).toEqual(['equal', 'differs']);
});

test('irqbalance and the queueing disciplines of the path', () => {
	const machine: MachineFacts = {cpus: {online: [0]}, tools: {}, irqbalance: {running: false}};
	expect(find(systemKnobs(withReadings({machine: {at: 60, value: machine}})), 'irqbalance')).toMatchObject({
		now: 'not running',
		against: 'equal',
	});
	expect(find(systemKnobs(makeState()), 'qdisc', 'eth0')?.now).toBe('mq, 4 fq_codel');
});

test('the pane sets the value now beside the guide’s, and ? where it cannot be read', () => {
	const lines = drawPane('settings', makeState());
	expect(lines.find(line => line.includes('netdev_budget '))).toMatch(/^ netdev_budget +300 +≠ 600/);
	expect(lines.find(line => line.includes('wmem_max'))).toMatch(/^ wmem_max +\? +16777216/);
	expect(lines.find(line => line.includes('tcp_rmem'))).toMatch(/≥ 4096 131072/);
});

test('it can be sorted by what differs', () => {
	const lines = drawPane('settings', makeState(), {sort: 'differs'});
	const marks = lines.slice(1 + steps.length).map(line => (line.includes(' ≠ ') ? 'differs' : ''));
	expect(marks.lastIndexOf('differs')).toBeLessThan(marks.indexOf(''));
});

test('before anything is read the pane says so', () => {
	expect(drawPane('settings', initialState)[1]).toBe(' settings have not been read yet');
});
