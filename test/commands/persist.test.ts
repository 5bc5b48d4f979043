import {expect, test} from 'vitest';
import type {Flags, Terminal} from '../../source/commands/command.ts';
import {persist} from '../../source/commands/persist.ts';
import {undo} from '../../source/commands/undo.ts';
import {revertTransaction} from '../../source/tuning/revert.ts';
import {confirm} from '../../source/tuning/undo.ts';
import type {FakeMachine} from '../helpers/host.ts';
import {backlog, backlogFile, budget, budgetFile, setUp, startProgram} from '../helpers/tuning.ts';

const sysctlFile = '/etc/sysctl.d/99-zz-nbtop.conf';

async function run(machine: FakeMachine, flags: Flags, command = persist) {
	let output = '';
	const stdout = {
		write(text: string) {
			output += text;
		},
	};
	const terminal = {stdout, isScreen: false} as unknown as Terminal;
	const {host} = machine;
	const context = {host, input: [], flags: {'state-dir': '/state', ...flags}, version: '1.2.3', terminal};
	return {status: await command.run(context), output};
}

/** A machine on which one step is in force. */
async function setUpTuned(): Promise<FakeMachine> {
	const {machine, apply} = setUp({programs: {systemctl: () => ({}), udevadm: () => ({})}});
	await apply('a', [{setting: budget, to: '600'}]);
	return machine;
}

test('shows what it would write, and writes nothing', async () => {
	const machine = await setUpTuned();
	const before = new Map(machine.files);
	const {status, output} = await run(machine, {});
	expect(status).toBe(0);
	expect(output).toContain(`+++ ${sysctlFile}`);
	expect(output).toContain('+-net.core.netdev_budget = 600');
	expect(machine.files).toEqual(before);
});

test('installs, tells systemd and udev, and removes until all is as it was', async () => {
	const machine = await setUpTuned();
	const before = new Map(machine.files);
	expect((await run(machine, {install: true, yes: true})).status).toBe(0);
	expect(machine.read(sysctlFile)).toContain('-net.core.netdev_budget = 600');
	expect(machine.acts).toContain('run systemctl daemon-reload');
	expect(machine.acts).toContain('run udevadm control --reload');
	expect((await run(machine, {install: true, yes: true})).output).toContain('all of it is written already');
	expect((await run(machine, {remove: true})).status).toBe(0);
	expect(machine.files).toEqual(before);
	expect((await run(machine, {remove: true})).output).toContain('nothing of nbtop persist is here');
});

test('says who has to call what on a machine without systemd', async () => {
	const machine = await setUpTuned();
	const {status, output} = await run(machine, {install: true, yes: true});
	expect(status).toBe(0);
	expect(output).toMatch(/^systemd does not run here; .*must call: sysctl --system$/m);
	machine.files.set('/run/systemd/system/a.slice', '');
	expect((await run(machine, {})).output).not.toContain('does not run here');
});

test('removing ends the units of the devices before their file goes', async () => {
	const unit = '/etc/systemd/system/nbtop-persist@.service';
	const machine = await setUpTuned();
	machine.files.set(unit, '# Written by nbtop persist\n');
	await run(machine, {remove: true});
	expect(machine.acts.filter(act => /systemctl|remove .*@/.test(act))).toEqual([
		'run systemctl stop nbtop-persist@*.service',
		'run systemctl reset-failed nbtop-persist@*.service',
		`remove ${unit}`,
		'run systemctl daemon-reload',
	]);
});

test('installs all or nothing: what was written before the file that is refused is as it was', async () => {
	const machine = await setUpTuned();
	await run(machine, {install: true, yes: true});
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}]);
	// Its module is one more file.
	machine.files.set('/proc/sys/net/ipv4/tcp_congestion_control', 'cubic\n');
	const congestion = {kind: 'sysctl', name: 'net.ipv4.tcp_congestion_control'} as const;
	await startProgram(machine).apply('c', [{setting: congestion, to: 'bbr'}]);
	const before = new Map(machine.files);
	machine.refuse.set('/etc/nbtop-persist.json', 'EROFS');
	await expect(run(machine, {install: true, yes: true})).rejects.toThrow('EROFS');
	expect(machine.acts).toContain('save /etc/modules-load.d/nbtop.conf');
	expect(machine.files).toEqual(before);
});

