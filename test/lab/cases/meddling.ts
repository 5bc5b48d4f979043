import {describe, expect, test, vi} from 'vitest';
import {needLab, prompt} from '../lab.ts';
import {compareKnobs, forget, readKnobs, tell} from '../tune.ts';

const lab = needLab();
vi.setConfig({testTimeout: 480_000});

const budget = '/proc/sys/net/core/netdev_budget';
const ofQueues =
	'$(awk -F: "/virtio3-(in|out)put/ {print \\"/proc/irq/\\" \\$1 + 0 \\"/smp_affinity_list\\"}" /proc/interrupts)';
/** Four queues, and the interrupts of all of them on one core. */
const pileUp = `ethtool -L eth0 combined 4; for file in ${ofQueues}; do echo 1 >$file; done`;

const text = async (line: string): Promise<string> => (await lab.sh(line)).trim().replaceAll(/\s+/g, ' ');

describe('another tool sets the same value', () => {
	test('between the plan and the write: nothing is written', async () => {
		await forget(lab);
		const screen = await lab.login(160, 50);
		screen.type('nbtop tune backlog-budget\r');
		await screen.waitFor('Apply this?', 120_000);
		await lab.sh(`echo 400 >${budget}`);
		const before = await readKnobs(lab);
		screen.type('y');
		await screen.waitFor(/netdev_budget is 400, was 300 when this was planned/, 60_000);
		await screen.waitFor(prompt);
		expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
	});

	test('after the write: undo refuses with the three values, and overwrites only when told to', async () => {
		const before = await forget(lab);
		expect((await tell(lab, 'tune backlog-budget --yes')).outcome).toMatchObject({kind: 'applied'});
		await lab.sh(`echo 777 >${budget}`);
		const refused = await tell(lab, 'undo');
		expect(refused.exitCode).toBe(1);
		expect(refused.results).toMatchObject([
			{kind: 'conflict', conflicts: [{original: '300', ours: '600', theirs: '777'}]},
		]);
		expect(await text(`cat ${budget} /proc/sys/net/core/netdev_max_backlog`)).toBe('777 10000');
		expect((await tell(lab, 'undo --force')).results).toMatchObject([{kind: 'undone'}]);
		expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
	});
});

describe('devices change between a step and its undo', () => {
	test('queues come and go, and the driver spreads the interrupts anew: each that was moved goes back to its core', async () => {
		await lab.sh(pileUp);
		await forget(lab);
		const {outcome, changes = []} = await tell(lab, 'tune irq-affinity --yes');
		expect(outcome).toMatchObject({kind: 'applied'});
		const moved = changes.map(({label}) => `/proc/irq/${/interrupt (\d+)/.exec(label)?.[1]}/smp_affinity_list`);
		await lab.sh('ethtool -L eth0 combined 2; ethtool -L eth0 combined 4');
		expect((await tell(lab, 'undo')).results).toMatchObject([{kind: 'undone'}]);
		expect(await text(`cat ${moved.join(' ')}`)).toBe(moved.map(() => '1').join(' '));
	});

	test('the tunnel is deleted, with all that was set on it: the rest is undone, and nothing fails', async () => {
		await forget(lab);
		expect((await tell(lab, 'tune rps-rfs --yes')).outcome).toMatchObject({kind: 'applied'});
		expect(await text('cat /sys/class/net/eth0/queues/rx-0/rps_cpus')).not.toBe('0');
		await lab.sh('ip link del wt0');
		const {exitCode, results} = await tell(lab, 'undo');
		expect({exitCode, results}).toMatchObject({exitCode: 0, results: [{kind: 'undone'}]});
		expect(await text('cat /sys/class/net/eth0/queues/rx-0/rps_cpus; sysctl -n net.core.rps_sock_flow_entries')).toBe(
			'0 0',
		);
	});

	test('the NIC is bound to its driver anew: that is another device, and nothing is written to it', async () => {
		await forget(lab);
		expect((await tell(lab, 'tune rings --yes')).outcome).toMatchObject({kind: 'applied'});
		await lab.sh('nbtop confirm');
		await lab.sh(`setsid bash -c '
			cd /sys/bus/virtio/drivers/virtio_net
			device=$(basename $(readlink -f /sys/class/net/eth0/device))
			sleep 1; echo $device >unbind; sleep 3; ${import.meta.dirname}/../guest/network
			ethtool -G eth0 rx 512; touch /run/bound' >/dev/null 2>&1 </dev/null &`);
		await lab.sh('for i in {1..100}; do [[ ! -e /run/bound ]] || break; sleep 0.5; done; rm /run/bound', {
			timeout: 120,
		});
		const {exitCode, results} = await tell(lab, 'undo');
		expect({exitCode, results}).toMatchObject({exitCode: 0, results: [{kind: 'undone'}]});
		expect(await text('ethtool -g eth0 | sed -n "s/^RX:[[:space:]]*//p" | tail -n 1')).toBe('512');
	});
});

