import {describe, expect, test} from 'vitest';
import {findDeviceIrqRoles, findIrqRole} from '../../source/derive/irq-role.ts';

describe('one action name', () => {
	test.each([
		['mlx5_comp0@pci:cf63:00:02.0', {role: 'rxtx', queue: 0}],
		['mlx5_sf_comp12@pci:0000:08:00.0', {role: 'rxtx', queue: 12}],
		['mlx5_combined0@pci:0000:08:00.0', {role: 'rxtx', queue: 0}],
		['mlx5_async0@pci:cf63:00:02.0', {role: 'control'}],
		['mlx5_cmd_eq', {role: 'control'}],
		['mlx4-3@0000:00:02.0', {role: 'rxtx'}],
		['mlx4-async@pci:0000:00:02.0', {role: 'control'}],
		['virtio3-input.7', {role: 'rx', queue: 7}],
		['virtio3-output.1', {role: 'tx', queue: 1}],
		['virtio3-virtqueues', {role: 'rxtx'}],
		['virtio3-config', {role: 'control'}],
		['virtio3-control', {role: 'control'}],
		['mana_q5@pci:7870:00:00.0', {role: 'rxtx', queue: 5}],
		['mana_hwc@pci:7870:00:00.0', {role: 'control'}],
		['ens5-Tx-Rx-2', {role: 'rxtx', queue: 2}],
		['ena-mgmnt@pci:0000:00:05.0', {role: 'control'}],
		['enp1s0f0-TxRx-31', {role: 'rxtx', queue: 31}],
		['eth0-rx-3', {role: 'rx', queue: 3}],
		['eth0-tx-4', {role: 'tx', queue: 4}],
		['i40e-ens1f0-TxRx-6', {role: 'rxtx', queue: 6}],
		['i40e-0000:3b:00.0:fdir-TxRx-0', {role: 'control'}],
		['i40e-0000:3b:00.0:misc', {role: 'control'}],
		['iavf-0000:3b:02.0:mbx', {role: 'control'}],
		['ice-0000:31:00.0:misc', {role: 'control'}],
		['idpf-0000:31:00.0-Mailbox-0', {role: 'control'}],
		['ens192-rxtx-1', {role: 'rxtx', queue: 1}],
		['ens192-event-4', {role: 'control'}],
		['mgmt0-TxRx-1', {role: 'rxtx', queue: 1}],
		['eth0-q2-rx', {role: 'rx', queue: 2}],
		['eth0-q3-tx', {role: 'tx', queue: 3}],
		['end0:rx-4', {role: 'rx', queue: 4}],
		['end0:tx-5', {role: 'tx', queue: 5}],
		['ens2f0-fp-3', {role: 'rxtx', queue: 3}],
		['eth0-xdp-1', {role: 'control'}],
	])('%s', (action, role) => {
		expect(findIrqRole(action)).toEqual(role);
	});

	test.each(['virtio0-input', 'eth0', 'nvme0q1', 'xhci_hcd', ''])('%j serves no queue that is known', action => {
		expect(findIrqRole(action)).toBeUndefined();
	});

	test('a shared interrupt is known by any of its names', () => {
		expect(findIrqRole('uhci_hcd:usb3, eth0-rx-0')).toEqual({role: 'rx', queue: 0});
	});
});

describe('the interrupts of one device', () => {
	const find = (...actions: string[]) =>
		Array.from(findDeviceIrqRoles(new Map(actions.map((names, index) => [String(index), names]))).values());

	test('the interface alone is control beside queues, and all there is where it stands alone', () => {
		expect(find('eth0', 'eth0-TxRx-0', 'eth0-TxRx-1').at(-1)).toEqual({role: 'control'});
		expect(find('eth0, uhci_hcd:usb3')).toEqual([{role: 'rxtx'}]);
		expect(find('virtio3')).toEqual([{role: 'rxtx'}]);
	});

	test('what stmmac has beside its queues is control', () => {
		expect(find('end0:mac', 'end0:safety-ce', 'end0:rx-0', 'end0:tx-0')).toEqual([
			{role: 'rx', queue: 0},
			{role: 'tx', queue: 0},
			{role: 'control'},
			{role: 'control'},
		]);
	});

	test('a number alone behind the interface is the queue, where the numbers begin at 0 and nothing else names queues', () => {
		expect(find('eth0-xdp-0', 'eth0-0', 'eth0-1', 'eth0-ptp')).toEqual([
			{role: 'control'},
			{role: 'rxtx', queue: 0},
			{role: 'rxtx', queue: 1},
			{role: 'control'},
		]);
		expect(find('eth0-0', 'eth0-txrx-1', 'eth0-txrx-2').at(-1)).toEqual({role: 'control'});
		expect(find('lan-1')).toEqual([{role: 'rxtx'}]);
		expect(find('lan-1', 'lan-2')).toEqual([{role: 'rxtx'}, {role: 'rxtx'}]);
		expect(find('lan-0', 'lan-0')).toEqual([{role: 'rxtx'}, {role: 'rxtx'}]);
		expect(find('lan-0', 'wan-1')).toEqual([{role: 'rxtx'}, {role: 'rxtx'}]);
	});

	test('the lower half of gve blocks sends, the upper half receives', () => {
		const blocks = [0, 1, 2, 3].map(block => `gve-ntfy-blk${block}@pci:0000:00:04.0`);
		expect(find('gve-mgmnt@pci:0000:00:04.0', ...blocks)).toEqual([
			{role: 'control'},
			{role: 'tx', queue: 0},
			{role: 'tx', queue: 1},
			{role: 'rx', queue: 0},
			{role: 'rx', queue: 1},
		]);
		expect(find('eth0-ntfy-block.0', 'eth0-ntfy-block.1')).toEqual([
			{role: 'tx', queue: 0},
			{role: 'rx', queue: 0},
		]);
	});
});
