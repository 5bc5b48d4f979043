import {expect, test} from 'vitest';
import {createIrqReader} from '../../source/collect/irqs.ts';
import type {Topology} from '../../source/model/topology.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';
import {at} from '../helpers/readings.ts';

const topology: Topology = {tunnels: [], underlays: [], pathDevices: [], irqs: {}};

function setUp() {
	const host = createMemoryHost({
		'/proc/irq/38/smp_affinity_list': '0-3\n',
		'/proc/irq/38/effective_affinity_list': '2\n',
		'/sys/kernel/irq/38/actions': 'mlx5_comp0\n',
		'/sys/kernel/irq/38/chip_name': 'PCI-MSIX\n',
	});
	const readIrqs = createIrqReader();
	const read = (description: string) => {
		const rows = [{irq: '38', counts: new Uint32Array([1]), description}];
		const readings = {interrupts: at(1, {cpus: [0], rows})};
		return readIrqs({host, topology, readings, note: () => undefined}).value;
	};
	return {host, read};
}

test('affinity is read each time, the names of an interrupt once', () => {
	const {host, read} = setUp();
	const facts = {irq: 38, actions: 'mlx5_comp0', chip: 'PCI-MSIX', affinity: [0, 1, 2, 3], effective: [2]};
	expect(read('PCI-MSIX mlx5_comp0')).toEqual([facts]);
	host.files.set('/proc/irq/38/smp_affinity_list', '1\n');
	host.reads.length = 0;
	expect(read('PCI-MSIX mlx5_comp0')).toEqual([{...facts, affinity: [1]}]);
	expect(host.reads).toEqual(['/proc/irq/38/effective_affinity_list', '/proc/irq/38/smp_affinity_list']);
});

test('a number that another device has taken has that device’s names', () => {
	const {host, read} = setUp();
	read('PCI-MSIX mlx5_comp0');
	host.files.set('/sys/kernel/irq/38/actions', 'nvme0q1\n');
	expect(read('PCI-MSIX nvme0q1')).toMatchObject([{actions: 'nvme0q1'}]);
});
