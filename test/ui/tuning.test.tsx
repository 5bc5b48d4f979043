import {afterEach, expect, test, vi} from 'vitest';
import type {Finding} from '../../source/model/findings.ts';
import type {JournalEvent} from '../../source/model/journal.ts';
import {describeSteps} from '../../source/ui/panes/step-lines.ts';
import {startView} from '../../source/ui/tuning-keys.ts';
import {initialView} from '../../source/ui/view.ts';
import {makeState} from '../helpers/state.ts';
import {startTerminalApp, type TerminalApp, type TerminalAppOptions} from '../helpers/terminal-app.tsx';
import {guardFile, setUpTuner, type TunerBench, type TunerParts, usecsFile} from '../helpers/tuner.ts';
import {backlogFile, budgetFile} from '../helpers/tuning.ts';

// The step on key 5 raises two sysctls of `makeState`'s machine: netdev_max_backlog and netdev_budget.

interface Bench extends TunerBench {
	readonly terminal: TerminalApp;
	/** The whole screen as one text. */
	text(): Promise<string>;
	/** Types, and waits until the screen says this. */
	press(keys: string, expected: string | RegExp): Promise<string>;
}

const running: {readonly terminal: TerminalApp; readonly bench: TunerBench}[] = [];

function start(parts: TunerParts = {}, options: TerminalAppOptions = {}): Bench {
	const bench = setUpTuner(parts);
	const terminal = startTerminalApp(makeState(), {...options, store: bench.store, tuning: bench.tuner});
	running.push({terminal, bench});
	const text = async (): Promise<string> => (await terminal.lines()).join('\n');
	return {
		...bench,
		terminal,
		text,
		async press(keys, expected) {
			await terminal.type(keys);
			await vi.waitFor(async () => expect(await text()).toMatch(expected), {timeout: 3000, interval: 20});
			return text();
		},
	};
}

afterEach(() => {
	for (const {terminal, bench} of running.splice(0)) {
		bench.tuner.close();
		terminal.app.unmount();
	}
});

const guarded: TunerParts = {options: {guard: true}};
const esc = '\u001B';

function readBoth({machine}: Bench): string[] {
	return [budgetFile, backlogFile].map(machine.read);
}

test('a step’s key shows what it would change, in words and for a shell, and y applies it', async () => {
	const bench = start({}, {rows: 30});
	const preview = await bench.press('5', 'y applies this');
	expect(preview).toMatch(/net\.core\.netdev_max_backlog +1000 → 10000/);
	expect(preview).toMatch(/net\.core\.netdev_budget +300 → 600/);
	expect(preview).toContain('sysctl -w net.core.netdev_budget=600');
	expect(preview).toMatch(/Undone by u, which does\n +sysctl -w net\.core\.netdev_budget=300/);
	expect(bench.machine.acts).toEqual([]);

	const done = await bench.press('y', 'Written and read back');
	expect(done).toMatch(/net\.core\.netdev_budget +is 600/);
	expect(readBoth(bench)).toEqual(['600', '10000']);
	for (let second = 0; second < 7; second++) {
		bench.sample(1);
	}
	await vi.waitFor(async () => expect(await bench.text()).toContain('applied, no effect seen'));
});

test.each([
	['Esc', esc],
	['n', 'n'],
	['q', 'q'],
])('%s leaves the preview, and nothing has been changed', async (_, key) => {
	const bench = start();
	await bench.press('5', 'y applies this');
	await bench.press(key, /^─*━CPU|━CPU/);
	await bench.press('y', 'nothing is asked');
	expect(bench.machine.acts).toEqual([]);
	expect(bench.terminal.controls.quit).not.toHaveBeenCalled();
});

test('y that comes together with the step’s key applies nothing: nobody has seen what', async () => {
	const bench = start();
	await bench.press('5y', 'it is still being looked at');
	await bench.settle();
	expect(bench.machine.acts).toEqual([]);
});

