import {expect, test} from 'vitest';
import type {Setting, Wish} from '../../source/model/tuning.ts';
import {runGuard} from '../../source/tuning/guard.ts';
import {findOpen, listInForce} from '../../source/tuning/in-force.ts';
import {describeNotice, recover} from '../../source/tuning/recover.ts';
import {undoAll, undoStep} from '../../source/tuning/undo.ts';
import {netbirdMtu, setUpNetbird} from '../helpers/fake-netbird.ts';
import {affinity, channels, setUpNic} from '../helpers/fake-nic.ts';
import type {FakeMachine} from '../helpers/host.ts';
import {
	type Bench,
	backlog,
	budget,
	formatProcess,
	journalFile,
	readKnobs,
	setUp,
	startProgram,
	weight,
} from '../helpers/tuning.ts';

class Killed extends Error {}

/** Kills the program at the nth thing that it does: nothing that it tries afterwards happens. `tear`: in the middle of a line. */
function killAt(machine: FakeMachine, n: number, tear = false): () => boolean {
	let count = 0;
	machine.beforeAct = act => {
		count += 1;
		if (count === n && tear && act.startsWith('append')) {
			machine.files.set(journalFile, `${machine.files.get(journalFile) ?? ''}{"at":{"monoto`);
		}
		if (count >= n) {
			throw new Killed(act);
		}
	};
	return () => count >= n;
}

/** The dead program's number is free; the next one is another. */
function startAfterwards(machine: FakeMachine, bench: Bench): Bench {
	machine.beforeAct = undefined;
	// As the real Host does: a torn line is ended before the next one.
	machine.files.set(journalFile, (machine.files.get(journalFile) ?? '').replace(/[^\n]$/, '$&\n'));
	machine.files.delete('/proc/42/stat');
	machine.files.set('/proc/self/stat', formatProcess(43, 900));
	machine.files.set('/proc/43/stat', formatProcess(43, 900));
	return startProgram(machine, bench.readings);
}

const wishes: readonly Wish[] = [
	{setting: budget, to: '600'},
	{setting: backlog, to: '10000'},
	{setting: weight, to: '128'},
];

interface Story {
	readonly name: string;
	readonly prepare: () => {machine: FakeMachine; bench: Bench};
	readonly act: (bench: Bench) => Promise<unknown>;
}

const stories: readonly Story[] = [
	{
		name: 'three knobs',
		prepare: () => {
			const bench = setUp();
			return {machine: bench.machine, bench};
		},
		act: bench => bench.apply('a', wishes),
	},
	{
		name: 'three knobs under guard',
		prepare: () => {
			const bench = setUp();
			return {machine: bench.machine, bench};
		},
		act: bench => bench.apply('a', wishes, 60),
	},
	{
		name: 'queues and what hangs on them',
		prepare: () => {
			const {machine, bench} = setUpNic();
			return {machine, bench};
		},
		act: bench => bench.apply('channels', [{setting: channels, to: '4'}], 120),
	},
	{
		name: 'putting back after a value that does not stick',
		prepare: () => {
			const bench = setUp({stubborn: ['/proc/sys/net/core/dev_weight']});
			return {machine: bench.machine, bench};
		},
		act: bench => bench.apply('a', wishes),
	},
	{
		name: 'undo',
		prepare: () => {
			const {machine, bench} = setUpNic();
			return {machine, bench};
		},
		async act(bench) {
			await bench.apply('irq-affinity', [{setting: affinity, to: '1'}]);
			await bench.apply('channels', [{setting: channels, to: '4'}]);
			await undoStep('channels', {}, bench.tools);
		},
	},
];

for (const {name, prepare, act} of stories) {
	for (const tear of [false, true]) {
		test(`killed at any moment${tear ? ' of writing a line' : ''}, nothing is lost: ${name}`, async () => {
			let moments = 0;
			for (let n = 1; ; n++) {
				const {machine, bench} = prepare();
				const before = summarise(machine);
				const wasKilled = killAt(machine, n, tear);
				await act(bench);
				if (!wasKilled()) {
					break;
				}
				moments += 1;
				const later = startAfterwards(machine, bench);
				await recover(later.tools);
				expect(findOpen(later.fold())).toBeUndefined();
				const inForce = listInForce(later.fold()).map(({setting}) => setting.kind);
				expect(inForce.length > 0).toBe(summarise(machine) !== before);
				const results = await undoAll({}, later.tools);
				expect(results.every(({kind}) => kind === 'undone' || kind === 'nothing')).toBe(true);
				expect(summarise(machine)).toBe(before);
				expect(listInForce(later.fold())).toEqual([]);
			}
			expect(moments).toBeGreaterThan(5);
		});
	}
}

