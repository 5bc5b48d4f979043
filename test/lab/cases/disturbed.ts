import {describe, expect, test} from 'vitest';
import {needLab, prompt} from '../lab.ts';
import {type Sample, startSamples} from '../sample.ts';
import {askTerminal, type Screen} from '../terminal.ts';

const lab = needLab();

describe('nbtop goes on while the machine changes under it', () => {
	test('a CPU goes offline and returns', async () => {
		const screen = await startNbtop();
		await screen.waitFor(hasCore(3));
		await lab.sh('echo 0 >/sys/devices/system/cpu/cpu3/online');
		await screen.waitFor(text => !hasCore(3)(text));
		await lab.sh('echo 1 >/sys/devices/system/cpu/cpu3/online');
		await screen.waitFor(hasCore(3));
		await expectAlive(screen);
	});

	test('ethtool changes the number of queues', async () => {
		const screen = await startNbtop();
		await lab.sh('ethtool -L eth0 combined 4');
		await expectAlive(screen);
		await lab.sh('ethtool -L eth0 combined 2');
		await expectAlive(screen);
	});

	test('the tunnel is deleted and made again', async () => {
		const screen = await startNbtop();
		await screen.waitFor(/wt0/);
		await lab.sh('ip link del wt0');
		await screen.waitFor(/no tunnel/);
		await lab.sh(`${import.meta.dirname}/../guest/network`);
		await screen.waitFor(text => /wt0/.test(text) && !/no tunnel/.test(text));
		await expectAlive(screen);
	});

	test('the NIC’s driver is unbound and bound', async () => {
		const screen = await startNbtop();
		await rebindNic(5);
		await screen.waitFor(/eth0/);
		await expectAlive(screen);
	});

	test('wg is replaced by a program that hangs', async () => {
		const peer = (text: string) => text.split('\n').findLast(line => line.includes('10.77.0.2:51820'));
		const screen = await startNbtop(160, 50);
		await screen.waitFor(text => /\d/.test(peer(text)?.split('51820')[1] ?? ''));
		await whileWireGuardHangs(async () => {
			await screen.waitFor(/problem/);
			await screen.waitFor(text => /51820.* \? {2,}\? /.test(peer(text) ?? ''));
			await expectAlive(screen);
		});
		await screen.waitFor(text => peer(text)?.includes('?') === false, 120_000);
		await expectAlive(screen);
		screen.type('q');
		await screen.waitFor(prompt);
		await expectGone();
	});

	test('the terminal is resized down to 20×5 and back', async () => {
		const screen = await startNbtop(100, 30);
		screen.resize(20, 5);
		await tick(screen);
		screen.resize(60, 15);
		await tick(screen);
		screen.resize(100, 30);
		await screen.waitFor(hasCore(3));
		await expectAlive(screen);
	});

	test('the disk is full', async () => {
		await lab.sh(
			'mkdir -p /run/full; mount -t tmpfs -o size=64k tmpfs /run/full; cat /dev/zero >/run/full/zero || true',
		);
		const screen = await startNbtop(120, 40, 'HOME=/run/full TMPDIR=/run/full XDG_STATE_HOME=/run/full nbtop');
		await expectAlive(screen);
		screen.type('q');
		await screen.waitFor(prompt);
		const {exitCode, stderr} = await lab.run(['nbtop', 'capture', '-o', '/run/full/capture', '--samples', '1'], {
			timeout: 150,
		});
		expect(exitCode).toBe(1);
		expect(stderr).toMatch(/no space left/i);
		await lab.sh('umount -l /run/full');
	});
});

