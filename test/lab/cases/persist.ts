import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {tell, waitUntil} from '../tune.ts';

const lab = needLab({LAB_INIT: 'systemd', LAB_DISK: 'keep', LAB_UDEV: 'on'});
const network = `${import.meta.dirname}/../guest/network`;

const steps = ['channels', 'rps-rfs', 'bbr-fq', 'mtu'] as const;

/** What the kernel's own tools say of what the steps set, and what they are to say. */
const witnesses = {
	queues: {ask: 'ethtool -l eth0 | sed -n "s/^Combined:[[:space:]]*//p" | tail -n 1', wanted: '4'},
	qdisc: {ask: 'tc qdisc show dev eth0 | grep -v " mq " | cut -d" " -f2 | sort -u', wanted: 'fq'},
	bbr: {ask: 'sysctl -n net.ipv4.tcp_congestion_control net.core.default_qdisc', wanted: 'bbr fq'},
	rps: {
		ask: 'cat /sys/class/net/wt0/queues/rx-0/rps_cpus /sys/class/net/wt0/queues/rx-0/rps_flow_cnt; sysctl -n net.core.rps_sock_flow_entries',
		wanted: 'f 32768 32768',
	},
	mtu: {ask: 'cat /sys/class/net/wt0/mtu', wanted: '1440'},
} as const;

type Witness = keyof typeof witnesses;
const all = Object.keys(witnesses) as Witness[];
const ofTunnel: readonly Witness[] = ['rps', 'mtu'];
const ofNic: readonly Witness[] = ['queues', 'qdisc'];

async function ask(names: readonly Witness[]): Promise<Record<string, string>> {
	const lines = names.map(name => `echo "${name}=$(echo $(${witnesses[name].ask}))"`);
	const text = await lab.sh(lines.join('\n'));
	return Object.fromEntries(
		text
			.trim()
			.split('\n')
			.map(line => line.split('=') as [string, string]),
	);
}

const wanted = (names: readonly Witness[]): Record<string, string> =>
	Object.fromEntries(names.map(name => [name, witnesses[name].wanted]));

/** udev and systemd take their time after a device has come. */
async function expectSoon(names: readonly Witness[], what: string, seconds = 90): Promise<void> {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const now = await ask(names);
		if (JSON.stringify(now) === JSON.stringify(wanted(names)) || Date.now() > end) {
			expect.soft(now, what).toEqual(wanted(names));
			return;
		}
	}
}

/** The driver finds two CPUs when it makes its queues, and so makes two of four; addresses and tunnel are given to the new device. */
async function bindAnew(): Promise<void> {
	await lab.sh(`rm -f /run/bound; setsid bash -c '
		cd /sys/bus/virtio/drivers/virtio_net
		device=$(basename $(readlink -f /sys/class/net/eth0/device))
		sleep 1; echo $device >unbind; sleep 2
		echo 0 >/sys/devices/system/cpu/cpu2/online; echo 0 >/sys/devices/system/cpu/cpu3/online
		echo $device >bind
		echo 1 >/sys/devices/system/cpu/cpu2/online; echo 1 >/sys/devices/system/cpu/cpu3/online
		${network} connect; touch /run/bound' >/dev/null 2>&1 </dev/null &`);
	await lab.sh('for i in {1..100}; do [[ ! -e /run/bound ]] || exit 0; sleep 0.5; done; exit 1', {timeout: 120});
}

/** Every file where configuration lies: its kind, mode, owner, and what is in it. */
async function listFiles(): Promise<string[]> {
	const folders =
		'/etc /usr/local/bin /usr/local/sbin /lib/systemd /lib/udev /lib/sysctl.d /lib/modules-load.d /var/lib/nbtop';
	const names = `find ${folders} -xdev -printf '%p %y %m %u %l\\n'`;
	const sums = `find ${folders} -xdev -type f -size -200k -print0 | xargs -0 md5sum`;
	return (await lab.sh(`(${names}; ${sums}) | sort`, {timeout: 300})).trim().split('\n');
}

const differ = (before: readonly string[], after: readonly string[]): string[] => [
	...before.filter(line => !after.includes(line)).map(line => `-${line}`),
	...after.filter(line => !before.includes(line)).map(line => `+${line}`),
];

