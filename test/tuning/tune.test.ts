import {expect, test} from 'vitest';
import {HostError} from '../../source/host.ts';
import type {Setting} from '../../source/model/tuning.ts';
import {listInForce} from '../../source/tuning/in-force.ts';
import {chooseTimeLimit, previewStep} from '../../source/tuning/preview.ts';
import {applyStep} from '../../source/tuning/tune.ts';
import {netbirdMtu, setUpNetbird} from '../helpers/fake-netbird.ts';
import {
	backlog,
	backlogFile,
	budget,
	budgetFile,
	formatProcess,
	journalFile,
	knobs,
	makeSituation,
	makeStep,
	readKnobs,
	setUp,
	startProgram,
	weight,
	weightFile,
} from '../helpers/tuning.ts';

const wishes = [
	{setting: budget, to: '600'},
	{setting: backlog, to: '10000'},
	{setting: weight, to: '128'},
];

test('shows each change from and to, as it would be typed, and how it is undone', async () => {
	const {machine} = setUp();
	const preview = await previewStep(makeStep({id: 'a', wishes}), makeSituation(), machine.host);
	expect(preview.changes[0]).toMatchObject({
		label: 'net.core.netdev_budget',
		from: '300',
		to: '600',
		shellLine: 'sysctl -w net.core.netdev_budget=600',
		undoLine: 'sysctl -w net.core.netdev_budget=300',
	});
	expect(machine.acts).toEqual([]);
});

test('what already holds is no change, and is not written', async () => {
	const {machine, apply} = setUp({files: {[budgetFile]: '600\n'}});
	await apply('a', wishes);
	expect(machine.acts.filter(act => act.includes('netdev_budget'))).toEqual([]);
	expect(machine.read(backlogFile)).toBe('10000');
});

test('a setting that cannot be read makes the step unavailable, in the words of the machine', async () => {
	const {machine} = setUp();
	machine.files.delete(weightFile);
	const preview = await previewStep(makeStep({id: 'a', wishes}), makeSituation(), machine.host);
	expect(preview.unavailable).toContain('ENOENT');
	expect(preview.changes).toEqual([]);
});

test('the journal has each value on disk before it is written', async () => {
	const {machine, apply} = setUp();
	expect(await apply('a', wishes)).toEqual({kind: 'applied', id: 'a-1', clamped: []});
	const acts = machine.acts.map(act => act.split(' ').slice(0, 2).join(' '));
	const journal = `append ${journalFile}`;
	expect(acts).toEqual([
		journal,
		...[journal, `write ${budgetFile}`, journal],
		...[journal, `write ${backlogFile}`, journal],
		...[journal, `write ${weightFile}`, journal],
		journal,
	]);
});

test('a value that does not stick puts all others back in reverse order, and reads them back', async () => {
	const {machine, apply, fold} = setUp({stubborn: [weightFile]});
	const result = await apply('a', wishes);
	expect(result).toEqual({
		kind: 'put back',
		id: 'a-1',
		reason: 'net.core.dev_weight is 64, expected 128',
	});
	expect(readKnobs(machine)).toEqual({...readKnobs(machine), ...knobs});
	const writes = machine.acts.filter(act => act.startsWith('write')).map(act => act.split('/').at(-1));
	expect(writes.slice(-2)).toEqual(['netdev_max_backlog 1000', 'netdev_budget 300']);
	expect(listInForce(fold())).toEqual([]);
	expect(fold().transactions).toMatchObject([{phase: 'reverted', reported: true, verdict: {kind: 'refused'}}]);
});

test('a refused value keeps the words of the machine', async () => {
	const {apply, machine} = setUp({refuse: {[weightFile]: 'EINVAL'}});
	expect(await apply('a', wishes)).toMatchObject({kind: 'put back', reason: expect.stringContaining('EINVAL')});
	expect(machine.read(budgetFile)).toBe('300');
});

test('says what could not be put back, and leaves it in force for undo', async () => {
	const {machine, apply, fold} = setUp({stubborn: [weightFile]});
	machine.beforeAct = act => {
		if (act.startsWith(`write ${weightFile}`)) {
			machine.refuse.set(budgetFile, 'EROFS');
		}
	};
	const result = await apply('a', wishes);
	expect(result).toMatchObject({kind: 'left', left: [{setting: budget, original: '300'}]});
	expect(listInForce(fold())).toEqual([{setting: budget, steps: ['a'], original: '300', ours: '600'}]);
});