/** All that tuning could have changed, with interrupts by their names: their numbers are not put back. */
function summarise(machine: FakeMachine): string {
	const knobs = Object.entries(readKnobs(machine)).map(([path, value]) => {
		const irq = /^\/proc\/irq\/(\d+)/.exec(path)?.[1];
		const named = irq === undefined ? path : path.replace(irq, machine.read(`/sys/kernel/irq/${irq}/actions`));
		return `${named.replace(/kernel\/irq\/\d+/, 'kernel/irq/N')} ${value}`;
	});
	return [...knobs.sort(), machine.files.get('/state-of-nic')].join('');
}

for (const {name, prepare, act} of stories.slice(1, 3)) {
	test(`whoever is killed, and whenever, the guard puts it back: ${name}`, async () => {
		for (let n = 1; ; n++) {
			const {machine, bench} = prepare();
			const before = summarise(machine);
			const wasKilled = killAt(machine, n);
			await act(bench);
			if (!wasKilled()) {
				break;
			}
			const guard = startAfterwards(machine, bench);
			const [transaction] = guard.fold().transactions;
			if (transaction !== undefined) {
				const duty = {id: transaction.id, slot: 0, stop: new AbortController().signal};
				await runGuard(duty, {...guard.tools, program: []});
				expect(guard.fold().transactions).toMatchObject([{phase: 'reverted'}]);
			}
			expect(summarise(machine)).toBe(before);
		}
	});

	test(`a guard killed at any moment is finished by the one that is started again: ${name}`, async () => {
		for (let n = 1; ; n++) {
			const {machine, bench} = prepare();
			const before = summarise(machine);
			await act(bench);
			const first = startAfterwards(machine, bench);
			machine.time += 1000;
			const wasKilled = killAt(machine, n);
			const duty = {id: bench.fold().transactions[0]?.id ?? '', slot: 0, stop: new AbortController().signal};
			await runGuard(duty, {...first.tools, program: []});
			if (!wasKilled()) {
				expect(n).toBeGreaterThan(3);
				break;
			}
			machine.beforeAct = undefined;
			const second = startProgram(machine, bench.readings);
			await runGuard(duty, {...second.tools, program: []});
			expect(second.fold().transactions).toMatchObject([{phase: 'reverted'}]);
			expect(summarise(machine)).toBe(before);
		}
	});
}

test('what was half done before a restart is gone with it, is said once, and blocks nothing', async () => {
	const bench = setUp();
	killAt(bench.machine, 6);
	await bench.apply('a', wishes, 60);
	bench.machine.files.set('/proc/sys/kernel/random/boot_id', 'boot-two\n');
	const later = startAfterwards(bench.machine, bench);
	expect(await recover(later.tools)).toMatchObject([
		{kind: 'restarted', writes: [{setting: budget}, {setting: backlog}]},
	]);
	expect(await recover(later.tools)).toEqual([]);
	expect(await later.apply('b', [{setting: weight, to: '128'}])).toMatchObject({kind: 'applied'});
});

test('a value that a driver rounded just before the kill is ours, and goes back', async () => {
	const bench = setUp();
	const {machine} = bench;
	killAt(machine, 4);
	await bench.apply('a', [{setting: backlog, to: '10000'}]);
	machine.files.set('/proc/sys/net/core/netdev_max_backlog', '8192\n');
	const later = startAfterwards(machine, bench);
	expect(await recover(later.tools)).toMatchObject([{kind: 'reverted'}]);
	expect(machine.read('/proc/sys/net/core/netdev_max_backlog')).toBe('1000');
});

