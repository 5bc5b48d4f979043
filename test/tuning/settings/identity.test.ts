import {describe, expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {
	compareDevices,
	followDevice,
	identifyDevice,
	readSetting,
	resolveSetting,
	writeSetting,
} from '../../../source/tuning/settings.ts';
import {createFakeMachine} from '../../helpers/host.ts';

const pci = '/sys/devices/pci0000:00/0000:00:04.0';
const eth0 = `${pci}/virtio3/net/eth0`;
const wt0 = '/sys/devices/virtual/net/wt0';
const input: Setting = {kind: 'irq-affinity', irq: 29, actions: 'virtio3-input.0', bus: '0000:00:04.0'};

function setUp(actions: Readonly<Record<number, string>> = {29: 'virtio3-input.0', 30: 'virtio3-output.0'}) {
	const irqs = Object.entries(actions);
	return createFakeMachine({
		files: {
			[`${eth0}/ifindex`]: '2\n',
			[`${eth0}/address`]: '52:54:00:77:00:01\n',
			[`${eth0}/queues/rx-0/rps_cpus`]: '0\n',
			[`${eth0}/queues/tx-0/xps_cpus`]: '0\n',
			[`${wt0}/ifindex`]: '5\n',
			[`${wt0}/address`]: '\n',
			[`${wt0}/uevent`]: 'DEVTYPE=wireguard\nINTERFACE=wt0\n',
			...Object.fromEntries(irqs.map(([irq]) => [`${pci}/msi_irqs/${irq}`, 'msix\n'])),
			...Object.fromEntries(irqs.map(([irq, name]) => [`/sys/kernel/irq/${irq}/actions`, `${name}\n`])),
			'/sys/kernel/irq/77/actions': 'virtio3-input.0\n',
		},
		links: {
			'/sys/class/net/eth0': '../../devices/pci0000:00/0000:00:04.0/virtio3/net/eth0',
			'/sys/class/net/wt0': '../../devices/virtual/net/wt0',
			'/sys/bus/pci/devices/0000:00:04.0': '../../../devices/pci0000:00/0000:00:04.0',
			[`${eth0}/device`]: '../..',
			[`${pci}/virtio3/driver`]: '../../../../bus/virtio/drivers/virtio_net',
		},
	});
}

describe('a device', () => {
	const device = {name: 'eth0', ifindex: 2, mac: '52:54:00:77:00:01', driver: 'virtio_net'};

	test('is its index, address and driver, for its interrupts too', () => {
		const {host} = setUp();
		expect(identifyDevice({kind: 'mtu', device: 'eth0'}, host)).toEqual(device);
		expect(identifyDevice(input, host)).toEqual(device);
	});

	test('that is a tunnel stays the same when NetBird makes it anew', () => {
		const machine = setUp();
		const before = identifyDevice({kind: 'mtu', device: 'wt0'}, machine.host);
		machine.files.set(`${wt0}/ifindex`, '9\n');
		expect(before).toEqual({name: 'wt0', driver: 'wireguard'});
		expect(identifyDevice({kind: 'mtu', device: 'wt0'}, machine.host)).toEqual(before);
	});

	test('belongs to no sysctl and no service, and is none when it is not there', () => {
		const {host} = setUp();
		expect(identifyDevice({kind: 'sysctl', name: 'net.core.rmem_max'}, host)).toBeUndefined();
		expect(identifyDevice({kind: 'mtu', device: 'eth7'}, host)).toBeUndefined();
	});

	test.each([
		[{}, undefined],
		[{ifindex: 7}, 'eth0 is another device now: ifindex 7 instead of 2'],
		[{driver: 'mlx5_core'}, 'eth0 is another device now: driver mlx5_core instead of virtio_net'],
		[{mac: '02:00:00:00:00:09'}, undefined],
		[{name: 'lan0'}, undefined],
	])('%j: %s', (change, reason) => {
		expect(compareDevices(device, {...device, ...change})).toBe(reason);
	});

	test('without a known index is told by its address', () => {
		const {ifindex: _, ...unnumbered} = device;
		expect(compareDevices(unnumbered, {...device, mac: '02:00:00:00:00:09'})).toBe(
			'eth0 is another device now: mac 02:00:00:00:00:09 instead of 52:54:00:77:00:01',
		);
	});

	test('that has another name now is found under it, also where its own is another’s', () => {
		const mtu: Setting = {kind: 'mtu', device: 'eth9'};
		const {host} = setUp();
		expect(followDevice(mtu, {...device, name: 'eth9'}, host)).toEqual({kind: 'mtu', device: 'eth0'});
		expect(followDevice({...mtu, device: 'wt0'}, {...device, name: 'wt0'}, host)).toEqual({
			kind: 'mtu',
			device: 'eth0',
		});
		expect(followDevice(mtu, {...device, name: 'eth9', ifindex: 77}, host)).toEqual(mtu);
		expect(followDevice(mtu, {name: 'eth9', driver: 'wireguard'}, host)).toEqual(mtu);
		expect(followDevice(input, device, host)).toEqual(input);
	});

	test('that is not there any more says so', () => {
		expect(compareDevices(device, undefined)).toBe('eth0 is not there any more');
	});
});

describe('a device that /sys shows', () => {
	const mtu: Setting = {kind: 'mtu', device: 'eth0'};
	const own = '[{"ifindex":2,"ifname":"eth0","address":"52:54:00:77:00:01"}]';
	const names = (...devices: string[]): string =>
		`Inter-|   Receive\n face |bytes\n${devices.map(device => `  ${device}: 1 2 3\n`).join('')}`;

	test.each([
		['has another number in the namespace of nbtop', own.replace('2', '7'), undefined],
		['has another address there', own.replace('77', '78'), undefined],
		['is not there', '', undefined],
		['is one of others than there are there', own, names('lo', 'eth0')],
	])('and %s is neither read nor written', async (_, answer, list) => {
		const machine = setUp();
		machine.files.set(`${eth0}/mtu`, '1500\n');
		machine.programs.set('ip', answer);
		if (list !== undefined) {
			machine.files.set('/proc/self/net/dev', list);
		}
		await expect(readSetting(mtu, machine.host)).rejects.toMatchObject({code: 'EXDEV'});
		await expect(writeSetting(mtu, '1400', machine.host)).rejects.toThrow('another network namespace');
		expect(machine.read(`${eth0}/mtu`)).toBe('1500');
	});

	test.each([
		['as it is there', own, names('wt0', 'eth0')],
		['with an address of another kind', own.replace(/52[^"]*/, '10.0.0.1'), undefined],
		['where ip does not answer', {timedOut: true}, undefined],
		['where there is no ip', {status: 127}, undefined],
	])('%s is asked about once, and written', async (_, answer, list) => {
		const machine = setUp();
		machine.files.set(`${eth0}/mtu`, '1500\n');
		machine.programs.set('ip', typeof answer === 'string' ? answer : () => answer);
		if (list !== undefined) {
			machine.files.set('/proc/self/net/dev', list);
		}
		expect(await readSetting(mtu, machine.host)).toBe('1500');
		await writeSetting(mtu, '1400', machine.host);
		expect(machine.acts).toEqual(['run ip -j link show dev eth0', 'write /sys/class/net/eth0/mtu 1400']);
	});
});

describe('an interrupt', () => {
	test('that is where it was is found there', () => {
		expect(resolveSetting(input, setUp().host)).toEqual(input);
	});

	test('whose number moved is found by its name, among those of its own device alone', () => {
		const {host} = setUp({40: 'virtio3-output.0', 41: 'virtio3-input.0'});
		expect(resolveSetting(input, host)).toEqual({...input, irq: 41});
	});

	test('whose number is another’s now is not taken for it', () => {
		const {host} = setUp({29: 'virtio3-output.0', 30: 'virtio3-input.0'});
		expect(resolveSetting(input, host)).toEqual({...input, irq: 30});
	});

	test('that has gone is gone', () => {
		expect(resolveSetting(input, setUp({29: 'virtio3-config'}).host)).toBeUndefined();
		expect(resolveSetting({...input, bus: '0000:00:09.0'}, setUp().host)).toBeUndefined();
	});

	test('without a known device is sought among all', () => {
		const {bus: _, ...anywhere} = input;
		expect(resolveSetting({...anywhere, irq: 77}, setUp({}).host)).toEqual({...anywhere, irq: 77});
		expect(resolveSetting({...anywhere, irq: 12}, setUp({}).host)).toEqual({...anywhere, irq: 77});
	});
});

test('a queue that is not in use, and a device that is not there, leave nothing to write to', () => {
	const {host} = setUp();
	const queue0: Setting = {kind: 'rps-cpus', device: 'eth0', queue: 0};
	expect(resolveSetting(queue0, host)).toEqual(queue0);
	expect(resolveSetting({...queue0, queue: 3}, host)).toBeUndefined();
	expect(resolveSetting({kind: 'xps-cpus', device: 'eth0', queue: 1}, host)).toBeUndefined();
	expect(resolveSetting({kind: 'ring', device: 'eth7', field: 'rx'}, host)).toBeUndefined();
	expect(resolveSetting({kind: 'netbird-mtu'}, host)).toEqual({kind: 'netbird-mtu'});
});
