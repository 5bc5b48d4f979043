import {expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {foldJournal} from '../../../source/tuning/journal.ts';
import type {JournalEntry} from '../../../source/tuning/journal-file.ts';
import {collectWanted} from '../../../source/tuning/persist/wanted.ts';
import {links} from '../../helpers/persist-sample.ts';

const mask: Setting = {kind: 'rps-cpus', device: 'eth0', queue: 0};
const ring: Setting = {kind: 'ring', device: 'eth0', field: 'rx'};

/** A journal of `rps`, and of `rings` after it, of which the kernel is said to have made this of the mask. */
function foldBoth(actual: string | undefined) {
	const open = (id: string): JournalEntry => ({
		...{
			type: 'opened',
			id,
			step: id,
			title: id,
			version: '1',
			bootId: 'b',
			process: {pid: 7, startTime: 8},
			changes: [],
		},
	});
	const entries: JournalEntry[] = [
		open('rps'),
		{type: 'intent', id: 'rps', seq: 1, setting: mask, from: '0', to: '0000000c'},
		{type: 'applied', id: 'rps', seq: 1, actual: 'c'},
		open('rings'),
		{type: 'intent', id: 'rings', seq: 1, setting: ring, from: '256', to: '1024'},
		{type: 'intent', id: 'rings', seq: 2, setting: mask, from: 'c'},
		{type: 'applied', id: 'rings', seq: 1, actual: '1024'},
		...(actual === undefined ? [] : [{type: 'applied', id: 'rings', seq: 2, actual} as const]),
	];
	return foldJournal(
		entries.map(entry => ({at: {monotonic: 1, wall: 2}, ...entry})),
		'b',
	);
}

const values = (actual?: string) => {
	const {wanted, notes} = collectWanted(foldBoth(actual), links);
	return {wanted: wanted.map(({setting, value}) => [setting.kind, value]), notes};
};

test.each([['c'], ['0000000c'], [undefined]])(
	'a value that a later change of the machine may have rewritten, and left as it was (%s), is wanted',
	actual => {
		expect(values(actual)).toEqual({
			wanted: [
				['rps-cpus', 'c'],
				['ring', '1024'],
			],
			notes: [],
		});
	},
);

test('a value that a later change has overwritten is not, and what gives it back is named', () => {
	expect(values('0')).toEqual({
		wanted: [['ring', '1024']],
		notes: ['rps_cpus of eth0 rx-0: rings has made it 0: nbtop tune rps gives it back'],
	});
});
