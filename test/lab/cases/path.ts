import {expect, test} from 'vitest';
import {needLab} from '../lab.ts';
import {sampleOnce} from '../sample.ts';

const lab = needLab();

test('finds the tunnel, the underlay, its queues, interrupts and affinities with no option given', async () => {
	await lab.sh(
		'ethtool -L eth0 combined 4; echo 2 >/proc/irq/$(irq() { grep "$1" /proc/interrupts | cut -d: -f1; }; irq virtio3-input.1 | tr -d " ")/smp_affinity_list',
	);
	const sample = await sampleOnce(lab);
	const [tunnel] = sample.tunnels;
	expect(sample.tunnels).toHaveLength(1);
	expect(tunnel).toMatchObject({interface: 'wt0', kind: 'kernel', mtu: 1280, underlays: ['eth0']});
	expect(tunnel?.peers[0]?.endpoint).toBe((await lab.sh('wg show wt0 endpoints')).trim().split('\t')[1]);
	const nic = sample.nics.find(each => each.role === 'underlay');
	expect(nic).toMatchObject({device: 'eth0', driver: 'virtio_net', channels: {current: {combined: 4}}});
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
		const lists = await lab.sh(
			`cat /proc/irq/${row.irq}/smp_affinity_list /proc/irq/${row.irq}/effective_affinity_list`,
		);
		expect([found?.affinity, found?.effective].map(cpus => cpus?.join(','))).toEqual(lists.trim().split('\n'));
	}
});
