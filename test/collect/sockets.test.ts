import {expect, test} from 'vitest';
import {createSocketReader} from '../../source/collect/sockets.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import type {Topology} from '../../source/model/topology.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';
import {at} from '../helpers/readings.ts';

const topology: Topology = {
	tunnels: [{interface: 'wt0', kind: 'kernel', underlays: []}],
	underlays: [],
	pathDevices: ['wt0'],
	irqs: {},
};

function makeReadings(seconds: number, packets: number): Readings {
	return {
		linkStatistics: at(seconds, {wt0: {rx_packets: packets, tx_packets: 0}}),
		addresses: at(1, {wt0: ['100.64.0.1/16', 'fe80::1/64', 'fd00::1/64'], eth0: ['10.0.0.1/24']}),
	};
}

function setUp(output: object = {stdout: 'ESTAB 0 0 100.64.0.1:4 100.64.0.2:5 cubic rtt:2/1\n'}) {
	const host = createMemoryHost();
	const notes: string[] = [];
	host.programs.set('ss', output);
	const read = createSocketReader();
	return {
		host,
		notes,
		read: (seconds: number, packets: number) =>
			read({host, topology, readings: makeReadings(seconds, packets), note: message => notes.push(message)}),
	};
}

test('the connections of the tunnel’s own addresses are asked for, while packets flow', async () => {
	const {host, read} = setUp();
	expect(await read(10, 1000)).toBeUndefined();
	const reading = await read(12, 3000);
	expect(reading?.value).toMatchObject([{local: '100.64.0.1:4', rtt: 2}]);
	expect(host.runs).toEqual(['ss -tinmH src 100.64.0.1 or src [fd00::1]']);
});

test('while nothing flows nothing is asked', async () => {
	const {host, read} = setUp();
	await read(10, 1000);
	expect(await read(12, 1010)).toBeUndefined();
	expect(host.runs).toEqual([]);
});

test('where the interface is read less often, what flowed last still holds', async () => {
	const {host, read} = setUp();
	await read(10, 1000);
	await read(14, 9000);
	expect(await read(14, 9000)).toBeDefined();
	expect(await read(18, 9010)).toBeUndefined();
	expect(await read(18, 9010)).toBeUndefined();
	expect(host.runs).toHaveLength(2);
});

test('that ss is missing is said, that it fails is an error with its own words', async () => {
	const missing = setUp({status: 127});
	await missing.read(10, 0);
	expect(await missing.read(12, 9000)).toBeUndefined();
	expect(missing.notes).toEqual(['ss is not installed: what limits TCP is not known (apt install iproute2)']);
	const failing = setUp({status: 1, stderr: 'Cannot open netlink socket: Permission denied'});
	await failing.read(10, 0);
	await expect(failing.read(12, 9000)).rejects.toThrow('ss -tinmH: Cannot open netlink socket: Permission denied');
});
