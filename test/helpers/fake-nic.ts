import type {Setting} from '../../source/model/tuning.ts';
import {setUp, startProgram} from './tuning.ts';

export const affinity = {kind: 'irq-affinity', irq: 29, actions: 'virtio3-input.0'} as const satisfies Setting;
export const channels: Setting = {kind: 'channels', device: 'eth0', field: 'combined'};
const affinityFile = (irq: number): string => `/proc/irq/${irq}/smp_affinity_list`;

/** A NIC that, as virtio does, spreads its interrupts anew with each number of queues, under other numbers too. */
export function setUpNic() {
	let irq = 29;
	const files: Record<string, string> = {
		'/sys/class/net/eth0/ifindex': '2\n',
		'/sys/kernel/irq/29/actions': 'virtio3-input.0\n',
		[affinityFile(29)]: '0-3\n',
		'/state-of-nic': '1',
	};
	const count = (): string => bench.machine.files.get('/state-of-nic') ?? '';
	const bench = setUp({
		files,
		programs: {
			ip: () => ({stdout: '[{"ifindex":2}]'}),
			'ethtool -l eth0': () => ({
				stdout: `Channel parameters for eth0:\nPre-set maximums:\nRX:\t\tn/a\nTX:\t\tn/a\nOther:\t\tn/a\nCombined:\t4\nCurrent hardware settings:\nRX:\t\tn/a\nTX:\t\tn/a\nOther:\t\tn/a\nCombined:\t${count()}\n`,
			}),
			ethtool([, , , to = '']) {
				const {machine} = bench;
				machine.files.set('/state-of-nic', to);
				machine.files.delete(affinityFile(irq));
				machine.files.delete(`/sys/kernel/irq/${irq}/actions`);
				irq += 10;
				machine.files.set(affinityFile(irq), `${Number(to) - 1}\n`);
				machine.files.set(`/sys/kernel/irq/${irq}/actions`, 'virtio3-input.0\n');
				return {};
			},
		},
	});
	const readings = {
		links: {
			at: 1,
			value: [{name: 'eth0', ifindex: 2, lowers: [], msiIrqs: [29], rxQueues: [], txQueues: [], device: 'virtio3'}],
		},
		interrupts: {
			at: 1,
			value: {cpus: [0], rows: [{irq: '29', counts: [0], description: 'virtio3-input.0', actions: 'virtio3-input.0'}]},
		},
	};
	return {bench: startProgram(bench.machine, readings), machine: bench.machine, now: () => affinityFile(irq), count};
}
