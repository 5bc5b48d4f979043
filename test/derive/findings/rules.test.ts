import {describe, expect, test} from 'vitest';
import {routingLoop} from '../../../source/derive/findings/routing-loop.ts';
import type {Scene} from '../../../source/derive/findings/scene.ts';
import {rules} from '../../../source/derive/findings.ts';
import {initialState, reduce, type State} from '../../../source/session/state.ts';
import {cases, guideCores, sendingLoad} from '../../helpers/cases.ts';
import {type CoreLoad, createMachine, healthyLoad, type PeerLoad, watchMachine} from '../../helpers/machine.ts';

test('there is a case for every rule, in the order of the rules', () => {
	expect(cases.map(({id}) => id)).toEqual(rules.map(({id}) => id));
});

describe.each(cases)('$id', ({id, severity, has, nearly, without, ticks = 12, isVerdict = true}) => {
	test('is found on a machine that has it', () => {
		const state = watchMachine(has, ticks);
		const found = state.findings.find(finding => finding.id === id);
		expect(found?.severity, state.findings.map(finding => `${finding.id} ${finding.text}`).join('\n')).toBe(severity);
		expect(found?.cause).toBeUndefined();
		expect(state.silent.map(each => each.id)).not.toContain(id);
		if (isVerdict) {
			expect(state.verdict).toMatchObject({id, text: found?.text});
		}
	});

	test('is not found on one that nearly has it', () => {
		const state = watchMachine(nearly, ticks);
		const found = state.findings.find(finding => finding.id === id);
		expect(found?.severity === severity ? found.text : undefined).toBeUndefined();
	});

	test(`says nothing where ${without} cannot be read`, () => {
		const state = watchMachine({...has, without: [without]}, ticks);
		expect(state.findings.map(finding => finding.id)).not.toContain(id);
		expect(state.silent.find(each => each.id === id)?.needs).toMatch(/\w/);
	});
});

test("the guide's own table of cores is a softirq pinned to CPU1", () => {
	const queues = healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 1 ? 97_000 : 1000}));
	const {verdict} = watchMachine({...healthyLoad, cores: guideCores, queues});
	expect(verdict.id).toBe('softirq-pinned');
	expect(verdict.text).toBe(
		"CPU1 is 88 % softirq: 97 % of eth0's packets arrive on queue 1, IRQ 38; one peer's tunnel is one flow, which RSS cannot split",
	);
});

test('clashes of new connections are no full table, however full it is', () => {
	const watch = (counters: Readonly<Record<'drop' | 'insert_failed' | 'early_drop', number>>) => {
		const {findings} = watchMachine({...healthyLoad, conntrack: {entries: 56_000, max: 65_536, counters}});
		return findings.map(({id}) => id);
	};
	expect(watch({drop: 40, insert_failed: 40, early_drop: 0})).toEqual(['conntrack-insert-failed']);
	expect(watch({drop: 60, insert_failed: 40, early_drop: 0})).toContain('conntrack-full');
});

test('a table is full by its size where the kernel has no counters of it', () => {
	const watch = (entries: number) => {
		const machine = createMachine();
		const events = Array.from({length: 8}, () => machine.tick(healthyLoad));
		return events.reduce<State>((state, {readings, ...event}) => {
			const at = readings.conntrack?.at ?? 0;
			return reduce(state, {
				...event,
				readings: {...readings, conntrack: {at, value: {entries, max: 65_536, cpus: []}}},
			});
		}, initialState);
	};
	const {verdict, silent} = watch(65_536);
	expect(verdict).toMatchObject({id: 'conntrack-full', severity: 'fault'});
	expect(verdict.text).toContain('65536 of 65536 entries, and what it drops is not counted by this kernel;');
	expect(silent.map(({id}) => id)).toContain('conntrack-insert-failed');
	const find = (entries: number) => watch(entries).findings.find(({id}) => id === 'conntrack-full');
	expect(find(60_000)?.severity).toBe('hint');
	expect(find(9000)).toBeUndefined();
});

test('a queue that was told a rate holds packets back without dropping any', () => {
	const shaped = watchMachine({...sendingLoad, qdisc: {kind: 'tbf', drops: 0, waits: 50_000}});
	expect(shaped.verdict).toMatchObject({id: 'qdisc-drops', severity: 'limit', steps: []});
	expect(shaped.verdict.text).toMatch(/^the tbf queue in front of eth0 holds packets back: 50\.0 k waits\/s/);
	expect(watchMachine({...sendingLoad, qdisc: {kind: 'tbf', drops: 0, waits: 3000}}).verdict.severity).toBe('fine');
	expect(watchMachine({...sendingLoad, qdisc: {kind: 'fq', drops: 0, waits: 50_000}}).verdict.severity).toBe('fine');
});

