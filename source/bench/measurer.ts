import type {TuningStep} from '../model/tuning.ts';
import type {State} from '../session/state.ts';
import {steps} from '../tuning/steps.ts';
import {wordsOf} from '../tuning/words.ts';
import {type AutopilotResult, runAutopilot} from './autopilot.ts';
import {type BenchResult, runBench} from './bench.ts';
import {Interrupted} from './bench-error.ts';
import type {LoopLog} from './loop-log.ts';
import {type BenchPeer, listPeers} from './peers.ts';
import {choosePrimary} from './primary.ts';
import type {BenchTools} from './run.ts';
import {scenarios} from './scenarios.ts';
import {createStandingServers} from './servers.ts';
import type {ToggleTools} from './toggle.ts';
import {runTrial, type Trial} from './trial.ts';

/** What keys can have measured. */
export type Task =
	| {readonly kind: 'bench'}
	| {readonly kind: 'trial'; readonly step: TuningStep}
	| {readonly kind: 'autopilot'};

export type Outcome =
	| {readonly kind: 'bench'; readonly result: BenchResult}
	| {readonly kind: 'trial'; readonly result: Trial}
	| {readonly kind: 'autopilot'; readonly result: AutopilotResult}
	| {readonly kind: 'failed'; readonly reason: string};

export interface MeasurerStatus {
	/** The other end; absent while no tunnel has a peer. */
	readonly peer: BenchPeer | undefined;
	readonly peers: number;
	/** What is being looked at. */
	readonly task: Task | undefined;
	/** What runs now, and since when (seconds, monotonic). */
	readonly running: {readonly task: Task; readonly since: number; readonly isEnding: boolean} | undefined;
	/** How what ran last has ended. */
	readonly outcome: {readonly task: Task; readonly outcome: Outcome} | undefined;
}

/** Measuring as the keys of a screen do it. Nothing here is waited for or throws: what comes of it stands in the status. */
export interface Measurer {
	status(): MeasurerStatus;
	/** Calls back after each change; the result ends that. */
	subscribe(listener: () => void): () => void;
	look(task: Task): void;
	/** Takes the next peer. */
	changePeer(): void;
	/** Begins what is being looked at. */
	begin(): void;
	/** Ends what runs, and leaves the machine as it was. */
	stop(): void;
	/** Resolves when nothing runs any more. */
	finish(): Promise<void>;
}

export interface MeasurerOptions extends Pick<BenchTools, 'host' | 'store' | 'emit'>, Pick<ToggleTools, 'refresh'> {
	/** Gives the means to change something. Throws in words for the user. */
	readonly open: () => {readonly tuning: ToggleTools['tuning']; readonly log: LoopLog};
	/** Told when a load begins and when it has ended: the machine has to be read often enough meanwhile. */
	readonly onLoad: (isLoading: boolean) => void;
}

/** Runs on the screen are short: somebody waits. */
const lengths = {seconds: 10, omit: 3};
const pairs = 7;
const loopSeconds = 1800;

export function createMeasurer(options: MeasurerOptions): Measurer {
	const {host, store, onLoad} = options;
	const listeners = new Set<() => void>();
	let chosen = 0;
	let abort = new AbortController();
	let working: Promise<void> = Promise.resolve();
	let status: Omit<MeasurerStatus, 'peer' | 'peers'> = {task: undefined, running: undefined, outcome: undefined};
	let told: MeasurerStatus = {...status, ...findPeer(store.getState(), chosen)};

	const change = (part: Partial<typeof status>): void => {
		status = {...status, ...part};
		told = {...status, ...findPeer(store.getState(), chosen)};
		for (const listener of listeners) {
			listener();
		}
	};
	const work = async (task: Task, peer: BenchPeer): Promise<void> => {
		onLoad(true);
		const outcome = await measure(task, peer, abort.signal, options).catch(
			(error: unknown): Outcome => ({
				kind: 'failed',
				reason: error instanceof Interrupted ? 'stopped: the machine is as it was before' : wordsOf(error),
			}),
		);
		onLoad(false);
		change({running: undefined, outcome: {task, outcome}});
	};

	return {
		status: () => told,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		look(task) {
			change({task, ...(status.outcome && !isSame(status.outcome.task, task) && {outcome: undefined})});
		},
		changePeer() {
			chosen += 1;
			change({outcome: undefined});
		},
		begin() {
			const {task, running} = status;
			const {peer} = findPeer(store.getState(), chosen);
			if (task !== undefined && running === undefined && peer !== undefined) {
				abort = new AbortController();
				change({running: {task, since: host.now().monotonic, isEnding: false}, outcome: undefined});
				working = work(task, peer);
			}
		},
		stop() {
			if (status.running !== undefined) {
				abort.abort();
				change({running: {...status.running, isEnding: true}});
			}
		},
		finish: () => working,
	};
}

/** The peers in the order in which the tunnels list them, the busiest tunnel's first. */
function findPeer({snapshot, topology}: State, chosen: number): Pick<MeasurerStatus, 'peer' | 'peers'> {
	const peers = listPeers({readings: snapshot?.readings ?? {}, topology});
	return {peer: peers[chosen % Math.max(1, peers.length)], peers: peers.length};
}

export function isSame(a: Task, b: Task): boolean {
	return a.kind === b.kind && (a.kind !== 'trial' || b.kind !== 'trial' || a.step.id === b.step.id);
}

async function measure(task: Task, peer: BenchPeer, signal: AbortSignal, options: MeasurerOptions): Promise<Outcome> {
	const tools = {...options, peer, signal, servers: createStandingServers()};
	const overlay = scenarios.filter(({path}) => path === 'overlay');
	switch (task.kind) {
		case 'bench':
			return {kind: 'bench', result: await runBench({scenarios: overlay, ...lengths}, tools)};
		case 'trial': {
			const {step} = task;
			const seed = Math.floor(options.host.now().wall / 1000);
			const wanted = {step, scenario: choosePrimary(step.id), ...lengths, count: pairs, seed};
			return {kind: 'trial', result: await runTrial(wanted, {...tools, ...options.open()})};
		}
		case 'autopilot': {
			const wanted = {steps, scenarios: overlay, ...lengths, count: pairs, budget: loopSeconds, dryRun: false};
			return {kind: 'autopilot', result: await runAutopilot(wanted, {...tools, ...options.open()})};
		}
	}
}
