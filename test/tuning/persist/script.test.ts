import {execFileSync} from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {LinkFacts} from '../../../source/model/facts.ts';
import {writePersistFiles} from '../../../source/tuning/persist/files.ts';
import {scriptPath} from '../../../source/tuning/persist/script.ts';
import {collectWanted} from '../../../source/tuning/persist/wanted.ts';
import {everything, links, makeState} from '../../helpers/persist-sample.ts';

// The script, run by a real shell on a made /sys and /proc, with made programs.

const shells = ['sh', 'dash', 'bash'].filter(name => {
	try {
		execFileSync('sh', ['-c', `command -v ${name}`]);
		return true;
	} catch {
		return false;
	}
});

/** Answers like ethtool, keeps what it is told, and writes down what was set. */
const ethtool = `#!/bin/sh
state=$(dirname "$0")/../nic
case $1 in
-l) printf 'Channel parameters for %s:\\nPre-set maximums:\\nRX:\\t\\tn/a\\nCombined:\\t2\\nCurrent hardware settings:\\nRX:\\t\\tn/a\\nCombined:\\t%s\\n' "$2" "$(cat "$state/combined")" ;;
-g) printf 'Ring parameters for %s:\\nPre-set maximums:\\nRX:\\t\\t4096\\nRX Mini:\\tn/a\\nCurrent hardware settings:\\nRX:\\t\\t%s\\nRX Mini:\\tn/a\\n' "$2" "$(cat "$state/ring")" ;;
-n) cat "$state/hash" ;;
-L) echo "$4" >"$state/combined"; echo "$*" >>"$state/acts" ;;
-G) echo "$4" >"$state/ring"; echo "$*" >>"$state/acts" ;;
-N) printf 'IP SA\\nIP DA\\nL4 bytes 0 & 1 [x]\\nL4 bytes 2 & 3 [x]\\n' >"$state/hash"; echo "$*" >>"$state/acts" ;;
*) echo "$*" >>"$state/acts" ;;
esac
`;
const tc = `#!/bin/sh
state=$(dirname "$0")/../nic
if [ "$2" = show ]; then cat "$state/qdisc"; exit; fi
echo "tc $* default=$(cat "$state/../proc/sys/net/core/default_qdisc")" >>"$state/acts"
printf 'qdisc mq 0: root\\nqdisc fq 0: parent :1 limit\\n' >"$state/qdisc"
`;

interface Machine {
	readonly folder: string;
	read(file: string): string;
	run(...words: string[]): string;
	acts(): string[];
}

function setUp(shell = 'sh', facts: readonly LinkFacts[] = links, edit = (text: string) => text): Machine {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-script-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	const write = (file: string, text: string, mode = 0o644): void => {
		mkdirSync(path.dirname(`${folder}/${file}`), {recursive: true});
		writeFileSync(`${folder}/${file}`, text, {mode});
	};
	const pci = 'sys/devices/pci0000:00/0000:00:04.0';
	const net = `${pci}/virtio5/net/eth0`;
	const files: Record<string, string> = {
		[`${net}/flags`]: '0x1003\n',
		[`${net}/address`]: '00:0d:3a:00:00:01\n',
		[`${net}/uevent`]: 'INTERFACE=eth0\n',
		[`${net}/queues/rx-0/rps_cpus`]: '0\n',
		[`${net}/queues/rx-1/rps_cpus`]: '0\n',
		[`${net}/queues/tx-0/xps_cpus`]: '0\n',
		[`${net}/queues/tx-1/xps_cpus`]: '0\n',
		[`${pci}/msi_irqs/40`]: 'msix\n',
		[`${pci}/msi_irqs/41`]: 'msix\n',
		[`${pci}/msi_irqs/42`]: 'msix\n',
		'sys/kernel/irq/40/actions': 'virtio5-config\n',
		'sys/kernel/irq/41/actions': 'virtio5-input.0\n',
		'sys/kernel/irq/42/actions': 'virtio5-output.0\n',
		'proc/irq/40/smp_affinity_list': '0-3\n',
		'proc/irq/41/smp_affinity_list': '0-3\n',
		'proc/irq/42/smp_affinity_list': '0-3\n',
		'proc/sys/net/core/default_qdisc': 'fq_codel\n',
		'sys/devices/virtual/net/wt0/uevent': 'DEVTYPE=wireguard\nINTERFACE=wt0\n',
		'sys/devices/virtual/net/wt0/flags': '0x91\n',
		'sys/devices/virtual/net/wt0/mtu': '1280\n',
		'sys/devices/virtual/net/wt0/threaded': '0\n',
		'sys/devices/virtual/net/wt0/queues/rx-0/rps_cpus': '0\n',
		'sys/devices/virtual/net/wt0/queues/rx-0/rps_flow_cnt': '0\n',
		'nic/combined': '1\n',
		'nic/ring': '256\n',
		'nic/hash': 'IP SA\nIP DA\n',
		'nic/qdisc': 'qdisc mq 0: root\nqdisc fq_codel 0: parent :1 limit\n',
	};
	for (const [file, text] of Object.entries(files)) {
		write(file, text);
	}
	write('bin/ethtool', ethtool, 0o755);
	write('bin/tc', tc, 0o755);
	mkdirSync(`${folder}/sys/class/net`, {recursive: true});
	linkDriver(folder, 'virtio_net');
	symlinkSync('../..', `${folder}/${net}/device`);
	symlinkSync('../../devices/pci0000:00/0000:00:04.0/virtio5/net/eth0', `${folder}/sys/class/net/eth0`);
	symlinkSync('../../devices/virtual/net/wt0', `${folder}/sys/class/net/wt0`);

	const {wanted} = collectWanted(makeState(everything), facts);
	const script = writePersistFiles({wanted, version: '1'}).find(({path: name}) => name === scriptPath)?.text ?? '';
	const moved = edit(script)
		.replaceAll('/sys/', `${folder}/sys/`)
		.replaceAll(`/proc${folder}/sys/`, `${folder}/proc/sys/`)
		.replaceAll('/proc/irq', `${folder}/proc/irq`)
		.replace('"/sys$2"', `"${folder}/sys$2"`)
		.replace(/^PATH=/m, `PATH=${folder}/bin:`);
	write('script', moved, 0o755);
	return {
		folder,
		read: file => readFileSync(`${folder}/${file}`, 'utf8').trim(),
		run: (...words) =>
			execFileSync(shell, [`${folder}/script`, ...words], {
				stdio: 'pipe',
			}).toString(),
		acts: () => (existsSync(`${folder}/nic/acts`) ? readFileSync(`${folder}/nic/acts`, 'utf8').trim().split('\n') : []),
	};
}

