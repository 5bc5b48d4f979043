import {expect, test} from 'vitest';
import {judgeWindow, measureGuards, type Observation, observe} from '../../source/bench/observation.ts';
import type {Counters} from '../../source/model/counters.ts';
import type {SampleEvent} from '../../source/model/events.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {initialState, reduce, type State} from '../../source/session/state.ts';
import {at, makeLink} from '../helpers/readings.ts';

/** Counters that grow by so much each second. */
interface Growth {
	readonly eth0?: Counters;
	readonly wt0?: Counters;
	readonly peerSent?: number;
	readonly peerReceived?: number;
	readonly softnetDropped?: number;
	readonly softTicks?: number;
}

const links = [
	makeLink('wt0', {ifindex: 7, kind: 'wireguard'}),
	makeLink('eth0', {ifindex: 2, driver: 'virtio_net', bus: '0000:00:04.0'}),
];

/** The states of a machine whose counters grow steadily, one a second from second 100 on. */
function makeStates(
	seconds: number,
	growth: Growth,
	change: (second: number, readings: Readings) => Readings = (_, all) => all,
) {
	const states: State[] = [];
	let state = initialState;
	for (let second = 0; second <= seconds; second++) {
		const time = 100 + second;
		const readings = change(second, makeReadings(time, second, growth));
		const event: SampleEvent = {type: 'sample', at: {monotonic: time, wall: time * 1000}, readings, problems: []};
		state = reduce(state, event);
		states.push(state);
	}
	return states;
}

function makeReadings(time: number, second: number, growth: Growth): Readings {
	const grow = (counters: Counters = {}) =>
		Object.fromEntries(Object.entries(counters).map(([name, each]) => [name, each * second]));
	const soft = (growth.softTicks ?? 0) * second;
	const idle = 100 * second - soft;
	const ticks = {user: 0, nice: 0, system: 0, iowait: 0, irq: 0, steal: 0, guest: 0, guestNice: 0};
	return {
		links: at(time, links),
		routes: at(time, [{endpoint: '10.77.0.2:51820', device: 'eth0'}]),
		cpuTimes: at(time, {cpus: [{cpu: 0, ...ticks, softirq: soft, idle}]}),
		softnet: at(time, [
			{
				...{cpu: 0, processed: 1000 * second, dropped: (growth.softnetDropped ?? 0) * second},
				...{timeSqueeze: 2 * second, receivedRps: 0, flowLimit: 0},
			},
		]),
		linkStatistics: at(time, {
			eth0: {
				ifindex: 2,
				rx_bytes: 0,
				rx_packets: 0,
				tx_bytes: 0,
				tx_packets: 0,
				rx_missed_errors: 3 * second,
				...grow(growth.eth0),
			},
			wt0: {ifindex: 7, rx_bytes: 0, rx_packets: 0, tx_bytes: 0, tx_packets: 0, ...grow(growth.wt0)},
		}),
		protocols: at(time, {'Ip.FragCreates': 10 * second, 'Ip.ReasmReqds': 0}),
		wireguard: at(time, [
			{
				interface: 'wt0',
				peers: [
					{
						...{publicKey: 'B', endpoint: '10.77.0.2:51820', latestHandshake: 60},
						...{receivedBytes: (growth.peerReceived ?? 0) * second, sentBytes: (growth.peerSent ?? 0) * second},
					},
				],
			},
		]),
	};
}

const path = {interface: 'wt0', publicKey: 'B', endpoint: '10.77.0.2:51820'};
const window = {from: 103, to: 110};

function expectObservation(states: readonly State[]): Observation {
	const observation = observe(states, window);
	if (observation === undefined) {
		throw new Error('nothing was observed');
	}
	return observation;
}

test('what lies outside the window does not count', () => {
	const busy = makeStates(20, {softTicks: 40}, (second, readings) => {
		// Before and after it all is quiet.
		const soft = 40 * Math.min(Math.max(second - 3, 0), 7);
		const [cpu] = readings.cpuTimes?.value.cpus ?? [];
		return cpu === undefined
			? readings
			: {...readings, cpuTimes: at(100 + second, {cpus: [{...cpu, softirq: soft, idle: 100 * second - soft}]})};
	});
	const {rates} = expectObservation(busy);
	expect(rates.seconds).toBe(7);
	expect(rates.cpus?.[0]?.soft).toBeCloseTo(40);
});

test('fewer than two samples in the window are no observation', () => {
	expect(observe(makeStates(3, {}), window)).toBeUndefined();
	expect(observe([], window)).toBeUndefined();
});

test('the guard figures are of the same window, per gigabyte that arrived', () => {
	// 0.1 GB a second.
	const run = {goodput: 8e8, retransmits: 50, received: {seconds: 7, bytes: 7e8, bitsPerSecond: 8e8}};
	const guards = measureGuards(expectObservation(makeStates(20, {softnetDropped: 5, softTicks: 40})), run);
	expect(guards).toEqual({
		'softnet-drops': expect.closeTo(50),
		'nic-drops': expect.closeTo(30),
		retransmits: expect.closeTo(50 / 0.7),
		fragments: expect.closeTo(100),
		cpu: expect.closeTo(4),
		squeezes: expect.closeTo(2),
		'top-core': expect.closeTo(40),
	});
});