test('a guarded step counts down, a second one is refused meanwhile, and c keeps it', async () => {
	const bench = start({...guarded, files: {'/proc/sys/net/core/rmem_max': '4194304\n'}});
	await bench.press('5', 'unless c is pressed within 60 s');
	await bench.press('y', 'c keeps it, u puts it back, in 60 s the guard does');
	bench.machine.time += 21;
	await vi.waitFor(async () => expect(await bench.text()).toContain('in 39 s the guard does'));
	const second = await bench.press('7', 'Cannot be applied now: one at a time');
	expect(second).toContain('7 Let sockets buffer');
	await bench.press('y', 'one at a time');
	await bench.press('c', /^(?!.*c keeps it)/s);
	expect(bench.other.fold().transactions.map(({id, phase}) => [id, phase])).toEqual([['backlog-budget-1', 'kept']]);
});

test('y, pressed again and again, confirms nothing', async () => {
	const bench = start(guarded);
	await bench.press('5', 'y applies this');
	await bench.press('y', 'the guard does');
	bench.machine.time += 5;
	await bench.press('yyy', 'the guard does');
	expect(bench.other.fold().transactions[0]?.phase).toBe('waiting');
});

test('what the guard puts back is told', async () => {
	const bench = start(guarded);
	await bench.press('5', 'y applies this');
	await bench.press('y', 'the guard does');
	const id = 'backlog-budget-1';
	const reason = 'not confirmed within 60 s';
	bench.other.journal.append({type: 'reverting', id, reason});
	await vi.waitFor(async () => expect(await bench.text()).toContain(`Putting back: ${reason}`));
	expect((await bench.text()).split('\n')[1]).toContain(` being put back, ${reason}: Lengthen the backlog`);
	bench.other.journal.append({type: 'reverted', id, reason});
	await vi.waitFor(async () => expect(await bench.text()).toContain(`Put back: ${reason}`));
});

test('keys at bad moments: while values are written, q, Esc, u and a new size harm nothing', async () => {
	const {promise: whileArming, resolve: arm} = Promise.withResolvers<void>();
	const bench = start({...guarded, whileArming});
	await bench.press('5', 'y applies this');
	await bench.press('y', /applying: Lengthen the backlog .* \(0 of 2\)/);
	await bench.press('u', 'one at a time');
	await bench.press('\u001A', 'one at a time');
	expect(bench.terminal.controls.suspend).not.toHaveBeenCalled();
	await bench.press('2', '2 Give each queue');
	await bench.press(esc, '━CPU');
	await bench.terminal.resize(60, 15);
	await bench.press('y', 'nothing is asked');
	await bench.terminal.type('q');
	await bench.terminal.app.waitUntilExit();
	expect(bench.terminal.controls.quit).toHaveBeenCalledOnce();
	expect(readBoth(bench)).toEqual(['300', '1000']);
	const finished = bench.tuner.finish();
	arm();
	await finished;
	expect(readBoth(bench)).toEqual(['600', '10000']);
	expect(bench.other.fold().transactions[0]?.phase).toBe('waiting');
});

test('u undoes; where somebody else was there too it shows the three values, and F overwrites', async () => {
	const bench = start();
	await bench.press('5', 'y applies this');
	await bench.press('y', 'Written and read back');
	bench.machine.files.set(budgetFile, '450\n');
	const refused = await bench.press('u', 'backlog-budget is left alone');
	expect(refused).toContain('net.core.netdev_budget: was 300, we set 600, now it is 450');
	expect(refused).toMatch(/F overwrite/);
	expect(readBoth(bench)).toEqual(['450', '10000']);
	await bench.press('F', 'backlog-budget is undone');
	expect(readBoth(bench)).toEqual(['300', '1000']);
	await bench.press(esc, '━CPU');
	await bench.press('u', 'nothing to undo: no step is in force');
});

test('U asks first', async () => {
	const bench = start();
	await bench.press('5', 'y applies this');
	await bench.press('y', 'Written and read back');
	await bench.press('U', 'Undo all of backlog-budget');
	await bench.press('n', '━CPU');
	expect(readBoth(bench)).toEqual(['600', '10000']);
	await bench.press('U', /net\.core\.netdev_budget: 600 → 300/);
	await bench.press('y', 'backlog-budget is undone');
	expect(readBoth(bench)).toEqual(['300', '1000']);
});

