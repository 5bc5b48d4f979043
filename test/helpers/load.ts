import type {BenchTools} from '../../source/bench/run.ts';
import {createStandingServers} from '../../source/bench/servers.ts';
import type {TrialTools} from '../../source/bench/trial.ts';
import type {ProgramOutput} from '../../source/host.ts';
import type {TimelineEvent} from '../../source/model/events.ts';
import {initialState, type State} from '../../source/session/state.ts';
import {setUp} from './tuning.ts';

/** What `iperf3 -J` prints of a run of TCP whose receiver counted this many bits a second. */
export function formatRun(goodput: number, {seconds = 10, retransmits = 0, mss = 1228} = {}): string {
	const sum = {start: 0, end: seconds, seconds, bytes: Math.round((goodput * seconds) / 8), bits_per_second: goodput};
	return JSON.stringify(
		{
			start: {
				version: 'iperf 3.16',
				timestamp: {timesecs: 1_800_000_000},
				tcp_mss_default: mss,
				test_start: {protocol: 'TCP', num_streams: 8, blksize: 131_072, omit: 3, duration: seconds, reverse: 0},
			},
			intervals: [],
			end: {
				sum_sent: {...sum, retransmits},
				sum_received: sum,
				cpu_utilization_percent: {
					host_total: 30,
					host_user: 1,
					host_system: 29,
					remote_total: 30,
					remote_user: 1,
					remote_system: 29,
				},
				sender_tcp_congestion: 'cubic',
				receiver_tcp_congestion: 'cubic',
			},
		},
		null,
		'\t',
	);
}

type Client = (run: number, parts: ReturnType<typeof setUp>) => string | Partial<ProgramOutput>;

/** What the monitor shows while a run measures; by default nothing. */
type Monitor = (run: number, parts: ReturnType<typeof setUp>) => Partial<State> | undefined;

/**
A made machine with a journal, a tunnel to `100.64.0.2`, and an iperf3 that a test plays: `client` is asked at each run,
the first one being 0, and may look at the machine.
*/
export function setUpLoad(client: Client, monitor: Monitor = () => undefined) {
	const parts = setUp({
		files: {
			'/sys/class/net/wt0/ifindex': '7\n',
			'/sys/class/net/wt0/mtu': '1280\n',
			'/proc/sys/net/ipv4/tcp_congestion_control': 'cubic\n',
		},
	});
	const {machine, tools: tuning} = parts;
	const store = createMadeStore();
	let runs = 0;
	machine.programs.set('iperf3', () => {
		const output = client(runs, parts);
		const shown = monitor(runs, parts);
		runs += 1;
		// Two samples in the window, of 13 seconds with the 3 that are left out.
		for (const seconds of [5, 7]) {
			machine.time += seconds;
			if (shown !== undefined) {
				store.show(machine.time, shown);
			}
		}
		machine.time += 1;
		return typeof output === 'string' ? {stdout: output} : output;
	});
	machine.programs.set('ping', '64 bytes from 100.64.0.2');
	const events: TimelineEvent[] = [];
	const armed: string[] = [];
	const abort = new AbortController();
	const bench: BenchTools = {
		host: machine.host,
		store,
		emit: event => events.push(event),
		signal: abort.signal,
		servers: createStandingServers(),
		peer: {address: '100.64.0.2', interface: 'wt0', publicKey: 'B'},
	};
	const tools: TrialTools = {
		...bench,
		tuning: {...tuning, arm: async id => void armed.push(id)},
		refresh: () => undefined,
	};
	return {...parts, events, armed, abort, store, bench, tools, runs: () => runs};
}

/** A store whose states a test makes. */
function createMadeStore() {
	let state = initialState;
	const listeners = new Set<() => void>();
	return {
		getState: () => state,
		subscribe(listener: () => void) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		/** The state as a sample at that time has left it. */
		show(monotonic: number, parts: Partial<State>) {
			const at = {monotonic, wall: 1_800_000_000_000 + monotonic * 1000};
			const snapshot = {at, readings: {self: {at: monotonic, value: {cpuSeconds: 0, residentBytes: 0}}}, problems: []};
			state = {...state, snapshot, ...parts, samples: state.samples + 1};
			for (const listener of listeners) {
				listener();
			}
		},
	};
}
