import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {judgeRules} from '../../../source/derive/findings/engine.ts';
import type {Rule} from '../../../source/derive/findings/rule.ts';
import {initialMemory, rules} from '../../../source/derive/findings.ts';
import {initialState, reduce, type State} from '../../../source/session/state.ts';
import {cases, sendingLoad} from '../../helpers/cases.ts';
import {createMachine, healthyLoad, idleLoad, type MachineLoad, watchMachine} from '../../helpers/machine.ts';

/** Which ids were raised and cleared, in turn. */
function followFindings(loads: readonly MachineLoad[]): {raised: string[]; cleared: string[]; last: State} {
	const machine = createMachine();
	const raised: string[] = [];
	const cleared: string[] = [];
	let state: State = initialState;
	for (const load of loads) {
		const next = reduce(state, machine.tick(load));
		const before = new Set(state.findings.map(({id}) => id));
		const after = new Set(next.findings.map(({id}) => id));
		raised.push(...[...after].filter(id => !before.has(id)));
		cleared.push(...[...before].filter(id => !after.has(id)));
		state = next;
	}
	return {raised, cleared, last: state};
}

function repeat(load: MachineLoad, ticks: number): MachineLoad[] {
	return Array.from({length: ticks}, () => load);
}

/** Now and then a tick is quite another one, and every figure trembles. */
const tick = fc.record({
	factor: fc.double({min: 0.93, max: 1.07, noNaN: true}),
	isOdd: fc.noBias(fc.integer({min: 0, max: 19})),
});

/** A load of the same kind in which nothing is wrong. */
function healthyAs(id: string): MachineLoad {
	return id.startsWith('peer-') || id === 'well-distributed' ? idleLoad : healthyLoad;
}

/** What an odd second is like: healthy, or, where that would be an answer of the peer, one in which nothing was read. */
function oddFor(id: string, load: MachineLoad): MachineLoad {
	return id === 'peer-handshake-stale' ? {...load, without: ['wireguard']} : healthyAs(id);
}

function disturb(
	usual: MachineLoad,
	load: MachineLoad,
	{factor, isOdd}: {readonly factor: number; readonly isOdd: number},
): MachineLoad {
	if (isOdd === 0) {
		return usual;
	}
	const scale = (counters: Readonly<Record<string, number>>) =>
		Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, value * factor]));
	return {
		...load,
		cores: load.cores.map(core => ({
			...core,
			soft: Math.min((core.soft ?? 0) * factor, 100 - (core.sys ?? 0) - (core.usr ?? 0) - (core.steal ?? 0)),
			dropped: (core.dropped ?? 0) * factor,
			squeezed: (core.squeezed ?? 0) * factor,
		})),
		tunnel: {...load.tunnel, counters: scale(load.tunnel.counters)},
		protocols: scale(load.protocols),
	};
}

describe.each(cases)('a noisy minute of $id', ({id, has}) => {
	test('raises and clears each finding at most once', () => {
		fc.assert(
			fc.property(fc.array(tick, {minLength: 60, maxLength: 60}), ticks => {
				const {raised, cleared} = followFindings(ticks.map(each => disturb(oddFor(id, has), has, each)));
				expect(raised).toEqual([...new Set(raised)]);
				expect(cleared).toEqual([...new Set(cleared)]);
			}),
			{numRuns: 6},
		);
	});

	test('that begins and ends is raised once and cleared once', () => {
		const other = healthyAs(id);
		const {raised, cleared} = followFindings([...repeat(other, 10), ...repeat(has, 40), ...repeat(other, 320)]);
		expect(raised.filter(each => each === id)).toEqual([id]);
		expect(cleared.filter(each => each === id)).toEqual([id]);
	});
});

test('one odd second raises nothing', () => {
	for (const {id, has} of cases.filter(each => !['well-distributed', 'irqbalance-active'].includes(each.id))) {
		const {raised} = followFindings([...repeat(healthyLoad, 8), has, ...repeat(healthyLoad, 8)]);
		expect(raised, id).toEqual(id === 'figures-suspect' ? ['well-distributed', id] : ['well-distributed']);
	}
});

