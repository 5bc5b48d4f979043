import {afterEach, expect, test, vi} from 'vitest';
import type {State} from '../source/session/state.ts';
import {changeState, makeDrop, makeState, type StateParts} from './helpers/state.ts';
import {startTerminalApp, type TerminalApp, type TerminalAppOptions} from './helpers/terminal-app.tsx';

const running: TerminalApp[] = [];

function start(parts: StateParts = {}, options: TerminalAppOptions = {}): TerminalApp {
	const terminal = startTerminalApp(makeState(parts), options);
	running.push(terminal);
	return terminal;
}

afterEach(() => {
	for (const {app} of running.splice(0)) {
		app.unmount();
	}
});

/** A later state of the same machine, in which all figures have changed. */
function later(samples: number): State {
	return changeState(makeState({seed: samples}), {samples});
}

const drops = [makeDrop({layer: 'softnet', device: 'cpu1', counter: 'dropped', delta: 9, perSecond: 9, total: 9})];

test.each([
	[20, 5, 4],
	[60, 15, 4],
	[80, 24, 1],
	[80, 24, 4],
	[80, 24, 64],
	[80, 24, 1152],
	[200, 60, 16],
	[200, 60, 1152],
	[149, 40, 300],
])('%ix%i with %i CPUs: every row is used, none is wrapped, nothing scrolls', async (columns, rows, cpus) => {
	const terminal = start({cpus, drops}, {columns, rows});
	const lines = await terminal.lines();
	expect(lines[0]).toContain('gateway-1');
	expect(lines[1]).toMatch(/^ limit: CPU1 is/);
	expect(lines[2]).toMatch(/^━+CPU/);
	expect(lines.at(-1)).toContain('q quit');
	await terminal.update(later(61));
	expect(await terminal.facts()).toEqual({buffer: 'alternate', wrapped: 0});
	expect((await terminal.lines())[0]).toContain('gateway-1');
});

test.each([
	[1, 1],
	[1, 24],
	[200, 1],
	[7, 2],
	[3, 3],
])('a terminal of %ix%i gets what fits, and no error', async (columns, rows) => {
	const terminal = start({}, {columns, rows});
	await terminal.type('\t?');
	await terminal.type('q/x');
	expect(await terminal.facts()).toMatchObject({wrapped: 0});
});

test('Tab moves the focus, which the heavy rule shows, and brings panes into view', async () => {
	const terminal = start({}, {columns: 60, rows: 15});
	expect(await terminal.lines()).not.toContainEqual(expect.stringMatching(/^─+PATH/));
	await terminal.type('\t');
	expect(await terminal.lines()).toContainEqual(expect.stringMatching(/^━PATH━/));
	await terminal.type('\u001B[Z');
	expect(await terminal.lines()).toContainEqual(expect.stringMatching(/^━CPU━/));
});

test('z gives the pane the whole screen, arrows and End scroll it, z gives it back', async () => {
	const terminal = start({peers: 40});
	await terminal.type('\t\t\t\tz');
	expect((await terminal.lines())[2]).toMatch(/^━PEER.*━1-20\/41━$/);
	await terminal.type('\u001B[B\u001B[B');
	expect((await terminal.lines())[2]).toMatch(/━3-22\/41━$/);
	await terminal.type('\u001B[F');
	const lines = await terminal.lines();
	expect(lines[2]).toMatch(/━22-41\/41━$/);
	expect(lines[22]).toContain('peer-39');
	await terminal.type('z');
	expect(await terminal.lines()).toContainEqual(expect.stringMatching(/CPU/));
});

test('Space holds the picture, says so, and lets go', async () => {
	const terminal = start();
	const before = await terminal.lines();
	await terminal.type(' ');
	await terminal.update(later(63));
	const frozen = await terminal.lines();
	expect(frozen[0]).toContain('FROZEN +3');
	expect(frozen.slice(1, -1)).toEqual(before.slice(1, -1));
	await terminal.type(' ');
	const live = await terminal.lines();
	expect(live[0]).not.toContain('FROZEN');
	expect(live.slice(3)).not.toEqual(before.slice(3));
});

