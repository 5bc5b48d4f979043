import {expect, test} from 'vitest';
import type {Counters} from '../../../source/model/counters.ts';
import type {SampleEvent} from '../../../source/model/events.ts';
import type {Readings} from '../../../source/model/snapshot.ts';
import {initialState, reduce, type State} from '../../../source/session/state.ts';
import {createRecordedMachine} from '../../helpers/recording.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

/*
A machine with a tunnel and something else to do, as a fold over its samples. Its own interrupts arrive on the CPU of `queue`.
*/

interface Parts {
	/** Bits a second of the tunnel, and of what else its device receives. */
	readonly tunnel: number;
	readonly others?: number;
	/** The CPU with nothing but soft interrupts. */
	readonly hot: number;
	readonly queue: number;
	/** Bits a second of another device, and the CPU of its interrupt. */
	readonly second?: {readonly bits: number; readonly cpu: number};
}

function watch({tunnel, others = 0, hot, queue, second}: Parts): State {
	const machine = createRecordedMachine({load: () => ({bitsPerSecond: tunnel})});
	let state = initialState;
	for (let count = 1; count <= 40; count++) {
		state = reduce(state, change(machine(), count));
	}
	state.findings.forEach(expectQuoted);
	return state;

	function change(event: SampleEvent, count: number): SampleEvent {
		const {readings} = event;
		const links = {...readings.linkStatistics?.value};
		links.eth0 = addBits(links.eth0 ?? {}, others * count);
		const rows = readings.interrupts?.value.rows ?? [];
		const quiet = rows.map(row => (row.actions === `virtio3-input.${queue}` ? row : {...row, counts: [0, 0, 0, 0]}));
		const own = second && {
			irq: '70',
			actions: 'virtio4-input.0',
			description: 'PCI-MSI 1-edge virtio4-input.0',
			counts: [0, 1, 2, 3].map(cpu => (cpu === second.cpu ? 20_000 * count : 0)),
		};
		if (second !== undefined) {
			links.eth1 = addBits({ifindex: 7}, second.bits * count);
		}
		const {nicStatistics: _, ...rest} = readings;
		return {
			...event,
			readings: {
				...rest,
				cpuTimes: replace(readings.cpuTimes, ({cpus}) => ({
					cpus: cpus.map(ticks => ({
						...ticks,
						softirq: (ticks.cpu === hot ? 92 : 6) * count,
						idle: (ticks.cpu === hot ? 3 : 80) * count,
						user: count,
						system: 4 * count,
					})),
				})),
				interrupts: replace(readings.interrupts, value => ({...value, rows: own ? [...quiet, own] : quiet})),
				linkStatistics: replace(readings.linkStatistics, () => links),
				...(readings.links && {
					links: replace(readings.links, value => {
						const [eth0] = value;
						return second && eth0 ? [...value, {...eth0, name: 'eth1', ifindex: 7, device: 'virtio4'}] : value;
					}),
				}),
			} as Readings,
		};
	}
}

function replace<T>(reading: {at: number; value: T} | undefined, change: (value: T) => T) {
	return reading && {...reading, value: change(reading.value)};
}

function addBits(counters: Counters, bits: number): Counters {
	const {rx_bytes = 0, rx_packets = 0} = counters;
	return {
		...counters,
		rx_bytes: rx_bytes + bits / 8,
		rx_packets: rx_packets + Math.round(bits / 8 / 1400),
		tx_bytes: counters.tx_bytes ?? 0,
		tx_packets: counters.tx_packets ?? 0,
	};
}

test('a core that other packets fill is not the tunnel’s, and a few bits of it are no load', () => {
	const {verdict, findings} = watch({tunnel: 6e6, others: 8e9, hot: 1, queue: 1});
	expect(verdict).toMatchObject({id: 'other-traffic', severity: 'hint'});
	expect(verdict.text).toMatch(
		/^CPU1 is 92 % softirq with other traffic: of 715 k packets\/s that can pass there 714 k packets\/s are of no tunnel, and wt0 has \d+ packets\/s;/,
	);
	expect(findings.map(({id}) => id)).toEqual(['other-traffic']);
});

test('with load on the tunnel it is what limits', () => {
	const {verdict} = watch({tunnel: 60e6, others: 8e9, hot: 1, queue: 1});
	expect(verdict).toMatchObject({id: 'other-traffic', severity: 'limit', steps: ['channels', 'irq-affinity']});
});

test('what another device fills is not the tunnel’s stage', () => {
	for (const tunnel of [6e6, 60e6, 600e6]) {
		const {verdict} = watch({tunnel, hot: 3, queue: 0, second: {bits: 8e9, cpu: 3}});
		expect(verdict).toMatchObject({id: 'other-traffic', steps: []});
		expect(verdict.text).toContain("are of no tunnel, most of them eth1's, and wt0 has");
	}
});

test('a core to which more of another device comes than of the tunnel is not called its stage', () => {
	const {findings} = watch({tunnel: 1e9, hot: 3, queue: 0, second: {bits: 1.5e9, cpu: 3}});
	expect(findings.map(({id}) => id)).not.toContain('wireguard-receive-serial');
});

test('what another device does on other cores changes nothing', () => {
	const second = {bits: 8e9, cpu: 2};
	expect(watch({tunnel: 1e9, hot: 1, queue: 1, second}).verdict.id).toBe('softirq-pinned');
	expect(watch({tunnel: 1e9, hot: 3, queue: 0, second}).verdict.id).toBe('wireguard-receive-serial');
	// A small machine is under load when a core is hot by it.
	expect(watch({tunnel: 6e6, hot: 1, queue: 1, second}).verdict.id).toBe('softirq-pinned');
});

test('a gateway that passes on what comes out of the tunnel is busy with the tunnel', () => {
	expect(watch({tunnel: 600e6, others: 600e6, hot: 1, queue: 1}).verdict.id).toBe('softirq-pinned');
});