test('what stands first in the order of causes is the verdict, however small it is', () => {
	const relayed = [{name: 'beta', rx: 149e6, tx: 3e6, connection: 'relayed' as const, endpoint: '127.0.0.1:40001'}];
	const withBacklog = cases.find(({id}) => id === 'softnet-backlog')?.has ?? healthyLoad;
	expect(watchMachine({...withBacklog, peers: relayed}).verdict.id).toBe('relayed-peer');
	expect(watchMachine(withBacklog).verdict.id).toBe('softnet-backlog');
});

test('a symptom is folded under its cause, and the cause is the verdict', () => {
	const pinned = cases.find(({id}) => id === 'softirq-pinned')?.has ?? healthyLoad;
	const state = watchMachine({
		...pinned,
		device: {...pinned.device, counters: {...pinned.device.counters, rx_missed_errors: 900} as never},
		cores: pinned.cores.map((core, cpu) => (cpu === 1 ? {...core, dropped: 200} : core)),
	});
	expect(state.verdict.id).toBe('softirq-pinned');
	expect(state.findings.map(({id, cause}) => [id, cause])).toEqual([
		['softnet-backlog', 'softirq-pinned'],
		['nic-ring-overflow', 'softirq-pinned'],
		['softirq-pinned', undefined],
	]);
});

test('a hint explains nothing', () => {
	const pinned = cases.find(({id}) => id === 'softirq-pinned')?.has ?? healthyLoad;
	// One queue of four, and one peer: more queues would not help it.
	const state = watchMachine({...pinned, channels: {now: 1, most: 4}, queues: [{irq: 38, cpu: 1, packets: 107_000}]});
	expect(state.findings.map(({id, severity, cause}) => [id, severity, cause])).toContainEqual([
		'single-queue',
		'hint',
		undefined,
	]);
	expect(state.verdict.id).toBe('softirq-pinned');
});

test('before the second reading there is nothing to say', () => {
	expect(watchMachine(healthyLoad, 1).verdict.id).toBe('measuring');
	expect(initialState.verdict.id).toBe('measuring');
});

test('a machine without a tunnel is told so', () => {
	expect(watchMachine({...healthyLoad, without: ['links', 'wireguard']}).verdict.id).toBe('no-tunnel');
});

test('a limit of a load that has ended is no verdict, a fault is', () => {
	const {last} = followFindings([...repeat(sendingLoad, 10), ...repeat(idleLoad, 6)]);
	expect(last.verdict.id).toBe('idle');
	const full = {entries: 65_536, max: 65_536, counters: {drop: 40, early_drop: 3, insert_failed: 0}};
	expect(watchMachine({...idleLoad, conntrack: full}).verdict).toMatchObject({id: 'conntrack-full', severity: 'fault'});
});

test('a small machine is under load when a core is hot by it, or iperf3 runs', () => {
	const slow = {
		...healthyLoad,
		tunnel: {...healthyLoad.tunnel, counters: {rx_bytes: 1e6, tx_bytes: 1e4, rx_packets: 800, tx_packets: 300}},
		threads: [],
	};
	expect(watchMachine(slow).verdict.id).toBe('idle');
	expect(watchMachine({...slow, threads: healthyLoad.threads}).verdict.id).not.toBe('idle');
	const hot = slow.cores.map((core, cpu) => (cpu === 1 ? {...core, sys: 2, soft: 97, usr: 0} : core));
	expect(watchMachine({...slow, cores: hot}).verdict.id).not.toBe('idle');
	// Over a slow way iperf3 uses next to nothing, and TCP always has more to send.
	const [iperf3] = healthyLoad.threads.slice(-1).map(thread => ({...thread, usr: 0, sys: 0.2}));
	expect(watchMachine({...slow, threads: iperf3 ? [iperf3] : []}).verdict.id).not.toBe('idle');
	expect(watchMachine({...slow, sockets: [{sent: 9e5, busyTime: 990}]}).verdict.id).not.toBe('idle');
	expect(watchMachine({...slow, sockets: [{sent: 9e5, busyTime: 300}]}).verdict.id).toBe('idle');
	expect(watchMachine({...slow, sockets: [{sent: 9e4, busyTime: 990}]}).verdict.id).toBe('idle');
	// What a compiler burns is no load of the tunnel.
	expect(watchMachine({...slow, cores: slow.cores.map(() => ({usr: 95, sys: 4}))}).verdict.id).toBe('idle');
});

