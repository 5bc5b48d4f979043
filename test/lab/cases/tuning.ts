import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {compareKnobs, readKnobs, tell} from '../tune.ts';

const lab = needLab();

interface Case {
	readonly step: string;
	/** What makes the machine one that needs the step. */
	readonly prepare?: string;
	/** Asks the kernel's own tools. */
	readonly witness: string;
	readonly before: string | RegExp;
	readonly after: string | RegExp;
}

const cpusOf = (direction: string): string =>
	`for q in 0 1 2 3; do cat /proc/irq/$(awk -F: "/virtio3-${direction}.$q\\$/ {print \\$1 + 0}" /proc/interrupts)/smp_affinity_list; done | sort`;

/** In the guide's order; each on the machine that those before it have left. `rss-hash` is in `tuning-rss.ts`. */
const ofNic: readonly Case[] = [
	{
		step: 'channels',
		witness: 'ethtool -l eth0 | sed -n "s/^Combined:[[:space:]]*//p" | tail -n 1',
		before: '1',
		after: '4',
	},
	{
		step: 'irq-affinity',
		prepare:
			'for irq in $(awk -F: "/virtio3-(in|out)put/ {print \\$1 + 0}" /proc/interrupts); do echo 1 >/proc/irq/$irq/smp_affinity_list; done',
		witness: `${cpusOf('input')}; ${cpusOf('output')}`,
		before: '1 1 1 1 1 1 1 1',
		after: '0 1 2 3 0 1 2 3',
	},
	{
		step: 'rps-rfs',
		witness:
			'cat /sys/class/net/wt0/queues/rx-0/rps_cpus /sys/class/net/wt0/queues/rx-0/rps_flow_cnt; sysctl -n net.core.rps_sock_flow_entries',
		before: '0 0 0',
		after: 'f 32768 32768',
	},
	{
		step: 'rings',
		witness: 'ethtool -g eth0 | sed -n "s/^RX:[[:space:]]*//p" | tail -n 1',
		before: '256',
		after: '1024',
	},
	{
		step: 'bbr-fq',
		witness:
			'tc qdisc show dev eth0 | grep -v " mq " | cut -d" " -f2 | sort -u; sysctl -n net.ipv4.tcp_congestion_control net.core.default_qdisc',
		before: /^fq_codel pfifo_fast cubic fq_codel$/,
		after: 'fq bbr fq',
	},
];

const ofKernel: readonly Case[] = [
	{
		step: 'backlog-budget',
		witness: 'sysctl -n net.core.netdev_max_backlog net.core.netdev_budget net.core.netdev_budget_usecs',
		before: '1000 300 8000',
		after: '10000 600 8000',
	},
	{
		step: 'socket-buffers',
		witness: 'sysctl -n net.core.rmem_max net.core.wmem_max net.ipv4.tcp_rmem net.ipv4.tcp_wmem',
		before: /^212992 212992 4096 131072 \d{7} 4096 16384 \d{7}$/,
		after: '16777216 16777216 4096 131072 16777216 4096 16384 16777216',
	},
	{step: 'mtu', witness: 'cat /sys/class/net/wt0/mtu', before: '1280', after: '1440'},
	{step: 'threaded-napi', witness: 'cat /sys/class/net/wt0/threaded', before: '0', after: '1'},
];

const ask = async (line: string): Promise<string> => (await lab.sh(line)).trim().replaceAll(/\s+/g, ' ');

function expectText(text: string, wanted: string | RegExp, what: string): void {
	if (typeof wanted === 'string') {
		expect.soft(text, what).toBe(wanted);
	} else {
		expect.soft(text, what).toMatch(wanted);
	}
}

test.each([
	{what: 'the NIC', steps: ofNic},
	{what: 'the kernel and the tunnel', steps: ofKernel},
])(
	'every step of $what does what it says, and undone, newest first, each leaves every knob as it was',
	{
		timeout: 900_000,
	},
	async ({steps}) => {
		await lab.sh('rm -rf /var/lib/nbtop');
		const found: (readonly string[])[] = [];
		for (const {step, prepare = 'true', witness, before, after} of steps) {
			await lab.sh(prepare);
			found.push(await readKnobs(lab));
			expectText(await ask(witness), before, `before ${step}`);
			const {outcome, changes, reason} = await tell(lab, `tune ${step} --yes`);
			expect.soft(outcome?.kind, `${step} ${reason ?? ''} ${outcome?.reason ?? ''}`).toBe('applied');
			expect.soft(changes?.length, step).toBeGreaterThan(0);
			expectText(await ask(witness), after, `after ${step}`);
			if (outcome?.deadline !== undefined) {
				// What may cut the connection is guarded: that this command arrives is the answer.
				await lab.sh('nbtop confirm');
			}
		}
		for (const [index, {step, witness, before}] of [...steps.entries()].reverse()) {
			const {results, exitCode, stderr} = await tell(lab, 'undo');
			expect.soft(results, stderr).toMatchObject([{kind: 'undone', step}]);
			expect.soft(exitCode, step).toBe(0);
			expectText(await ask(witness), before, `${step} undone`);
			expect.soft(compareKnobs(found[index] ?? [], await readKnobs(lab)), `${step} undone`).toEqual([]);
		}
	},
);