describe('what has gone has no figures, not even a 0, and has them again after two readings', () => {
	test('a tunnel', async () => {
		lab.start('ping -q -i 0.2 100.64.0.2');
		const stream = await startSamples(lab);
		await follow(stream, hasPeerRate);
		await lab.sh('ip link del wt0');
		const [gone] = (await follow(stream, ({tunnels}) => tunnels.length === 0)).slice(-1);
		expect(gone?.nics.map(({device}) => device)).not.toContain('wt0');
		expect(gone?.drops.filter(({device}) => device === 'wt0')).toEqual([]);
		await lab.sh(`${import.meta.dirname}/../guest/network`);
		const samples = await follow(stream, hasPeerRate);
		const first = samples.find(({tunnels}) => tunnels.some(({peers}) => (peers ?? []).length > 0));
		expect(first?.tunnels[0]?.peers).toMatchObject([{rxBytesPerSecond: null, txBytesPerSecond: null}]);
		expect(samples.find(sample => nicOf(sample, 'wt0'))?.nics).toContainEqual(
			expect.objectContaining({device: 'wt0', perSecond: null}),
		);
	});

	test('a NIC', async () => {
		const stream = await startSamples(lab);
		const isCounted = (sample: Sample): boolean => (nicOf(sample, 'eth0')?.perSecond?.rx_packets ?? 0) > 0;
		await follow(stream, isCounted);
		await rebindNic(12);
		const away = await follow(stream, sample => nicOf(sample, 'eth0') === undefined);
		const gone = away.at(-1);
		expect(gone?.interrupts.filter(({device, perSecond}) => device === 'eth0' && perSecond === 0)).toEqual([]);
		expect(gone?.drops.filter(({device}) => device === 'eth0')).toEqual([]);
		expect(gone?.tunnels.flatMap(({underlays}) => underlays)).not.toContain('eth0');
		const back = (await follow(stream, sample => nicOf(sample, 'eth0') !== undefined)).at(-1);
		expect(back && nicOf(back, 'eth0')?.perSecond).toBe(null);
		await follow(stream, isCounted);
	});

	test('a CPU', async () => {
		const stream = await startSamples(lab);
		const has = (cpu: number, {cpus}: Sample): boolean => cpus.some(each => each.cpu === cpu);
		await lab.sh('echo 0 >/sys/devices/system/cpu/cpu3/online');
		const before = await follow(stream, sample => !has(3, sample));
		await lab.sh('echo 1 >/sys/devices/system/cpu/cpu3/online');
		const after = await follow(stream, sample => has(3, sample));
		for (const {cpu, usr, sys, soft, irq, idle, iowait, steal} of [...before, ...after].flatMap(({cpus}) => cpus)) {
			expect(usr + sys + soft + irq + idle + iowait + steal, `CPU${cpu}`).toBeGreaterThan(90);
		}
	});
});

describe('nbtop ends with its terminal, and leaves nothing behind', () => {
	test.each(['q', 'Ctrl+C', 'TERM'])('by %s the terminal is as it was', async way => {
		const screen = await lab.login();
		const before = await askTerminal(screen);
		await type(screen, 'nbtop');
		if (way === 'TERM') {
			await lab.sh(`kill -TERM $(${findNbtop})`);
		} else {
			screen.type(way === 'q' ? 'q' : '\u0003');
		}
		await screen.waitFor(prompt);
		expect(screen.modes()).toEqual({alternate: false, cursor: true, mouse: 'none', focus: false});
		expect(await askTerminal(screen)).toBe(before);
		await expectGone();
	});

	test('the ssh connection is cut', async () => {
		const screen = await startNbtop();
		screen.cut();
		await expectGone();
	});

	test('it is killed by KILL while a program that it runs hangs', async () => {
		await whileWireGuardHangs(async () => {
			const screen = await startNbtop();
			await lab.sh('for i in {1..60}; do pgrep -fx "sleep 100" && exit; sleep 0.5; done; exit 1');
			await lab.sh(`kill -KILL $(${findNbtop})`);
			await screen.waitFor(/Killed/);
			await expectGone();
		});
	});

	test('the tmux server is killed', async () => {
		const screen = await lab.login();
		await type(screen, 'tmux -L lab new nbtop');
		await lab.sh(`kill -KILL $(tmux -L lab display-message -p '#{pid}')`);
		await screen.waitFor('server exited unexpectedly');
		await expectGone();
	});
});

