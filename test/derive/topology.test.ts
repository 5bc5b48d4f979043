import {describe, expect, test} from 'vitest';
import {describeNoTunnel, listMisnamed} from '../../source/derive/no-tunnel.ts';
import {deriveTopology, type TopologyOptions} from '../../source/derive/topology.ts';
import type {WireGuardInterface} from '../../source/model/counters.ts';
import type {NetbirdStatus} from '../../source/model/facts.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {at, makeInterrupt, makeLink, makeReadings} from '../helpers/readings.ts';

const wt0 = makeLink('wt0', {kind: 'wireguard', mtu: 1280});
const eth0 = makeLink('eth0', {mtu: 1500, driver: 'virtio_net', device: 'virtio3', bus: '0000:00:04.0'});
const eth1 = makeLink('eth1', {device: '0000:00:05.0', bus: '0000:00:05.0'});

const peer = (endpoint: string, bytes: number) => ({
	publicKey: `key of ${endpoint}`,
	endpoint,
	receivedBytes: bytes,
	sentBytes: bytes,
});

const tunnel = (name: string, ...peers: WireGuardInterface['peers']): WireGuardInterface => ({
	interface: name,
	listenPort: 51820,
	fwmark: 0x1bd00,
	peers,
});

const route = (endpoint: string, device: string) => ({endpoint, device});

describe('tunnels', () => {
	test('a WireGuard device is one, with its mark and port', () => {
		const {tunnels} = deriveTopology(makeReadings({links: [eth0, wt0], wireguard: [tunnel('wt0')]}));
		expect(tunnels).toEqual([
			{interface: 'wt0', kind: 'kernel', mtu: 1280, listenPort: 51820, fwmark: 0x1bd00, underlays: []},
		]);
	});

	test('a TUN device is one if wg lists it, and else belongs to another program', () => {
		const links = [makeLink('tun0', {kind: 'tun'}), makeLink('utun', {kind: 'tun'})];
		const {tunnels} = deriveTopology(makeReadings({links, wireguard: [tunnel('utun')]}));
		expect(tunnels.map(each => [each.interface, each.kind])).toEqual([['utun', 'userspace']]);
	});

	test('a TUN device with the address of NetBird is one, even where wg may not be asked', () => {
		const netbird: NetbirdStatus = {address: '100.92.0.4', peers: []};
		const links = [makeLink('wt0', {kind: 'tun', addresses: ['100.92.0.4/16']})];
		expect(deriveTopology({...makeReadings({links}), netbird: at(1, netbird)}).tunnels).toHaveLength(1);
	});

	test('the one that the user names overrules', () => {
		const links = [wt0, makeLink('wg1', {kind: 'wireguard'})];
		const {tunnels} = deriveTopology(makeReadings({links}), {tunnel: 'wg1'});
		expect(tunnels.map(each => each.interface)).toEqual(['wg1']);
		expect(deriveTopology(makeReadings({links}), {tunnel: 'nosuch'}).tunnels).toEqual([]);
	});

	test('one that is named and is no tunnel is none, whatever else is there', () => {
		const links = [wt0, eth0, makeLink('tun0', {kind: 'tun'}), makeLink('veth0'), makeLink('wg1')];
		const derive = (name: string) => {
			const {tunnels, unfit} = deriveTopology(makeReadings({links, wireguard: [tunnel('wg1')]}), {tunnel: name});
			return {kinds: tunnels.map(({kind}) => kind), unfit: unfit?.tunnel};
		};
		expect(derive('wt0')).toEqual({kinds: ['kernel'], unfit: undefined});
		expect(derive('tun0')).toEqual({kinds: ['userspace'], unfit: undefined});
		// What wg lists is one, though its kind cannot be read.
		expect(derive('wg1')).toEqual({kinds: ['kernel'], unfit: undefined});
		for (const name of ['veth0', 'eth0', 'lo']) {
			expect(derive(name)).toEqual({kinds: [], unfit: name});
		}
	});

	test('what was misnamed is a problem, with its name and what to do', () => {
		const links = [wt0, eth0];
		const list = (options: TopologyOptions) =>
			listMisnamed(deriveTopology(makeReadings({links}), options)).map(({source, message}) => `${source}: ${message}`);
		expect(list({tunnel: 'wt0', nic: 'eth0'})).toEqual([]);
		expect(list({tunnel: 'wt7', nic: 'eth9'})).toEqual([
			'tunnel: there is no interface wt7; without --tunnel nbtop looks for it itself',
			'nic: there is no interface eth9; without --nic nbtop looks for it itself',
		]);
		expect(list({tunnel: 'eth0', nic: 'lo'})).toEqual([
			'tunnel: eth0 is neither a WireGuard interface nor a TUN device; without --tunnel nbtop looks for it itself',
			'nic: lo leads to no other machine; without --nic nbtop looks for it itself',
		]);
	});

	test('one that is named and not there is said to be so, once the interfaces are known', () => {
		const links = [wt0, eth0];
		const {absent} = deriveTopology(makeReadings({links}), {tunnel: 'wt7', nic: 'eth9'});
		expect(absent).toEqual({tunnel: 'wt7', nic: 'eth9'});
		expect(deriveTopology(makeReadings({links}), {tunnel: 'wt0', nic: 'eth0'}).absent).toBeUndefined();
		expect(deriveTopology({}, {tunnel: 'wt7'}).absent).toBeUndefined();
		const topology = deriveTopology(makeReadings({links}), {tunnel: 'wt7'});
		expect(describeNoTunnel(topology, {})).toBe(
			'no tunnel found: there is no interface wt7; without --tunnel nbtop looks for it itself',
		);
	});

	test('a TUN device may be one as long as wg has not told', () => {
		const links = [eth0, makeLink('tun0', {kind: 'tun'}), makeLink('utun7', {kind: 'tun'})];
		const describe = (readings: Readings) => describeNoTunnel(deriveTopology(readings), readings);
		expect(describe(makeReadings({links}))).toBe(
			'no tunnel found: tun0 or utun7 may be one, wg as root can tell (or --tunnel tun0)',
		);
		expect(describe(makeReadings({links, wireguard: []}))).toMatch(/neither a WireGuard interface nor a userspace one/);
		expect(describe(makeReadings({links: [eth0]}))).toMatch(/neither a WireGuard interface nor a userspace one/);
	});
});

