import {expect, test} from 'vitest';
import {createWireGuardReader} from '../../source/collect/wireguard.ts';
import type {LinkFacts} from '../../source/model/facts.ts';
import type {Topology} from '../../source/model/topology.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';
import {at} from '../helpers/readings.ts';

const topology: Topology = {tunnels: [], underlays: [], pathDevices: [], irqs: {}};
const key = `${'A'.repeat(43)}=`;

function setUp(kind: 'wireguard' | 'tun' = 'wireguard') {
	const host = createMemoryHost();
	host.programs.set('wg', {stdout: ''});
	const read = createWireGuardReader();
	const link: LinkFacts = {name: 'wt0', ifindex: 7, kind, lowers: [], rxQueues: [], txQueues: [], msiIrqs: []};
	return {
		host,
		/** One reading, at so many seconds and with so many bytes on the interface: the questions it asked, and the peers. */
		async read(seconds: number, bytes: number, publicKey = key, countedAt = seconds) {
			host.time = seconds;
			host.programs.set('wg show all transfer', {stdout: `wt0\t${publicKey}\t${bytes}\t1\n`});
			const readings = {
				links: at(1, [link]),
				linkStatistics: at(countedAt, {wt0: {ifindex: 7, rx_bytes: bytes, tx_bytes: 1}}),
			};
			const before = host.runs.length;
			const reading = await read({host, topology, readings, note: () => undefined});
			const asked = host.runs.slice(before).map(words => words.replace('wg show all ', ''));
			const {peers, socketDrops} = reading?.value[0] ?? {};
			return {asked, at: reading?.at, peers, ...(socketDrops !== undefined && {socketDrops})};
		},
	};
}

test('while no byte goes over the tunnel wg is not asked, and what stood still is a reading all the same', async () => {
	const {read} = setUp();
	const first = await read(100, 500);
	const still = await read(102, 500);
	expect(still).toEqual({asked: [], at: 102, peers: first.peers});
	expect((await read(104, 501)).peers?.[0]?.receivedBytes).toBe(501);
});

test('what stood still has the time of the counters that tell so, whatever the clock says', async () => {
	const {host, read} = setUp();
	await read(100, 500);
	const clock = host.now;
	host.now = () => ({...clock(), monotonic: 97});
	expect((await read(102, 500)).at).toBe(102);
});

test('counters that are older than the peers do not tell that those stood still', async () => {
	const {read} = setUp();
	await read(100, 500);
	expect((await read(102, 500, key, 99)).asked).toContain('transfer');
});

test('peers that came or went are found though the tunnel stands still', async () => {
	const {read} = setUp();
	await read(100, 500);
	expect((await read(106, 500)).asked).toContain('transfer');
});

test('under load only the bytes are asked for each time, handshakes and endpoints some seconds apart', async () => {
	const {read} = setUp();
	await read(100, 500);
	const asked = [];
	for (const seconds of [102, 104, 106]) {
		asked.push((await read(seconds, seconds)).asked.join(' '));
	}
	expect(asked).toEqual(['transfer', 'transfer', 'transfer latest-handshakes endpoints']);
});

test('where no byte has gone since they were asked for, handshakes and endpoints are left in peace', async () => {
	const {read} = setUp();
	await read(100, 500);
	expect((await read(106, 500)).asked).toEqual(['transfer']);
	expect((await read(112, 501)).asked).toEqual(['transfer', 'latest-handshakes', 'endpoints']);
});

test('a new peer has its endpoint at once', async () => {
	const {host, read} = setUp();
	await read(100, 500);
	const other = `${'B'.repeat(43)}=`;
	host.programs.set('wg show all endpoints', {stdout: `wt0\t${other}\t192.0.2.9:51820\n`});
	const {peers} = await read(102, 600, other);
	expect(peers).toEqual([{publicKey: other, receivedBytes: 600, sentBytes: 1, endpoint: '192.0.2.9:51820'}]);
});

test('a userspace tunnel counts no handshakes in its interface: it is asked each time', async () => {
	const {read} = setUp('tun');
	await read(100, 500);
	expect((await read(102, 500)).asked).toEqual(['transfer']);
});

test.each([
	['tun', 1007],
	['wireguard', undefined],
] as const)('drops at the socket are read where it is a program (%s)', async (kind, drops) => {
	const {host, read} = setUp(kind);
	const row = (port: string, dropped: number) =>
		`  1: 00000000:${port} 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 24218 2 0 ${dropped}\n`;
	host.programs.set('wg show all listen-port', {stdout: 'wt0\t51820\n'});
	host.files.set('/proc/net/udp', `head\n${row('CA6C', 1000)}${row('1451', 5)}`);
	host.files.set('/proc/net/udp6', `head\n${row('CA6C', 7)}`);
	expect((await read(100, 500)).socketDrops).toBe(drops);
	host.files.delete('/proc/net/udp6');
	expect((await read(106, 501)).socketDrops).toBe(drops && 1000);
});

test.each([
	['Unable to access interface: Operation not permitted'],
	['Unable to access interface wt0: Permission denied'],
])('who is refused is told to be root: %s', async stderr => {
	const {host} = setUp();
	host.programs.set('wg show all transfer', {stdout: '', stderr, status: 1});
	const notes: string[] = [];
	const reading = await createWireGuardReader()({host, topology, readings: {}, note: note => notes.push(note)});
	expect(reading).toBeUndefined();
	expect(notes).toEqual(['wg may not read the tunnel: peers are not shown (run nbtop as root)']);
});

test('where neither the links nor wg tell of a tunnel, one question is enough', async () => {
	const host = createMemoryHost();
	host.programs.set('wg', {stdout: ''});
	const read = createWireGuardReader();
	const linksOf = (...links: LinkFacts[]) => ({links: at(1, links)});
	const none = {lowers: [], rxQueues: [], txQueues: [], msiIrqs: []};
	const context = {host, topology, note: () => undefined};
	const reading = await read({...context, readings: linksOf({name: 'eth0', ifindex: 2, ...none})});
	expect(reading?.value).toEqual([]);
	expect(host.runs).toEqual(['wg show all transfer']);

	// An interface without peers is told of by the others alone.
	host.time += 60;
	host.programs.set('wg show all listen-port', {stdout: 'wt0\t51820\n'});
	const tunnel: LinkFacts = {name: 'wt0', ifindex: 7, kind: 'wireguard', ...none};
	expect((await read({...context, readings: linksOf(tunnel)}))?.value).toMatchObject([
		{interface: 'wt0', listenPort: 51820},
	]);
});
