import {expect, test} from 'vitest';
import {armGuard, runGuard} from '../../source/tuning/guard.ts';
import {previewStep} from '../../source/tuning/preview.ts';
import {describeNotice, inspectJournal, recover} from '../../source/tuning/recover.ts';
import {applyStep} from '../../source/tuning/tune.ts';
import {confirm, undoStep} from '../../source/tuning/undo.ts';
import {netbirdMtu, setUpNetbird} from '../helpers/fake-netbird.ts';
import type {FakeMachine, FakeProgram} from '../helpers/host.ts';
import {backlog, budget, formatProcess, makeSituation, makeStep, startProgram} from '../helpers/tuning.ts';

const unit = '/etc/systemd/system/nbtop-restart-mtu-1.service';
const program = ['/opt/node', '/state/guard.cjs'];
const bootId = '/proc/sys/kernel/random/boot_id';
const step = makeStep({id: 'mtu', wishes: [{setting: netbirdMtu, to: '1420'}]});

/** NetBird on a machine where systemd starts the guard that it is asked for. `systemctl`: what it does. */
function setUpBoth(systemctl: FakeProgram = () => ({})) {
	const links = ['net', 'mnt', 'pid'].flatMap(name =>
		['self', '1'].map(process => [`/proc/${process}/ns/${name}`, `${name}:[1]`]),
	);
	const netbird = setUpNetbird({
		files: {'/run/systemd/system/x': '', '/proc/50/stat': formatProcess(50, 9)},
		links: Object.fromEntries(links),
		programs: {
			systemctl,
			'systemd-run'(args) {
				const id = /guard-(\S+)/.exec(args.join(' '))?.[1] ?? '';
				const process = {pid: 50, startTime: 9};
				startProgram(netbird.machine).journal.append({type: 'armed', id, slot: 0, process, by: 'systemd'});
				return {};
			},
		},
	});
	const {tools} = netbird.bench;
	const guarded = {...tools, arm: (id: string) => armGuard(id, {...tools, program})};
	const apply = async (wanted = step) =>
		applyStep(await previewStep(wanted, makeSituation(), netbird.machine.host), {within: 120}, guarded);
	return {...netbird, guarded, apply};
}

/** Another boot: other processes, a clock that begins again, and nothing of the kernel's own. */
function restart(machine: FakeMachine): void {
	machine.files.set(bootId, 'boot-two\n');
	machine.files.delete('/proc/50/stat');
	machine.files.delete('/proc/42/stat');
	machine.files.set('/proc/self/stat', formatProcess(43, 900));
	machine.files.set('/proc/43/stat', formatProcess(43, 900));
	machine.time = 20;
	machine.acts.length = 0;
}

/** What the unit does, or the guard of systemd-run. */
function stand(machine: FakeMachine, stop = new AbortController()): Promise<void> {
	return runGuard({id: 'mtu-1', slot: 0, stop: stop.signal}, {...startProgram(machine).tools, program});
}

test('what outlasts a restart has a unit for the time after it, from before the first write', async () => {
	const {machine, apply} = setUpBoth();
	expect(await apply()).toMatchObject({kind: 'applied', id: 'mtu-1'});
	const acts = machine.acts.filter(act => /^save|systemctl|^run sync|systemd-run|netbird (?:up|down)/.test(act));
	expect(acts.map(act => act.split(' ').slice(0, 3).join(' '))).toEqual([
		`save ${unit}`,
		'run systemctl enable',
		'run sync /etc/systemd/system/multi-user.target.wants',
		'run systemd-run --quiet',
		'run netbird down',
		'run netbird up',
	]);
	const lines = machine.read(unit).split('\n');
	expect(lines).toContain(
		'ExecStart="/opt/node" "/state/guard.cjs" "guard" "mtu-1" "--state-dir" "/state" "--slot" "0"',
	);
	expect(lines).toContain('ConditionPathExists=/state/journal.jsonl');
	expect(lines).toContain('After=network-online.target netbird.service');
});

test('a restart takes back nothing of it, and the unit does, whatever the clock of the other boot said', async () => {
	const {machine, apply, state, bench} = setUpBoth();
	await apply();
	restart(machine);
	await stand(machine);
	expect(state()).toEqual([1280, 1280]);
	expect(machine.time).toBeLessThan(60);
	expect(bench.fold().transactions).toMatchObject([
		{phase: 'reverted', reason: 'not confirmed before the machine was started anew'},
	]);
	expect(machine.files.has(unit)).toBe(false);
	expect(machine.acts).toContain('run systemctl disable --quiet nbtop-restart-mtu-1.service');
});

