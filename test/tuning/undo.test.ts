import {describe, expect, test} from 'vitest';
import type {Setting} from '../../source/model/tuning.ts';
import {runGuard} from '../../source/tuning/guard.ts';
import {listInForce} from '../../source/tuning/in-force.ts';
import {previewStep} from '../../source/tuning/preview.ts';
import {isRisky, recover} from '../../source/tuning/recover.ts';
import {revertTransaction} from '../../source/tuning/revert.ts';
import {applyStep} from '../../source/tuning/tune.ts';
import {confirm, undoAll, undoStep} from '../../source/tuning/undo.ts';
import {describeUndo} from '../../source/tuning/undo-text.ts';
import {netbirdMtu, setUpNetbird} from '../helpers/fake-netbird.ts';
import {affinity, channels, setUpNic} from '../helpers/fake-nic.ts';
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

test('undo gives back the first value, however often a step was applied', async () => {
	const {apply, machine, tools, fold} = setUp();
	await apply('a', [{setting: budget, to: '600'}]);
	await apply('a', [{setting: budget, to: '900'}]);
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone', step: 'a'});
	expect(machine.read(budgetFile)).toBe('300');
	expect(fold().transactions.map(({phase}) => phase)).toEqual(['reverted', 'reverted']);
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'nothing'});
});

test('undo without a name takes the newest step', async () => {
	const {apply, machine, tools} = setUp();
	await apply('a', [{setting: budget, to: '600'}]);
	await apply('b', [{setting: backlog, to: '10000'}]);
	expect(await undoStep(undefined, {}, tools)).toMatchObject({kind: 'undone', step: 'b'});
	expect([budgetFile, backlogFile].map(machine.read)).toEqual(['600', '1000']);
});

test('a step that another has overwritten is undone without touching the other', async () => {
	const {apply, machine, tools} = setUp();
	await apply('a', [
		{setting: budget, to: '600'},
		{setting: weight, to: '128'},
	]);
	await apply('b', [{setting: budget, to: '900'}]);
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
	expect([budgetFile, weightFile].map(machine.read)).toEqual(['900', '64']);
	expect(await undoStep('b', {}, tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(budgetFile)).toBe('300');
});

test('a value that somebody else has changed since is not overwritten: original, ours and theirs are shown', async () => {
	const {apply, machine, tools, fold} = setUp();
	await apply('a', [
		{setting: budget, to: '600'},
		{setting: backlog, to: '10000'},
	]);
	machine.files.set(budgetFile, '450\n');
	expect(await undoStep('a', {}, tools)).toEqual({
		kind: 'conflict',
		step: 'a',
		conflicts: [{setting: budget, original: '300', ours: '600', theirs: '450'}],
	});
	expect([budgetFile, backlogFile].map(machine.read)).toEqual(['450', '10000']);
	expect(listInForce(fold())).toHaveLength(2);
	expect(await undoStep('a', {force: true}, tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(budgetFile)).toBe('300');
});

test('a value that somebody else has put back already is undone', async () => {
	const {apply, machine, tools} = setUp();
	await apply('a', [{setting: budget, to: '600'}]);
	machine.files.set(budgetFile, '300\n');
	machine.acts.length = 0;
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
	expect(machine.acts.filter(act => act.startsWith('write'))).toEqual([]);
});

test('NetBird is left alone where its file and its interface say that somebody has put it back, and not where one does', async () => {
	for (const [written, inForce, expected] of [
		[1280, '1280', 0],
		[1280, '1420', 2],
	] as const) {
		const {bench, machine, profile, state} = setUpNetbird();
		await bench.apply('mtu', [{setting: netbirdMtu, to: '1420'}]);
		profile.mtu = written;
		machine.files.set('/sys/class/net/wt0/mtu', inForce);
		machine.acts.length = 0;
		expect(await undoStep('mtu', {}, bench.tools)).toMatchObject({kind: 'undone'});
		expect(machine.acts.filter(act => /^run netbird (?:up|down)/.test(act))).toHaveLength(expected);
		expect(state()).toEqual([1280, 1280]);
	}
});

test('undoing all goes on past a step that is refused', async () => {
	const {apply, machine, tools} = setUp();
	await apply('a', [{setting: weight, to: '128'}]);
	await apply('b', [{setting: budget, to: '600'}]);
	await apply('c', [{setting: backlog, to: '10000'}]);
	machine.files.set(budgetFile, '450\n');
	const results = await undoAll({}, tools);
	expect(results.map(({kind}) => kind)).toEqual(['undone', 'conflict', 'undone']);
	expect([weightFile, budgetFile, backlogFile].map(machine.read)).toEqual(['64', '450', '1000']);
});

test('one that cannot be put back holds up no other, stays in force, and is tried again', async () => {
	const {apply, machine, tools, fold} = setUp();
	await apply('a', [
		{setting: budget, to: '600'},
		{setting: backlog, to: '10000'},
		{setting: weight, to: '128'},
	]);
	machine.refuse.set(backlogFile, 'EROFS');
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'left', left: [{setting: backlog}]});
	expect([budgetFile, backlogFile, weightFile].map(machine.read)).toEqual(['300', '10000', '64']);
	expect(listInForce(fold())).toEqual([{setting: backlog, steps: ['a'], original: '1000', ours: '10000'}]);
	machine.refuse.clear();
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(backlogFile)).toBe('1000');
});

