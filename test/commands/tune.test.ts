import {PassThrough} from 'node:stream';
import {expect, test, vi} from 'vitest';
import type {Command, Flags, Terminal} from '../../source/commands/command.ts';
import {confirm} from '../../source/commands/confirm.ts';
import {tune} from '../../source/commands/tune.ts';
import {undo} from '../../source/commands/undo.ts';
import {armGuard} from '../../source/tuning/guard.ts';
import {revertTransaction} from '../../source/tuning/revert.ts';
import type {FakeMachine} from '../helpers/host.ts';
import {backlogFile, budgetFile, setUp, startProgram, weight, weightFile} from '../helpers/tuning.ts';

vi.mock('../../source/tuning/guard.ts', () => ({armGuard: vi.fn(async () => undefined)}));

/** The knobs of the step `backlog-budget`, the one that needs no network device. */
const usecsFile = '/proc/sys/net/core/netdev_budget_usecs';

function setUpKnobs(): FakeMachine {
	const {machine} = setUp({files: {[usecsFile]: '8000\n'}});
	return machine;
}

/** Runs a command on a made machine; gives its exit status and what it printed. `keys`: what is typed at its questions. */
async function run(command: Command, machine: FakeMachine, words: string[], flags: Flags = {}, keys?: string[]) {
	let output = '';
	const typed = [...(keys ?? [])];
	const stdin = Object.assign(new PassThrough(), {setRawMode: () => stdin});
	const terminal = {
		stdin,
		stdout: {
			write(text: string) {
				output += text;
				if (/\? .*$/.test(text)) {
					setTimeout(() => stdin.write(typed.shift() ?? ''), 5);
				}
			},
		},
		isScreen: keys !== undefined,
		columns: 60,
	} as unknown as Terminal;
	const {host} = machine;
	const context = {host, input: words, flags: {'state-dir': '/state', ...flags}, version: '1.2.3', terminal};
	return {status: await command.run(context), output: () => output};
}

function readBoth(machine: FakeMachine): string[] {
	return [budgetFile, backlogFile].map(machine.read);
}

test('applies a step, undoes it, and says both', async () => {
	const machine = setUpKnobs();
	const applied = await run(tune, machine, ['backlog-budget'], {yes: true});
	expect(applied.status).toBe(0);
	expect(applied.output()).toContain('sysctl -w net.core.netdev_budget=600');
	expect(applied.output()).toContain('applied, no effect seen (looked for: ');
	expect(readBoth(machine)).toEqual(['600', '10000']);

	const again = await run(tune, machine, ['backlog-budget'], {yes: true});
	expect(again.output()).toContain('already');
	expect(again.status).toBe(0);

	const undone = await run(undo, machine, []);
	expect(undone.status).toBe(0);
	expect(undone.output()).toContain('net.core.netdev_budget is 300 again');
	expect(readBoth(machine)).toEqual(['300', '1000']);
	expect((await run(undo, machine, [])).status).toBe(0);
});

test('a journal that is full when the effect is judged makes no failure of what is in force', async () => {
	const machine = setUpKnobs();
	// Opened, two values with a line before and one after each, completed; the verdict comes then.
	let lines = 6;
	machine.beforeAct = act => {
		lines -= act.startsWith('append') ? 1 : 0;
		if (lines === -1) {
			machine.refuse.set('/state/journal.jsonl', 'ENOSPC');
		}
	};
	const {status, output} = await run(tune, machine, ['backlog-budget'], {yes: true});
	expect(machine.refuse.size).toBe(1);
	expect(output()).toContain('applied, no effect seen');
	expect(status).toBe(0);
	expect(readBoth(machine)).toEqual(['600', '10000']);
});

test('a dry run changes nothing, not even the state folder', async () => {
	const machine = setUpKnobs();
	const {status, output} = await run(tune, machine, ['backlog-budget'], {'dry-run': true});
	expect(status).toBe(0);
	expect(output()).toContain('net.core.netdev_budget: 300 → 600');
	expect(machine.acts.filter(act => !act.startsWith('run '))).toEqual([]);
});