async function startNbtop(columns = 120, rows = 40, command = 'nbtop'): Promise<Screen> {
	const screen = await lab.login(columns, rows);
	await type(screen, command);
	return screen;
}

/** Starts it at the prompt, and waits for its picture. */
async function type(screen: Screen, command: string): Promise<void> {
	screen.type(`${command}\r`);
	await screen.waitFor(text => screen.modes().alternate && clockOf(text) !== undefined, 120_000);
	await lab.sh(findNbtop);
}

const hasCore =
	(cpu: number) =>
	(text: string): boolean =>
		new RegExp(`^\\W*${cpu}\\s+\\d`, 'm').test(text);

const clockOf = (text: string): string | undefined => /\d\d:\d\d:\d\d/.exec(text.split('\n')[0] ?? '')?.[0];

/** Waits for the picture to change: where there is room for the clock, until that goes on. */
async function tick(screen: Screen): Promise<void> {
	const [before, clock] = [screen.text(), clockOf(screen.text())];
	const isNext = (text: string): boolean => (clock === undefined ? text !== before : clockOf(text) !== clock);
	await screen.waitFor(text => screen.modes().alternate && isNext(text), 120_000);
}

/** The clock goes on, and no core shows figures that are not numbers. */
async function expectAlive(screen: Screen): Promise<void> {
	await tick(screen);
	await tick(screen);
	expect(screen.text()).not.toMatch(/NaN|undefined|Infinity/);
}

/** Unbinds the NIC's driver for so many seconds, and comes back when the network stands again: ssh runs over it. */
async function rebindNic(seconds: number): Promise<void> {
	await lab.sh(`setsid bash -c '
		cd /sys/bus/virtio/drivers/virtio_net
		device=$(basename $(readlink -f /sys/class/net/eth0/device))
		sleep 1; echo $device >unbind; sleep ${seconds}; ${import.meta.dirname}/../guest/network; touch /run/bound' >/dev/null 2>&1 </dev/null &`);
	await lab.sh('for i in {1..100}; do [[ ! -e /run/bound ]] || break; sleep 0.5; done; rm /run/bound', {timeout: 120});
}

/** Takes samples up to the first that is meant, and gives them all. */
async function follow(stream: Awaited<ReturnType<typeof startSamples>>, isMeant: (sample: Sample) => boolean) {
	const samples: Sample[] = [];
	for (let count = 0; count < 40; count++) {
		const sample = await stream.next();
		samples.push(sample);
		if (isMeant(sample)) {
			return samples;
		}
	}
	throw new Error(`Not in 40 samples; the last one: ${JSON.stringify(samples.at(-1))}`);
}

function nicOf({nics}: Sample, name: string) {
	return nics.find(({device}) => device === name);
}

function hasPeerRate({tunnels}: Sample): boolean {
	return tunnels.some(({peers}) => peers?.some(({rxBytesPerSecond}) => (rxBytesPerSecond ?? 0) > 0));
}

async function whileWireGuardHangs(work: () => Promise<void>): Promise<void> {
	await lab.sh(`printf '#!/bin/sh\\nexec sleep 100\\n' >/usr/local/bin/wg; chmod +x /usr/local/bin/wg`);
	try {
		await work();
	} finally {
		await lab.sh('rm /usr/local/bin/wg');
	}
}

const findNbtop = 'pgrep -f "^nbtop|/opt/nbtop/[n]btop"';

/** nbtop, the shells that it keeps, and what it runs in them; the program in place of `wg` is one that sleeps. */
const findOurs = `${findNbtop} || pgrep -f "IFS= read -r [m]ark" || pgrep -x "wg|ethtool|tc|ss" || pgrep -fx "sleep 100"`;

/** Nothing of nbtop is left, within the time that a slow machine needs. */
async function expectGone(): Promise<void> {
	await lab.sh(`for i in {1..60}; do { ${findOurs}; } >/dev/null || exit 0; sleep 0.5; done; ps -ef; exit 1`, {
		timeout: 60,
	});
}
