import {describe, expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {readSetting, writeSetting} from '../../../source/tuning/settings.ts';
import {createFakeMachine, type FakeMachineParts} from '../../helpers/host.ts';

const ban: Setting = {kind: 'irqbalance-ban'};
const service: Setting = {kind: 'service', unit: 'irqbalance.service'};
const netbird: Setting = {kind: 'netbird-mtu'};

describe('irqbalance', () => {
	const socket = '/run/irqbalance/irqbalance77.sock';

	function setUp(parts: FakeMachineParts = {}) {
		let banned: number[] = [3];
		const machine = createFakeMachine({
			files: {[socket]: '', '/run/irqbalance/irqbalance9.sock': '', '/proc/77/comm': 'irqbalance\n'},
			sockets: {
				[socket](message) {
					const [, list] = /^settings ban irqs (.*)$/.exec(message) ?? [];
					banned = list === undefined ? banned : list === 'NONE' ? [] : list.split(' ').map(Number);
					const irqs = banned.map(irq => `IRQ ${irq} LOAD 0 DIFF 0 CLASS 0 `).join('');
					return message === 'setup' ? `SLEEP 10 ${irqs}BANNED 00000000` : '';
				},
			},
			...parts,
		});
		return {
			machine,
			read: () => readSetting(ban, machine.host),
			write: (to: string) => writeSetting(ban, to, machine.host),
		};
	}

	test('is told the whole list, sorted, through the socket of the process that runs', async () => {
		const {machine, read, write} = setUp();
		expect(await read()).toBe('3');
		await write('27,3,26,27');
		expect(await read()).toBe('3,26,27');
		expect(machine.acts).toContain('send settings ban irqs 3 26 27');
	});

	test('is told by name that the list is empty', async () => {
		const {machine, read, write} = setUp();
		await write('');
		expect(await read()).toBe('');
		expect(machine.acts).toContain('send settings ban irqs NONE');
	});

	test('gets no list that is no list, or that it would cut off', async () => {
		const {machine, write} = setUp();
		await expect(write('1,2; rm')).rejects.toMatchObject({code: 'EINVAL'});
		await expect(write(Array.from({length: 99}, (_, index) => 100 + index).join())).rejects.toMatchObject({
			code: 'EINVAL',
		});
		expect(machine.acts).toEqual([]);
	});

	test('says nothing to those who are not root', async () => {
		const {read} = setUp({sockets: {[socket]: () => ''}});
		await expect(read()).rejects.toMatchObject({code: 'EACCES'});
	});

	test('without a process behind its socket does not run', async () => {
		const {machine, read} = setUp();
		machine.files.delete('/proc/77/comm');
		await expect(read()).rejects.toThrow('irqbalance has no socket: it does not run, or cannot be told');
	});
});

describe('a service', () => {
	function setUp(state: string) {
		const machine = createFakeMachine({
			programs: {'systemctl is-active irqbalance.service': `${state}\n`, systemctl: ''},
		});
		return {
			machine,
			read: () => readSetting(service, machine.host),
			write: (to: string) => writeSetting(service, to, machine.host),
		};
	}

	test.each([
		['active', 'active'],
		['activating', 'active'],
		['inactive', 'inactive'],
		['failed', 'inactive'],
	])('that systemd calls %s is %s', async (state, value) => {
		expect(await setUp(state).read()).toBe(value);
	});

	test('is started and stopped, and whether it starts at boot is not touched', async () => {
		const {machine, write} = setUp('active');
		await write('inactive');
		await write('active');
		expect(machine.acts).toEqual(['run systemctl stop irqbalance.service', 'run systemctl start irqbalance.service']);
		await expect(write('masked')).rejects.toMatchObject({code: 'EINVAL'});
	});

	test('without systemd says so in its words', async () => {
		const {machine, read} = setUp('active');
		machine.programs.set('systemctl is-active irqbalance.service', () => ({
			status: 1,
			stderr: "System has not been booted with systemd as init system (PID 1). Can't operate.",
		}));
		await expect(read()).rejects.toThrow(/has not been booted with systemd/);
	});

	test.each(['../../etc/passwd', '-H evil.service', 'a b.service', '$(id).service', ''])(
		'%j is no unit',
		async unit => {
			const machine = createFakeMachine({programs: {systemctl: ''}});
			await expect(readSetting({kind: 'service', unit}, machine.host)).rejects.toMatchObject({code: 'EINVAL'});
			expect(machine.acts).toEqual([]);
		},
	);
});

describe('NetBird', () => {
	const grep = 'grep -oE "MTU": *[0-9]{3,5} /var/lib/netbird/default.json';

	function setUp(connectsAfter = 0, files: Readonly<Record<string, string>> = {}) {
		let configured = 1280;
		let isUp = true;
		let asked = 0;
		const machine = createFakeMachine({
			files: {'/sys/class/net/wt0/mtu': '1280\n', ...files},
			environment: {HOME: '/root'},
			programs: {
				[grep]: () => ({stdout: `"MTU": ${configured}\n`}),
				'wg show all public-key': 'wg1\tother\nwt0\town\n',
				netbird([verb, , mtu]) {
					if (verb === 'status') {
						asked += 1;
						const isConnected = isUp && asked > connectsAfter;
						return {stdout: JSON.stringify({daemonStatus: isConnected ? 'Connected' : 'Connecting', publicKey: 'own'})};
					}
					if (verb === 'down') {
						isUp = false;
						asked = 0;
						return {stdout: 'Disconnected\n'};
					}
					if (isUp) {
						return {stdout: 'Already connected\n'};
					}
					isUp = true;
					configured = Number(mtu);
					return {stdout: 'Connected\n'};
				},
			},
		});
		return {
			machine,
			read: () => readSetting(netbird, machine.host),
			write: (to: string) => writeSetting(netbird, to, machine.host),
		};
	}

	test('goes down before it comes up with another MTU, and is waited for', async () => {
		const {machine, read, write} = setUp(5);
		expect(await read()).toBe('1280');
		await write('1420');
		expect(await read()).toBe('1420');
		const runs = machine.acts.filter(act => act.startsWith('run netbird')).slice(0, 3);
		expect(runs).toEqual(['run netbird status --json', 'run netbird down', 'run netbird up --mtu 1420']);
		expect(machine.time).toBeGreaterThan(1000);
	});

	test('that says it was connected already has changed nothing', async () => {
		const {machine, write} = setUp();
		machine.programs.set('netbird down', () => ({status: 1, stderr: 'refused'}));
		await expect(write('1420')).rejects.toThrow('netbird up --mtu 1420: Already connected');
	});

	test('that does not connect again is an error in time', async () => {
		const {write} = setUp(1e6);
		await expect(write('1420')).rejects.toMatchObject({code: 'ETIMEDOUT'});
	});

	test('without a known configuration is what its interface has, told by its public key', async () => {
		const {machine, read} = setUp();
		machine.programs.set(grep, () => ({status: 1}));
		expect(await read()).toBe('1280');
		machine.programs.set('wg show all public-key', 'wg1\tother\n');
		await expect(read()).rejects.toMatchObject({code: 'ENODEV'});
	});

	const serviceState = '/var/lib/netbird/active_profile.json';
	const ownChoice = '/root/.config/netbird/active_profile.txt';

	test.each([
		['its service uses', {[serviceState]: '{"name":"work","username":"root"}'}],
		['this user has chosen', {[serviceState]: '{"name":"default"}', [ownChoice]: 'work\n'}],
	])('is left alone with another profile that %s: what is read would not be what is written', async (_, files) => {
		const {machine, read, write} = setUp(0, files);
		await expect(read()).rejects.toThrow("NetBird uses its profile 'work'");
		await expect(write('1420')).rejects.toThrow('netbird profile select default');
		expect(machine.acts).toEqual([]);
	});

	test('is read and written where its usual profile is named', async () => {
		const {read, write} = setUp(0, {[serviceState]: '{"name":"default","username":""}', [ownChoice]: 'default'});
		await write('1420');
		expect(await read()).toBe('1420');
	});

	test('takes nothing but a number', async () => {
		const {machine, write} = setUp();
		await expect(write('1420 --setup-key x')).rejects.toMatchObject({code: 'EINVAL'});
		expect(machine.acts).toEqual([]);
	});
});