test('asks first, and takes no for an answer', async () => {
	const machine = setUpKnobs();
	const declined = await run(tune, machine, ['backlog-budget'], {}, ['n']);
	expect(declined.status).toBe(1);
	expect(readBoth(machine)).toEqual(['300', '1000']);
	expect((await run(tune, machine, ['backlog-budget'], {}, ['y'])).status).toBe(0);
	expect(readBoth(machine)).toEqual(['600', '10000']);
});

test('without a terminal nothing is applied that --yes does not ask for', async () => {
	await expect(run(tune, setUpKnobs(), ['backlog-budget'])).rejects.toThrow('--yes');
	await expect(run(tune, setUpKnobs(), ['backlog-budget'], {json: true}, ['y'])).rejects.toThrow('--yes');
});

test('1 where all was put back, 4 where something was not', async () => {
	const machine = setUpKnobs();
	machine.stubborn.add(budgetFile);
	const failed = await run(tune, machine, ['backlog-budget'], {yes: true});
	expect(failed.status).toBe(1);
	expect(failed.output()).toContain('Failed, and everything is as before: net.core.netdev_budget is 300, expected 600');

	machine.beforeAct = act => {
		if (act === `write ${budgetFile} 600`) {
			machine.refuse.set(backlogFile, 'EROFS');
		}
	};
	const left = await run(tune, machine, ['backlog-budget'], {yes: true});
	expect(left.status).toBe(4);
	expect(left.output()).toContain('net.core.netdev_max_backlog should be 1000: EROFS');
	expect((await run(undo, machine, [], {all: true})).status).toBe(4);
	machine.refuse.clear();
	machine.beforeAct = undefined;
	expect((await run(undo, machine, [], {all: true})).status).toBe(0);
	expect(readBoth(machine)).toEqual(['300', '1000']);
});

test('undo shows the three values and leaves them, unless it is forced', async () => {
	const machine = setUpKnobs();
	await run(tune, machine, ['backlog-budget'], {yes: true});
	machine.files.set(budgetFile, '450\n');
	const refused = await run(undo, machine, ['backlog-budget']);
	expect(refused.status).toBe(1);
	expect(refused.output()).toContain('net.core.netdev_budget: was 300, we set 600, now it is 450');
	expect((await run(undo, machine, ['backlog-budget'], {force: true})).status).toBe(0);
	expect(readBoth(machine)).toEqual(['300', '1000']);
});

test('undo of a step whose guard has died undoes that one, and not the one before it', async () => {
	const machine = setUpKnobs();
	await run(tune, machine, ['backlog-budget'], {yes: true});
	const other = startProgram(machine);
	await other.apply('later', [{setting: weight, to: '128'}], 60);
	const {output} = await run(undo, machine, []);
	expect(output()).toContain("'Do later' (later-2) was put back");
	expect([machine.read(weightFile), ...readBoth(machine)]).toEqual(['64', '600', '10000']);
});

test('a full disk keeps undo from nothing, though what is to be told cannot be noted either', async () => {
	const machine = setUpKnobs();
	await run(tune, machine, ['backlog-budget'], {yes: true});
	const {journal} = await startAndRevert(machine);
	machine.refuse.set('/state/journal.jsonl', 'ENOSPC');
	const {status, output} = await run(undo, machine, ['backlog-budget']);
	expect(output()).toContain("'Do later' (later-2) was put back: a test wants it");
	expect(output()).toContain('may still show it in force: ENOSPC');
	expect(status).toBe(0);
	expect(readBoth(machine)).toEqual(['300', '1000']);
	expect(journal.read().transactions).toMatchObject([{phase: 'kept'}, {phase: 'reverted', reported: false}]);
});

/** A step that was put back while nobody looked. */
async function startAndRevert(machine: FakeMachine) {
	const other = startProgram(machine);
	await other.apply('later', [{setting: weight, to: '128'}], 60);
	await revertTransaction('later-2', 'a test wants it', other.tools);
	return other;
}

