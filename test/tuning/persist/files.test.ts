import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {mark, persistPaths, writePersistFiles} from '../../../source/tuning/persist/files.ts';
import {collectWanted} from '../../../source/tuning/persist/wanted.ts';
import {everything, links, makeState} from '../../helpers/persist-sample.ts';

function write(
	values: readonly (readonly [Setting, string])[],
	irqbalanceArguments: readonly string[] = [],
): Map<string, string> {
	const {wanted} = collectWanted(makeState(values), links);
	const files = writePersistFiles({wanted, version: '1.2.3', irqbalanceArguments});
	return new Map(files.map(({path: name, text}) => [name, text]));
}

const all = write(everything, ['--deepestcache=2']);
const rules = '/etc/udev/rules.d/99-nbtop.rules';
const unit = '/etc/systemd/system/nbtop-persist@.service';
const script = '/usr/local/sbin/nbtop-persist';

function hasProgram(name: string): boolean {
	try {
		execFileSync('sh', ['-c', `command -v ${name}`]);
		return true;
	} catch {
		return false;
	}
}

function makeFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-persist-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	return folder;
}

test('only what is in force is written: nothing in force, no file', () => {
	expect(write([])).toEqual(new Map());
	expect([...write([[{kind: 'sysctl', name: 'net.core.netdev_budget'}, '600']]).keys()]).toEqual([
		'/etc/sysctl.d/99-zz-nbtop.conf',
		'/etc/nbtop-persist.json',
	]);
});

test('every file says what made it and how it goes, and is one that --remove looks for', () => {
	for (const [name, text] of all) {
		expect(text).toContain(mark);
		expect(text).toContain('nbtop persist --remove');
		expect(persistPaths).toContain(name);
	}
	expect(all.size).toBe(persistPaths.length - 1);
});

test('sysctls stand in the file that is read last, and a missing one fails nothing', () => {
	expect(all.get('/etc/sysctl.d/99-zz-nbtop.conf')?.split('\n').slice(1)).toEqual([
		'-net.core.netdev_max_backlog = 10000',
		'-net.ipv4.tcp_rmem = 4096 131072 16777216',
		'-net.ipv4.tcp_congestion_control = bbr',
		'-net.core.default_qdisc = fq',
		'',
	]);
	expect('99-zz-nbtop.conf' > '99-sysctl.conf').toBe(true);
});

test('the modules that a value names are loaded before it is set', () => {
	expect(all.get('/etc/modules-load.d/nbtop.conf')?.split('\n').slice(1)).toEqual(['tcp_bbr', 'sch_fq', '']);
});

test('udev knows a NIC by its driver, a tunnel by its name, and gives their queues RPS when they come', () => {
	expect(all.get(rules)?.split('\n').slice(1)).toEqual([
		'# eth0',
		'ACTION=="add", SUBSYSTEM=="net", DRIVERS=="virtio_net", RUN+="/usr/local/sbin/nbtop-persist early $name"',
		'ACTION!="remove", SUBSYSTEM=="net", DRIVERS=="virtio_net", TAG+="systemd", ENV{SYSTEMD_WANTS}+="nbtop-persist@.service"',
		'ACTION=="add", SUBSYSTEM=="queues", KERNEL=="rx-*", DRIVERS=="virtio_net", RUN+="/usr/local/sbin/nbtop-persist queue %p"',
		'# wt0',
		'ACTION!="remove", SUBSYSTEM=="net", KERNEL=="wt0", TAG+="systemd", ENV{SYSTEMD_WANTS}+="nbtop-persist@.service"',
		'ACTION=="add", SUBSYSTEM=="queues", KERNEL=="rx-*", SUBSYSTEMS=="net", KERNELS=="wt0", ATTR{rps_cpus}="f", ATTR{rps_flow_cnt}="4096"',
		'',
	]);
});

