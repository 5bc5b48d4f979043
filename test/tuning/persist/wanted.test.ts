import {expect, test} from 'vitest';
import type {Setting} from '../../../source/model/tuning.ts';
import {foldJournal, type JournalWrite, settingKey} from '../../../source/tuning/journal.ts';
import type {JournalEntry} from '../../../source/tuning/journal-file.ts';
import {collectWanted} from '../../../source/tuning/persist/wanted.ts';
import {links, makeState} from '../../helpers/persist-sample.ts';

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
		{type: 'completed', id: 'rps'},
		open('rings'),
		{type: 'intent', id: 'rings', seq: 1, setting: ring, from: '256', to: '1024'},
		{type: 'intent', id: 'rings', seq: 2, setting: mask, from: 'c'},
		{type: 'applied', id: 'rings', seq: 1, actual: '1024'},
		...(actual === undefined ? [] : [{type: 'applied', id: 'rings', seq: 2, actual} as const]),
		{type: 'completed', id: 'rings'},
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

test('interrupts that irqbalance was told to leave alone where they were stay there too', () => {
	const moved: Setting = {kind: 'irq-affinity', irq: 30, actions: 'virtio3-output.0', bus: '0000:00:04.0'};
	const state = makeState([
		[{kind: 'irqbalance-ban'}, '28,29,30,31,77'],
		[moved, '1'],
	]);
	const told = state.stacks.get(settingKey({kind: 'irqbalance-ban'}))?.[0];
	const stacks = new Map([
		...state.stacks,
		[settingKey({kind: 'irqbalance-ban'}), [{...told, from: '29'} as JournalWrite]],
	]);
	const irqs = [
		{irq: 28, actions: 'virtio3-input.0', affinity: [0]},
		{irq: 29, actions: 'virtio3-input.1', affinity: [2]},
		{irq: 30, actions: 'virtio3-output.0', affinity: [1]},
		{irq: 31, actions: 'virtio3-output.1', affinity: [0, 1]},
		{irq: 77, actions: 'nvme0q1', affinity: [3]},
	];
	const devices = links.map(link => ({...link, msiIrqs: link.msiIrqs.length > 0 ? [28, 29, 30, 31] : []}));
	const {wanted} = collectWanted({...state, stacks}, devices, irqs);
	expect(
		wanted.flatMap(({setting, value, device}) =>
			setting.kind === 'irq-affinity' ? [[setting.actions, value, device?.name]] : [],
		),
	).toEqual([
		['virtio3-output.0', '1', 'eth0'],
		['virtio3-input.0', '0', 'eth0'],
	]);
});

test('a device that was given another name since is made to last under that one', () => {
	const state = makeState([[{kind: 'mtu', device: 'eth0'}, '1400']]);
	const stacks = new Map(
		[...state.stacks].map(([key, [write]]) => [key, [{...write, device: {name: 'eth0', ifindex: 7}} as JournalWrite]]),
	);
	const renamed = links.map(link => (link.name === 'eth0' ? {...link, name: 'lan0', ifindex: 7} : link));
	expect(collectWanted({...state, stacks}, renamed).wanted).toMatchObject([
		{setting: {kind: 'mtu', device: 'lan0'}, device: {name: 'lan0', hardware: true}},
	]);
});

test('what has outlasted a restart without having been confirmed is named, and not made to last', () => {
	const opened = {type: 'opened', id: 'mtu-1', step: 'mtu', title: 'Set it', version: '1', bootId: 'old'} as const;
	const entries: JournalEntry[] = [
		{...opened, process: {pid: 7, startTime: 8}, changes: [], within: 60},
		{type: 'intent', id: 'mtu-1', seq: 1, setting: {kind: 'netbird-mtu'}, from: '1280', to: '1420'},
		{type: 'applied', id: 'mtu-1', seq: 1, actual: '1420'},
		{type: 'completed', id: 'mtu-1', deadline: 60},
	];
	const events = entries.map(entry => ({at: {monotonic: 1, wall: 2}, ...entry}));
	expect(collectWanted(foldJournal(events, 'new'), links)).toEqual({
		wanted: [],
		notes: [`'Set it' (mtu-1) is not finished: nbtop undo puts it back`],
	});
});
