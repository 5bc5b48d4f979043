import {expect, test} from 'vitest';
import {countPossibleCpus, listUsableCpus} from '../../source/derive/usable-cpus.ts';
import {makeLink} from '../helpers/readings.ts';
import {makeFacts, range} from '../helpers/situation.ts';

test('online CPUs that are not isolated, one thread of each core first', () => {
	const siblings = {0: [0, 4], 1: [1, 5], 4: [0, 4], 5: [1, 5], 6: [2, 6]};
	expect(listUsableCpus(makeFacts({online: [0, 1, 4, 5, 6], siblings}))).toEqual([0, 1, 6, 4, 5]);
	expect(listUsableCpus(makeFacts({online: range(6), isolated: [0, 3], nohzFull: [5]}))).toEqual([1, 2, 4]);
});

test('a second thread whose first is isolated is a core of its own', () => {
	const siblings = {0: [0, 1], 1: [0, 1], 2: [2, 3], 3: [2, 3]};
	expect(listUsableCpus(makeFacts({siblings, isolated: [0]}))).toEqual([1, 2, 3]);
});

test('those near the device, or all where none of them may work', () => {
	const link = makeLink('eth0', {numaNode: 1, localCpus: [2, 3]});
	expect(listUsableCpus(makeFacts(), link)).toEqual([2, 3]);
	expect(listUsableCpus(makeFacts({isolated: [2, 3]}), link)).toEqual([0, 1]);
	expect(listUsableCpus(makeFacts(), makeLink('eth0', {numaNode: -1, localCpus: [2]}))).toEqual(range(4));
});

test('masks have room for the highest CPU that may come', () => {
	expect(countPossibleCpus(makeFacts({online: [0, 2], possible: range(128)}))).toBe(128);
	expect(countPossibleCpus({tools: {}, cpus: {online: [0, 5]}})).toBe(6);
});