test('a filter acts while it is typed; Enter keeps it, a second one is dropped by Esc', async () => {
	const terminal = start({}, {columns: 80, rows: 40});
	await terminal.type('\t\t\t\t');
	await terminal.type('/');
	await terminal.type('peer-2');
	const typing = await terminal.lines();
	expect(typing.at(-1)).toContain('filter tunnel: /peer-2');
	expect(typing.filter(line => line.startsWith(' peer-'))).toHaveLength(1);
	await terminal.type('\r');
	expect((await terminal.lines()).join('\n')).toContain('/peer-2/');
	await terminal.type('/');
	await terminal.type('\u001B');
	expect((await terminal.lines()).filter(line => line.startsWith(' peer-'))).toHaveLength(3);
});

test('q typed into a filter is a letter', async () => {
	const terminal = start();
	await terminal.type('/');
	await terminal.type('q');
	expect((await terminal.lines()).at(-1)).toContain('/q');
	expect(terminal.controls.quit).not.toHaveBeenCalled();
});

test('s sorts the focused pane and says by what', async () => {
	const terminal = start();
	await terminal.type('s');
	const lines = await terminal.lines();
	expect(lines[2]).toContain('by busy');
	expect(lines[4]).toMatch(/^! +1 /);
});

test('? lists every key and Esc goes back; p tells the reasons', async () => {
	const {snapshot, ...rest} = makeState();
	const problems = [{source: 'wireguard', message: 'wg: Operation not permitted. Run nbtop as root to see the peers.'}];
	const terminal = startTerminalApp({...rest, ...(snapshot && {snapshot: {...snapshot, problems}})}, {rows: 40});
	running.push(terminal);
	expect((await terminal.lines())[0]).toContain('! 1 problem');
	await terminal.type('?');
	expect((await terminal.lines()).join('\n')).toContain('show only rows that hold a text');
	await terminal.type('\u001B');
	await terminal.type('p');
	expect((await terminal.lines()).slice(2, 4)).toEqual([
		' wireguard',
		'   wg: Operation not permitted. Run nbtop as root to see the peers.',
	]);
	await terminal.type('q');
	expect((await terminal.lines())[2]).toMatch(/^━CPU/);
	expect(terminal.controls.quit).not.toHaveBeenCalled();
});

test('+ and - change the interval, which the header shows at once', async () => {
	const terminal = start();
	await terminal.type('++');
	expect(terminal.controls.setInterval).toHaveBeenLastCalledWith(5);
	expect((await terminal.lines())[0]).toContain('every 5 s');
	await terminal.type('---');
	expect((await terminal.lines())[0]).toContain('every 0.5 s');
});

test('an overlay that is longer than the screen says which of its lines are shown, and what leads to the others', async () => {
	const terminal = start();
	await terminal.type('?');
	const footer = async () => (await terminal.lines()).at(-1);
	expect(await footer()).toMatch(/↑ ↓ 1-21\/\d+ {2}Esc close/);
	await terminal.type('j');
	expect(await footer()).toMatch(/↑ ↓ 2-22\/\d+ {2}Esc close/);
	await terminal.type('\u001B');
	await terminal.type('p');
	expect(await footer()).toMatch(/^ Esc close/);
});

test('q leaves the terminal as it was, and Esc leaves nothing', async () => {
	const terminal = start();
	await terminal.type('\u001B');
	expect((await terminal.facts()).buffer).toBe('alternate');
	await terminal.type('q');
	await terminal.app.waitUntilExit();
	expect(terminal.controls.quit).toHaveBeenCalledOnce();
	expect((await terminal.facts()).buffer).toBe('normal');
});

test('Ctrl-C leaves too', async () => {
	const terminal = start();
	await terminal.type('\u0003');
	await terminal.app.waitUntilExit();
	expect((await terminal.facts()).buffer).toBe('normal');
});