test('of ena’s dropped packets the guard has those that no backlog dropped', () => {
	const run = {goodput: 8e8, retransmits: 50, received: {seconds: 7, bytes: 7e8, bitsPerSecond: 8e8}};
	const growth = {softnetDropped: 5, eth0: {rx_missed_errors: 0, rx_dropped: 9}};
	const states = makeStates(20, growth, (second, readings) => ({
		...readings,
		links: at(
			100 + second,
			links.map(link => (link.name === 'eth0' ? {...link, driver: 'ena'} : link)),
		),
	}));
	expect(measureGuards(expectObservation(states), run)).toMatchObject({
		'softnet-drops': expect.closeTo(50),
		'nic-drops': expect.closeTo(40),
	});
});

test('a run that moved nothing has no figures per gigabyte', () => {
	const guards = measureGuards(expectObservation(makeStates(20, {softnetDropped: 5})), {goodput: 0});
	expect(Object.keys(guards).sort()).toEqual(['squeezes', 'top-core']);
});

test('the share of other traffic is what the peer’s own packets and their headers do not explain', () => {
	const peerSent = 100_000;
	const headers = 100 * 42;
	const alone = makeStates(20, {eth0: {tx_bytes: peerSent + headers, tx_packets: 100}, peerSent});
	expect(judgeWindow(expectObservation(alone), path, {}).otherTraffic).toBeCloseTo(0);
	const shared = makeStates(20, {eth0: {tx_bytes: 2 * (peerSent + headers), tx_packets: 100}, peerSent});
	expect(judgeWindow(expectObservation(shared), path, {}).otherTraffic).toBeCloseTo(0.5, 1);
});

test('what the backlog drops before it reaches the tunnel is not somebody else’s traffic', () => {
	const [packets, size] = [100, 1000];
	const eth0 = {rx_bytes: packets * (size + 42), rx_packets: packets, rx_dropped: 30};
	const lossy = makeStates(20, {eth0, peerReceived: 70 * size});
	expect(judgeWindow(expectObservation(lossy), path, {reverse: true}).otherTraffic).toBeCloseTo(0, 1);
	const shared = makeStates(20, {eth0, peerReceived: 40 * size});
	expect(judgeWindow(expectObservation(shared), path, {reverse: true}).otherTraffic).toBeCloseTo(0.3, 1);
});

test('what the socket of a tunnel in userspace drops is not somebody else’s traffic; the kernel’s tunnel has none', () => {
	const [packets, size] = [100, 1000];
	const growth = {eth0: {rx_bytes: packets * (size + 42), rx_packets: packets}, peerReceived: 70 * size};
	const share = (kind: 'tun' | 'wireguard'): number | undefined => {
		const states = makeStates(20, growth, (second, readings) => ({
			...readings,
			links: at(
				100 + second,
				links.map(link => (link.name === 'wt0' ? {...link, kind} : link)),
			),
			protocols: at(100 + second, {'Udp.RcvbufErrors': 20 * second, 'Udp6.RcvbufErrors': 10 * second}),
		}));
		return judgeWindow(expectObservation(states), path, {reverse: true}).otherTraffic;
	};
	expect(share('tun')).toBeCloseTo(0, 1);
	expect(share('wireguard')).toBeCloseTo(0.3, 1);
});

test('counters that were not read together say nothing of other traffic', () => {
	const states = makeStates(
		20,
		{eth0: {tx_bytes: 5e5, tx_packets: 100}, peerSent: 1e5},
		(_, {wireguard, ...readings}) => ({
			...readings,
			...(wireguard && {wireguard: {...wireguard, at: wireguard.at + 0.9}}),
		}),
	);
	expect(judgeWindow(expectObservation(states), path, {}).otherTraffic).toBeUndefined();
});

test('what one counter missed because it was read earlier is not somebody else’s traffic', () => {
	// Half a second of seven, in which the underlay may have moved what it moved beyond the peer's.
	const growth = {eth0: {tx_bytes: 110_000, tx_packets: 0}, peerSent: 100_000};
	const early = makeReadings(109.5, 9.5, growth).wireguard;
	const states = makeStates(20, growth, (second, readings) =>
		second === 10 && early ? {...readings, wireguard: early} : readings,
	);
	const share = 1 - 100 / 110;
	expect(judgeWindow(expectObservation(states), path, {}).otherTraffic).toBeCloseTo(share - 0.5 / 7);
	const together = makeStates(20, growth);
	expect(judgeWindow(expectObservation(together), path, {}).otherTraffic).toBeCloseTo(share);
});

test('the age of the handshake, and what the hypervisor took, are those of the window', () => {
	const {handshakeAge, steal} = judgeWindow(expectObservation(makeStates(20, {})), path, {});
	expect({handshakeAge, steal}).toEqual({handshakeAge: 50, steal: 0});
});

test('a device under the underlay that goes in the window is a lost one', () => {
	const pair = [
		makeLink('wt0', {ifindex: 7, kind: 'wireguard'}),
		makeLink('eth0', {ifindex: 2, driver: 'hv_netvsc', lowers: ['enP1']}),
	];
	const vf = makeLink('enP1', {ifindex: 3, driver: 'mlx5_core', master: 'eth0', bus: '0001:00:02.0'});
	const states = makeStates(20, {eth0: {rx_packets: 1000, tx_packets: 1000}}, (second, readings) => ({
		...readings,
		links: at(100 + second, second < 6 ? [...pair, vf] : pair),
	}));
	expect(judgeWindow(expectObservation(states), path, {}).lostVirtualFunction).toBe(true);
	const whole = makeStates(20, {}, (second, readings) => ({...readings, links: at(100 + second, [...pair, vf])}));
	expect(judgeWindow(expectObservation(whole), path, {}).lostVirtualFunction).toBeUndefined();
});
