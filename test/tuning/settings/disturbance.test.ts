import {expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {describeSetting, disturbs} from '../../../source/tuning/settings.ts';
import {makeNic, makeSituation, range} from '../../helpers/situation.ts';

function list(setting: Setting, situation = makeSituation()): string[] {
	return disturbs(setting, situation.readings).map(describeSetting);
}

const sysctls = {'net.core.default_qdisc': 'fq_codel'};
const qdiscs = [
	{device: 'eth0', kind: 'mq', handle: '0:', root: true},
	{device: 'eth0', kind: 'fq_codel', handle: '0:', parent: ':1', root: false},
	{device: 'wt0', kind: 'noqueue', handle: '0:', root: true},
];

test.each([
	{kind: 'channels', device: 'eth0', field: 'combined'},
	{kind: 'ring', device: 'eth0', field: 'rx'},
] as const)('%j: interrupts of all queues, RPS, XPS, the RSS table and the qdisc of the device', setting => {
	const nics = [makeNic({queues: 1, maximum: 2, table: range(8).map(bucket => bucket % 1)})];
	expect(list(setting, makeSituation({nics, qdiscs, sysctls}))).toEqual([
		'CPU of interrupt 25 (virtio3-input.0)',
		'CPU of interrupt 26 (virtio3-output.0)',
		'CPU of interrupt 27 (virtio3-input.1)',
		'CPU of interrupt 28 (virtio3-output.1)',
		'rps_cpus of eth0 rx-0',
		'rps_flow_cnt of eth0 rx-0',
		'xps_cpus of eth0 tx-0',
		'RSS table of eth0',
		'qdisc of eth0',
	]);
});

test('a qdisc and a table that cannot be given back are not promised', () => {
	const nics = [makeNic({table: [0, 3, 1, 2]})];
	const byHand = [{device: 'eth0', kind: 'htb', handle: '1:', root: true}];
	const names = list({kind: 'ring', device: 'eth0', field: 'rx'}, makeSituation({nics, qdiscs: byHand}));
	expect(names).not.toContain('RSS table of eth0');
	expect(names).not.toContain('qdisc of eth0');
});

test('NetBird takes what was set on its interface with it', () => {
	const netbird = {at: 1, value: {publicKey: 'own', peers: []}};
	const situation = makeSituation({publicKey: 'own', qdiscs, readings: {netbird}});
	expect(list({kind: 'netbird-mtu'}, situation)).toEqual([
		'rps_cpus of wt0 rx-0',
		'rps_flow_cnt of wt0 rx-0',
		'threaded NAPI of wt0',
	]);
	expect(list({kind: 'netbird-mtu'})).toEqual([]);
});

test('setting up a qdisc anew borrows the default', () => {
	expect(list({kind: 'root-qdisc', device: 'eth0'}, makeSituation({sysctls}))).toEqual(['net.core.default_qdisc']);
});

test('what stands alone disturbs nothing', () => {
	for (const setting of [
		{kind: 'sysctl', name: 'net.core.rmem_max'},
		{kind: 'mtu', device: 'wt0'},
		{kind: 'irq-affinity', irq: 25, actions: 'virtio3-input.0'},
		{kind: 'irqbalance-ban'},
		{kind: 'channels', device: 'eth7', field: 'rx'},
	] as const) {
		expect(list(setting)).toEqual([]);
	}
});