test('what is persisted outlives a restart, a tunnel and a NIC that come anew; --verify tells what is not so, and --remove leaves no trace', {
	timeout: 840_000,
}, async () => {
	await lab.sh('rm -rf /var/lib/nbtop');
	const before = await ask(all);
	expect(all.filter(name => before[name] === witnesses[name].wanted)).toEqual([]);
	for (const step of steps) {
		const {outcome, reason} = await tell(lab, `tune ${step} --yes`);
		expect(outcome?.kind, `${step} ${reason ?? ''} ${outcome?.reason ?? ''}`).toBe('applied');
		if (outcome?.deadline !== undefined) {
			await lab.sh('nbtop confirm');
		}
	}
	expect(await ask(all)).toEqual(wanted(all));

	const files = await listFiles();
	await lab.sh('nbtop persist --install --yes', {timeout: 180});
	const unit = '/etc/systemd/system/nbtop-persist@.service';
	expect.soft(await lab.sh(`systemd-analyze verify ${unit} 2>&1 | grep nbtop || true`)).toBe('');
	await lab.reboot();
	await expectSoon(all, 'after the restart');
	const verified = await lab.run(['nbtop', 'persist', '--verify'], {timeout: 120});
	expect.soft(verified.stdout).toContain('all as wanted');
	expect.soft(verified.exitCode).toBe(0);
	const again = await lab.run(['nbtop', 'persist', '--install', '--yes'], {timeout: 120});
	expect.soft(again.stdout).toContain('all of it is written already');

	// NetBird makes its interface anew at each start: another one of the same name.
	await lab.sh(`${network} connect`);
	await expectSoon(ofTunnel, 'after the tunnel came anew');
	await bindAnew();
	await expectSoon([...ofNic, ...ofTunnel], 'after the NIC came anew');

	await lab.sh(`ip link set wt0 mtu 1300; echo 'net.core.rps_sock_flow_entries = 64' >/etc/sysctl.d/50-other.conf
		sysctl -q -p /etc/sysctl.d/50-other.conf`);
	const drifted = await lab.run(['nbtop', 'persist', '--verify'], {timeout: 120});
	expect.soft(drifted.exitCode).toBe(1);
	expect
		.soft(drifted.stdout)
		.toMatch(/^! .*rps_sock_flow_entries is 64, wanted 32768: it is also set in \/etc\/sysctl\.d\/50-other\.conf$/m);
	expect.soft(drifted.stdout).toMatch(/^! .*wt0.* is 1300, wanted 1440/m);
	expect.soft(drifted.stdout).toMatch(/^2 of \d+ not as wanted$/m);
	await lab.sh('rm /etc/sysctl.d/50-other.conf');

	await lab.sh('nbtop persist --remove', {timeout: 120});
	expect(differ(files, await listFiles())).toEqual([]);
	expect(await lab.sh("systemctl list-units --plain --no-legend 'nbtop*'")).toBe('');
	// And nothing gives anything to what comes now.
	await bindAnew();
	expect(await ask(['queues', 'mtu'])).toEqual({queues: '2', mtu: '1280'});
});

test('irqbalance leaves alone what was pinned, also when it is started anew in a sandbox, and no longer when that is removed', {
	timeout: 600_000,
}, async () => {
	const files =
		'$(awk -F: "/virtio3-(in|out)put/ {print \\"/proc/irq/\\" \\$1 + 0 \\"/smp_affinity_list\\"}" /proc/interrupts)';
	const pileUp = `for file in ${files}; do echo 1 >$file; done`;
	const look = async (): Promise<string> => (await lab.sh(`cat ${files}`)).trim().replaceAll(/\s+/g, ' ');
	const unit = '/etc/systemd/system/irqbalance.service.d';
	try {
		// As irqbalance's own unit has it since 1.9.4.
		await lab.sh(`rm -rf /var/lib/nbtop; mkdir -p ${unit}; ethtool -L eth0 combined 4
			printf '%s\\n' '[Service]' PrivateNetwork=yes PrivateUsers=true ProtectSystem=strict NoNewPrivileges=yes >${unit}/10-sandbox.conf
			systemctl daemon-reload; systemctl start irqbalance; sleep 25; ${pileUp}`);
		const {outcome, reason} = await tell(lab, 'tune irq-affinity --yes');
		expect(outcome?.kind, reason).toBe('applied');
		const pinned = await look();
		await lab.sh('nbtop persist --install --yes && systemctl restart irqbalance', {timeout: 180});
		// It looks every ten seconds.
		await lab.sh('sleep 30');
		expect.soft(await look()).toBe(pinned);
		const {stdout, exitCode} = await lab.run(['nbtop', 'persist', '--verify'], {timeout: 120});
		expect.soft(stdout).toContain('what /usr/local/sbin/nbtop-irq-policy tells it');
		expect.soft(exitCode, stdout).toBe(0);
		await lab.sh(`nbtop persist --remove && systemctl restart irqbalance && ${pileUp}`, {timeout: 180});
		await waitUntil(lab, `[ "$(echo $(cat ${files}))" != '1 1 1 1 1 1 1 1' ]`, 90);
	} finally {
		await lab.sh(`systemctl stop irqbalance; rm -rf ${unit}`);
	}
});