test('Ctrl-Z hands the terminal to the shell and comes back to the same picture', async () => {
	let resume = () => {};
	const stopped = new Promise<void>(resolve => {
		resume = resolve;
	});
	const terminal = start({}, {suspend: () => stopped});
	const before = await terminal.lines();
	await terminal.type('\u001A');
	expect(terminal.controls.suspend).toHaveBeenCalledOnce();
	expect((await terminal.facts()).buffer).toBe('normal');
	resume();
	await vi.waitFor(async () => expect((await terminal.facts()).buffer).toBe('alternate'));
	expect(await terminal.lines()).toEqual(before);
	await terminal.type('z');
	expect((await terminal.lines()).at(-1)).toContain('z back');
});

test.each([
	[[60, 15]],
	[[200, 60]],
	[[80, 10]],
	[[40, 24]],
	[
		[30, 8],
		[120, 50],
		[79, 23],
	],
])('resizing to %j leaves no rubbish', async (...sizes) => {
	const terminal = start({drops}, {columns: 80, rows: 24});
	await terminal.lines();
	for (const [columns = 80, rows = 24] of sizes) {
		await terminal.resize(columns, rows);
		const fresh = start({drops}, {columns, rows});
		expect(await terminal.lines()).toEqual(await fresh.lines());
		expect(await terminal.facts()).toMatchObject({wrapped: 0});
	}
});

test('names from outside cannot move the cursor, colour the screen or shift a column', async () => {
	const hostile = [
		'\u001B[2J\u001B[Hgone',
		'主机主机主机',
		'a\u0301\u200B\u202Eevil',
		'\u0007\r\nnext',
		'😀'.repeat(20),
	];
	const terminal = start({peers: 5, peerName: index => hostile[index] ?? ''}, {columns: 120, rows: 40});
	await terminal.type('\t\t\t\tz');
	const lines = await terminal.lines();
	expect(lines[0]).toContain('gateway-1');
	expect(lines.at(-1)).toContain('q quit');
	const at = lines.find(line => line.includes('━via━'))?.indexOf('via') ?? -1;
	const paths = lines.filter(line => /^ \S.*192\.0\.2\.\d:51820/.test(line)).map(line => line.slice(at, at + 3));
	expect(paths).toHaveLength(5);
	expect(new Set(paths)).toEqual(new Set(['P2P', 'rel']));
	expect(await terminal.facts()).toMatchObject({wrapped: 0});
});

test('in ASCII mode nothing else is drawn, and without colours no SGR is written', async () => {
	const terminal = start({drops}, {ascii: true, colour: false, columns: 100, rows: 40});
	const text = (await terminal.lines()).join('');
	expect(text).toMatch(/^[ -~]*$/);
	expect(terminal.written()).not.toMatch(/\u001B\[[\d;]*m/);
});

test('a tick in which little changes costs few bytes', async () => {
	const state = makeState({cpus: 16, peers: 10});
	const terminal = startTerminalApp(state, {columns: 180, rows: 50});
	running.push(terminal);
	await terminal.lines();
	const before = terminal.written().length;
	const cpus = (state.rates.cpus ?? []).map(cpu => (cpu.cpu === 3 ? {...cpu, busy: cpu.busy + 1} : cpu));
	await terminal.update(changeState(state, {rates: {...state.rates, cpus}}));
	expect(terminal.written().length - before).toBeLessThan(450);
});

const paste = (text: string) => `\u001B[200~${text}\u001B[201~`;

test('what is pasted is no key', async () => {
	const terminal = start();
	expect(terminal.written()).toContain('\u001B[?2004h');
	await terminal.type(paste('zq?\r3y'));
	const lines = await terminal.lines();
	expect(lines.at(-1)).toContain('a pasted text is not taken for keys');
	expect(lines).toContainEqual(expect.stringMatching(/^━CPU━/));
	expect(terminal.controls.quit).not.toHaveBeenCalled();
	terminal.app.unmount();
	expect(terminal.written()).toContain('\u001B[?2004l');
});

test('where a text is asked for, what is pasted is typed, on one line and without an end', async () => {
	const terminal = start();
	await terminal.type('/');
	await terminal.type(paste('soft\r\nnet'));
	expect((await terminal.lines()).at(-1)).toContain('soft net');
	expect((await terminal.lines()).at(-1)).not.toContain('q quit');
});