test('a file of the same name that somebody else has made is not removed', async () => {
	const machine = await setUpTuned();
	machine.files.set(sysctlFile, 'kernel.panic = 10\n');
	await run(machine, {remove: true});
	expect(machine.read(sysctlFile)).toBe('kernel.panic = 10');
});

test('asks before it writes: where nobody can be asked, --yes', async () => {
	await expect(run(await setUpTuned(), {install: true})).rejects.toThrow('--yes');
	await expect(run(await setUpTuned(), {install: true, remove: true})).rejects.toThrow('one of');
});

test('with no step in force there is nothing to make last', async () => {
	const {machine} = setUp();
	expect(await run(machine, {install: true, yes: true})).toMatchObject({status: 1});
	await expect(run(machine, {verify: true})).rejects.toThrow('install first');
});

test('verify names what is not as wanted, and the file that may have changed it', async () => {
	const machine = await setUpTuned();
	await run(machine, {install: true, yes: true});
	expect(await run(machine, {verify: true})).toMatchObject({status: 0});
	machine.files.set('/usr/lib/sysctl.d/99-zzz-cloud.conf', 'net.core.netdev_budget=300\n');
	machine.files.set(budgetFile, '300\n');
	const {status, output} = await run(machine, {verify: true});
	expect(status).toBe(1);
	expect(output).toContain(
		'! net.core.netdev_budget is 300, wanted 600: it is also set in /usr/lib/sysctl.d/99-zzz-cloud.conf',
	);
});

test('after a restart what was made to last stays, beside what is tuned since', async () => {
	const machine = await setUpTuned();
	await run(machine, {install: true, yes: true});
	machine.files.set('/proc/sys/kernel/random/boot_id', 'boot-two\n');
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}]);
	await run(machine, {install: true, yes: true});
	expect(machine.read(sysctlFile).split('\n').slice(1)).toEqual([
		'-net.core.netdev_max_backlog = 10000',
		'-net.core.netdev_budget = 600',
	]);
});

test('what was undone is dropped from the files at the next install, and undo says so', async () => {
	const machine = await setUpTuned();
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}]);
	await run(machine, {install: true, yes: true});
	const {output} = await run(machine, {}, undo);
	expect(output).toContain('nbtop persist --install drops it');
	expect(machine.read(backlogFile)).toBe('1000');
	await run(machine, {install: true, yes: true});
	expect(machine.read(sysctlFile)).not.toContain('netdev_max_backlog');
	expect(machine.read(sysctlFile)).toContain('netdev_budget');
});

test('what was made to last and cannot be seen now stays in the files; what has another value goes, and is named', async () => {
	const machine = await setUpTuned();
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}]);
	await run(machine, {install: true, yes: true});
	machine.files.set('/proc/sys/kernel/random/boot_id', 'boot-two\n');
	machine.files.delete(backlogFile);
	machine.files.set(budgetFile, '300\n');
	const {output} = await run(machine, {install: true, yes: true});
	expect(output).toContain('not among them: net.core.netdev_budget: it was 600, and is 300 now');
	expect(machine.read(sysctlFile).split('\n').slice(1)).toEqual(['-net.core.netdev_max_backlog = 10000']);
});

test.each([
	['install', {install: true, yes: true}],
	['print', {print: '/home/me/files'}],
] as const)('what waits to be confirmed is not made to last, and --%s says what to do', async (_, flags) => {
	const machine = await setUpTuned();
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}], 60);
	const before = new Map(machine.files);
	const words = `'Do b' waits to be confirmed: nbtop confirm b-2, or nbtop undo`;
	await expect(run(machine, flags)).rejects.toThrow(`nothing was written: ${words}`);
	const {output} = await run(machine, {});
	expect(output).toContain(`1 values in force\nnot among them: ${words}\n`);
	expect(output).not.toContain('--install writes this');
	expect(output).not.toContain('netdev_max_backlog');
	expect(machine.files).toEqual(before);
	await confirm('b-2', startProgram(machine).tools);
	await run(machine, flags);
	expect((await run(machine, {})).output).not.toContain('not among them');
});

