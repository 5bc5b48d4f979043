import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import type {Screen} from '../terminal.ts';
import {measure} from '../traffic.ts';

const lab = needLab();

const rounds = 3;
const watchers: Readonly<Record<string, readonly string[]>> = {
	nothing: [],
	nbtop: ['nbtop'],
	'four terminals': [
		'mpstat -P ALL 1',
		`watch -n 1 'cat /proc/interrupts | grep -E "CPU|mlx5|eth|virtio"'`,
		`watch -n 1 'cat /proc/softirqs | grep -E "CPU|NET_RX|NET_TX"'`,
		`watch -n 1 'wg show all dump'`,
	],
};

// A table and no judgement: on shared cores under emulation throughput varies more than any of them costs.
test('prints what watching costs: throughput with nothing, nbtop and the guide’s four terminals', async () => {
	const figures: Record<string, number[]> = {nothing: [], nbtop: [], 'four terminals': []};
	for (let round = 0; round < rounds; round++) {
		for (const [name, commands] of Object.entries(watchers)) {
			const screens = await Promise.all(commands.map(startWatching));
			const {end, error} = await measure(lab, {direction: 'in', streams: 8, megabits: 0, seconds: 5});
			expect(error).toBeUndefined();
			figures[name]?.push((end?.sum_received?.bits_per_second ?? 0) / 1e6);
			await Promise.all(screens.map(async screen => screen.close()));
		}
	}
	console.table(
		Object.fromEntries(
			Object.entries(figures).map(([name, runs]) => [
				name,
				{'Mbit/s': runs.map(run => run.toFixed(0)).join(' '), median: runs.toSorted((a, b) => a - b)[1]?.toFixed(0)},
			]),
		),
	);
	expect(
		Object.values(figures)
			.flat()
			.every(run => run > 0),
	).toBe(true);
}, 400_000);

async function startWatching(command: string): Promise<Screen> {
	const screen = await lab.login();
	screen.type(`clear; ${command}\r`);
	// Its picture, and not the shell's echo: the time that each of them shows.
	await screen.waitFor(/\d\d:\d\d:\d\d/, 120_000);
	return screen;
}
