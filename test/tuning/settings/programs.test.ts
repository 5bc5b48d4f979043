import {expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {isSameValue, readSetting, writeSetting} from '../../../source/tuning/settings.ts';
import {createFakeMachine} from '../../helpers/host.ts';
import {createNicPrograms, createNicState, type NicState} from '../../helpers/nic-programs.ts';

const defaultQdisc = '/proc/sys/net/core/default_qdisc';
const channels: Setting = {kind: 'channels', device: 'eth0', field: 'combined'};
const ring: Setting = {kind: 'ring', device: 'eth0', field: 'rx'};
const hash: Setting = {kind: 'rx-flow-hash', device: 'eth0', flow: 'udp4'};
const table: Setting = {kind: 'rss-table', device: 'eth0'};
const qdisc: Setting = {kind: 'root-qdisc', device: 'eth0'};

function setUp(facts: Partial<NicState> = {}) {
	const nic: NicState = createNicState({defaultQdisc: () => machine.read(defaultQdisc), ...facts});
	const machine = createFakeMachine({
		files: {'/sys/class/net/eth0/ifindex': '2\n', [defaultQdisc]: 'fq_codel\n'},
		programs: createNicPrograms(nic),
	});
	const write = (setting: Setting, to: string) => writeSetting(setting, to, machine.host);
	const read = (setting: Setting) => readSetting(setting, machine.host);
	return {nic, machine, write, read};
}

test('queues and rings are written by name, and read back', async () => {
	const {machine, write, read} = setUp();
	await write(channels, '4');
	await write(ring, '1024');
	expect([await read(channels), await read(ring)]).toEqual(['4', '1024']);
	expect(machine.acts).toContain('run ethtool -L eth0 combined 4');
	expect(machine.acts).toContain('run ethtool -G eth0 rx 1024');
});

test('a refusal keeps ethtool’s words and the name of errno', async () => {
	const {write} = setUp();
	await expect(write(ring, '4096')).rejects.toMatchObject({
		code: 'EINVAL',
		message:
			'ethtool -G eth0 rx 4096: netlink error: requested ring size exceeds maximum (offset 36); netlink error: Invalid argument',
	});
});

test('an ethtool without netlink that has nothing to change has not failed', async () => {
	const {machine, write} = setUp();
	machine.programs.set('ethtool -G eth0 rx 256', () => ({
		status: 80,
		stderr: 'rx unmodified, ignoring\nno ring parameters changed, aborting\n',
	}));
	await expect(write(ring, '256')).resolves.toBeUndefined();
});

test('a refusal with status 0 shows only when it is read back', async () => {
	const {write, read} = setUp({hash: ''});
	await write(hash, 'sdfn');
	expect(isSameValue(hash, await read(hash), 'sdfn')).toBe(false);
});

test('a table in the way of fewer queues goes first, and comes back by its own words', async () => {
	const {nic, machine, write, read} = setUp({combined: 4, table: [0, 0, 0, 0, 0, 1, 2, 3], isTableSet: true});
	expect(await read(table)).toBe('weight 5 1 1 1');
	await write(channels, '2');
	expect(nic.combined).toBe(2);
	expect(machine.acts.filter(act => act.includes(' -L ') || act.includes(' -X '))).toEqual([
		'run ethtool -L eth0 combined 2',
		'run ethtool -X eth0 default',
		'run ethtool -L eth0 combined 2',
	]);
	await write(channels, '4');
	await write(table, 'weight 5 1 1 1');
	expect(await read(table)).toBe('weight 5 1 1 1');
});

test('a NIC without RSS has no table to read', async () => {
	const {read} = setUp({table: undefined});
	await expect(read(table)).rejects.toThrow('eth0 has no RSS table');
});

test('ethtool that is not installed is told', async () => {
	const {machine, read, write} = setUp();
	machine.programs.delete('ethtool');
	await expect(read(channels)).rejects.toMatchObject({code: 'ENOENT', message: 'ethtool -l eth0: ethtool: not found'});
	await expect(write(channels, '2')).rejects.toMatchObject({code: 'ENOENT'});
});

test('a device of another network namespace than the one that /sys shows is not touched', async () => {
	const {machine, write} = setUp({ifindex: 77});
	await expect(write(channels, '4')).rejects.toMatchObject({code: 'EXDEV'});
	await expect(write(qdisc, 'mq fq')).rejects.toMatchObject({code: 'EXDEV'});
	expect(machine.acts).toEqual(['run ip -j link show dev eth0', 'run ip -j link show dev eth0']);
});

test('every queue gets the wanted qdisc as the kernel’s own default, and default_qdisc is as before', async () => {
	const {nic, machine, write, read} = setUp({combined: 2});
	expect(await read(qdisc)).toBe('mq fq_codel pfifo_fast');
	await write(qdisc, 'mq fq');
	expect([await read(qdisc), nic.handle, machine.read(defaultQdisc)]).toEqual(['mq fq', '0:', 'fq_codel']);
});

test('queues that differed from each other differ again', async () => {
	const {write, read} = setUp({combined: 3});
	await write(qdisc, 'mq fq');
	await write(qdisc, 'mq fq_codel pfifo_fast pfifo_fast');
	expect(await read(qdisc)).toBe('mq fq_codel pfifo_fast pfifo_fast');
	await write(qdisc, 'mq fq_codel');
	expect(await read(qdisc)).toBe('mq fq_codel');
});

test('default_qdisc is given back also when tc fails', async () => {
	const {machine, write} = setUp();
	machine.programs.set('tc qdisc replace dev eth0 root mq', () => ({status: 2, stderr: 'Error: Unknown qdisc.'}));
	await expect(write(qdisc, 'mq fq')).rejects.toThrow('tc qdisc replace dev eth0 root mq: Error: Unknown qdisc.');
	expect(machine.read(defaultQdisc)).toBe('fq_codel');
});

test('what was set up by hand cannot be asked for', async () => {
	const {machine, write} = setUp();
	await expect(write(qdisc, 'htb 1:')).rejects.toThrow('a qdisc that was set up by hand cannot be given back: htb 1:');
	await expect(write(table, 'custom 0 1 1 0')).rejects.toThrow('ethtool cannot set this RSS table');
	expect(machine.acts.filter(act => !act.startsWith('run ip'))).toEqual([]);
});

test('a qdisc that somebody has set up by hand since goes only when that is forced', async () => {
	const {machine, write} = setUp({handle: '1:'});
	const htb = JSON.stringify([{kind: 'htb', handle: '1:', root: true}]);
	machine.programs.set('tc -j qdisc show dev eth0', htb);
	await expect(write(qdisc, 'mq fq')).rejects.toThrow('the qdisc of eth0 is htb 1:, which somebody has set up by hand');
	expect(machine.acts.filter(act => /tc qdisc|write/.test(act))).toEqual([]);
	await writeSetting(qdisc, 'mq fq', machine.host, {force: true});
	expect(machine.acts).toContain('run tc qdisc delete dev eth0 root');
});
