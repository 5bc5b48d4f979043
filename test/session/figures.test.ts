import {expect, test} from 'vitest';
import type {Readings} from '../../source/model/snapshot.ts';
import {createFiguresReader} from '../../source/session/figures.ts';
import {initialState, reduce} from '../../source/session/state.ts';
import {at, makeLink} from '../helpers/readings.ts';

/** What was lost at the NIC in each sample of a guest with virtio: its drops, and those of an XDP program among them. */
function readLosses(samples: ReadonlyArray<readonly [drops: number, xdp: number] | undefined>) {
	const read = createFiguresReader();
	let state = initialState;
	return samples.map((counters, index) => {
		const [drops, xdp] = counters ?? [];
		const statistics = [
			{name: 'rx_drops', value: drops ?? 0},
			{name: 'rx_xdp_drops', value: xdp ?? 0},
		];
		const readings: Readings = {
			links: at(index, [makeLink('eth0', {driver: 'virtio_net', bus: '0000:00:04.0'})]),
			linkStatistics: at(index, {eth0: {rx_packets: index, ifindex: 1}}),
			...(counters && {nicStatistics: at(index, {eth0: statistics})}),
		};
		state = reduce(state, {type: 'sample', at: {monotonic: index, wall: 1000 * index}, readings, problems: []});
		return read(state)?.dropped.nic;
	});
}

test('what a slow source lost is counted once', () => {
	expect(readLosses([[5, 0], [9, 0], undefined, [10, 0], [10, 0]])).toEqual([undefined, 4, 0, 1, 0]);
});

test('what a counter holds beside losses is not counted', () => {
	expect(readLosses([[5, 1], [105, 91], undefined, [205, 191]])).toEqual([undefined, 10, 0, 0]);
});