test('the sender of a peer’s tunnel is at the ceiling when no step is left that takes work off it', () => {
	const serial = cases.find(({id}) => id === 'wireguard-receive-serial')?.has ?? healthyLoad;
	const spread = watchMachine({...serial, tunnel: {...serial.tunnel, rps: 'f'}}, 20);
	expect(spread.verdict.id).toBe('at-the-ceiling');
	expect(spread.verdict.text).toMatch(/^CPU3 is 94 % softirq.*No step is left/);
	expect(spread.findings.find(({id}) => id === 'wireguard-receive-serial')?.cause).toBe('at-the-ceiling');
});

test('cores that are busy with watching are at no ceiling of the tunnel', () => {
	const full = cases.find(({id}) => id === 'at-the-ceiling')?.has ?? healthyLoad;
	expect(watchMachine({...full, ownPercent: 40}, 20).verdict.id).toBe('at-the-ceiling');
	expect(watchMachine({...full, ownPercent: 80}, 20).verdict.id).not.toBe('at-the-ceiling');
});

test('a thread of the tunnel’s NAPI is the stage in order as well', () => {
	const state = watchMachine({
		...healthyLoad,
		cores: healthyLoad.cores.map((core, cpu) => (cpu === 2 ? {sys: 95, soft: 2} : core)),
		threads: [{name: 'napi/wt0-8193', cpu: 2, sys: 93}],
	});
	expect(state.verdict.id).toBe('wireguard-receive-serial');
	expect(state.verdict.text).toMatch(/^napi\/wt0-8193 uses 93 % of CPU2/);
});

test('what RPS steers to a full core is softirq pinned too, and says so', () => {
	const state = watchMachine({
		...healthyLoad,
		device: {...healthyLoad.device, rps: '8'},
		cores: healthyLoad.cores.map((core, cpu) =>
			cpu === 3 ? {sys: 3, soft: 94, processed: 90_000, woken: 7000} : core,
		),
		queues: healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 1 ? 97_000 : 0})),
	});
	expect(state.verdict).toMatchObject({id: 'softirq-pinned', steps: ['rps-rfs', 'mtu']});
	expect(state.verdict.text).toMatch(/RPS of eth0 steers packets there, with 7\.00 k wake-ups\/s/);
});

test('a core that puts soft interrupts off is full although other machines have a part of its time', () => {
	const cores = healthyLoad.cores.map((_, cpu) => (cpu === 1 ? {sys: 20, soft: 60} : {sys: 35, soft: 5}));
	const queues = healthyLoad.queues.map((queue, index) => ({...queue, packets: index === 1 ? 97_000 : 0}));
	const state = watchMachine({...healthyLoad, cores, queues, threads: [{name: 'ksoftirqd/1', cpu: 1, sys: 55}]});
	expect(state.verdict.id).toBe('softirq-pinned');
	expect(watchMachine({...healthyLoad, cores, queues, threads: []}).verdict.severity).toBe('fine');
});

