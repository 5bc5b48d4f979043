import {expect, test} from 'vitest';
import type {CpuTicks, WireGuardPeer} from '../../source/model/counters.ts';
import type {SampleEvent} from '../../source/model/events.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {dropKey, historyLength, initialState, peerKey, reduce, type State} from '../../source/session/state.ts';
import {at, makeInterrupt, makeLink, makeReadings} from '../helpers/readings.ts';

function sample(seconds: number, readings: Readings, gone?: SampleEvent['gone']): SampleEvent {
	return {
		type: 'sample',
		at: {monotonic: seconds, wall: 1_800_000_000_000 + seconds * 1000},
		readings,
		...(gone && {gone}),
		problems: [],
	};
}

function fold(events: readonly SampleEvent[], state: State = initialState): State {
	return events.reduce((folded, event) => reduce(folded, event), state);
}

function ticks(cpu: number, busy: number, idle: number): CpuTicks {
	return {cpu, user: busy, nice: 0, system: 0, idle, iowait: 0, irq: 0, softirq: 0, steal: 0, guest: 0, guestNice: 0};
}

function cpuTimes(seconds: number, ...cpus: readonly CpuTicks[]): Pick<Readings, 'cpuTimes'> {
	return {cpuTimes: at(seconds, {cpus})};
}

function peer(publicKey: string, latestHandshake: number, receivedBytes = 0): WireGuardPeer {
	return {publicKey, latestHandshake, receivedBytes, sentBytes: 0};
}

function wireguard(seconds: number, ...peers: readonly WireGuardPeer[]): Pick<Readings, 'wireguard'> {
	return {wireguard: at(seconds, [{interface: 'wt0', peers}])};
}

test('a slow source keeps its own interval: its rate stays until it is read again', () => {
	const first = fold([
		sample(0, {...cpuTimes(0, ticks(0, 0, 0)), ...wireguard(0, peer('a', 1, 0))}),
		sample(1, cpuTimes(1, ticks(0, 50, 50))),
		sample(2, {...cpuTimes(2, ticks(0, 100, 100)), ...wireguard(2, peer('a', 1, 2000))}),
	]);
	expect(first.rates.peers?.[0]?.rxBytesPerSecond).toBe(1000);
	const later = fold([sample(3, cpuTimes(3, ticks(0, 150, 150)))], first);
	expect(later.rates.peers?.[0]?.rxBytesPerSecond).toBe(1000);
	expect(later.rates.cpus?.[0]?.usr).toBe(50);
});

test('a rate that nobody renews is no rate any more', () => {
	const state = fold([
		sample(0, {...cpuTimes(0, ticks(0, 0, 0)), ...wireguard(0, peer('a', 1, 0))}),
		sample(2, {...cpuTimes(2, ticks(0, 100, 100)), ...wireguard(2, peer('a', 1, 2000))}),
		sample(9, cpuTimes(9, ticks(0, 400, 500))),
		sample(11, cpuTimes(11, ticks(0, 500, 600))),
	]);
	expect(state.rates.peers?.[0]?.rxBytesPerSecond).toBeUndefined();
	expect(state.rates.cpus?.[0]?.usr).toBe(50);
});

test('facts do not grow stale: an affinity that was read twice in a row still stands a minute later', () => {
	const irqs = (seconds: number): Readings => ({
		irqs: at(seconds, [{irq: 38, affinity: [2], actions: 'virtio3-input.0'}]),
	});
	const interrupts = (seconds: number): Readings => ({
		interrupts: at(seconds, {
			cpus: [0],
			rows: [
				{irq: '38', counts: [seconds * 10], description: 'PCI-MSI 1-edge virtio3-input.0', actions: 'virtio3-input.0'},
			],
		}),
	});
	const state = fold([
		sample(0, {...irqs(0), ...interrupts(0)}),
		sample(0.1, {...irqs(0.1), ...interrupts(0.1)}),
		sample(59, interrupts(59)),
		sample(60, interrupts(60)),
	]);
	expect(state.rates.interrupts?.[0]?.affinity).toEqual([2]);
});

test('a source that has gone takes its rates along, and begins anew when it returns', () => {
	const before = [sample(0, wireguard(0, peer('a', 1, 0))), sample(2, wireguard(2, peer('a', 1, 2000)))];
	const gone = fold([...before, sample(4, {}, ['wireguard'])]);
	expect(gone.rates.peers).toBeUndefined();
	const back = fold([sample(6, wireguard(6, peer('a', 1, 9000)))], gone);
	expect(back.rates.peers?.[0]?.rxBytesPerSecond).toBeUndefined();
});

