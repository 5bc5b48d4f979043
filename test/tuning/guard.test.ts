import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import type {Setting} from '../../source/model/tuning.ts';
import {armGuard, type GuardDuty, runGuard} from '../../source/tuning/guard.ts';
import {listInForce} from '../../source/tuning/in-force.ts';
import {recover} from '../../source/tuning/recover.ts';
import type {FakeMachineParts} from '../helpers/host.ts';
import {type Bench, budget, budgetFile, formatProcess, setUp, startProgram} from '../helpers/tuning.ts';

const program = ['/opt/node', '/state/guard.cjs'];
const mtu: Setting = {kind: 'mtu', device: 'wt0'};

function open(bench: Bench, within = 60): void {
	const {journal} = bench;
	const process = {pid: 42, startTime: 7};
	journal.append({
		...{type: 'opened', id: 'a-1', step: 'a', title: 'Do a', version: '1', bootId: journal.bootId},
		...{process, changes: [], within},
	});
}

/** A machine on which systemd runs in the same namespaces as we do, and starts what it is asked to. */
function setUpSystemd(parts: FakeMachineParts = {}, other?: string): Bench {
	const links = ['net', 'mnt', 'pid'].flatMap(name => [
		[`/proc/self/ns/${name}`, `${name}:[1]`],
		[`/proc/1/ns/${name}`, name === other ? `${name}:[2]` : `${name}:[1]`],
	]);
	return setUp({
		files: {'/run/systemd/system/x': '', '/proc/50/stat': formatProcess(50, 9)},
		links: Object.fromEntries(links),
		...parts,
	});
}

/** What a guard does first, as if the process had started. */
function arm(bench: Bench, slot: number): void {
	const by = slot === 0 ? 'systemd' : 'pair';
	startProgram(bench.machine).journal.append({
		...{type: 'armed', id: 'a-1', slot, process: {pid: 50, startTime: 9}, by},
	});
}

test('where systemd runs, the guard is a unit of its own that comes again when it is killed', async () => {
	let unit: readonly string[] = [];
	const bench: Bench = setUpSystemd({
		programs: {
			'systemd-run': args => {
				unit = args.slice(args.indexOf('--') + 1);
				arm(bench, 0);
				return {};
			},
		},
	});
	open(bench);
	await armGuard('a-1', {...bench.tools, program});
	const [call = ''] = bench.machine.acts.filter(act => act.startsWith('run systemd-run'));
	expect(call).toContain('--collect');
	expect(call).toContain('--unit=nbtop-guard-a-1');
	expect(call).toContain('--property=Restart=on-failure');
	const [shell = '', option = '', script = '', journal = '', ...guard] = unit;
	expect(journal).toBe('/state/journal.jsonl');
	expect(guard.join(' ')).toBe('/opt/node /state/guard.cjs guard a-1 --state-dir /state --slot 0');
	expect(bench.machine.acts.filter(act => act.startsWith('start'))).toEqual([]);
	// The real shell: with a journal it becomes the guard, without one it ends well, which systemd takes for the end of it.
	const start = (file: string): string =>
		execFileSync(shell, [option, script, file, 'sh', '-c', 'echo "$0 $1"', 'a', 'b c'], {encoding: 'utf8'});
	expect(start(import.meta.filename)).toBe('a b c\n');
	expect(start('/nowhere/journal.jsonl')).toBe('');
});

test.each([
	['systemd lives in another network', {}, 'net'],
	['systemd refuses', {programs: {'systemd-run': () => ({status: 1})}}, undefined],
	['there is no systemd', {files: {'/proc/50/stat': formatProcess(50, 9)}, links: {}}, undefined],
])('where %s, two processes watch each other', async (_, parts, other) => {
	const bench: Bench = setUpSystemd(parts, other);
	bench.machine.beforeAct = act => {
		const slot = /^start .* --slot (\d)$/.exec(act)?.[1];
		if (slot !== undefined) {
			arm(bench, Number(slot));
		}
	};
	open(bench);
	await armGuard('a-1', {...bench.tools, program});
	expect(bench.machine.acts.filter(act => act.startsWith('start'))).toEqual([
		'start /opt/node /state/guard.cjs guard a-1 --state-dir /state --slot 1',
		'start /opt/node /state/guard.cjs guard a-1 --state-dir /state --slot 2',
	]);
});

test('a guard that does not come up is none', async () => {
	const bench = setUp();
	open(bench);
	await expect(armGuard('a-1', {...bench.tools, program})).rejects.toThrow('did not stand ready within 20 s');
});

test('a slow machine is given the time that programs take to start there', async () => {
	const bench = setUp({files: {'/proc/50/stat': formatProcess(50, 9)}});
	open(bench);
	const {machine, tools} = bench;
	const sleep = async (seconds: number): Promise<void> => {
		machine.time += seconds;
		if (machine.time > 1060 && bench.fold().transactions[0]?.guards.length === 0) {
			arm(bench, 1);
		}
	};
	const onHost = (startSeconds: number) =>
		armGuard('a-1', {...tools, host: {...machine.host, startSeconds, sleep}, program});
	await expect(onHost(1)).rejects.toThrow('within 20 s');
	await expect(onHost(8)).resolves.toBeUndefined();
});

