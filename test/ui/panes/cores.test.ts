import {stripVTControlCharacters} from 'node:util';
import {expect, test} from 'vitest';
import type {CpuRates, ThreadRate} from '../../../source/model/rates.ts';
import {initialState, type State} from '../../../source/session/state.ts';
import {drawPane, readColumn} from '../../helpers/pane-text.ts';
import {changeState, makeState} from '../../helpers/state.ts';

/** A state in which only these CPUs are busy, with these percentages, now and in the last minute. */
function makeBusy(cpuCount: number, busy: Readonly<Record<number, number>>): State {
	const state = makeState({cpus: cpuCount});
	const cpus = (state.rates.cpus ?? []).map(cpu => ({
		...cpu,
		soft: 0,
		sys: busy[cpu.cpu] ?? 0,
		busy: busy[cpu.cpu] ?? 0,
	}));
	const traceOf = (value: number) => Array.from({length: 60}, () => value);
	return changeState(state, {
		rates: {...state.rates, cpus},
		history: {
			...state.history,
			cpus: Object.fromEntries(cpus.map(cpu => [cpu.cpu, {busy: traceOf(cpu.busy), soft: traceOf(0)}])),
		},
	});
}

function cpusOf(lines: readonly string[]): string[] {
	return lines.slice(1).map(line => line.slice(1).trim().split(' ')[0] ?? '');
}

test('each of a few CPUs has a row, in the order of their numbers, below the sum of all', () => {
	expect(cpusOf(drawPane('cores', makeState()))).toEqual(['all', '0', '1', '2', '3']);
});

test('figures stand under mpstat’s words', () => {
	const state = makeState();
	const lines = drawPane('cores', state, {width: 220});
	const [heading = ''] = lines;
	const columns = ['%usr', '%nice', '%sys', '%iowait', '%irq', '%soft', '%steal', '%guest', '%gnice', '%idle'];
	expect(columns.map(name => heading.indexOf(name)).every((at, index, all) => at > (all[index - 1] ?? 0))).toBe(true);
	expect(readColumn(lines, '%soft')[2]).toBe(state.rates.cpus?.[1]?.soft.toFixed(1));
	expect(readColumn(lines, 'drop/s')).toEqual(['0', '0', '1320', '0', '0']);
	expect(readColumn(lines, 'squeeze/s')).toEqual(['0', '0', '14', '0', '0']);
});

test('a hot CPU, or one that loses packets, carries a mark', () => {
	expect(drawPane('cores', makeState()).map(line => line.startsWith('!'))).toEqual([
		false,
		false,
		false,
		true,
		false,
		false,
	]);
});

test('a CPU without rates shows question marks, not zeros', () => {
	const state = makeState();
	const cpus = (state.rates.cpus ?? []).filter(({cpu}) => cpu !== 2);
	const lines = drawPane('cores', changeState(state, {rates: {...state.rates, cpus}}));
	expect(readColumn(lines, 'busy')[3]).toBe('?');
	expect(readColumn(lines, 'NET_RX/s')[3]).toBe('?');
});

test('where there is little room the hottest CPUs keep their rows and their order', () => {
	const state = makeBusy(8, {1: 95, 3: 20, 6: 60});
	expect(cpusOf(drawPane('cores', state, {height: 4}))).toEqual(['1', '6', 'cpu']);
	expect(drawPane('cores', state, {height: 4}).at(-1)).toBe(' cpu 0,2-5,7: up to 20.0 % busy');
	expect(cpusOf(drawPane('cores', state, {height: 2}))).toEqual(['1']);
});

test('a CPU that has been hot for seconds is not replaced by one that is hot for a moment', () => {
	const state = makeBusy(8, {1: 60});
	const cpus = (state.rates.cpus ?? []).map(cpu => (cpu.cpu === 5 ? {...cpu, busy: 99} : cpu));
	expect(cpusOf(drawPane('cores', changeState(state, {rates: {...state.rates, cpus}}), {height: 2}))).toEqual(['1']);
});

test('64 CPUs have a heat strip for all and rows for the hot ones', () => {
	const lines = drawPane('cores', makeBusy(64, {7: 95, 40: 50}), {width: 100, height: 10});
	expect(lines[1]).toMatch(/^ {2}cpu0 [▁-█]{64}$/);
	expect(Array.from(lines[1] ?? '')[7 + 7]).toBe('█');
	expect(cpusOf(lines.slice(1, 5))).toEqual(['all', '7', '40']);
	expect(lines[5]).toBe(' cpu 0-6,8-39,41-63: up to 0 % busy');
});