test('an interface that was made anew under the same name has no rate, whatever its counters show', () => {
	const statistics = (ifindex: number, bytes: number) => ({wt0: {ifindex, rx_bytes: bytes}});
	const state = fold([
		sample(0, {linkStatistics: at(0, statistics(5, 1000))}),
		sample(1, {linkStatistics: at(1, statistics(9, 5000))}),
	]);
	expect(state.rates.links?.wt0).toBeUndefined();
	const next = fold([sample(2, {linkStatistics: at(2, statistics(9, 5600))})], state);
	expect(next.rates.links?.wt0?.rx_bytes).toBe(600);
});

test('traces hold the last minute of ticks, with a gap where a CPU was away', () => {
	const events = Array.from({length: 100}, (_, tick) =>
		sample(
			tick,
			cpuTimes(tick, ticks(0, tick * 25, tick * 75), ...(tick === 97 ? [] : [ticks(3, tick * 90, tick * 10)])),
		),
	);
	const {history} = fold(events);
	expect(history.cpus[0]?.busy).toHaveLength(historyLength);
	expect(history.cpus[0]?.busy.at(-1)).toBe(25);
	expect(history.cpus[3]?.busy.slice(-4)).toEqual([90, undefined, undefined, 90]);
});

test('a CPU that has been away for a minute leaves the history', () => {
	const events = Array.from({length: 70}, (_, tick) =>
		sample(tick, cpuTimes(tick, ticks(0, tick * 25, tick * 75), ...(tick < 3 ? [ticks(3, tick * 90, tick * 10)] : []))),
	);
	expect(Object.keys(fold(events).history.cpus)).toEqual(['0']);
});

test('drops since the start are those since the first sample, not since boot', () => {
	const softnet = (seconds: number, dropped: number): Readings => ({
		softnet: at(seconds, [{cpu: 1, processed: 0, dropped, timeSqueeze: 0, receivedRps: 0, flowLimit: 0}]),
	});
	const state = fold([sample(0, softnet(0, 1000)), sample(1, softnet(1, 1007)), sample(2, softnet(2, 1010))]);
	const drop = state.rates.drops?.find(each => each.layer === 'softnet' && each.device === 'cpu1');
	expect(drop).toBeDefined();
	expect(drop && drop.total - (state.dropBases[dropKey(drop)] ?? 0)).toBe(10);
});

test('a handshake counts when it changes, not when it is seen', () => {
	const state = fold([
		sample(0, wireguard(0, peer('a', 100))),
		sample(2, wireguard(2, peer('a', 100))),
		sample(4, wireguard(4, peer('a', 220), peer('b', 5))),
		sample(6, wireguard(6, peer('a', 225), peer('b', 5))),
	]);
	expect(state.handshakes).toEqual({[peerKey({interface: 'wt0', publicKey: 'a'})]: [4, 6]});
});

test('folding changes nothing that was folded before', () => {
	const events = [sample(0, cpuTimes(0, ticks(0, 0, 0))), sample(1, cpuTimes(1, ticks(0, 50, 50)))];
	const state = fold(events);
	const copy = structuredClone(state);
	fold([sample(2, cpuTimes(2, ticks(0, 100, 100)))], state);
	expect(state).toEqual(copy);
	expect(fold(events)).toEqual(copy);
});

test('the topology is derived anew as soon as one of its sources says something else, and else stays the very object', () => {
	const rows = [makeInterrupt(50, 'virtio3-input.0'), makeInterrupt(51, '')];
	const first = fold([
		sample(
			0,
			makeReadings({
				links: [makeLink('wt0', {kind: 'wireguard'}), makeLink('eth0', {msiIrqs: [50, 51]})],
				wireguard: [{interface: 'wt0', peers: [{publicKey: 'a', endpoint: '192.0.2.1:51820'}]}],
				routes: [{endpoint: '192.0.2.1:51820', device: 'eth0'}],
				interrupts: rows,
			}),
		),
	]);
	expect(first.topology).toMatchObject({pathDevices: ['wt0', 'eth0'], irqs: {50: {device: 'eth0', role: 'rx'}}});
	const counted = makeReadings({interrupts: rows.map(row => ({...row, counts: [7]}))});
	expect(fold([sample(1, counted)], first).topology).toBe(first.topology);
	const changes: readonly Readings[] = [
		makeReadings({links: []}),
		makeReadings({wireguard: []}),
		makeReadings({routes: []}),
		makeReadings({interrupts: [makeInterrupt(50, 'virtio3-output.0'), makeInterrupt(51, '')]}),
		makeReadings({interrupts: rows.slice(1)}),
		{irqs: at(1, [{irq: 51, actions: 'virtio3-output.0'}])},
	];
	for (const change of changes) {
		expect(fold([sample(1, change)], first).topology).not.toEqual(first.topology);
	}
});