test('a step that fails says so in the machine’s words, and that all is as before', async () => {
	const bench = start({refuse: {[backlogFile]: 'EINVAL'}});
	await bench.press('5', 'y applies this');
	const failed = await bench.press('y', 'refused: EINVAL');
	expect(failed).toMatch(/net\.core\.netdev_budget +is 300/);
	expect(readBoth(bench)).toEqual(['300', '1000']);
});

test('the log has every command with its time, its values and its outcome', async () => {
	const bench = start({}, {rows: 40, columns: 120});
	await bench.press('5', 'y applies this');
	await bench.press('y', 'Written and read back');
	await bench.press('u', 'backlog-budget is undone');
	const log = await bench.press('L', 'backlog-budget-1: Lengthen the backlog');
	expect(log).toMatch(/\d\d:\d\d:\d\d sysctl -w net\.core\.netdev_budget=600: was 300, is 600/);
	expect(log).toMatch(/\d\d:\d\d:\d\d net\.core\.netdev_budget is 300 again/);
	expect(log).toContain('put back: undone');
});

test('what a crash has left open is the first thing that is seen, with what to do', async () => {
	const first = start(guarded);
	await first.press('5', 'y applies this');
	await first.press('y', 'the guard does');
	first.tuner.close();
	first.machine.files.delete(guardFile);

	const second = start({on: first.machine});
	const seen = await second.text();
	expect(seen).toContain('nobody guards it');
	expect(seen).toContain('c keeps it, u puts it back');
	await second.press('u', 'backlog-budget is undone');
	expect(readBoth(second)).toEqual(['300', '1000']);
});

test('what was put back meanwhile does not stand in the way', () => {
	expect(startView(initialView, setUpTuner().tuner).overlay).toBeUndefined();
	expect(startView(initialView, undefined).overlay).toBeUndefined();
});

test('who may change nothing sees the plan and what is missing', async () => {
	const bench = start({facts: {root: false}});
	bench.sample(1);
	const preview = await bench.press('5', 'Cannot be applied now: tuning needs root: start nbtop with sudo');
	expect(preview).toMatch(/netdev_budget +300 → 600/);
	await bench.press('y', 'tuning needs root');
	expect(bench.machine.acts).toEqual([]);
});

test('where no live machine is, the keys say so', async () => {
	const terminal = startTerminalApp(makeState());
	running.push({terminal, bench: setUpTuner()});
	for (const key of ['5', 'u', 'U', 'c', 'y']) {
		await terminal.type(key);
		expect((await terminal.lines()).at(-1)).toContain('nothing can be tuned here');
	}
	await terminal.type('L');
	expect((await terminal.lines()).join('\n')).toContain('Nothing has been tuned yet.');
});

test('who rides on the tunnel is warned where the step may cut it', async () => {
	const state = makeState();
	const riding = {
		...state,
		...(state.snapshot && {
			snapshot: {
				...state.snapshot,
				readings: {...state.snapshot.readings, addresses: {at: 60, value: {wt0: ['100.64.0.1/16']}}},
			},
		}),
	};
	const bench = start({state: riding, facts: {sshServerAddress: '100.64.0.1'}});
	await bench.press('1', 'You are connected through wt0, and this step may cut the connection.');
	expect(await bench.press('5', '5 Lengthen')).not.toContain('You are connected');
});

test('the arrows choose a step in its pane, Enter looks at it', async () => {
	const bench = start();
	await bench.press(`${esc}[Z`, '━STEP, SETTING');
	await bench.press('jjjjj', '>5 backlog-budget');
	await bench.press('k', '>4 rss-hash');
	await bench.press(`j\r`, 'y applies this');
});