test('a pause of the load does not change what was said of it', () => {
	const blind = {...sendingLoad, without: ['interrupts' as const, 'sockets' as const]};
	const before = watchMachine(blind);
	expect(before.verdict).toMatchObject({id: 'no-limit-here', text: expect.stringMatching(/[1-9] % busy/)});
	const {last} = followFindings([...repeat(blind, 12), ...repeat(idleLoad, 2)]);
	expect(last.verdict).toEqual(before.verdict);
	expect(followFindings([...repeat(blind, 12), ...repeat(idleLoad, 5)]).last.verdict.id).toBe('idle');
});

test('readings that come faster than once a second are no more ticks', () => {
	const machine = createMachine();
	const pinned = cases.find(({id}) => id === 'softirq-pinned')?.has ?? healthyLoad;
	let state = initialState;
	const ticks = Array.from({length: 10}, () => {
		state = reduce(state, machine.tick(pinned, 0.2));
		return state.findings.length;
	});
	expect(Math.max(...ticks)).toBe(0);
});

test('a rule that fails to read what it needs keeps a finding for as long as it falls, no longer', () => {
	const pinned = cases.find(({id}) => id === 'softirq-pinned')?.has ?? healthyLoad;
	const blind = {...pinned, without: ['interrupts' as const]};
	const {cleared, last} = followFindings([...repeat(pinned, 10), ...repeat(blind, 20)]);
	expect(cleared).toContain('softirq-pinned');
	expect(last.silent.map(({id}) => id)).toContain('softirq-pinned');
});

test('every id is there once, and every cause that a rule names exists', () => {
	const ids = rules.map(({id}) => id);
	expect(new Set(ids).size).toBe(ids.length);
	expect(rules.flatMap(({symptomOf = []}) => symptomOf).filter(id => !ids.includes(id))).toEqual([]);
});

test('every step that a rule names exists', async () => {
	const known = 'channels irq-affinity rps-rfs rss-hash backlog-budget rings socket-buffers bbr-fq mtu threaded-napi';
	expect(rules.flatMap(({steps}) => steps).filter(step => !known.split(' ').includes(step))).toEqual([]);
});

test('without rules there is a verdict all the same', () => {
	const none: readonly Rule[] = [];
	const {snapshot, previous, topology, rates} = watchMachine(healthyLoad);
	const moment = {
		at: snapshot?.at ?? {monotonic: 0, wall: 0},
		readings: snapshot?.readings ?? {},
		previous,
		topology,
		rates,
		peerTraces: {},
		handshakes: {},
	};
	let memory = initialMemory;
	for (let count = 0; count < 3; count++) {
		memory = judgeRules(none, moment, memory).memory;
	}
	expect(judgeRules(none, moment, memory).verdict.id).toBe('no-limit-here');
});

test('a finding that is held over a pause says how old its figures are, and is of now again after it', () => {
	const found = cases.find(({id}) => id === 'softirq-pinned');
	if (found === undefined) {
		throw new Error('no case');
	}
	const held = (loads: readonly MachineLoad[]) => {
		const {findings, verdict} = followFindings(loads).last;
		return [findings.find(({id}) => id === found.id)?.heldFor, verdict.heldFor];
	};
	expect(held(repeat(found.has, 8))).toEqual([undefined, undefined]);
	expect(held([...repeat(found.has, 8), ...repeat(healthyLoad, 2)])).toEqual([2, 2]);
	expect(held([...repeat(found.has, 8), ...repeat(healthyLoad, 2), found.has])).toEqual([undefined, undefined]);
});
