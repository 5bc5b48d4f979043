import {expect, test} from 'vitest';
import {readNicStatistics} from '../../source/collect/nics.ts';
import {deriveDrops} from '../../source/derive/drops.ts';
import {deriveRates} from '../../source/derive/rates.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import type {Topology} from '../../source/model/topology.ts';
import {createDecoder, createEncoder} from '../../source/session/codec.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';
import {at, makeLink} from '../helpers/readings.ts';

const devices = ['eth0', 'eth1'];
const links = at(
	1,
	devices.map(name => makeLink(name, {driver: 'ena', device: name})),
);
const topology: Topology = {
	tunnels: [],
	underlays: devices.map(name => ({interface: name, leaves: [name]})),
	pathDevices: devices,
	irqs: {},
};

/** A machine on which eth1 answers so many seconds after eth0; both receive 100 packets a second and lose one of ten. */
function setUp() {
	const host = createMemoryHost();
	let late = 0;
	for (const device of devices) {
		host.programs.set(`ethtool -S ${device}`, () => {
			host.time += device === 'eth1' ? late : 0;
			const count = 100 * host.time;
			return Promise.resolve({
				stdout: `NIC statistics:\n     rx0_packets: ${count}\n     pps_allowance_exceeded: ${count / 10}\n`,
			});
		});
	}
	return async (time: number, seconds: number): Promise<Readings> => {
		host.time = time;
		late = seconds;
		const nicStatistics = await readNicStatistics({host, topology, readings: {links}, note: () => undefined});
		return {links, ...(nicStatistics && {nicStatistics})};
	};
}

test('each device keeps its own interval, however long another one or itself takes to answer', async () => {
	const read = setUp();
	let before = await read(102, 1);
	for (const [time, late] of [
		[104, 0],
		[106, 1],
		[108, 1.5],
		[110, 0.5],
	] as const) {
		const now = await read(time, late);
		const queues = deriveRates(before, now, topology).queues;
		expect(queues?.map(({device, packetsPerSecond}) => [device, packetsPerSecond])).toEqual([
			['eth0', 100],
			['eth1', 100],
		]);
		const drops = deriveDrops(before, now, topology).filter(({layer}) => layer === 'cloud');
		expect(drops.map(({device, perSecond}) => [device, perSecond])).toEqual([
			['eth0', 10],
			['eth1', 10],
		]);
		before = now;
	}
});

test('a device that gave no newer answer has no rate', async () => {
	const read = setUp();
	const before = await read(102, 1);
	const now = await read(104, 0);
	const [eth0, eth1] = [now.nicStatistics?.value.eth0, before.nicStatistics?.value.eth1];
	const mixed: Readings = {...now, nicStatistics: at(104, {...(eth0 && {eth0}), ...(eth1 && {eth1})})};
	expect(deriveRates(before, mixed, topology).queues?.map(({device}) => device)).toEqual(['eth0']);
});

test('a session brings the times back, and one of before there were any has its source’s', async () => {
	const read = setUp();
	const samples = [await read(102, 1), await read(104, 0)];
	const [encoder, decoder] = [createEncoder(), createDecoder()];
	const played = samples.map(readings => {
		const {text} = encoder.encode({type: 'sample', at: {monotonic: 1, wall: 1}, readings, problems: []});
		const decoded = decoder.decode(text);
		return decoded.kind === 'sample' ? decoded.event.readings : {};
	});
	expect(played).toEqual(samples);

	const list = (value: number) => ({eth0: [{name: 'rx0_packets', value}], eth1: [{name: 'rx0_packets', value}]});
	const older = [{nicStatistics: at(1, list(0))}, {nicStatistics: at(3, list(200))}] as const;
	expect(deriveRates(...older, topology).queues?.map(({packetsPerSecond}) => packetsPerSecond)).toEqual([100, 100]);
});