test.each([
	[60, 15],
	[80, 24],
	[200, 60],
])('at %ix%i nothing is wrapped or lost, and the keys stand in the last line', async (columns, rows) => {
	const bench = start(guarded, {columns, rows});
	await bench.press(`${esc}[Z`, 'STEP, SETTING');
	const steps = await bench.text();
	for (const id of ['channels', 'irq-affinity', 'rps-rfs', 'bbr-fq', 'threaded-napi']) {
		expect(steps).toContain(id);
	}
	const preview = await bench.press('5', 'y applies this');
	expect(preview).toMatch(/300 → 600/);
	expect(preview.split('\n').at(-1)).toMatch(/y apply .*Esc close/);
	await bench.press('y', 'c keeps it, u puts it back, in 60 s the guard does');
	expect((await bench.text()).split('\n').at(-1)).toMatch(/c keep .*u undo .*Esc close/);
	await bench.press('L', 'backlog-budget-1');
	await bench.press('U', 'Undo all of backlog-budget');
	expect(await bench.terminal.facts()).toEqual({buffer: 'alternate', wrapped: 0});
});

test('in ASCII mode nothing else is drawn', async () => {
	const bench = start(guarded, {ascii: true, columns: 100, rows: 40});
	expect(await bench.press('5', 'y applies this')).toMatch(/300 -> 600/);
	await bench.press('y', 'the guard does');
	await bench.press('L', 'backlog-budget-1');
	expect(await bench.press('U', 'Undo all')).toMatch(/^[\n -~]*$/);
});

test('a step’s line says whether it is ready, so already, not to be had, or in force and since when', async () => {
	const bench = setUpTuner({files: {[usecsFile]: '8000\n'}});
	const lineOf = (id: string) => describeSteps(bench.store.getState()).find(({step}) => step.id === id);
	expect(lineOf('backlog-budget')).toMatchObject({state: 'ready: 2 settings', findings: []});
	expect(lineOf('mtu')?.state).toBe('ready: measures the paths first');
	expect(lineOf('threaded-napi')?.state).toBe('ready: 1 setting (may stall)');
	expect(lineOf('rss-hash')?.state).toMatch(/^(?:not now|already so): /);

	const at = {monotonic: 1001, wall: Date.UTC(2026, 5, 1, 10)};
	const id = 'backlog-budget-1';
	const opened: JournalEvent = {
		...{type: 'opened', id, step: 'backlog-budget', title: 'T', version: '1', bootId: 'boot-one'},
		...{process: {pid: 1, startTime: 1}, changes: [], within: 60, at},
	};
	const tell = (event: Parameters<typeof bench.store.dispatch>[0]): void => bench.store.dispatch(event);
	tell({type: 'tuning', at, event: opened});
	expect(lineOf('backlog-budget')?.state).toBe('is being applied');
	const setting = {kind: 'sysctl', name: 'net.core.netdev_budget'} as const;
	tell({type: 'tuning', at, event: {type: 'intent', id, seq: 1, setting, from: '300', to: '600', at}});
	tell({type: 'tuning', at, event: {type: 'applied', id, seq: 1, actual: '600', at}});
	tell({type: 'tuning', at, event: {type: 'completed', id, deadline: 1045, at}});
	expect(lineOf('backlog-budget')?.state).toBe('c keeps it, else undone in 45 s');
	tell({type: 'tuning', at, event: {type: 'confirmed', id, at}});
	tell({
		...{type: 'tuning', at},
		event: {type: 'judged', id, verdict: {kind: 'effective', counter: 'c'}, at},
	});
	expect(lineOf('backlog-budget')?.state).toMatch(/^in force since \d\d:00:00, effective$/);
	bench.tuner.close();
});

test('a step that a finding names carries its name', () => {
	const finding: Finding = {
		...{id: 'softnet-backlog', severity: 'fault', text: 't', evidence: [], refutedBy: 'r'},
		steps: ['backlog-budget'],
	};
	const lines = describeSteps({...makeState(), findings: [finding]});
	expect(lines.filter(({findings}) => findings.length > 0).map(({step}) => step.id)).toEqual(['backlog-budget']);
});
