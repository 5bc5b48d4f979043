import {expect, test} from 'vitest';
import {findSshTunnel} from '../../source/derive/ssh-tunnel.ts';
import type {Topology} from '../../source/model/topology.ts';

const topology: Topology = {
	tunnels: ['wg0', 'wt0'].map(name => ({interface: name, kind: 'kernel', underlays: []})),
	underlays: [],
	pathDevices: [],
	irqs: {},
};

function find(sshServerAddress?: string, addresses: Readonly<Record<string, readonly string[]>> = {}) {
	const value = {cpus: {online: [0]}, tools: {}, ...(sshServerAddress !== undefined && {sshServerAddress})};
	return findSshTunnel({machine: {at: 1, value}, addresses: {at: 1, value: addresses}}, topology);
}

const addresses = {eth0: ['192.0.2.1/24'], wg0: ['10.0.0.1/24'], wt0: ['100.64.0.1/16', 'fe80::1/64']};

test('finds the tunnel that owns the address at which the connection arrived', () => {
	expect(find('100.64.0.1', addresses)).toBe('wt0');
	expect(find('fe80::1%wt0', addresses)).toBe('wt0');
	expect(find('10.0.0.1', addresses)).toBe('wg0');
});

test('other interfaces, other addresses and no connection are none', () => {
	expect(find('192.0.2.1', addresses)).toBeUndefined();
	expect(find('100.64.0.10', addresses)).toBeUndefined();
	expect(find(undefined, addresses)).toBeUndefined();
	expect(find('100.64.0.1')).toBeUndefined();
});