test('1152 CPUs fit: one mark for the hottest of several, said in words', () => {
	const lines = drawPane('cores', makeBusy(1152, {1000: 95}), {width: 80, height: 8});
	expect(lines).toHaveLength(8);
	expect(lines.filter(line => line.includes('█'))).toHaveLength(1);
	expect(lines.some(line => line.includes('one mark: the hottest of 18 CPUs'))).toBe(true);
	expect(lines.some(line => line.startsWith('!1000'))).toBe(true);
});

test('zoomed, nothing folds away', () => {
	const lines = drawPane('cores', makeBusy(64, {7: 95}), {whole: true, height: 100});
	expect(cpusOf(lines).filter(name => /^\d/.test(name))).toHaveLength(64);
});

test('sorted by busy the hottest stand first, and CPUs within ten percent keep their places', () => {
	const state = makeBusy(4, {0: 11, 1: 93, 2: 14, 3: 55});
	expect(cpusOf(drawPane('cores', state, {sort: 'busy'}))).toEqual(['all', '1', '3', '0', '2']);
});

test('the filter finds CPUs by number and by what they work on', () => {
	expect(cpusOf(drawPane('cores', makeState(), {filter: 'CPU3'}))).toEqual(['all', '3', '', '', '']);
	expect(cpusOf(drawPane('cores', makeState(), {filter: 'wg-crypt'})).slice(0, 2)).toEqual(['all', '2']);
});

test('what a CPU works on: the thread, or the interrupt that feeds it, whichever takes more', () => {
	const lines = drawPane('cores', makeState(), {width: 230});
	expect(lines[3]).toMatch(/eth0 rx-1 \d+\/s$/);
	expect(lines[4]).toMatch(/wg-crypt-wt0 41\.5%, eth0 rx-2 \d+\/s$/);
});

/** What CPU 1 works on, whose percentages are these, beside threads that ran there last. */
function findWork(percentages: Partial<CpuRates>, threads: readonly ThreadRate[] = []): string {
	const state = makeState();
	const cpus = (state.rates.cpus ?? []).map(cpu =>
		cpu.cpu === 1 ? {...cpu, usr: 0, nice: 0, guest: 0, gnice: 0, soft: 0, ...percentages} : cpu,
	);
	const rates = {...state.rates, cpus, threads, interrupts: []};
	const line = drawPane('cores', changeState(state, {rates}), {width: 230})[3] ?? '';
	// Behind the trace.
	return stripVTControlCharacters(line).replace(/^.*[\u2800-\u28FF] */, '');
}

test('a thread stands for a core only where it is a good part of what the core is busy', () => {
	const go = (usr: number, threads = 1): ThreadRate => ({pid: 7, name: 'wireguard-go', cpu: 1, usr, sys: 0, threads});
	expect(findWork({busy: 100, usr: 99, sys: 1}, [go(0.5)])).toBe('others 98.5%');
	expect(findWork({busy: 100, usr: 99, sys: 1}, [go(20)])).toBe('wireguard-go 20.0%');
	expect(findWork({busy: 100, sys: 99, usr: 1}, [go(0.5)])).not.toMatch(/wireguard|other/);
	expect(findWork({busy: 2, usr: 2}, [go(0.5)])).toBe('wireguard-go 0.5%');
});

test('other programs are told of only where they take most of a core, and nothing known explains it', () => {
	const client = (pid: number): ThreadRate => ({pid, name: 'iperf3', cpu: 1, usr: 15, sys: 0});
	expect(findWork({busy: 95, usr: 20, nice: 50, sys: 25})).toBe('others 70.0%');
	expect(findWork({busy: 95, usr: 40, sys: 55})).not.toContain('other');
	expect(findWork({busy: 5, usr: 5})).not.toContain('other');
	// Several that are known, each of them small.
	expect(findWork({busy: 90, usr: 90}, [1, 2, 3, 4, 5].map(client))).not.toContain('other');
	// Its threads run where they like.
	const elsewhere: ThreadRate = {pid: 7, name: 'wireguard-go', cpu: 0, usr: 150, sys: 20, threads: 9};
	expect(findWork({busy: 90, usr: 90}, [elsewhere])).not.toContain('other');
});

test('the trace shows the last minute where the terminal is wide enough', () => {
	const [heading = '', , , line = ''] = drawPane('cores', makeState(), {width: 240});
	expect(heading).toContain('⡇busy ⢸soft 60 s');
	expect(line.match(/[\u2800-\u28FF]/g)).toHaveLength(60);
});

test('before the second reading there are rows without figures, and before the first a word', () => {
	const state = makeState();
	expect(readColumn(drawPane('cores', changeState(state, {rates: {}})), 'busy')).toEqual(['?', '?', '?', '?']);
	expect(drawPane('cores', initialState, {height: 2})[1]).toBe(' no CPU times yet');
});

test('one CPU needs no sum', () => {
	expect(cpusOf(drawPane('cores', makeState({cpus: 1})))).toEqual(['0']);
});