function linkDriver(folder: string, name: string): void {
	const link = `${folder}/sys/devices/pci0000:00/0000:00:04.0/virtio5/driver`;
	mkdirSync(`${folder}/sys/bus/${name}`, {recursive: true});
	rmSync(link, {force: true});
	symlinkSync(`${folder}/sys/bus/${name}`, link);
}

test.each(shells)('%s gives a device all that was wanted, in the order in which it holds', shell => {
	const machine = setUp(shell);
	machine.run('device', '/sys/devices/pci0000:00/0000:00:04.0/virtio5/net/eth0');
	expect(machine.acts()).toEqual([
		'-L eth0 combined 2',
		'-G eth0 rx 1024',
		'-N eth0 rx-flow-hash udp4 sdfn',
		'-X eth0 equal 4',
		'tc qdisc replace dev eth0 root mq default=fq',
		'tc qdisc delete dev eth0 root default=fq',
	]);
	expect(['rx-0', 'rx-1'].map(queue => machine.read(`sys/class/net/eth0/queues/${queue}/rps_cpus`))).toEqual([
		'c',
		'3',
	]);
	expect([40, 41, 42].map(irq => machine.read(`proc/irq/${irq}/smp_affinity_list`))).toEqual(['0-3', '1', '1']);
	expect(machine.read('proc/sys/net/core/default_qdisc')).toBe('fq_codel');
	expect(machine.read('sys/class/net/wt0/mtu')).toBe('1280');
});

test('a second run changes nothing', () => {
	const machine = setUp();
	machine.run('device', 'eth0');
	const before = machine.acts().filter(act => !act.startsWith('-X'));
	machine.run('device', 'eth0');
	expect(machine.acts().filter(act => !act.startsWith('-X'))).toEqual(before);
});

test('never lowers what is higher', () => {
	const machine = setUp();
	writeFileSync(`${machine.folder}/nic/ring`, '2048\n');
	machine.run('early', 'eth0');
	expect(machine.read('nic/ring')).toBe('2048');
});

test('a tunnel gets its own, and a queue that comes again its RPS', () => {
	const machine = setUp();
	machine.run('device', 'wt0');
	const folder = 'sys/class/net/wt0';
	const files = ['mtu', 'threaded', 'queues/rx-0/rps_cpus', 'queues/rx-0/rps_flow_cnt'];
	expect(files.map(file => machine.read(`${folder}/${file}`))).toEqual(['1420', '1', 'f', '4096']);
	expect(machine.acts()).toEqual([]);

	machine.run('queue', '/devices/pci0000:00/0000:00:04.0/virtio5/net/eth0/queues/rx-1');
	expect(machine.read('sys/class/net/eth0/queues/rx-1/rps_cpus')).toBe('3');
	expect(machine.read('sys/class/net/eth0/queues/rx-0/rps_cpus')).toBe('0');
});