test('a busy value is tried again', async () => {
	const {apply, machine, tools} = setUp();
	await apply('a', [{setting: budget, to: '600'}]);
	machine.refuse.set(budgetFile, 'EBUSY');
	const end = machine.time + 1.2;
	machine.beforeAct = () => {
		if (machine.time >= end) {
			machine.refuse.clear();
		}
	};
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
});

test('an interface that was made anew has nothing of ours to undo', async () => {
	const mtu: Setting = {kind: 'mtu', device: 'eth0'};
	const {apply, machine, tools} = setUp({
		files: {'/sys/class/net/eth0/mtu': '1500\n', '/sys/class/net/eth0/ifindex': '7\n'},
	});
	await apply('a', [{setting: mtu, to: '3900'}]);
	machine.files.set('/sys/class/net/eth0/ifindex', '9\n');
	machine.files.set('/sys/class/net/eth0/mtu', '1400\n');
	const another = await undoStep('a', {}, tools);
	expect(another).toMatchObject({kind: 'undone', restored: []});
	expect(describeUndo(another, '--force')).toEqual([
		'a is undone:',
		'  MTU of eth0: eth0 is another device now: ifindex 9 instead of 7',
	]);
	expect(machine.read('/sys/class/net/eth0/mtu')).toBe('1400');
	await apply('a', [{setting: mtu, to: '3900'}]);
	machine.files.delete('/sys/class/net/eth0/ifindex');
	machine.files.delete('/sys/class/net/eth0/mtu');
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
});

test('what a process kept that has ended since has gone with it', async () => {
	const ban: Setting = {kind: 'irqbalance-ban'};
	const socket = '/run/irqbalance/irqbalance77.sock';
	let irqs = '';
	const {apply, machine, tools} = setUp({
		files: {[socket]: '', '/proc/77/comm': 'irqbalance\n'},
		sockets: {
			[socket](message) {
				irqs = message === 'setup' ? irqs : 'IRQ 28 LOAD 0 DIFF 0 CLASS 0 ';
				return message === 'setup' ? `SLEEP 10 ${irqs}BANNED 00000000` : '';
			},
		},
	});
	await apply('a', [{setting: ban, to: '28'}]);
	machine.files.delete(socket);
	expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
	expect(listInForce(startProgram(machine).fold())).toEqual([]);
});

test('after a restart nothing is written: what was set is gone', async () => {
	const {apply, machine} = setUp();
	await apply('a', [{setting: budget, to: '600'}]);
	machine.files.set('/proc/sys/kernel/random/boot_id', 'boot-two\n');
	machine.files.set(budgetFile, '600\n');
	const later = startProgram(machine);
	expect(await undoStep('a', {}, later.tools)).toMatchObject({kind: 'nothing'});
	expect(machine.read(budgetFile)).toBe('600');
});

test('undoing queues gives back the interrupts that the driver spread anew, under their new numbers', async () => {
	const {bench, machine, now, count} = setUpNic();
	expect(await bench.apply('channels', [{setting: channels, to: '4'}])).toMatchObject({kind: 'applied'});
	expect([count(), machine.read(now())]).toEqual(['4', '3']);
	expect(await undoStep('channels', {}, bench.tools)).toMatchObject({kind: 'undone'});
	expect([count(), machine.read(now())]).toEqual(['1', '0-3']);
	expect(listInForce(bench.fold())).toEqual([]);
});

test('a step whose setting a later one has only rewritten along with its own is undone all the same', async () => {
	const {bench, machine, now} = setUpNic();
	await bench.apply('irq-affinity', [{setting: affinity, to: '1'}]);
	await bench.apply('channels', [{setting: channels, to: '4'}]);
	expect(machine.read(now())).toBe('3');
	expect(await undoStep('irq-affinity', {}, bench.tools)).toMatchObject({kind: 'undone', passed: []});
	expect(machine.read(now())).toBe('0-3');
});