test('stops when somebody else has changed a value between the plan and the write', async () => {
	const bench = setUp();
	const preview = await previewStep(makeStep({id: 'a', wishes}), makeSituation(), bench.machine.host);
	bench.machine.files.set(backlogFile, '3000\n');
	const result = await applyStep(preview, {}, bench.tools);
	expect(result).toMatchObject({
		kind: 'put back',
		reason: 'net.core.netdev_max_backlog is 3000, was 1000 when this was planned: somebody else has changed it',
	});
	expect([budgetFile, backlogFile, weightFile].map(bench.machine.read)).toEqual(['300', '3000', '64']);
});

test('without a journal nothing is applied', async () => {
	for (const code of ['ENOSPC', 'EROFS', 'EACCES']) {
		const {machine, apply} = setUp({refuse: {[journalFile]: code}});
		expect(await apply('a', wishes)).toMatchObject({kind: 'refused', reason: expect.stringContaining(code)});
		expect(machine.acts.filter(act => act.startsWith('write'))).toEqual([]);
	}
});

test('a disk that fills up under way puts everything back', async () => {
	for (const writesBefore of [0, 1, 2]) {
		const {machine, apply} = setUp();
		machine.beforeAct = act => {
			const written = machine.acts.filter(each => each.startsWith('write')).length;
			if (act.startsWith('append') && written > writesBefore) {
				machine.refuse.set(journalFile, 'ENOSPC');
			}
		};
		expect(await apply('a', wishes)).toMatchObject({kind: 'put back', reason: expect.stringContaining('ENOSPC')});
		expect(readKnobs(machine)).toEqual({...readKnobs(machine), ...knobs});
	}
});

test('a journal that is removed under way is no reason to forget what to put back', async () => {
	const {machine, apply} = setUp({stubborn: [weightFile]});
	machine.beforeAct = act => {
		if (act.startsWith(`write ${weightFile}`)) {
			machine.files.delete(journalFile);
		}
	};
	expect(await apply('a', wishes)).toMatchObject({kind: 'put back'});
	expect(readKnobs(machine)).toEqual({...readKnobs(machine), ...knobs});
});

test('two nbtops do not write at once', async () => {
	const one = setUp();
	const other = startProgram(one.machine);
	const results = await Promise.all([one.apply('a', wishes), other.apply('b', wishes)]);
	expect(results.map(({kind}) => kind)).toEqual(['applied', 'refused']);
	expect(results[1]).toMatchObject({reason: 'another nbtop is changing settings at this moment'});
});

test('a step is refused while another waits to be confirmed, with what to do', async () => {
	const {apply, machine} = setUp();
	expect(await apply('a', [wishes[0] as never], 60)).toMatchObject({kind: 'applied', deadline: 1060});
	expect(await apply('b', [wishes[1] as never])).toEqual({
		kind: 'refused',
		reason: `'Do a' waits to be confirmed: nbtop confirm a-1, or nbtop undo`,
	});
	expect(machine.read(backlogFile)).toBe('1000');
});

test('the time to confirm begins when everything is written', async () => {
	const {apply, machine} = setUp();
	machine.beforeAct = act => {
		machine.time += act.startsWith('write') ? 10 : 0;
	};
	expect(await apply('a', wishes, 60)).toMatchObject({deadline: 1090});
});

test('no write happens before the guard stands ready', async () => {
	const bench = setUp();
	const preview = await previewStep(makeStep({id: 'a', wishes}), makeSituation(), bench.machine.host);
	const arm = async () => {
		throw new Error('the guard did not stand ready within 20 s');
	};
	const result = await applyStep(preview, {within: 60}, {...bench.tools, arm});
	expect(result).toEqual({kind: 'refused', reason: 'the guard did not stand ready within 20 s'});
	expect(bench.machine.acts.filter(act => act.startsWith('write'))).toEqual([]);
});

