import {expect, test} from 'vitest';
import type {JournalEvent} from '../../source/model/journal.ts';
import {runGuard} from '../../source/tuning/guard.ts';
import {findOpen, listInForce, listSteps} from '../../source/tuning/in-force.ts';
import {formatEvent, parseJournal} from '../../source/tuning/journal.ts';
import {describeNotice, recover} from '../../source/tuning/recover.ts';
import {confirm, undoAll, undoStep} from '../../source/tuning/undo.ts';
import type {FakeMachine} from '../helpers/host.ts';
import {type Bench, backlog, budget, budgetFile, journalFile, setUp, startProgram} from '../helpers/tuning.ts';

const own = '/proc/self/ns/net';
const bootFile = '/proc/sys/kernel/random/boot_id';

/** A program in the network namespace `a`, in which a step was applied, and one in `b` with the same journal. */
async function setUpTwo(within?: number) {
	const first = setUp({links: {[own]: 'net:[1]'}});
	await first.apply('a', [{setting: budget, to: '600'}], within);
	return {machine: first.machine, enter: (name: string): Bench => enter(first.machine, name)};
}

function enter(machine: FakeMachine, name: string): Bench {
	machine.links.set(own, name);
	return startProgram(machine);
}

const words = `'Do a' (a-1) was set in another network namespace (net:[1]) than this one: only nbtop in that one can confirm it or put it back`;

test('what was set in another network namespace is neither undone nor forgotten, and what to do is said', async () => {
	const {machine, enter} = await setUpTwo();
	const journal = machine.read(journalFile);
	machine.files.set(budgetFile, '450\n');
	const {tools} = enter('net:[2]');
	for (const options of [{}, {force: true}]) {
		expect(await undoStep(undefined, options, tools)).toEqual({kind: 'refused', reason: words});
		expect(await undoStep('a', options, tools)).toEqual({kind: 'refused', reason: words});
		expect(await undoAll(options, tools)).toEqual([{kind: 'refused', reason: words}]);
	}
	expect(machine.read(budgetFile)).toBe('450');
	expect(machine.read(journalFile)).toBe(journal);
	machine.files.set(budgetFile, '600\n');
	expect(await undoStep('a', {}, enter('net:[1]').tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(budgetFile)).toBe('300');
});

test('each network namespace has its own values to return to', async () => {
	const {machine, enter} = await setUpTwo();
	machine.files.set(budgetFile, '200\n');
	const second = enter('net:[2]');
	expect(await second.apply('a', [{setting: budget, to: '600'}])).toMatchObject({kind: 'applied', id: 'a-2'});
	expect(listInForce(second.journal.read())).toMatchObject([{original: '200', ours: '600'}]);
	expect(await undoStep('a', {}, second.tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(budgetFile)).toBe('200');
	expect(listInForce(enter('net:[1]').journal.read())).toMatchObject([{original: '300', ours: '600'}]);
});

test('what waits in another network namespace is not confirmed, guarded or put back here, and holds up nothing', async () => {
	const {machine, enter} = await setUpTwo(60);
	machine.files.delete('/proc/42/stat');
	const journal = machine.read(journalFile);
	const {tools, apply} = enter('net:[2]');
	expect(await confirm(undefined, tools)).toEqual({kind: 'refused', reason: words});
	expect(await confirm('a-1', tools)).toEqual({kind: 'refused', reason: words});
	const notices = await recover(tools);
	expect(notices.map(describeNotice)).toEqual([`${words} (it is waiting)`]);
	const duty = {id: 'a-1', slot: 0, stop: new AbortController().signal};
	await expect(runGuard(duty, {...tools, program: []})).rejects.toThrow(words);
	expect(machine.read(journalFile)).toBe(journal);
	expect(machine.read(budgetFile)).toBe('600');
	expect(await apply('b', [{setting: backlog, to: '10000'}])).toMatchObject({kind: 'applied'});
	expect(findOpen(enter('net:[1]').journal.read())).toMatchObject({id: 'a-1', phase: 'waiting'});
});

test('a journal that does not tell the network namespace, and one of another boot, are of this one', async () => {
	const {machine, enter} = await setUpTwo();
	const events = parseJournal(machine.read(journalFile));
	const strip = (event: JournalEvent): JournalEvent => {
		const {netns: _, ...rest} = event as JournalEvent & {readonly netns?: string};
		return rest as JournalEvent;
	};
	expect(events[0]).toMatchObject({type: 'opened', netns: 'net:[1]'});
	machine.files.set(journalFile, events.map(strip).map(formatEvent).join(''));
	expect(listSteps(enter('net:[2]').journal.read())).toEqual(['a']);
	machine.files.set(journalFile, events.map(formatEvent).join(''));
	machine.files.set(bootFile, 'boot-two\n');
	expect(await recover(enter('net:[2]').tools)).toMatchObject([{kind: 'restarted'}]);
});
