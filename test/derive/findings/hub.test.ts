import {expect, test} from 'vitest';
import {healthyLoad, type MachineLoad, type PeerLoad, watchMachine} from '../../helpers/machine.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

/*
A hub has many peers that are alike: none has a good part of the bytes for itself.
*/

function makePeers(number: number, parts: Partial<PeerLoad> = {}): PeerLoad[] {
	return Array.from({length: number}, (_, index) => ({
		name: `peer${index}`,
		rx: 149e6 / number,
		tx: 3e6 / number,
		endpoint: `192.0.2.${index + 1}:51820`,
		connection: 'p2p' as const,
		...parts,
	}));
}

const full = {sys: 3, soft: 92, processed: 110_000, netRx: 20_000};

function makeHub(number: number, parts: Partial<MachineLoad> = {}): MachineLoad {
	const peers = makePeers(number);
	return {...healthyLoad, peers, routes: peers.map(({endpoint = ''}) => ({endpoint, device: 'eth0'})), ...parts};
}

/** All that arrives is on one queue and core of four. */
const onOneQueue: Partial<MachineLoad> = {
	cores: healthyLoad.cores.map((core, cpu) => (cpu === 0 ? full : core)),
	channels: {now: 1, most: 4},
	queues: [{irq: 37, cpu: 0, packets: 107_000, interrupts: 9000}],
};

test.each([2, 9, 11, 12, 30, 200])('%i equal peers on one of four queues wait for more queues', number => {
	const {verdict, findings} = watchMachine(makeHub(number, onOneQueue));
	expect(verdict).toMatchObject({id: 'single-queue', severity: 'limit', steps: ['channels', 'irq-affinity']});
	expect(verdict.text).toBe(`eth0 uses 1 of 4 receive queues, and ${number} active peers share it`);
	expect(findings.find(({id}) => id === 'softirq-pinned')?.text).toContain(
		`the flows of ${number} active peers meet there`,
	);
	findings.forEach(expectQuoted);
});

test('peers whose counters stand still are an unknown number of flows', () => {
	const {findings} = watchMachine(makeHub(1, {...onOneQueue, peers: makePeers(3, {rx: 0, tx: 0})}));
	const texts = findings.map(({text}) => text).join('\n');
	expect(texts).toContain('how many peers are active is not known; each is one flow');
	expect(texts).not.toMatch(/the one active peer|one peer's/);
	expect(findings.flatMap(({evidence}) => evidence)).toContainEqual({label: 'active peers', value: '?'});
});

test.each([2, 5, 12, 40])('%i peers that are all relayed are a fault', number => {
	const peers = makePeers(number, {connection: 'relayed'}).map((peer, index) => ({
		...peer,
		endpoint: `127.0.0.1:${40_000 + index}`,
	}));
	const {verdict, findings} = watchMachine(makeHub(number, {peers}));
	expect(verdict).toMatchObject({id: 'relayed-peer', severity: 'fault'});
	expect(verdict.text).toMatch(
		new RegExp(`^${number} active peers are reached through a relay, peer0 is the busiest:`),
	);
	findings.forEach(expectQuoted);
});

test('a few relayed peers among many that are not are no fault until they carry a fifth together', () => {
	const relayed = (count: number) =>
		makePeers(30).map((peer, index) => (index < count ? {...peer, connection: 'relayed' as const} : peer));
	expect(watchMachine(makeHub(30, {peers: relayed(3)})).verdict.severity).toBe('fine');
	expect(watchMachine(makeHub(30, {peers: relayed(8)})).verdict.id).toBe('relayed-peer');
});

test.each([1, 5, 12, 40])('what the kernel knows of the way to %i peers bounds their room', number => {
	const tunnel = {...healthyLoad.tunnel, mtu: 1280};
	const find = (mtu?: number) => {
		const routes = makePeers(number).map(({endpoint = ''}) => ({endpoint, device: 'eth0', ...(mtu && {mtu})}));
		return watchMachine(makeHub(number, {tunnel, routes})).findings.map(({id}) => id);
	};
	expect(find()).toContain('mtu-below-path');
	expect(find(1360)).not.toContain('mtu-below-path');
});

test.each([4, 16, 64])('the interrupts of %i queues on one core are a pile', number => {
	const cores = Array.from({length: number}, (_, cpu) => (cpu === 1 ? full : {sys: 20, soft: 8}));
	const queues = cores.map((_, index) => ({irq: 37 + index, cpu: 1, packets: 107_000 / number, interrupts: 90}));
	const hub = makeHub(8, {cores, queues, channels: {now: number, most: number}});
	const {verdict, findings} = watchMachine(hub);
	expect(verdict).toMatchObject({id: 'irq-pile-up', severity: 'limit', steps: ['irq-affinity']});
	expect(verdict.text).toContain(`and ${number - 1} other cores take none`);
	findings.forEach(expectQuoted);
	const spread = queues.map((queue, index) => ({...queue, cpu: index}));
	expect(watchMachine({...hub, queues: spread}).findings.map(({id}) => id)).not.toContain('irq-pile-up');
});