describe('a machine that takes no writes', () => {
	/** In a mount namespace of its own, with these folders read-only. */
	const locked = (folders: string, words: string): string =>
		`unshare -m sh -c 'for f in ${folders}; do mount --bind $f $f; mount -o remount,bind,ro $f; done; exec nbtop ${words} --json'`;

	test.each([
		['/proc/sys', 'backlog-budget'],
		['/sys', 'rps-rfs'],
	])('%s is read-only: %s is refused in the kernel’s words, and nothing is left in force', async (folder, step) => {
		const before = await forget(lab);
		const {stdout, exitCode} = await lab.run(['bash', '-c', locked(folder, `tune ${step} --yes`)], {timeout: 120});
		expect(exitCode).toBe(1);
		expect(JSON.parse(stdout).outcome).toMatchObject({
			kind: 'put back',
			reason: expect.stringMatching(/EROFS|read-only/i),
		});
		expect((await tell(lab, 'undo --all')).results).toMatchObject([{kind: 'nothing'}]);
		expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
	});

	test.each([
		['is full', 'size=16k', 'cat /dev/zero >/run/state/zero || true', /ENOSPC|no space/i],
		['takes no writes', 'ro', 'true', /EROFS|read-only/i],
	])('the state folder %s: nothing is applied', async (_, options, fill, words) => {
		const before = await forget(lab);
		await lab.sh(`mkdir -p /run/state; mount -t tmpfs -o ${options} tmpfs /run/state; ${fill}`);
		try {
			const {stdout, stderr, exitCode} = await lab.run(
				['nbtop', 'tune', 'backlog-budget', '--yes', '--json', '--state-dir', '/run/state/nbtop'],
				{timeout: 120},
			);
			expect(exitCode).toBe(1);
			expect(stdout + stderr).toMatch(words);
			expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
		} finally {
			await lab.sh('umount /run/state');
		}
	});
});

test('two at once: one changes, the other is told to wait, and nothing is lost', async () => {
	const before = await forget(lab);
	const screen = await lab.login(160, 50);
	screen.type('nbtop tune backlog-budget\r');
	await screen.waitFor('Apply this?', 120_000);
	// The other one holds its lock for as long as it needs tc, which grows slow with its first write.
	await lab.sh(`cat >/usr/local/bin/tc <<'END'
#!/bin/sh
case "$*" in *replace*) touch /run/holding ;; esac
[ ! -e /run/holding ] || sleep 6
exec /usr/sbin/tc "$@"
END
		chmod +x /usr/local/bin/tc`);
	try {
		const first = lab.start("bash -c 'nbtop tune bbr-fq --yes --json'");
		await lab.sh('for i in {1..200}; do [[ ! -e /run/holding ]] || exit 0; sleep 0.3; done; exit 1', {timeout: 90});
		screen.type('y');
		await screen.waitFor('another nbtop is changing settings at this moment');
		await screen.waitFor(prompt);
		expect(JSON.parse((await first.done).stdout).outcome).toMatchObject({kind: 'applied'});
	} finally {
		await lab.sh('rm -f /usr/local/bin/tc /run/holding');
	}
	expect(await text(`cat ${budget}; sysctl -n net.core.default_qdisc`)).toBe('300 fq');
	expect((await tell(lab, 'undo --all')).results).toMatchObject([{kind: 'undone', step: 'bbr-fq'}]);
	expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
});

test('irqbalance runs, and leaves alone what was pinned until it is undone', async () => {
	await lab.sh(`${pileUp}; mkdir -p /run/irqbalance; irqbalance`);
	try {
		await forget(lab);
		expect(await askIrqbalance()).toBe('');
		const {outcome, changes} = await tell(lab, 'tune irq-affinity --yes');
		expect(outcome).toMatchObject({kind: 'applied'});
		expect(changes?.[0]?.label).toBe('interrupts that irqbalance leaves alone');
		const pinned = await text(`cat ${ofQueues}`);
		// It looks every ten seconds.
		await lab.sh('sleep 25');
		expect(await text(`cat ${ofQueues}`)).toBe(pinned);
		expect((await askIrqbalance()).split(' ')).toHaveLength(8);
		expect((await tell(lab, 'undo')).results).toMatchObject([{kind: 'undone'}]);
		expect(await askIrqbalance()).toBe('');
	} finally {
		await lab.sh('kill $(pgrep -x irqbalance)');
	}
});

/** The numbers that irqbalance itself says it leaves alone. */
async function askIrqbalance(): Promise<string> {
	const script = `import glob, socket
s = socket.socket(socket.AF_UNIX); s.connect(glob.glob("/run/irqbalance/*.sock")[0]); s.sendall(b"setup")
print(s.recv(4096).decode().split("BANNED")[0])`;
	const answer = await lab.sh(`python3 -c '${script}'`);
	return [...answer.matchAll(/IRQ (\d+)/g)].map(match => match[1]).join(' ');
}