test('what a crash has left half done and somebody else has set since is not overwritten: it is told, and undo refuses', async () => {
	const bench = setUp();
	const {machine} = bench;
	const file = '/proc/sys/net/core/netdev_max_backlog';
	killAt(machine, 4);
	await bench.apply('a', [{setting: backlog, to: '10000'}]);
	machine.files.set(file, '50000\n');
	const later = startAfterwards(machine, bench);
	const [notice] = await recover(later.tools);
	expect(notice).toMatchObject({kind: 'left'});
	expect(notice && describeNotice(notice)).toContain('somebody else has set it to 50000');
	expect(await undoStep('a', {}, later.tools)).toMatchObject({
		kind: 'conflict',
		conflicts: [{setting: backlog, original: '1000', ours: '10000', theirs: '50000'}],
	});
	expect(machine.read(file)).toBe('50000');
	expect(await undoStep('a', {force: true}, later.tools)).toMatchObject({kind: 'undone'});
	expect(machine.read(file)).toBe('1000');
});

test.each([
	// Masks and lists are no numbers: nothing lies between two of them.
	['rps-cpus', '/sys/class/net/eth0/queues/rx-0/rps_cpus', '1', '4', '2'],
	['irq-affinity', '/proc/irq/29/smp_affinity_list', '0', '2', '1'],
] as const)(
	'of a half-done %s nothing is ours but what it was and what it was to be',
	async (kind, file, from, to, theirs) => {
		const setting: Setting =
			kind === 'rps-cpus' ? {kind, device: 'eth0', queue: 0} : {kind, irq: 29, actions: 'virtio3-input.0'};
		const files = {
			'/sys/class/net/eth0/ifindex': '2\n',
			'/sys/kernel/irq/29/actions': 'virtio3-input.0\n',
			[file]: `${from}\n`,
		};
		for (const [left, after] of [
			[from, from],
			[to, from],
			[theirs, theirs],
		] as const) {
			const bench = setUp({files});
			killAt(bench.machine, bench.machine.acts.length + 4);
			await bench.apply('a', [{setting, to}]);
			bench.machine.files.set(file, `${left}\n`);
			await recover(startAfterwards(bench.machine, bench).tools);
			expect(bench.machine.read(file)).toBe(after);
		}
	},
);

test('NetBird that was killed between down and up is brought up again, whatever its file says', async () => {
	let isUp = true;
	const profile = {mtu: '1280'};
	const bench = setUp({
		programs: {
			grep: () => ({stdout: `"MTU": ${profile.mtu}\n`}),
			'netbird status --json': () => ({
				stdout: '{"daemonStatus":"Connected","publicKey":"k","peers":{"details":null}}',
			}),
			'netbird down': () => {
				isUp = false;
				return {};
			},
			netbird([, , mtu = '']) {
				isUp = true;
				profile.mtu = mtu;
				return {stdout: 'Connected\n'};
			},
		},
	});
	const {machine} = bench;
	machine.beforeAct = act => {
		if (act.startsWith('run netbird up')) {
			machine.beforeAct = () => {
				throw new Killed(act);
			};
			throw new Killed(act);
		}
	};
	await bench.apply('mtu', [{setting: {kind: 'netbird-mtu'}, to: '1420'}], 120);
	expect([isUp, profile.mtu]).toEqual([false, '1280']);
	const later = startAfterwards(machine, bench);
	expect(await recover(later.tools)).toMatchObject([{kind: 'reverted'}]);
	expect([isUp, profile.mtu]).toEqual([true, '1280']);
});

test('undo of a kept MTU of NetBird that is killed at any moment is finished by the guard', async () => {
	let moments = 0;
	for (let n = 1; ; n++) {
		const {bench, machine, state} = setUpNetbird();
		await bench.apply('mtu', [{setting: netbirdMtu, to: '1420'}], 120);
		bench.journal.append({type: 'confirmed', id: 'mtu-1'});
		let isArmed = false;
		const arm = async (): Promise<void> => {
			isArmed = true;
		};
		const wasKilled = killAt(machine, n);
		await undoStep('mtu', {}, {...bench.tools, arm});
		if (!wasKilled()) {
			break;
		}
		const guard = startAfterwards(machine, bench);
		if (!isArmed) {
			expect(state()).toEqual([1420, 1420]);
			continue;
		}
		moments += 1;
		await runGuard({id: 'mtu-1', slot: 0, stop: new AbortController().signal}, {...guard.tools, program: []});
		expect(state()).toEqual([1280, 1280]);
		expect(guard.fold().transactions).toMatchObject([{phase: 'reverted', writes: []}]);
	}
	expect(moments).toBeGreaterThan(5);
});
