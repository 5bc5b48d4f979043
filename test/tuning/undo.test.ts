import {expect, test} from 'vitest';
import type {Setting} from '../../source/model/tuning.ts';
import {listInForce} from '../../source/tuning/journal.ts';
import {isRisky} from '../../source/tuning/recover.ts';
import {revertTransaction} from '../../source/tuning/revert.ts';
import {confirm, undoAll, undoStep} from '../../source/tuning/undo.ts';
import {describeUndo} from '../../source/tuning/undo-text.ts';
import {affinity, channels, setUpNic} from '../helpers/fake-nic.ts';
import {
	backlog,
	backlogFile,
	budget,
	budgetFile,
	knobs,
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
	await revertTransaction('channels-1', 'not confirmed within 60 s', bench.tools, isRisky);
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