/** A step that waits to be confirmed, and the guard in a process of its own. */
async function setUpWaiting(slot = 1) {
	const bench = setUp({
		files: {
			'/sys/class/net/wt0/mtu': '1280\n',
			'/sys/class/net/wt0/ifindex': '7\n',
			'/proc/50/stat': formatProcess(50, 9),
		},
	});
	const {machine} = bench;
	await bench.apply(
		'a',
		[
			{setting: budget, to: '600'},
			{setting: mtu, to: '1420'},
		],
		60,
	);
	const guard = startProgram(machine);
	machine.files.set('/proc/self/stat', formatProcess(50, 9));
	const stop = new AbortController();
	const duty: GuardDuty = {id: 'a-1', slot, stop: stop.signal};
	const values = () => [machine.read(budgetFile), machine.read('/sys/class/net/wt0/mtu')];
	return {bench, machine, guard: {...guard.tools, program}, duty, stop, values};
}

test('puts back when the time is up, not before, and leaves what is confirmed', async () => {
	const {machine, guard, duty, values, bench} = await setUpWaiting();
	const deadline = machine.time + 60;
	machine.beforeAct = act => {
		if (act.startsWith('write')) {
			expect(machine.time).toBeGreaterThanOrEqual(deadline);
		}
	};
	await runGuard(duty, guard);
	expect(values()).toEqual(['300', '1280']);
	expect(bench.fold().transactions).toMatchObject([{phase: 'reverted', reason: 'not confirmed within 60 s'}]);

	const other = await setUpWaiting();
	other.bench.journal.append({type: 'confirmed', id: 'a-1'});
	await runGuard(other.duty, other.guard);
	expect(other.values()).toEqual(['600', '1420']);
});

test('what can cut the connection goes back whatever anybody has made of it; the rest is left and told', async () => {
	const {machine, guard, duty, values, bench} = await setUpWaiting();
	machine.files.set('/sys/class/net/wt0/mtu', '1390\n');
	machine.files.set(budgetFile, '450\n');
	await runGuard(duty, guard);
	expect(values()).toEqual(['450', '1280']);
	expect(listInForce(bench.fold())).toMatchObject([{setting: budget, original: '300'}]);
	expect(await recover(bench.tools)).toMatchObject([{kind: 'left'}]);
});

test('told to end, it puts back first', async () => {
	const {guard, duty, stop, values, machine} = await setUpWaiting();
	const before = machine.time;
	stop.abort();
	await runGuard(duty, guard);
	expect(values()).toEqual(['300', '1280']);
	expect(machine.time - before).toBeLessThan(5);
});

test('an apply that hangs with the lock is put back without it', async () => {
	const bench = setUp({files: {'/proc/50/stat': formatProcess(50, 9)}});
	await bench.journal.lock();
	open(bench);
	bench.journal.append({type: 'intent', id: 'a-1', seq: 1, setting: budget, from: '300', to: '600'});
	bench.machine.files.set(budgetFile, '600\n');
	const guard = startProgram(bench.machine);
	await runGuard({id: 'a-1', slot: 1, stop: new AbortController().signal}, {...guard.tools, program});
	expect(bench.machine.read(budgetFile)).toBe('300');
	expect(bench.machine.time).toBeGreaterThan(1300);
});

test('who puts back already is not disturbed, however long it takes', async () => {
	const {bench, machine, guard, duty, values} = await setUpWaiting();
	const lock = await bench.journal.lock();
	bench.journal.append({type: 'reverting', id: 'a-1', reason: 'undo'});
	let polls = 0;
	const sleep: typeof guard.host.sleep = async (seconds, signal) => {
		polls += 1;
		if (polls === 200) {
			bench.journal.append({type: 'reverted', id: 'a-1', reason: 'undo'});
			await lock?.release();
		}
		await machine.host.sleep(seconds, signal);
	};
	await runGuard(duty, {...guard, host: {...guard.host, sleep}});
	expect(values()).toEqual(['600', '1420']);
});

test('starts the other one again when it has died, and a unit of systemd leaves that to systemd', async () => {
	for (const slot of [1, 0]) {
		const {bench, machine, guard, duty} = await setUpWaiting(slot);
		bench.journal.append({type: 'armed', id: 'a-1', slot: 2, process: {pid: 51, startTime: 9}, by: 'pair'});
		await runGuard(duty, guard);
		const starts = machine.acts.filter(act => act.startsWith('start'));
		expect(starts.length).toBe(slot === 0 ? 0 : 3);
		expect(starts.every(act => act.endsWith('--slot 2'))).toBe(true);
	}
});

test('a guard of nothing says so', async () => {
	const bench = setUp();
	const duty = {id: 'b-7', slot: 0, stop: new AbortController().signal};
	await expect(runGuard(duty, {...bench.tools, program})).rejects.toThrow("there is no 'b-7'");
});

test('a full disk keeps a guard that is started again from nothing', async () => {
	const {machine, guard, duty, values} = await setUpWaiting();
	machine.refuse.set('/state/journal.jsonl', 'ENOSPC');
	await runGuard(duty, guard);
	expect(values()).toEqual(['300', '1280']);
});