test('a tunnel that is just being made gets its MTU when it is up, after that of who makes it', () => {
	const machine = setUp();
	const wt0 = `${machine.folder}/sys/devices/virtual/net/wt0`;
	writeFileSync(`${wt0}/flags`, '0x90\n');
	writeFileSync(`${wt0}/mtu`, '1420\n');
	const bringUp = `#!/bin/sh\necho 1280 >'${wt0}/mtu'\necho 0x91 >'${wt0}/flags'\n`;
	writeFileSync(`${machine.folder}/bin/sleep`, bringUp, {mode: 0o755});
	machine.run('device', 'wt0');
	if (machine.read('sys/class/net/wt0/flags') === '0x90') {
		execFileSync(`${machine.folder}/bin/sleep`); // nobody has waited for it
	}
	expect(machine.read('sys/class/net/wt0/mtu')).toBe('1420');
});

test('finds a device under another name by its address, and touches none that is another', () => {
	const machine = setUp();
	const net = `${machine.folder}/sys/class/net`;
	renameSync(`${net}/eth0`, `${net}/ens5`);
	machine.run('device', 'ens5');
	expect(machine.acts()[0]).toBe('-L ens5 combined 2');

	const other = setUp();
	const folder = `${other.folder}/sys/class/net`;
	renameSync(`${folder}/eth0`, `${folder}/ens5`);
	writeFileSync(`${folder}/ens5/address`, '02:00:00:00:00:09\n');
	other.run('device', 'ens5');
	expect(other.acts()).toEqual([]);

	const driver = setUp();
	linkDriver(driver.folder, 'hv_netvsc');
	driver.run('device', 'eth0');
	expect(driver.acts()).toEqual([]);
});

test('a VF that Azure has given anew is found by what it belongs to', () => {
	const vf = {mac: '00:0d:3a:ff:ff:ff', driver: 'virtio_net', master: 'eth9', msiIrqs: [28]};
	const [eth0 = {} as LinkFacts, ...rest] = links;
	const machine = setUp('sh', [{...eth0, ...vf, name: 'enP1s1'}, ...rest], text =>
		text.replaceAll('is_device "$1" eth0', 'is_device "$1" enP1s1'),
	);
	expect(machine.run('device', 'eth0')).toBe('');
	expect(machine.acts()).toEqual([]);
	symlinkSync('../eth9', `${machine.folder}/sys/class/net/eth0/master`);
	const known = setUp('sh', links, text =>
		text.replace(
			'is_device "$1" eth0 00:0d:3a:00:00:01 virtio_net \'\'',
			'is_device "$1" enP1s1 00:0d:3a:ff:ff:ff virtio_net eth9',
		),
	);
	symlinkSync('../eth9', `${known.folder}/sys/class/net/eth0/master`);
	known.run('early', 'eth0');
	expect(known.acts()[0]).toBe('-L eth0 combined 2');
});

test('irqbalance is told to leave alone what was pinned, and nothing else', () => {
	const machine = setUp();
	expect(machine.run('irq', '41')).toBe('ban=true\n');
	expect(machine.run('irq', '40')).toBe('');
	expect(machine.run('irq', '7')).toBe('');
});

test('irqbalance asks for interrupts by the thousand: for one of another device no program runs', () => {
	const machine = setUp();
	for (const name of ['cat', 'readlink', 'basename', 'grep', 'sed', 'ls']) {
		const text = `#!/bin/sh\necho ${name} >>${machine.folder}/nic/acts\nPATH=/usr/bin:/bin exec ${name} "$@"\n`;
		writeFileSync(`${machine.folder}/bin/${name}`, text, {mode: 0o755});
	}
	machine.run('irq', '7');
	expect(machine.acts()).toEqual([]);
	expect(machine.run('irq', '42')).toBe('ban=true\n');
	expect(machine.acts()).toContain('readlink');
});

test('a value that is refused is named, and the rest is set all the same', () => {
	const machine = setUp();
	rmSync(`${machine.folder}/proc/irq/41`, {recursive: true});
	expect(() => machine.run('device', 'eth0')).toThrow(/smp_affinity_list is +and does not take 1/);
	expect(machine.read('proc/irq/42/smp_affinity_list')).toBe('1');
});

test('a qdisc that somebody else has set up stays', () => {
	const machine = setUp();
	writeFileSync(`${machine.folder}/nic/qdisc`, 'qdisc htb 1: root refcnt 2\n');
	expect(() => machine.run('device', 'eth0')).toThrow('was set up by somebody else');
	expect(machine.acts().filter(act => act.startsWith('tc'))).toEqual([]);
});

test('a wrong call is refused', () => {
	expect(() => setUp().run('everything')).toThrow('usage');
});
