import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {sampleOnce} from '../sample.ts';

const lab = needLab();

test('finds the tunnel, the underlay, its queues, interrupts and affinities with no option given', async () => {
	await lab.sh(
		'ethtool -L eth0 combined 4; echo 2 >/proc/irq/$(awk -F: "/virtio3-input.1/ {print \\$1 + 0}" /proc/interrupts)/smp_affinity_list',
	);
	const before = await readAffinities();
	const sample = await sampleOnce(lab);
	const [tunnel] = sample.tunnels;
	expect(sample.tunnels).toHaveLength(1);
	expect(tunnel).toMatchObject({interface: 'wt0', kind: 'kernel', mtu: 1280, underlays: ['eth0']});
	expect(tunnel?.peers[0]?.endpoint).toBe((await lab.sh('wg show wt0 endpoints')).trim().split('\t')[1]);
	const nic = sample.nics.find(each => each.role === 'underlay');
	expect(nic).toMatchObject({device: 'eth0', driver: 'virtio_net', channels: {current: {combined: 4}}});
	const after = await readAffinities();
	const table = await lab.sh('grep virtio3- /proc/interrupts');
	const expected = [...table.matchAll(/^\s*(\d+):.*virtio3-(input|output)\.(\d)$/gm)].map(match => ({
		irq: match[1],
		role: match[2] === 'input' ? 'rx' : 'tx',
		queue: Number(match[3]),
	}));
	expect(expected).toHaveLength(8);
	for (const row of expected) {
		const found = sample.interrupts.find(each => each.irq === row.irq);
		expect(found).toMatchObject({...row, device: 'eth0'});
		expect(found?.affinity?.join(',')).toBe(after.get(row.irq ?? '')?.wanted);
		// The effective one follows at the next interrupt, which may come while nbtop looks.
		expect([before, after].map(each => each.get(row.irq ?? '')?.effective)).toContain(found?.effective?.join(','));
	}
});

/** By IRQ, as lists of CPUs. */
async function readAffinities(): Promise<ReadonlyMap<string, {wanted: string; effective: string}>> {
	const text = await lab.sh(
		'cd /proc/irq; for i in [0-9]*; do echo $i $(cat $i/smp_affinity_list $i/effective_affinity_list); done',
	);
	return new Map(
		text.split('\n').map(line => {
			const [irq = '', wanted = '', effective = ''] = line.split(' ');
			return [irq, {wanted, effective}];
		}),
	);
}