test('NetBird is waited for that does not answer yet on a machine that has just been started', async () => {
	const {machine, apply, state} = setUpBoth();
	await apply();
	restart(machine);
	const {netbird, status} = {netbird: machine.programs.get('netbird'), status: 'netbird status --json'};
	machine.programs.set(status, args =>
		machine.time < 80 || typeof netbird !== 'function' ? {status: 1, stderr: 'failed to connect'} : netbird(args),
	);
	await stand(machine);
	expect(state()).toEqual([1280, 1280]);
	expect(machine.files.has(unit)).toBe(false);
});

test('the unit goes with the guard: when it is confirmed, and when it is put back', async () => {
	for (const end of ['confirm', 'wait'] as const) {
		const {machine, apply, guarded, state} = setUpBoth();
		await apply();
		if (end === 'confirm') {
			expect(await confirm('mtu-1', guarded)).toMatchObject({kind: 'confirmed'});
		}
		await stand(machine);
		expect(state()).toEqual(end === 'confirm' ? [1420, 1420] : [1280, 1280]);
		expect(machine.files.has(unit)).toBe(false);
	}
});

test('one that finds, after a restart, that it was confirmed writes nothing and goes', async () => {
	const {machine, apply, guarded, state} = setUpBoth();
	await apply();
	await confirm('mtu-1', guarded);
	restart(machine);
	await stand(machine);
	expect(state()).toEqual([1420, 1420]);
	expect(machine.files.has(unit)).toBe(false);
});

test('what a guard cannot put back while the machine goes down is put back after the restart', async () => {
	const {machine, apply, state} = setUpBoth();
	await apply();
	machine.programs.set('netbird status --json', () => ({status: 1, stderr: 'failed to connect to daemon'}));
	const stop = new AbortController();
	stop.abort();
	await stand(machine, stop);
	expect(state()).toEqual([1420, 1420]);
	expect(machine.files.has(unit)).toBe(true);
	machine.programs.delete('netbird status --json');
	restart(machine);
	await stand(machine);
	expect(state()).toEqual([1280, 1280]);
	expect(machine.files.has(unit)).toBe(false);
});

test('without the unit nothing is applied', async () => {
	const {machine, apply, state} = setUpBoth(([verb]) =>
		verb === 'enable' ? {status: 1, stderr: 'Failed to enable unit: Read-only file system'} : {},
	);
	expect(await apply()).toMatchObject({
		kind: 'refused',
		reason: expect.stringMatching(/take it back after a restart: .*Read-only file system/),
	});
	expect(state()).toEqual([1280, 1280]);
	expect(machine.files.has(unit)).toBe(false);
	expect(machine.acts.filter(act => /netbird (?:up|down)|systemd-run/.test(act))).toEqual([]);
});

test('what ends with the machine has none', async () => {
	const {machine, apply} = setUpBoth();
	expect(await apply(makeStep({id: 'a', wishes: [{setting: budget, to: '600'}]}))).toMatchObject({kind: 'applied'});
	expect(machine.acts.filter(act => /^save|systemctl/.test(act))).toEqual([]);
});

test('the preview says what a restart does to it, with systemd and without', async () => {
	const look = async (machine: FakeMachine, wanted = step) =>
		(await previewStep(wanted, makeSituation(), machine.host)).notes.join();
	const {machine} = setUpBoth();
	expect(await look(machine)).toContain('a unit of systemd puts it back then');
	expect(await look(setUpNetbird().machine)).toMatch(/without systemd nobody puts it back then: .* run nbtop undo$/);
	expect(await look(machine, makeStep({id: 'a', wishes: [{setting: backlog, to: '9000'}]}))).toBe('');
});

test('without systemd it is not confirmed after a restart, but told, and put back by who may write next', async () => {
	for (const end of ['recover', 'undo'] as const) {
		const {bench, machine, state} = setUpNetbird();
		await bench.apply('mtu', [{setting: netbirdMtu, to: '1420'}], 120);
		restart(machine);
		const later = startProgram(machine);
		const notices = inspectJournal(later.journal.read(), later.journal.bootId, machine.host);
		expect(notices.map(describeNotice)).toEqual([
			"'Do mtu' (mtu-1) was not confirmed before the machine was started anew, which it has outlasted: nbtop undo puts it back",
		]);
		expect(await confirm(undefined, later.tools)).toEqual({
			kind: 'refused',
			reason:
				"'mtu-1' was set before the machine was started anew, too long ago to be confirmed: nbtop undo mtu puts it back",
		});
		expect(await later.apply('a', [{setting: budget, to: '600'}])).toMatchObject({kind: 'refused'});
		expect(state()).toEqual([1420, 1420]);
		if (end === 'recover') {
			expect(await recover(later.tools)).toMatchObject([
				{kind: 'reverted', transaction: {reason: 'not confirmed before the machine was started anew'}},
			]);
		} else {
			expect(await undoStep('mtu', {}, later.tools)).toMatchObject({kind: 'undone'});
		}
		expect(state()).toEqual([1280, 1280]);
	}
});