describe('underlays', () => {
	test('the interfaces of the routes to the peers carry the tunnel, the busiest first', () => {
		const readings = makeReadings({
			links: [wt0, eth0, eth1],
			wireguard: [tunnel('wt0', peer('10.0.0.1:1', 10), peer('10.0.0.2:2', 7), peer('10.0.0.3:3', 7))],
			routes: [route('10.0.0.1:1', 'eth0'), route('10.0.0.2:2', 'eth1'), route('10.0.0.3:3', 'eth1')],
		});
		const topology = deriveTopology(readings);
		expect(topology.tunnels[0]?.underlays).toEqual(['eth1', 'eth0']);
		expect(topology.underlays).toEqual([
			{interface: 'eth1', leaves: ['eth1']},
			{interface: 'eth0', mtu: 1500, driver: 'virtio_net', leaves: ['eth0']},
		]);
		expect(topology.pathDevices).toEqual(['wt0', 'eth1', 'eth0']);
	});

	test('a peer over loopback is relayed, and a route into the tunnel is a loop: neither has an underlay', () => {
		const readings = makeReadings({
			links: [wt0, eth0],
			wireguard: [tunnel('wt0', peer('127.0.0.1:4', 9), peer('127.1.0.3:5', 9), peer('10.0.0.1:1', 9))],
			routes: [
				route('127.0.0.1:4', 'lo'),
				route('127.1.0.3:5', 'eth0'),
				route('10.0.0.1:1', 'wt0'),
				route('default', 'eth0'),
			],
		});
		expect(deriveTopology(readings).underlays).toEqual([]);
	});

	test('without a known route there is none, unless the user names it', () => {
		const readings = makeReadings({
			links: [wt0, eth0],
			wireguard: [tunnel('wt0', peer('10.0.0.1:1', 9))],
			routes: [route('default', 'eth0')],
		});
		expect(deriveTopology(readings).underlays).toEqual([]);
		const named = deriveTopology(readings, {nic: 'eth0'});
		expect(named.underlays.map(underlay => underlay.interface)).toEqual(['eth0']);
		expect(named.tunnels[0]?.underlays).toEqual(['eth0']);
	});

	test('without a tunnel it is the interface of the default route', () => {
		const readings = makeReadings({links: [eth0], routes: [route('default', 'eth0')]});
		expect(deriveTopology(readings).underlays.map(underlay => underlay.interface)).toEqual(['eth0']);
		expect(deriveTopology(makeReadings({links: [eth0]})).underlays).toEqual([]);
	});
});

