import {cpSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {needLab} from './lab.ts';
import {runFolder} from './run-folder.ts';
import {type TrafficOptions, underTraffic} from './traffic.ts';

/*
Makes the captures in test/fixtures anew (`npm run lab:fixtures`). A machine is its settings, what is done to it first, and the
traffic while nbtop captures it. test/fixtures/README.md tells the story of each.
*/

interface Machine {
	readonly setUp?: string;
	readonly traffic?: TrafficOptions;
}

const rps = 'for queue in /sys/class/net/eth0/queues/rx-*; do echo f >$queue/rps_cpus; done';
const busy: TrafficOptions = {direction: 'in', streams: 8, megabits: 0};

const machines: Readonly<Record<string, Machine>> = {
	idle: {},
	'one-queue': {traffic: busy},
	'four-queues': {setUp: 'ethtool -L eth0 combined 4', traffic: busy},
	'small-backlog': {setUp: `${rps}; sysctl -qw net.core.netdev_max_backlog=5`, traffic: busy},
};

const lab = needLab();
const settings = process.env.LAB_WG === 'userspace' ? {userspace: {traffic: {...busy, megabits: 5}}} : machines;

test.each(Object.entries(settings))('%s', async (name, {setUp = 'true', traffic}: Machine) => {
	await lab.sh(setUp);
	const capture = async (): Promise<void> => {
		await lab.sh('rm -rf /share/capture; nbtop capture -o /share/capture --samples 4 --interval 2', {timeout: 200});
	};
	await (traffic ? underTraffic(lab, traffic, capture) : capture());
	const made = join(runFolder, 'share/capture');
	await expect(
		lab.sh(
			`grep -rlF -e "$(wg show wt0 private-key)" -e "$(wg show wt0 preshared-keys | cut -f2)" /share/capture || true`,
		),
	).resolves.toBe('');
	const target = join(import.meta.dirname, '../fixtures', name);
	rmSync(target, {recursive: true, force: true});
	mkdirSync(target, {recursive: true});
	cpSync(made, target, {recursive: true});
});