test('a value that a guard could not put back, because somebody has changed it, is neither counted nor written', async () => {
	const {machine, apply, tools} = setUp({programs: {systemctl: () => ({}), udevadm: () => ({})}});
	await apply('a', [{setting: budget, to: '600'}], 60);
	machine.files.set(budgetFile, '450\n');
	await revertTransaction('a-1', 'not confirmed within 60 s', tools);
	const {output} = await run(machine, {});
	expect(output).toBe(
		`not among them: 'Do a' (a-1) was not put back completely: nbtop undo tries again\nnothing is in force that is to last\n`,
	);
	expect(await run(machine, {install: true, yes: true})).toMatchObject({status: 1});
	expect(machine.files.has(sysctlFile)).toBe(false);
});

test('a value that somebody else has changed since is not made to last, and both are named', async () => {
	const machine = await setUpTuned();
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}]);
	machine.files.set(budgetFile, '450\n');
	const {output} = await run(machine, {install: true, yes: true});
	expect(output).toContain('not among them: net.core.netdev_budget: it was 600, and is 450 now');
	expect(machine.read(sysctlFile).split('\n').slice(1)).toEqual(['-net.core.netdev_max_backlog = 10000']);
});

test('a policy script of the machine’s own keeps irqbalance, and nbtop says so', async () => {
	const socket = '/run/irqbalance/irqbalance77.sock';
	let banned = '';
	const {machine, apply} = setUp({
		files: {[socket]: '', '/proc/77/comm': 'irqbalance\n'},
		sockets: {
			[socket](message) {
				banned = message === 'setup' ? banned : 'IRQ 28 LOAD 0 DIFF 0 CLASS 0 ';
				return message === 'setup' ? `SLEEP 10 ${banned}BANNED 00000000` : '';
			},
		},
		programs: {systemctl: () => ({}), udevadm: () => ({})},
	});
	await apply('a', [
		{setting: {kind: 'irqbalance-ban'}, to: '28'},
		{setting: budget, to: '600'},
	]);
	const environment = '/etc/default/nbtop-irqbalance';
	await run(machine, {install: true, yes: true});
	expect(machine.read(environment)).toContain('IRQBALANCE_ARGS="--policyscript=/usr/local/sbin/nbtop-irq-policy"');
	machine.files.set('/etc/default/irqbalance', 'IRQBALANCE_ARGS="--policyscript=/usr/local/sbin/our-policy"\n');
	const {output} = await run(machine, {install: true, yes: true});
	expect(output).toContain(
		'not among them: interrupts that irqbalance leaves alone: irqbalance asks another script, /usr/local/sbin/our-policy',
	);
	expect(machine.files.has(environment)).toBe(false);
	expect(machine.read(sysctlFile)).toContain('netdev_budget');
});

test('what was set in another network namespace is not made to last from this one', async () => {
	const machine = await setUpTuned();
	machine.links.set('/proc/self/ns/net', 'net:[1]');
	await startProgram(machine).apply('b', [{setting: backlog, to: '10000'}]);
	machine.links.set('/proc/self/ns/net', 'net:[2]');
	const {output} = await run(machine, {install: true, yes: true});
	expect(output).toContain(`not among them: 'Do b' (b-2) was set in another network namespace (net:[1])`);
	expect(machine.read(sysctlFile).split('\n').slice(1)).toEqual(['-net.core.netdev_budget = 600']);
});

test('prints the same files below a folder', async () => {
	const machine = await setUpTuned();
	await run(machine, {print: '/home/me/files'});
	expect(machine.read(`/home/me/files${sysctlFile}`)).toContain('-net.core.netdev_budget = 600');
	expect(machine.files.has(sysctlFile)).toBe(false);
});