test('stops writing when a guard that was told to end has put things back', async () => {
	const bench = setUp();
	bench.machine.beforeAct = act => {
		if (act.startsWith(`write ${backlogFile} 10000`)) {
			startProgram(bench.machine).journal.append({type: 'reverted', id: 'a-1', reason: 'told to end'});
		}
	};
	expect(await bench.apply('a', wishes)).toMatchObject({kind: 'put back'});
	expect(readKnobs(bench.machine)).toEqual({...readKnobs(bench.machine), ...knobs});
});

test('an interface that goes under way is no reason to fail the rest of putting back', async () => {
	const mtu: Setting = {kind: 'mtu', device: 'wt0'};
	const {machine, apply} = setUp({
		files: {'/sys/class/net/wt0/mtu': '1280\n', '/sys/class/net/wt0/ifindex': '7\n'},
		stubborn: [weightFile],
	});
	machine.beforeAct = act => {
		if (act.startsWith(`write ${weightFile}`)) {
			machine.files.delete('/sys/class/net/wt0/mtu');
			machine.files.delete('/sys/class/net/wt0/ifindex');
		}
	};
	const result = await apply('a', [{setting: mtu, to: '1420'}, ...wishes]);
	expect(result).toMatchObject({kind: 'put back'});
	expect(machine.read(budgetFile)).toBe('300');
});

test('a driver that gives less than was asked for is kept, and named', async () => {
	const {machine, apply} = setUp();
	machine.beforeAct = act => {
		if (act === `write ${backlogFile} 10000`) {
			machine.stubborn.add(backlogFile);
			machine.files.set(backlogFile, '4096\n');
		}
	};
	expect(await apply('a', [{setting: backlog, to: '10000'}])).toEqual({
		kind: 'applied',
		id: 'a-1',
		clamped: ['net.core.netdev_max_backlog is 4096, asked for 10000'],
	});
});

test('a mask of which nothing is left is no success', async () => {
	const rps: Setting = {kind: 'rps-cpus', device: 'eth0', queue: 0};
	const file = '/sys/class/net/eth0/queues/rx-0/rps_cpus';
	const {apply, machine} = setUp({
		files: {[file]: '0f\n', '/sys/class/net/eth0/ifindex': '2\n'},
		cpus: {possible: [0, 1, 2, 3, 4, 5, 6, 7]},
	});
	expect(await apply('a', [{setting: rps, to: 'f0'}])).toMatchObject({kind: 'put back'});
	expect(machine.read(file)).toBe('0f');
});

test('devices that come up anew have twice the time', () => {
	expect(chooseTimeLimit([{setting: budget, from: '1', to: '2'}])).toBe(60);
	expect(chooseTimeLimit([{setting: {kind: 'mtu', device: 'wt0'}, from: '1', to: '2'}])).toBe(120);
});

test('the journal tells which process applies', async () => {
	const {apply, fold} = setUp({files: {'/proc/self/stat': formatProcess(77, 9)}});
	await apply('a', wishes);
	expect(fold().transactions[0]?.process).toEqual({pid: 77, startTime: 9});
});

test('an unreadable journal refuses in the words of the machine', async () => {
	const {machine, tools} = setUp();
	const broken = {
		...tools.host,
		readText() {
			throw new HostError('EIO', journalFile, 'EIO: i/o error');
		},
	};
	const preview = await previewStep(makeStep({id: 'a', wishes}), makeSituation(), machine.host);
	const journal = {...tools.journal, read: broken.readText as never};
	expect(await applyStep(preview, {}, {...tools, journal})).toMatchObject({
		kind: 'refused',
		reason: 'nothing was changed: EIO: i/o error',
	});
	expect(machine.read(budgetFile)).toBe('300');
});

test('a step that has nothing to change leaves no trace', async () => {
	const {apply, machine} = setUp();
	expect(await apply('a', [{setting: budget, to: '300'}])).toEqual({
		kind: 'refused',
		reason: 'everything it wants is so already',
	});
	expect(machine.acts).toEqual([]);
});

test('what a file still says is no reason to leave NetBird with the MTU that did not show in it', async () => {
	const {bench, state} = setUpNetbird({read: 1280});
	const result = await bench.apply('mtu', [{setting: netbirdMtu, to: '1420'}], 120);
	expect(result).toMatchObject({kind: 'put back', reason: 'MTU of NetBird’s tunnel is 1280, expected 1420'});
	expect(state()).toEqual([1280, 1280]);
});