test('under guard it says how to confirm, and confirming keeps it', async () => {
	const machine = setUpKnobs();
	const applied = await run(tune, machine, ['backlog-budget'], {yes: true, guard: true});
	expect(vi.mocked(armGuard)).toHaveBeenCalledOnce();
	expect(applied.output()).toMatch(/within 5\d s, or it is put back: nbtop confirm backlog-budget-1/);
	expect((await run(confirm, machine, [])).status).toBe(0);
	expect((await run(confirm, machine, [])).status).toBe(1);
	expect((await run(confirm, machine, ['backlog-budget-1'])).output()).toContain('it stays');
});

test('a key after the change confirms', async () => {
	const machine = setUpKnobs();
	const {output} = await run(tune, machine, ['backlog-budget'], {guard: true}, ['y', 'y']);
	expect(output()).toContain('confirmed: it stays');
});

test('prints one JSON object with the plan and the outcome', async () => {
	const machine = setUpKnobs();
	const {output} = await run(tune, machine, ['backlog-budget'], {yes: true, json: true});
	expect(JSON.parse(output())).toMatchObject({
		schema: 'nbtop.tune/1',
		step: 'backlog-budget',
		state: 'available',
		changes: [
			{from: '1000', to: '10000', shell: 'sysctl -w net.core.netdev_max_backlog=10000'},
			{from: '300', to: '600', undo: 'sysctl -w net.core.netdev_budget=300'},
		],
		outcome: {kind: 'applied', id: 'backlog-budget-1', verdict: {kind: 'no effect seen'}},
	});
});

test('on a terminal sentences are wrapped at its width, and what is to be copied is not', async () => {
	const {output} = await run(tune, setUpKnobs(), ['backlog-budget'], {}, ['n']);
	const lines = output().split('\n');
	const copied = lines.filter(line => line.startsWith('    '));
	expect(copied).toContain('    sysctl -w net.core.netdev_max_backlog=10000');
	expect(Math.max(...lines.filter(line => !line.startsWith('    ')).map(line => line.length))).toBeLessThanOrEqual(60);
	expect(output().replaceAll(/\s+/g, ' ')).toContain('it is raised, never lowered.');
	const list = (await run(tune, setUpKnobs(), [], {}, [])).output().split('\n');
	const plans = list.filter(line => line.startsWith(' '));
	expect(Math.max(...plans.map(line => line.length))).toBeLessThanOrEqual(60);
	const piped = (await run(tune, setUpKnobs(), [])).output().split('\n');
	expect(piped.filter(line => line.startsWith(' '))).toHaveLength(10);
	expect(plans.length).toBeGreaterThan(10);
});

test('the list has every step with its plan or the reason why not', async () => {
	const machine = setUpKnobs();
	await run(tune, machine, ['backlog-budget'], {yes: true});
	const {steps} = JSON.parse((await run(tune, machine, [], {json: true})).output());
	expect(steps).toHaveLength(10);
	expect(steps.every((step: {reason?: string; changes: unknown[]}) => step.reason || step.changes.length > 0)).toBe(
		true,
	);
	expect(steps.find(({step}: {step: string}) => step === 'backlog-budget')).toMatchObject({inForce: true});
	expect((await run(tune, machine, [])).output()).toContain('in force');
});

test('a wrong call is refused with what is right', async () => {
	const machine = setUpKnobs();
	await expect(run(tune, machine, ['backlog-budge'])).rejects.toThrow("did you mean 'backlog-budget'?");
	await expect(run(tune, machine, ['rings', 'channels'])).rejects.toThrow('unexpected');
	await expect(run(undo, machine, ['rings'], {all: true})).rejects.toThrow('not both');
	await expect(run(undo, machine, [], {'state-dir': 'here'})).rejects.toThrow('a path from the root');
});

test('without a journal nothing is changed, and it says what is missing', async () => {
	const machine = setUpKnobs();
	machine.refuse.set('/state', 'EACCES');
	await expect(run(tune, machine, ['backlog-budget'], {yes: true})).rejects.toThrow('tuning needs root');
	expect(readBoth(machine)).toEqual(['300', '1000']);
});