test('each rule is one that udev can read', () => {
	const key = /^(?:ACTION|SUBSYSTEMS?|KERNELS?|DRIVERS|TAG|RUN|ATTR\{\w+\}|ENV\{\w+\})(?:==|!=|\+=|=)"[^"]*"$/;
	const lines =
		all
			.get(rules)
			?.split('\n')
			.filter(line => line !== '' && !line.startsWith('#')) ?? [];
	expect(lines.every(line => line.split(', ').every(part => key.test(part)))).toBe(true);
});

test.skipIf(!hasUdevadmVerify())('udevadm finds nothing wrong with the rules', () => {
	const file = `${makeFolder()}/99-nbtop.rules`;
	writeFileSync(file, all.get(rules) ?? '');
	expect(() => execFileSync('udevadm', ['verify', '--resolve-names=never', file])).not.toThrow();
});

function hasUdevadmVerify(): boolean {
	try {
		return execFileSync('udevadm', ['verify', '--help'], {stdio: 'pipe'}).toString().includes('verify');
	} catch {
		return false;
	}
}

test.skipIf(!hasProgram('shellcheck'))('shellcheck finds nothing wrong with the scripts', () => {
	const folder = makeFolder();
	for (const name of [script, '/usr/local/sbin/nbtop-irq-policy']) {
		const file = `${folder}/${path.basename(name)}`;
		writeFileSync(file, all.get(name) ?? '');
		expect(runQuietly('shellcheck', ['--shell=sh', file])).toBe('');
	}
});

test.skipIf(!hasProgram('systemd-analyze'))('systemd finds nothing wrong with the unit', () => {
	const folder = makeFolder();
	// The script is not on this machine.
	const text = (all.get(unit) ?? '').replace(script, '/bin/true');
	writeFileSync(`${folder}/nbtop-persist@.service`, text);
	writeFileSync(`${folder}/nbtop-persist@sys-devices-virtual-net-wt0.service`, text);
	const words = ['verify', '--man=no', `${folder}/nbtop-persist@sys-devices-virtual-net-wt0.service`];
	expect(runQuietly('systemd-analyze', words)).not.toMatch(/nbtop-persist/);
});

/** What a program says about what is wrong. */
function runQuietly(program: string, args: readonly string[]): string {
	try {
		execFileSync(program, args, {stdio: 'pipe'});
		return '';
	} catch (error) {
		const {stdout, stderr} = error as {stdout: Buffer; stderr: Buffer};
		return `${stdout}${stderr}`;
	}
}

test('irqbalance is told by name, and keeps the arguments that it has', () => {
	expect(all.get('/etc/default/nbtop-irqbalance')).toContain(
		'IRQBALANCE_ARGS="--deepestcache=2 --policyscript=/usr/local/sbin/nbtop-irq-policy"',
	);
	expect(all.get('/etc/systemd/system/irqbalance.service.d/nbtop.conf')?.split('\n')).toEqual(
		expect.arrayContaining(['[Service]', 'EnvironmentFile=-/etc/default/nbtop-irqbalance', 'PrivateNetwork=no']),
	);
	const stopped = write([[{kind: 'service', unit: 'irqbalance.service'}, 'inactive']]);
	expect(stopped.get('/etc/systemd/system/irqbalance.service.d/nbtop.conf')).toContain(
		'ConditionPathExists=!/etc/nbtop-persist.json',
	);
});

test('what NetBird keeps itself is left to it, and a name that a shell or udev could misread goes nowhere', () => {
	const hostile: Setting = {kind: 'mtu', device: `a"$(id)'`};
	const {wanted, notes} = collectWanted(
		makeState([
			[{kind: 'netbird-mtu'}, '1420'],
			[hostile, '1420'],
			[{kind: 'sysctl', name: 'net.core.netdev_budget'}, '600\n; reboot'],
		]),
		links,
	);
	expect(wanted).toEqual([]);
	expect(notes).toEqual([
		'MTU of NetBird’s tunnel: NetBird keeps it in its own configuration already',
		`MTU of a"$(id)': its name has characters that mean something to a shell or to udev`,
		'net.core.netdev_budget: its value has characters of its own',
	]);
});