describe('lower devices', () => {
	const down = (...links: ReturnType<typeof makeLink>[]) => {
		const topology = deriveTopology(makeReadings({links}), {nic: links[0]?.name});
		return {leaves: topology.underlays[0]?.leaves, path: topology.pathDevices};
	};

	test('a VLAN on a bond has the rings of the slaves', () => {
		const vlan = makeLink('bond0.5', {lowers: ['bond0']});
		const bond = makeLink('bond0', {lowers: ['eth0', 'eth1']});
		expect(down(vlan, bond, eth0, eth1)).toEqual({
			leaves: ['eth0', 'eth1'],
			path: ['bond0.5', 'bond0', 'eth0', 'eth1'],
		});
	});

	test('under hv_netvsc the VF has the rings, found by its master too', () => {
		const synthetic = makeLink('eth0', {driver: 'hv_netvsc', bus: '000d3a00-0000-4000-8000-000000000000'});
		const vf = makeLink('enP1s1', {driver: 'mlx5_core', bus: 'cf63:00:02.0', master: 'eth0'});
		expect(down(synthetic, vf).leaves).toEqual(['enP1s1']);
		expect(down(synthetic).leaves).toEqual(['eth0']);
	});

	test('the ports of virtual machines on a bridge are not below it', () => {
		const bridge = makeLink('br0', {kind: 'bridge', lowers: ['eth0', 'vnet0']});
		expect(down(bridge, eth0, makeLink('vnet0', {kind: 'tun', master: 'br0'}))).toEqual({
			leaves: ['eth0'],
			path: ['br0', 'eth0'],
		});
	});

	test('a circle ends', () => {
		expect(down(makeLink('a', {lowers: ['b']}), makeLink('b', {lowers: ['a']})).leaves).toEqual(['b']);
	});
});

describe('interrupts', () => {
	const virtio = ['virtio3-config', 'virtio3-input.0', 'virtio3-output.0', 'virtio0-input'].map((actions, index) =>
		makeInterrupt(28 + index, actions),
	);
	const expected = {
		28: {device: 'eth0', role: 'control'},
		29: {device: 'eth0', role: 'rx', queue: 0},
		30: {device: 'eth0', role: 'tx', queue: 0},
	};

	test('those of the device folder are the device’s', () => {
		const links = [{...eth0, msiIrqs: [28, 29, 30]}];
		expect(deriveTopology(makeReadings({links, interrupts: virtio})).irqs).toEqual(expected);
	});

	test('without a device folder the names and addresses in /proc/interrupts tell', () => {
		expect(deriveTopology(makeReadings({links: [eth0], interrupts: virtio})).irqs).toEqual(expected);
		const interrupts = [
			makeInterrupt(24, 'mlx5_comp0@pci:0000:00:05.0', 'Hyper-V PCIe MSI'),
			makeInterrupt(25, 'mlx5_comp1@pci:0000:00:06.0', 'Hyper-V PCIe MSI'),
		];
		expect(deriveTopology(makeReadings({links: [eth1], interrupts})).irqs).toEqual({
			24: {device: 'eth1', role: 'rxtx', queue: 0},
		});
		const named = [makeInterrupt(30, 'i40e-eth1-TxRx-3'), makeInterrupt(31, 'i40e-eth10-TxRx-3')];
		expect(deriveTopology(makeReadings({links: [eth1], interrupts: named})).irqs).toEqual({
			30: {device: 'eth1', role: 'rxtx', queue: 3},
		});
	});

	test('a legacy interrupt serves the whole device, whoever shares it', () => {
		const readings = makeReadings({
			links: [{...eth0, legacyIrq: 20}],
			interrupts: [makeInterrupt(20, 'uhci_hcd:usb3, virtio3', 'IO-APIC')],
		});
		expect(deriveTopology(readings).irqs).toEqual({20: {device: 'eth0', role: 'rxtx'}});
	});

	test('what two ports share belongs to the one on the path', () => {
		const readings = makeReadings({
			links: [
				{...eth0, msiIrqs: [40]},
				{...eth1, msiIrqs: [40]},
			],
			interrupts: [makeInterrupt(40, 'mana_q0@pci:7870:00:00.0')],
		});
		expect(deriveTopology(readings, {nic: 'eth1'}).irqs).toEqual({40: {device: 'eth1', role: 'rxtx', queue: 0}});
	});

	test('an interrupt without an action is not in use, and sysfs knows actions that the table does not', () => {
		const links = [{...eth0, msiIrqs: [50, 51]}];
		const readings = {...makeReadings({links}), irqs: at(1, [{irq: 50, actions: 'virtio3-input.1'}, {irq: 51}])};
		expect(deriveTopology(readings).irqs).toEqual({50: {device: 'eth0', role: 'rx', queue: 1}});
	});
});

test('nothing read is nothing known', () => {
	expect(deriveTopology({})).toEqual({tunnels: [], underlays: [], pathDevices: [], irqs: {}});
});
