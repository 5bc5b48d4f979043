import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';

// As many cores as a small host has: more would wait for each other, and every run would be another one.
const lab = needLab({LAB_CPUS: '2'});

/** How many comparisons of a step that does nothing: an evening of them by `LAB_TRIALS=10`. */
const trials = Number(process.env.LAB_TRIALS ?? 2);

/** The parts of `nbtop trial --json` (docs/json.md) that are looked at here. */
interface Trial {
	readonly verdict: {readonly word: string; readonly text: string; readonly count: number} | null;
	readonly changes: readonly {readonly label: string}[];
}

/**
The largest buffers that a program may ask for (`net/core/sock.c`). iperf3 asks for none unless told, and what TCP grows to by
itself (`tcp_rmem`, `tcp_wmem`) is set high before, so that the step leaves it alone: it changes the machine, and not the run.
*/
const limits = ['/proc/sys/net/core/rmem_max', '/proc/sys/net/core/wmem_max'];

test.each(Array.from({length: trials}, (_, index) => index + 1))(
	'a step that does nothing is called neither better nor worse (%i)',
	{timeout: 600_000},
	async () => {
		await lab.sh(`rm -rf /var/lib/nbtop
			echo 4096 131072 16777216 >/proc/sys/net/ipv4/tcp_rmem; echo 4096 16384 16777216 >/proc/sys/net/ipv4/tcp_wmem`);
		const before = await lab.sh(`cat ${limits.join(' ')}`);
		const trial = ['nbtop', 'trial', 'socket-buffers', '100.64.0.2', '--scenario', 'tcp-reverse'];
		const {stdout, stderr, exitCode} = await lab.run(
			[...trial, '--pairs', '5', '--time', '5', '--despite-noise', '--json'],
			{timeout: 540},
		);
		console.log(stderr);
		expect(exitCode).toBe(0);
		const {verdict, changes} = JSON.parse(stdout) as Trial;
		expect(changes.map(({label}) => label)).toEqual(['net.core.rmem_max', 'net.core.wmem_max']);
		expect(verdict?.count).toBe(5);
		expect(['same', 'inconclusive']).toContain(verdict?.word);
		expect(await lab.sh(`cat ${limits.join(' ')}`)).toBe(before);
	},
);