test('a full link is the ceiling', () => {
	const state = watchMachine({...healthyLoad, device: {...healthyLoad.device, speedMbit: 1300}});
	expect(state.verdict.text).toMatch(/^eth0's link is full: 1\.25 Gbit\/s are 96 % of its speed/);
});

test('the driver’s own count of what the cloud held back needs no plateau', () => {
	const state = watchMachine({...healthyLoad, allowances: {bw_in_allowance_exceeded: 900, pps_allowance_exceeded: 0}});
	expect(state.verdict).toMatchObject({id: 'cloud-egress-cap', steps: []});
	expect(state.verdict.text).toContain('(bw_in_allowance_exceeded)');
});

test('a receiver whose window is full in every round trip is window-bound, one that does not read is not', () => {
	const socket = {received: 9e5, receiveRtt: 100, receiveWindow: 100_000, leastRtt: 95, rtt: 98};
	const state = watchMachine({...healthyLoad, sockets: [socket]});
	expect(state.verdict.text).toMatch(/^TCP's receive window is full in every round trip: 98 KiB in 100 ms/);
	expect(watchMachine({...healthyLoad, sockets: [{...socket, receiveQueue: 80_000}]}).verdict.severity).toBe('fine');
});

test('a ring of which ethtool tells nothing has no size', () => {
	const device = {...healthyLoad.device, counters: {...healthyLoad.device.counters, rx_missed_errors: 900} as never};
	const known = watchMachine({...healthyLoad, device});
	expect(known.verdict.text).toMatch(/before the kernel sees it: its receive ring holds 1024 of 8192; CPU1 of/);
	const {verdict} = watchMachine({...healthyLoad, device, without: ['nics']});
	expect(verdict.text).toMatch(/before the kernel sees it; CPU1 of its busiest queue/);
});

test('a sender that fills the peer’s window in every round trip is window-bound, though losses take a part of the time', () => {
	const socket = {sent: 9e5, busyTime: 999, windowTime: 400, rtt: 100, leastRtt: 95, sendWindow: 110_000};
	const state = watchMachine({...sendingLoad, sockets: [socket]});
	expect(state.verdict.text).toMatch(
		/^TCP fills the receive window of the other end in every round trip: 107 KiB in 100 ms for each of 1 stream, /,
	);
	// With room in the window, or never stopped by it, or mostly in a queue, something else holds it up.
	for (const other of [{sendWindow: 300_000}, {windowTime: 50}, {leastRtt: 20}]) {
		expect(watchMachine({...sendingLoad, sockets: [{...socket, ...other}]}).verdict.severity).toBe('fine');
	}
});

test('where the host takes time without a word, what is left is what counts', () => {
	const half = (load: CoreLoad) => ({sys: (load.sys ?? 0) / 2, soft: (load.soft ?? 0) / 2, missing: 50});
	const machine = {
		...healthyLoad,
		cores: healthyLoad.cores.map(half),
		threads: [{name: 'iperf3', cpu: 2, usr: 4, sys: 46}],
	};
	const state = watchMachine(machine);
	expect(state.verdict.text).toMatch(
		/^iperf3 itself is at its end: it uses 50 % of a core, where only 50 % of the cores' time/,
	);
	expect(state.findings.find(({id}) => id === 'figures-suspect')?.text).toContain(
		"only 50 % of CPU0's time was counted",
	);
	expect(watchMachine({...healthyLoad, threads: machine.threads}).verdict.severity).toBe('fine');
});

test('segments that the receiver had already were late, not lost', () => {
	const protocols = {...sendingLoad.protocols, 'Tcp.RetransSegs': 900, 'TcpExt.TCPDSACKRecv': 850};
	expect(watchMachine({...sendingLoad, protocols}).verdict.severity).toBe('fine');
});

test('irqbalance moves nothing of what the script of nbtop persist tells it to leave alone', () => {
	const find = (words: readonly string[]) => {
		const irqbalance = {running: true, pid: 600, arguments: words};
		const {findings} = watchMachine({...healthyLoad, machine: {...healthyLoad.machine, irqbalance}}, 12);
		return findings.map(({id}) => id);
	};
	expect(find(['--foreground'])).toContain('irqbalance-active');
	expect(find(['--policyscript=/usr/local/sbin/nbtop-irq-policy'])).not.toContain('irqbalance-active');
});

describe('a tunnel whose endpoint is routed into itself', () => {
	const routes = [{endpoint: '192.0.2.1:51820', device: 'wt0'}];
	const find = (peer: Partial<PeerLoad>, ticks = 30) =>
		watchMachine({...sendingLoad, routes, peers: [{...peer, name: 'beta', tx: 49e6}]}, ticks).findings.find(
			({id}) => id === 'routing-loop',
		);

	test('is no loop while its peer answers: its packets leave in another network namespace', () => {
		expect(find({rx: 1e6})).toBeUndefined();
		// A stream one way: a keepalive every ten seconds is all that comes back.
		expect(find({rx: 4})).toBeUndefined();
		expect(find({rx: 0}, 10)).toBeUndefined();
	});

	test('is a loop when nothing comes back, or no handshake comes about', () => {
		expect(find({rx: 0})?.text).toBe(
			'wt0 sends 400 Mbit/s; the route to 192.0.2.1:51820 leads into wt0 itself, and beta does not answer: its own packets are routed into it again',
		);
		expect(find({rx: 30, age: 155, handshakeEvery: 1000}, 12)?.evidence).toContainEqual({
			label: 'beta: last handshake',
			value: '167 s ago',
		});
	});

	test('is one at once where the interfaces that carry it are known, and only they count', () => {
		const [tunnel, other] = [
			{interface: 'wt0', kind: 'kernel' as const},
			{interface: 'eth0', leaves: ['eth0']},
		];
		const judge = (underlays: readonly string[]) =>
			routingLoop.judge(
				{
					path: {tunnel: {...tunnel, underlays}, peers: []},
					rates: {links: {wt0: {tx_bytes: 40e6}, eth0: {tx_bytes: 1e6}}},
					topology: {underlays: [other]},
					readings: {},
				} as unknown as Scene,
				false,
			);
		expect(judge(['eth0'])?.text).toMatch(/^wt0 sends 320 Mbit\/s, the interfaces that carry it 8.00 Mbit\/s:/);
		expect(judge([])).toBeUndefined();
	});
});
