import {expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {describeSetting, isSameValue, readSetting, riskOf, writeSetting} from '../../../source/tuning/settings.ts';
import {createFakeMachine} from '../../helpers/host.ts';
import {makeFacts, range} from '../../helpers/situation.ts';

const rmem: Setting = {kind: 'sysctl', name: 'net.ipv4.tcp_rmem'};
const entries: Setting = {kind: 'sysctl', name: 'net.core.rps_sock_flow_entries'};
const qdisc: Setting = {kind: 'sysctl', name: 'net.core.default_qdisc'};
const irq: Setting = {kind: 'irq-affinity', irq: 29, actions: 'virtio3-input.0'};
const rps: Setting = {kind: 'rps-cpus', device: 'eth0', queue: 1};
const xps: Setting = {kind: 'xps-cpus', device: 'eth0', queue: 1};
const flows: Setting = {kind: 'rps-flow-count', device: 'eth0', queue: 1};
const mtu: Setting = {kind: 'mtu', device: 'wt0'};
const napi: Setting = {kind: 'threaded-napi', device: 'wt0'};

const files = {
	'/sys/class/net/eth0/ifindex': '2\n',
	'/sys/class/net/wt0/ifindex': '3\n',
	'/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t6291456\n',
	'/proc/sys/net/core/rps_sock_flow_entries': '0\n',
	'/proc/sys/net/core/default_qdisc': 'fq_codel\n',
	'/proc/irq/29/smp_affinity_list': '0-3\n',
	'/sys/class/net/eth0/queues/rx-1/rps_cpus': '0\n',
	'/sys/class/net/eth0/queues/tx-1/xps_cpus': '2\n',
	'/sys/class/net/eth0/queues/rx-1/rps_flow_cnt': '0\n',
	'/sys/class/net/wt0/mtu': '1280\n',
	'/sys/class/net/wt0/threaded': '0\n',
};

test.each([
	[rmem, '4096 131072 6291456', '4096 131072 16777216', '4096 131072 16777216'],
	[entries, '0', '30000', '32768'],
	[qdisc, 'fq_codel', 'fq', 'fq'],
	[irq, '0-3', '2', '2'],
	[rps, '0', '00000006', '6'],
	[xps, '2', '00000004', '4'],
	[flows, '0', '5000', '8192'],
	[mtu, '1280', '1420', '1420'],
	[napi, '0', '1', '1'],
] as const)('%j is %s; written as %s it reads %s, which is the same', async (setting, before, to, after) => {
	const {host, acts} = createFakeMachine({files});
	expect(await readSetting(setting, host)).toBe(before);
	await writeSetting(setting, to, host);
	const read = await readSetting(setting, host);
	expect(read).toBe(after);
	expect(isSameValue(setting, read, to)).toBe(true);
	expect(isSameValue(setting, read, before)).toBe(false);
	expect(acts.filter(act => act.startsWith('write'))).toHaveLength(1);
});

test.each([
	[rps, '0000000f', 'f', true],
	[rps, '00000000,0000000f', 'f', true],
	[rps, '00000001,00000000', '1', false],
	[rps, '00000001,00000000', '00000001,00000000', true],
	[irq, '0-2', '2,0,1', true],
	[irq, '0-3', '0-2', false],
	[irq, '', '0', false],
	[flows, '4097', '8192', true],
	[flows, '8192', '8193', false],
	[flows, '0', '1', false],
	[rmem, '4096\t131072\t1', '4096 131072 1', true],
	[rmem, '4096 131072', '4096 131072 1', false],
	[qdisc, 'fq', 'fq_codel', false],
	[mtu, '', '0', false],
	[{kind: 'ring', device: 'eth0', field: 'rx'}, '1000', '1024', false],
	[{kind: 'channels', device: 'eth0', field: 'combined'}, '4', '04', true],
	[{kind: 'rx-flow-hash', device: 'eth0', flow: 'udp4'}, 'sdfn', 'nfsd', true],
	[{kind: 'rx-flow-hash', device: 'eth0', flow: 'udp4'}, 'sd', 'sdfn', false],
	[{kind: 'irqbalance-ban'}, '24,25', '25,24', true],
	[{kind: 'irqbalance-ban'}, '', '24', false],
	[{kind: 'service', unit: 'a.service'}, 'active', 'inactive', false],
	[{kind: 'root-qdisc', device: 'eth0'}, 'mq fq', 'mq fq_codel', false],
] as const satisfies readonly (readonly [Setting, string, string, boolean])[])(
	'%j: whether %j is the same as %j: %s',
	(setting, a, b, same) => {
		expect(isSameValue(setting, a, b)).toBe(same);
		expect(isSameValue(setting, b, a)).toBe(same);
	},
);

test('CPUs that RPS drops do not tell two masks apart, but do for XPS', () => {
	const facts = makeFacts({online: range(6), possible: range(8), isolated: [4], nohzFull: [5]});
	expect(isSameValue(rps, 'ff', '0f', facts)).toBe(true);
	expect(isSameValue(rps, 'ff', '07', facts)).toBe(false);
	expect(isSameValue(rps, 'ff', '0f')).toBe(false);
	expect(isSameValue(xps, 'ff', '0f', facts)).toBe(false);
});

test('a lock that is held for a moment is waited for, anything else is not', async () => {
	const path = '/proc/irq/29/smp_affinity_list';
	const machine = createFakeMachine({files, refuse: {[path]: 'EBUSY'}});
	machine.beforeAct = () => {
		if (machine.acts.length === 2) {
			machine.refuse.clear();
		}
	};
	await writeSetting(irq, '1', machine.host);
	expect(machine.acts).toHaveLength(3);
	expect(machine.read(path)).toBe('1');
	machine.beforeAct = undefined;
	machine.refuse.set(path, 'EIO');
	await expect(writeSetting(irq, '2', machine.host)).rejects.toMatchObject({code: 'EIO'});
	expect(machine.acts).toHaveLength(4);
	machine.refuse.set(path, 'EBUSY');
	await expect(writeSetting(irq, '2', machine.host)).rejects.toMatchObject({code: 'EBUSY'});
});

test.each([
	'-x',
	'--help',
	'../eth0',
	'a/b',
	'..',
	'.',
	'',
	'*',
	'eth0 up',
	'eth0\nmtu',
	'eth0\t',
	'a\u0000',
	'sixteen-bytes-xx',
	'eth0:1',
])('%j is no name for a device, and nothing is read, written or run for it', async device => {
	const machine = createFakeMachine();
	const settings: readonly Setting[] = [
		{kind: 'mtu', device},
		{kind: 'threaded-napi', device},
		{kind: 'root-qdisc', device},
		{kind: 'rss-table', device},
		{kind: 'rps-cpus', device, queue: 0},
		{kind: 'rps-flow-count', device, queue: 0},
		{kind: 'xps-cpus', device, queue: 0},
		{kind: 'channels', device, field: 'combined'},
		{kind: 'ring', device, field: 'rx'},
		{kind: 'rx-flow-hash', device, flow: 'udp4'},
	];
	for (const setting of settings) {
		await expect(readSetting(setting, machine.host)).rejects.toMatchObject({code: 'EINVAL'});
		await expect(writeSetting(setting, '1', machine.host)).rejects.toThrow();
	}
	expect(machine.acts).toEqual([]);
});

test.each(['net', 'net..core', '../etc/passwd', 'net/core/x', 'net.core.x y', ''])('%j is no sysctl', async name => {
	const {host, acts} = createFakeMachine();
	await expect(readSetting({kind: 'sysctl', name}, host)).rejects.toMatchObject({code: 'EINVAL'});
	await expect(writeSetting({kind: 'sysctl', name}, '1', host)).rejects.toMatchObject({code: 'EINVAL'});
	expect(acts).toEqual([]);
});

test.each([-1, 1.5, Number.NaN, 1e300])('%d is neither an interrupt nor a queue', async number => {
	const {host} = createFakeMachine({files});
	await expect(readSetting({...irq, irq: number} as Setting, host)).rejects.toMatchObject({code: 'EINVAL'});
	await expect(readSetting({...rps, queue: number} as Setting, host)).rejects.toMatchObject({code: 'EINVAL'});
});

test('settings have names, and those that can cut a connection say so', () => {
	expect([rmem, irq, rps, flows, mtu].map(describeSetting)).toEqual([
		'net.ipv4.tcp_rmem',
		'CPU of interrupt 29 (virtio3-input.0)',
		'rps_cpus of eth0 rx-1',
		'rps_flow_cnt of eth0 rx-1',
		'MTU of wt0',
	]);
	expect(riskOf(mtu)).toBe('may cut the connection');
	expect(riskOf(rmem)).toBe('none');
});
