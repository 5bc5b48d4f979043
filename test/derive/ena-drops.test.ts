import {expect, test} from 'vitest';
import {deriveDrops} from '../../source/derive/drops.ts';
import {countOthersDrops} from '../../source/derive/ena-drops.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import {healthyLoad, watchMachine} from '../helpers/machine.ts';
import {at, makeLink} from '../helpers/readings.ts';

interface Counted {
	readonly backlogs?: readonly number[];
	readonly xdp?: readonly number[];
	readonly lost?: number;
	/** How much later than the interface a source was read. */
	readonly late?: number;
}

function makeReadings(seconds: number, {backlogs, xdp, lost = 0, late = 0}: Counted): Readings {
	const row = {processed: 0, timeSqueeze: 0, receivedRps: 0, flowLimit: 0};
	return {
		links: at(seconds, [makeLink('ens5', {driver: 'ena', bus: '0000:00:05.0'})]),
		linkStatistics: at(seconds, {ens5: {rx_dropped: lost}}),
		...(backlogs && {
			softnet: at(
				seconds + late,
				backlogs.map((dropped, cpu) => ({...row, cpu, dropped})),
			),
		}),
		...(xdp && {
			nicStatistics: at(seconds + late, {
				ens5: xdp.map((value, queue) => ({name: `queue_${queue}_rx_xdp_drop`, value})),
			}),
		}),
	};
}

const count = (before: Counted, now: Counted, seconds = 1) =>
	countOthersDrops('ens5', makeReadings(10, before), makeReadings(10 + seconds, now));

test('the backlogs of all CPUs and the XDP programs of all queues drop for others', () => {
	expect(count({backlogs: [5, 7]}, {backlogs: [25, 17]})).toBe(30);
	expect(count({backlogs: [5], xdp: [1, 2]}, {backlogs: [5], xdp: [101, 202]})).toBe(300);
	expect(count({backlogs: [5], xdp: [9]}, {backlogs: [8], xdp: [13]}, 30)).toBe(7);
});

test('what may lie between two readings is taken for theirs', () => {
	expect(count({backlogs: [0]}, {backlogs: [1000], late: 0.25})).toBe(1000);
	expect(count({backlogs: [0], late: 0.25}, {backlogs: [1000], late: 0.25})).toBe(1500);
});

test('without the backlogs it is not known; without XDP there is none', () => {
	expect(count({xdp: [1]}, {xdp: [5]})).toBeUndefined();
	expect(count({backlogs: [1]}, {xdp: [5]})).toBeUndefined();
	expect(count({backlogs: [1]}, {backlogs: [1], xdp: [5]})).toBe(0);
});

test('of rx_dropped the nic layer has what nobody else dropped', () => {
	const derive = (before: Counted, now: Counted) =>
		deriveDrops(makeReadings(10, before), makeReadings(11, now))
			.filter(({layer, counter}) => layer === 'nic' && counter === 'rx_dropped')
			.map(({delta, total, headline}) => [delta, total, headline]);
	expect(derive({backlogs: [0], lost: 100}, {backlogs: [800], lost: 900})).toEqual([[0, 900, true]]);
	expect(derive({backlogs: [0], lost: 100}, {backlogs: [800], lost: 950})).toEqual([[50, 950, true]]);
	expect(derive({lost: 100}, {lost: 900})).toEqual([[800, 900, false]]);
});

test('a full backlog on ena is no device that loses packets', () => {
	const device = {...healthyLoad.device, driver: 'ena', counters: {...healthyLoad.device.counters, rx_dropped: 800}};
	const cores = healthyLoad.cores.map((core, cpu) => (cpu === 1 ? {...core, dropped: 800} : core));
	const {verdict, findings} = watchMachine({...healthyLoad, device, cores});
	expect(verdict.id).toBe('softnet-backlog');
	expect(findings.map(({id}) => id)).not.toContain('nic-ring-overflow');
	expect(watchMachine({...healthyLoad, device}).findings.map(({id}) => id)).toContain('nic-ring-overflow');
});
