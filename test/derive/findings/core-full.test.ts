import {describe, expect, test} from 'vitest';
import {initialState, reduce} from '../../../source/session/state.ts';
import {type CoreLoad, createMachine, healthyLoad, type MachineLoad, watchMachine} from '../../helpers/machine.ts';
import {expectQuoted} from '../../helpers/sentences.ts';

function load(cores: readonly CoreLoad[], parts: Partial<MachineLoad> = {}): MachineLoad {
	const queues = healthyLoad.queues.slice(0, cores.length).map((queue, cpu) => ({...queue, cpu}));
	const threads = cores.map((_, cpu) => ({name: `kworker/${cpu}:1-wg-crypt-wt0`, cpu, sys: 20 / cores.length}));
	return {...healthyLoad, cores, queues, threads, channels: {now: queues.length, most: queues.length}, ...parts};
}

const room: CoreLoad = {usr: 5, sys: 12, soft: 8};
const program: CoreLoad = {usr: 70, sys: 25, soft: 5};
const full: readonly (readonly [string, MachineLoad])[] = [
	['one CPU, with the tunnel', load([{usr: 2, sys: 33, soft: 65}])],
	['one CPU, with a program', load([{usr: 80, sys: 10, soft: 10}])],
	[
		'two CPUs, with programs',
		load([
			{usr: 60, sys: 20, soft: 19},
			{usr: 60, sys: 20, soft: 19},
		]),
	],
	['one of four CPUs, with a program', load([room, program, room, room])],
	['one of four CPUs, with the kernel', load([room, {usr: 10, sys: 85}, room, room])],
	['one of 64 CPUs, with a program', load(Array.from({length: 64}, (_, cpu) => (cpu === 9 ? program : room)))],
];

describe.each(full)('%s', (_name, machine) => {
	test('is never called fine, from the first tick on', () => {
		const {tick} = createMachine();
		let state = initialState;
		for (let count = 0; count < 30; count++) {
			state = reduce(state, tick(machine));
			if (state.verdict.id !== 'measuring') {
				expect(state.verdict.severity).not.toBe('fine');
				expect(state.verdict.text).not.toMatch(/nothing on this host|well distributed/);
			}
		}
		expect(['core-full', 'at-the-ceiling']).toContain(state.verdict.id);
		state.findings.forEach(expectQuoted);
	});

	test('nor where only the CPU times can be read', () => {
		const {verdict} = watchMachine({...machine, without: ['interrupts', 'softnet', 'threads', 'sockets']});
		expect(verdict).toMatchObject({id: 'core-full'});
	});
});

test('the only core, full with the work of the network, is the ceiling', () => {
	const {verdict} = watchMachine(load([{usr: 2, sys: 33, soft: 65}]));
	expect(verdict).toMatchObject({id: 'at-the-ceiling', severity: 'limit'});
	expect(verdict.text).toBe(
		"the only core is 100 % busy, 98 % of it the kernel's work, and nothing is lost, for 1.22 Gbit/s; left are a larger MTU, a second or a faster core, or another topology",
	);
	expect(watchMachine(load([{usr: 2, sys: 25, soft: 40}])).verdict.severity).toBe('fine');
});

test('programs that have most of all cores are a limit of the tunnel', () => {
	const {verdict} = watchMachine(
		load([
			{usr: 60, sys: 20, soft: 19},
			{usr: 60, sys: 20, soft: 19},
		]),
	);
	expect(verdict).toMatchObject({id: 'core-full', severity: 'limit', steps: []});
	expect(verdict.text).toBe(
		'all 2 cores are 99 % busy, 60 % in user mode, 20 % in the kernel and 19 % in interrupts: programs have most of the time that wt0 needs for its 1.22 Gbit/s; top shows which',
	);
});

test('a program on one core of several is a hint, and a limit where the tunnel’s bytes wait for it', () => {
	const cores = [room, program, room, room];
	const alone = watchMachine(load(cores));
	expect(alone.verdict).toMatchObject({id: 'core-full', severity: 'hint'});
	expect(alone.verdict.text).toMatch(
		/^CPU1 is 100 % busy, 70 % in user mode, 25 % in the kernel and 5 % in interrupts, and the others are 25 % busy on average: programs have it;/,
	);
	const socket = {received: 140e6, receiveQueue: 900_000, receiveWindow: 2e6, receiveRtt: 1};
	const waiting = watchMachine(load(cores, {sockets: [socket]}));
	expect(waiting.verdict).toMatchObject({id: 'core-full', severity: 'limit'});
	expect(waiting.verdict.text).toContain("92 % of wt0's bytes come for connections that a program here does not read");
	waiting.findings.forEach(expectQuoted);
	expect(watchMachine(load(cores, {sockets: [{...socket, receiveQueue: 0}]})).verdict.severity).toBe('hint');
});

test('what another rule names is not said twice, and a core with room is none', () => {
	const iperf3 = [{name: 'iperf3', cpu: 1, usr: 70, sys: 25}];
	const {findings} = watchMachine(load([room, program, room, room], {threads: iperf3}), 30);
	expect(findings.map(({id}) => id)).toContain('load-generator-bound');
	expect(findings.map(({id}) => id)).not.toContain('core-full');
	expect(watchMachine(load([room, {usr: 60, sys: 20, soft: 5}, room, room]), 30).verdict.severity).toBe('fine');
});
