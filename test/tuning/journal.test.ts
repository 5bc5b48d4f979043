import {expect, test} from 'vitest';
import type {JournalEvent} from '../../source/model/journal.ts';
import type {Setting} from '../../source/model/tuning.ts';
import {findOpen, listInForce} from '../../source/tuning/in-force.ts';
import {foldJournal, formatEvent, parseJournal, settingKey} from '../../source/tuning/journal.ts';

const at = {monotonic: 1, wall: 2};
const budget: Setting = {kind: 'sysctl', name: 'net.core.netdev_budget'};
const channels: Setting = {kind: 'channels', device: 'eth0', field: 'combined'};

function open(id: string, step: string, bootId = 'boot'): JournalEvent {
	const process = {pid: 7, startTime: 8};
	return {type: 'opened', at, id, step, title: `Do ${step}`, version: '1', bootId, process, changes: []};
}

function write(id: string, seq: number, values: {setting?: Setting; from: string; to?: string; actual?: string}) {
	const {setting = budget, from, to, actual} = values;
	const intent: JournalEvent = {type: 'intent', at, id, seq, setting, from, ...(to !== undefined && {to})};
	const applied: JournalEvent[] = actual === undefined ? [] : [{type: 'applied', at, id, seq, actual}];
	return [intent, ...applied];
}

function restored(id: string, seq: number): JournalEvent {
	return {type: 'restored', at, id, seq};
}

test('a journal cut at any byte of its last line keeps all lines before it', () => {
	const events = [open('a-1', 'a'), ...write('a-1', 1, {from: '300', to: '600', actual: '600'})];
	const text = events.map(formatEvent).join('');
	const last = formatEvent(events.at(-1) as JournalEvent);
	for (let cut = 1; cut < last.length; cut++) {
		expect(parseJournal(`${text.slice(0, -cut)}`)).toEqual(cut === 1 ? events : events.slice(0, -1));
	}
	expect(parseJournal(`${text.slice(0, -5)}\n${text}`)).toEqual([...events.slice(0, -1), ...events]);
});

test('passes over events of a later version, and over what is no event', () => {
	const later = {type: 'blessed', at, id: 'a-1'} as unknown as JournalEvent;
	const events = [open('a-1', 'a'), later, ...write('a-1', 1, {from: '300', to: '600', actual: '600'})];
	const text = `null\n7\n[]\n{}\n${events.map(formatEvent).join('')}`;
	expect(parseJournal(text)).toEqual(events);
	expect(listInForce(foldJournal(parseJournal(text), 'boot'))).toHaveLength(1);
});

test('the first value stays the one to return to, however often a step is applied', () => {
	const state = foldJournal(
		[
			open('a-1', 'a'),
			...write('a-1', 1, {from: '300', to: '600', actual: '600'}),
			open('a-2', 'a'),
			...write('a-2', 1, {from: '600', to: '900', actual: '900'}),
		],
		'boot',
	);
	expect(listInForce(state)).toEqual([{setting: budget, steps: ['a'], original: '300', ours: '900'}]);
});

test('what lies under another step passes its first value on when it is undone', () => {
	const state = foldJournal(
		[
			open('a-1', 'a'),
			...write('a-1', 1, {from: '300', to: '600', actual: '600'}),
			open('b-2', 'b'),
			...write('b-2', 1, {from: '600', to: '900', actual: '900'}),
			restored('a-1', 1),
		],
		'boot',
	);
	expect(listInForce(state)).toEqual([{setting: budget, steps: ['b'], original: '300', ours: '900'}]);
});

test('what is restored is in force no more', () => {
	const events = [open('a-1', 'a'), ...write('a-1', 1, {from: '300', to: '600', actual: '600'}), restored('a-1', 1)];
	expect(listInForce(foldJournal(events, 'boot'))).toEqual([]);
});

test('an intent without an outcome counts as written', () => {
	const state = foldJournal([open('a-1', 'a'), ...write('a-1', 1, {from: '300', to: '600'})], 'boot');
	expect(listInForce(state)).toEqual([{setting: budget, steps: ['a'], original: '300', ours: '600'}]);
	expect(findOpen(state)).toMatchObject({id: 'a-1', phase: 'applying'});
});

test('what the kernel rewrote along with a change is no change of ours', () => {
	const rewritten: Setting = {kind: 'rps-cpus', device: 'eth0', queue: 0};
	const events = [
		open('a-1', 'a'),
		...write('a-1', 1, {setting: rewritten, from: '3', actual: '0'}),
		...write('a-1', 2, {setting: channels, from: '1', to: '4', actual: '4'}),
	];
	const state = foldJournal(events, 'boot');
	expect(listInForce(state).map(({setting}) => setting)).toEqual([channels]);
	expect(state.transactions[0]?.writes.map(({seq}) => seq)).toEqual([1, 2]);
});

test.each<[JournalEvent['type'][], string]>([
	[[], 'applying'],
	[['completed'], 'waiting'],
	[['completed', 'confirmed'], 'kept'],
	[['completed', 'reverting'], 'reverting'],
	[['completed', 'reverting', 'reverted'], 'reverted'],
])('after %j a guarded transaction is %s', (types, phase) => {
	const later = types.map(type => ({type, at, id: 'a-1', reason: 'time is up', deadline: 60}) as JournalEvent);
	expect(foldJournal([open('a-1', 'a'), ...later], 'boot').transactions).toMatchObject([{phase}]);
});

test('without a deadline what is completed is kept', () => {
	const events: JournalEvent[] = [open('a-1', 'a'), {type: 'completed', at, id: 'a-1'}];
	expect(foldJournal(events, 'boot').transactions).toMatchObject([{phase: 'kept'}]);
});

test('after a restart the values of run time are gone, are named once, and block nothing', () => {
	const events = [open('a-1', 'a', 'old'), ...write('a-1', 1, {from: '300', to: '600', actual: '600'})];
	const state = foldJournal(events, 'new');
	expect(listInForce(state)).toEqual([]);
	expect(findOpen(state)).toBeUndefined();
	expect(state.transactions).toMatchObject([{phase: 'gone'}]);
	expect(state.gone).toMatchObject([{step: 'a', setting: budget}]);
	expect(foldJournal([...events, {type: 'restarted', at, bootId: 'new'}], 'new').gone).toEqual([]);
	expect(foldJournal([...events, {type: 'restarted', at, bootId: 'new'}], 'third').gone).toEqual([]);
});

test('what a program keeps on disk outlives a restart', () => {
	const setting: Setting = {kind: 'netbird-mtu'};
	const events = [open('a-1', 'a', 'old'), ...write('a-1', 1, {setting, from: '1280', to: '1420', actual: '1420'})];
	const state = foldJournal(events, 'new');
	expect(listInForce(state)).toMatchObject([{setting, original: '1280'}]);
	expect(findOpen(state)).toMatchObject({id: 'a-1'});
});

test('an interrupt is the same when its number has moved, and another setting is another', () => {
	const irq = (number: number, actions: string): Setting => ({kind: 'irq-affinity', irq: number, actions, bus: '0:4'});
	expect(settingKey(irq(29, 'input.0'))).toBe(settingKey(irq(40, 'input.0')));
	expect(settingKey(irq(29, 'input.0'))).not.toBe(settingKey(irq(29, 'input.1')));
	expect(settingKey({kind: 'mtu', device: 'a'})).not.toBe(settingKey({kind: 'threaded-napi', device: 'a'}));
	expect(settingKey({device: 'a', kind: 'mtu'})).toBe(settingKey({kind: 'mtu', device: 'a'}));
});
