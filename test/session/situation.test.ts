import {expect, test} from 'vitest';
import type {JournalEvent} from '../../source/model/journal.ts';
import {readTuning} from '../../source/session/situation.ts';
import type {State} from '../../source/session/state.ts';
import {listSteps} from '../../source/tuning/in-force.ts';
import {makeState} from '../helpers/state.ts';
import {setUp} from '../helpers/tuning.ts';

/** A journal in which a step is in force, written in the boot `boot-one`. */
async function tuneOnce(): Promise<readonly JournalEvent[]> {
	const {apply, journal} = setUp();
	await apply('both', [{setting: {kind: 'sysctl', name: 'net.core.netdev_budget'}, to: '600'}]);
	return journal.readEvents();
}

function withBoot(journal: readonly JournalEvent[], bootId?: string, netns?: string): State {
	const state = makeState();
	const {snapshot} = state;
	const machine = {
		at: 60,
		value: {cpus: {online: [0]}, tools: {}, ...(bootId !== undefined && {bootId}), ...(netns !== undefined && {netns})},
	};
	return {...state, journal, ...(snapshot && {snapshot: {...snapshot, readings: {...snapshot.readings, machine}}})};
}

test('what was set in this boot is in force, what was set in another is gone', async () => {
	const journal = await tuneOnce();
	expect(listSteps(readTuning(withBoot(journal, 'boot-one')))).toEqual(['both']);
	expect(listSteps(readTuning(withBoot(journal, 'boot-two')))).toEqual([]);
	expect(listSteps(readTuning(withBoot(journal, 'boot-one')))).toEqual(['both']);
});

test('what was set in another network namespace is not in force in this one', async () => {
	const journal = (await tuneOnce()).map(event => (event.type === 'opened' ? {...event, netns: 'net:[1]'} : event));
	expect(listSteps(readTuning(withBoot(journal, 'boot-one', 'net:[1]')))).toEqual(['both']);
	expect(listSteps(readTuning(withBoot(journal, 'boot-one', 'net:[2]')))).toEqual([]);
	expect(listSteps(readTuning(withBoot(journal, 'boot-one')))).toEqual(['both']);
});

test('until the machine has told, the boot of the journal is taken for this one', async () => {
	expect(listSteps(readTuning(withBoot(await tuneOnce())))).toEqual(['both']);
});

test('one journal is folded once', async () => {
	const state = withBoot(await tuneOnce(), 'boot-one');
	expect(readTuning(state)).toBe(readTuning({...state}));
});

test('events without their parts say nothing, and break nothing', () => {
	const damaged = [
		{type: 'opened', id: 'x'},
		{type: 'intent', id: 'x'},
	] as unknown as JournalEvent[];
	expect(readTuning(withBoot(damaged, 'boot-one')).transactions).toEqual([]);
});