test('queues that could not be undone are undone later, and the interrupts with them', async () => {
	const {bench, machine, now, count} = setUpNic();
	await bench.apply('channels', [{setting: channels, to: '4'}]);
	const works = machine.programs.get('ethtool');
	machine.programs.set('ethtool', () => ({status: 1, stderr: 'netlink error: Device or resource busy'}));
	expect(await undoStep('channels', {}, bench.tools)).toMatchObject({kind: 'left'});
	expect(bench.fold().transactions).toMatchObject([{phase: 'reverted'}]);
	machine.programs.set('ethtool', works ?? (() => ({})));
	expect(await undoStep('channels', {}, bench.tools)).toMatchObject({kind: 'undone'});
	expect([count(), machine.read(now())]).toEqual(['1', '0-3']);
	expect(bench.fold().transactions).toMatchObject([{phase: 'reverted', writes: []}]);
});

test('queues that are undone leave the interrupts as a later step wants them', async () => {
	const {bench, machine, now} = setUpNic();
	await bench.apply('channels', [{setting: channels, to: '4'}]);
	await bench.apply('irq-affinity', [{setting: {...affinity, irq: 39}, to: '2'}]);
	expect(machine.read(now())).toBe('2');
	expect(await undoStep('channels', {}, bench.tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(now())).toBe('2');
	expect(await undoStep('irq-affinity', {}, bench.tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(now())).toBe('0-3');
});

test('undoing queues leaves the interrupts where somebody else has put them since, and says so', async () => {
	const {bench, machine, now, count} = setUpNic();
	await bench.apply('channels', [{setting: channels, to: '4'}]);
	machine.files.set(now(), '2\n');
	const result = await undoStep('channels', {}, bench.tools);
	expect(result).toMatchObject({kind: 'undone', restored: [{setting: channels}]});
	expect(describeUndo(result, '--force')).toContain(
		'  CPU of interrupt 29 (virtio3-input.0): somebody else has set it to 2, and it stays so',
	);
	expect([count(), machine.read(now())]).toEqual(['1', '2']);
	expect(listInForce(bench.fold())).toEqual([]);
});

test('a guard that takes queues back leaves the interrupts where somebody else has put them since', async () => {
	const {bench, machine, now, count} = setUpNic();
	await bench.apply('channels', [{setting: channels, to: '4'}], 60);
	machine.files.set(now(), '2\n');
	await revertTransaction('channels-1', 'not confirmed within 60 s', bench.tools, {force: isRisky});
	expect([count(), machine.read(now())]).toEqual(['1', '2']);
});

test('recovery that takes queues back leaves the interrupts where somebody else has put them since', async () => {
	const {bench, machine, now, count} = setUpNic();
	await bench.apply('channels', [{setting: channels, to: '4'}], 60);
	machine.files.set(now(), '2\n');
	machine.files.delete('/proc/42/stat');
	expect(await recover(bench.tools)).toMatchObject([{kind: 'reverted'}]);
	expect([count(), machine.read(now())]).toEqual(['1', '2']);
});

test('only when told to, undoing queues gives back the interrupts that somebody else has moved since', async () => {
	const {bench, machine, now} = setUpNic();
	await bench.apply('channels', [{setting: channels, to: '4'}]);
	machine.files.set(now(), '2\n');
	expect(await undoStep('channels', {force: true}, bench.tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(now())).toBe('0-3');
});

test('undoing all ends where all began', async () => {
	const {bench, machine, now, count} = setUpNic();
	await bench.apply('irq-affinity', [{setting: affinity, to: '1'}]);
	await bench.apply('channels', [{setting: channels, to: '4'}]);
	await bench.apply('irq-affinity', [{setting: {...affinity, irq: 39}, to: '2'}]);
	const results = await undoAll({}, bench.tools);
	expect(results.map(({kind}) => kind)).toEqual(['undone', 'undone']);
	expect([count(), machine.read(now())]).toEqual(['1', '0-3']);
});

test('only what waits can be confirmed, in time, and by a key that was pressed after the change', async () => {
	const {apply, machine, tools, fold} = setUp();
	expect(await confirm(undefined, tools)).toMatchObject({kind: 'nothing'});
	await apply('a', [{setting: budget, to: '600'}], 60);
	expect(await confirm('b-7', tools)).toMatchObject({kind: 'nothing'});
	expect(await confirm('a-1', tools, 999)).toMatchObject({kind: 'refused', reason: expect.stringContaining('again')});
	expect(await confirm('a-1', tools, 1000.5)).toEqual({kind: 'confirmed', id: 'a-1'});
	expect(await confirm('a-1', tools)).toEqual({kind: 'already', id: 'a-1'});
	expect(fold().transactions).toMatchObject([{phase: 'kept'}]);

	await apply('b', [{setting: backlog, to: '10000'}], 60);
	machine.time += 61;
	expect(await confirm(undefined, tools)).toMatchObject({kind: 'refused', reason: expect.stringContaining('too late')});
});

test('what waits to be confirmed can be undone', async () => {
	const {apply, machine, tools, fold} = setUp();
	const before = readKnobs(machine);
	await apply('a', [{setting: budget, to: '600'}], 60);
	expect(await undoStep(undefined, {}, tools)).toMatchObject({kind: 'undone'});
	expect(readKnobs(machine)).toEqual({...before, ...knobs});
	expect(fold().transactions).toMatchObject([{phase: 'reverted'}]);
});

test.each(['ENOSPC', 'EROFS'])('a journal that cannot be written (%s) holds up no undo, and it is said', async code => {
	const {apply, machine, tools} = setUp();
	await apply('a', [{setting: budget, to: '600'}]);
	await apply('b', [{setting: backlog, to: '10000'}]);
	machine.refuse.set(journalFile, code);
	const result = await undoStep(undefined, {}, tools);
	expect(result).toMatchObject({kind: 'undone', step: 'b', untold: expect.stringContaining(code)});
	expect(describeUndo(result, '--force').at(-1)).toContain(`may still show it in force: ${code}`);
	const results = await undoAll({}, startProgram(machine).tools);
	expect(results.map(({kind}) => kind)).toEqual(['undone', 'undone']);
	expect([budgetFile, backlogFile].map(machine.read)).toEqual(['300', '1000']);

	machine.refuse.clear();
	const later = startProgram(machine);
	for (const each of await undoAll({}, later.tools)) {
		expect(each).toMatchObject({kind: 'undone', passed: []});
		expect(each).not.toHaveProperty('untold');
	}
	expect(listInForce(later.fold())).toEqual([]);
});

test('a disk that fills up in the middle of an undo holds up nothing of it', async () => {
	for (const lines of [1, 2, 3]) {
		const {apply, machine, tools} = setUp();
		await apply('a', [
			{setting: budget, to: '600'},
			{setting: backlog, to: '10000'},
		]);
		let left = lines;
		machine.beforeAct = act => {
			left -= act.startsWith('append') ? 1 : 0;
			if (left < 0) {
				machine.refuse.set(journalFile, 'ENOSPC');
			}
		};
		expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone', untold: expect.stringContaining('ENOSPC')});
		expect([budgetFile, backlogFile].map(machine.read)).toEqual(['300', '1000']);
	}
});

describe('what may cut the connection', () => {
	/** A kept MTU of NetBird; `arm` is told of each guard that undo asks for. */
	async function setUpKept(arm: (id: string) => Promise<void>) {
		const netbird = setUpNetbird();
		await netbird.bench.apply('mtu', [{setting: netbirdMtu, to: '1420'}], 120);
		netbird.bench.journal.append({type: 'confirmed', id: 'mtu-1'});
		netbird.machine.acts.length = 0;
		return {...netbird, tools: {...netbird.bench.tools, arm}};
	}

	test('that could be neither set nor put back is tried once more by the guard of what sets it', async () => {
		const {bench, machine, state} = setUpNetbird({files: {'/proc/50/stat': formatProcess(50, 9)}});
		const arm = async (id: string): Promise<void> =>
			bench.journal.append({type: 'armed', id, slot: 0, process: {pid: 50, startTime: 9}, by: 'systemd'});
		machine.programs.set('netbird up --mtu 1420', () => ({status: 1, stderr: 'login failed'}));
		machine.programs.set('netbird up --mtu 1280', () => ({status: 1, stderr: 'login failed'}));
		const preview = await previewStep(
			makeStep({id: 'mtu', wishes: [{setting: netbirdMtu, to: '1420'}]}),
			makeSituation({}),
			machine.host,
		);
		expect(await applyStep(preview, {within: 60}, {...bench.tools, arm})).toMatchObject({kind: 'left'});
		expect(state()).toEqual([1280, 'down']);
		machine.programs.delete('netbird up --mtu 1280');
		machine.files.delete('/proc/42/stat');
		const duty = {id: 'mtu-1', slot: 0, stop: new AbortController().signal};
		await runGuard(duty, {...startProgram(machine).tools, program: []});
		expect(state()).toEqual([1280, 1280]);
		expect(bench.fold().transactions).toMatchObject([{phase: 'reverted', writes: []}]);
	});

	test('is put back under a guard that stands ready before the first write, and sees when it is over', async () => {
		const {machine, tools, bench, state} = await setUpKept(async id => {
			expect(bench.fold().transactions).toMatchObject([{id, phase: 'reverting'}]);
			machine.acts.push(`arm ${id}`);
		});
		const result = await undoStep('mtu', {}, tools);
		expect(result).toMatchObject({kind: 'undone'});
		expect(result).not.toHaveProperty('unguarded');
		expect(machine.acts.filter(act => /^arm|netbird (?:up|down)/.test(act))).toEqual([
			'arm mtu-1',
			'run netbird down',
			'run netbird up --mtu 1280',
		]);
		expect(state()).toEqual([1280, 1280]);
		expect(bench.fold().transactions).toMatchObject([{phase: 'reverted'}]);
	});

	test('has the guard of what waits to be confirmed, and nothing else has one', async () => {
		const {bench, machine} = setUpNetbird({files: {'/proc/50/stat': formatProcess(50, 9)}});
		const armed: string[] = [];
		const tools = {...bench.tools, arm: async (id: string) => void armed.push(id)};
		await bench.apply('mtu', [{setting: netbirdMtu, to: '1420'}], 120);
		const armedBy = {slot: 0, process: {pid: 50, startTime: 9}, by: 'systemd'} as const;
		bench.journal.append({type: 'armed', id: 'mtu-1', ...armedBy});
		expect(await undoStep('mtu', {}, tools)).toMatchObject({kind: 'undone'});
		await bench.apply('a', [{setting: budget, to: '600'}]);
		expect(await undoStep('a', {}, tools)).toMatchObject({kind: 'undone'});
		expect(machine.read(budgetFile)).toBe('300');
		expect(armed).toEqual([]);
	});

	test('is put back where no guard can be had, and that is said', async () => {
		const {tools, state} = await setUpKept(async () => {
			throw new Error('the guard did not stand ready within 20 s');
		});
		const result = await undoStep('mtu', {}, tools);
		expect(result).toMatchObject({kind: 'undone', unguarded: 'the guard did not stand ready within 20 s'});
		expect(describeUndo(result, '--force').at(-1)).toContain('No guard stood by');
		expect(state()).toEqual([1280, 1280]);
	});

	test('is put back without a guard where the journal cannot tell one what to do', async () => {
		const {tools, machine, state} = await setUpKept(() => Promise.reject(new Error('nobody asks for it')));
		machine.refuse.set(journalFile, 'ENOSPC');
		const result = await undoStep('mtu', {}, tools);
		expect(result).toMatchObject({
			kind: 'undone',
			unguarded: expect.stringContaining('journal'),
			untold: expect.stringContaining('ENOSPC'),
		});
		expect(state()).toEqual([1280, 1280]);
	});

	test('that could not be put back is tried once more by its guard, which goes then, and undone again after that', async () => {
		for (const helps of [true, false]) {
			const {tools, machine, bench, state} = await setUpKept(async id => {
				machine.files.set('/proc/50/stat', formatProcess(50, 9));
				bench.journal.append({type: 'armed', id, slot: 0, process: {pid: 50, startTime: 9}, by: 'systemd'});
			});
			machine.programs.set('netbird up --mtu 1280', () => ({status: 1, stderr: 'login failed'}));
			expect(await undoStep('mtu', {}, tools)).toMatchObject({kind: 'left'});
			expect(bench.fold().transactions).toMatchObject([{phase: 'reverting'}]);
			if (helps) {
				machine.programs.delete('netbird up --mtu 1280');
			}
			const duty = {id: 'mtu-1', slot: 0, stop: new AbortController().signal};
			await runGuard(duty, {...startProgram(machine).tools, program: []});
			expect(bench.fold().transactions).toMatchObject([
				{phase: 'reverted', writes: helps ? [] : [{setting: netbirdMtu}]},
			]);
			machine.programs.delete('netbird up --mtu 1280');
			expect(await undoStep('mtu', {}, tools)).toMatchObject({kind: helps ? 'nothing' : 'undone'});
			expect(state()).toEqual([1280, 1280]);
		}
	});
});
