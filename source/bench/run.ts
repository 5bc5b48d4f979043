import type {Host} from '../host.ts';
import type {ScenarioFigures, TimelineEvent} from '../model/events.ts';
import type {Verdict} from '../model/findings.ts';
import type {Iperf3Run} from '../parse/iperf3.ts';
import type {State} from '../session/state.ts';
import {wordsOf} from '../tuning/words.ts';
import {BenchError} from './bench-error.ts';
import {type ClientRun, runClient} from './client.ts';
import type {GuardFigures} from './guards.ts';
import {judgeWindow, measureGuards, type Observation, observe, type Window} from './observation.ts';
import {type PathNow, readPathNow} from './path-now.ts';
import {type BenchPeer, hostOf} from './peers.ts';
import {findDeadline, readFigure, type Scenario, type Versions} from './scenarios.ts';
import type {Server, Servers} from './servers.ts';
import {findInvalid, type RunContext} from './validity.ts';

/** What every run needs. */
export interface BenchTools {
	readonly host: Host;
	/** What the monitor knows; it goes on reading while loads run. */
	readonly store: {getState(): State; subscribe(listener: () => void): () => void};
	readonly emit: (event: TimelineEvent) => void;
	readonly signal: AbortSignal;
	readonly servers: Servers;
	readonly peer: BenchPeer;
}

export interface RunRequest {
	readonly scenario: Scenario;
	/** Seconds to measure, and to leave out before. */
	readonly seconds: number;
	readonly omit: number;
	/** UDP bits per second. */
	readonly bitrate?: number;
	/** The trial that it is a run of, and whether the step was applied. */
	readonly trial?: string;
	readonly side?: 'a' | 'b';
	/** The payload of a segment in the runs before: another one makes it another experiment. */
	readonly mss?: number;
}

export interface ScenarioRun extends ClientRun {
	readonly scenario: Scenario;
	/** In the unit of the scenario; absent where nothing was measured. */
	readonly figure?: number;
	readonly guards: GuardFigures;
	readonly observation?: Observation;
	readonly versions: Versions;
}

/**
Runs one scenario while the monitor goes on: the load, what was seen in its window, and, in `run.invalid`, whether it may
be believed. Throws `Interrupted`, and a `BenchError` where there is no server or no iperf3.
*/
export async function runScenario(request: RunRequest, tools: BenchTools): Promise<ScenarioRun> {
	const address = chooseAddress(request.scenario, tools.peer);
	const server = await tools.servers.start(address);
	try {
		return await runWith(server, address, request, tools);
	} finally {
		await server.stop();
	}
}

async function runWith(server: Server, address: string, request: RunRequest, tools: BenchTools): Promise<ScenarioRun> {
	const {host, servers, signal} = tools;
	const versions = findVersions(tools);
	const options = {...request, address, port: server.port, versions};
	const args = request.scenario.arguments(options);
	const before = await readPathNow(tools);
	const states = collectStates(tools.store);
	const tellEnd = tellStart(request, ['iperf3', ...args], tools);
	try {
		const client = await runClient({host, args, deadline: findDeadline(options), server, signal});
		expectServer(client.run, server, address, servers);
		const after = await readPathNow(tools);
		const run = judge({client, request, versions, before, after, states: states.list}, tools.peer);
		tellEnd(run);
		return run;
	} catch (error) {
		tellEnd(wordsOf(error));
		throw error;
	} finally {
		states.stop();
	}
}

/** The underlay is measured to where the tunnel's own packets go. */
function chooseAddress({path}: Scenario, {address, endpoint, name = address}: BenchPeer): string {
	if (path === 'overlay') {
		return address;
	}
	if (endpoint === undefined) {
		throw new BenchError(`the address of ${name} beside the tunnel is not known (as root, wg show tells it)`);
	}
	return hostOf(endpoint);
}

function findVersions({store, servers}: BenchTools): Versions {
	const client = store.getState().snapshot?.readings.machine?.value.tools.iperf3;
	return {...(client !== undefined && {client}), ...(servers.version !== undefined && {server: servers.version})};
}

/** Everything that the monitor has known since, the oldest first. */
function collectStates({getState, subscribe}: BenchTools['store']) {
	const list: State[] = [];
	const stop = subscribe(() => {
		const state = getState();
		if (state.samples !== list.at(-1)?.samples) {
			list.push(state);
		}
	});
	return {list, stop};
}

/** Tells that a run begins; the answer tells how it ended, or why it was broken off. */
function tellStart({scenario, trial, side}: RunRequest, command: readonly string[], {host, emit}: BenchTools) {
	const at = host.now();
	const base = {
		type: 'scenario' as const,
		run: `${scenario.id}-${Math.round(at.wall)}`,
		scenario: scenario.id,
		...(trial !== undefined && {trial}),
		...(side !== undefined && {side}),
	};
	emit({...base, at, change: 'started', command});
	return (ended: ScenarioRun | string): void => {
		const told = typeof ended === 'string' ? {invalid: [ended]} : describeRun(ended);
		emit({...base, at: host.now(), change: 'ended', ...told});
	};
}

/** What limits, as the monitor saw it; of a run beside the tunnel it says nothing. */
export function findVerdict({scenario, observation}: ScenarioRun): Verdict | undefined {
	return scenario.path === 'overlay' ? observation?.verdict : undefined;
}

function describeRun(ended: ScenarioRun) {
	const {run, raw, guards, versions} = ended;
	const verdict = findVerdict(ended);
	return {
		figures: listFigures(run),
		versions,
		guards,
		raw,
		...(run.invalid.length > 0 && {invalid: run.invalid}),
		...(verdict && {verdict}),
	};
}

/** The figures of a run as events and documents hold them. */
export function listFigures(run: Iperf3Run): ScenarioFigures {
	const {goodput, seconds, retransmits} = run;
	const packetsPerSecond = readFigure({figure: 'packets'}, run);
	const lostPercent = run.loss?.lostPercent;
	return {
		...(goodput !== undefined && {goodput}),
		...(packetsPerSecond !== undefined && {packetsPerSecond}),
		...(seconds !== undefined && {seconds}),
		...(retransmits !== undefined && {retransmits}),
		...(lostPercent !== undefined && {lostPercent}),
	};
}

/** A server that does not answer is no run that failed: there is nothing to measure with. */
function expectServer({errorKind}: Iperf3Run, server: Server, address: string, servers: Servers): void {
	const failure = server.failure();
	if (errorKind === 'refused') {
		throw new BenchError(
			failure === undefined
				? servers.describeMissing(address)
				: `the iperf3 server for ${address} has ended: ${failure}`,
		);
	}
}

interface Finished {
	readonly client: ClientRun;
	readonly request: RunRequest;
	readonly versions: Versions;
	readonly before: PathNow;
	readonly after: PathNow;
	readonly states: readonly State[];
}

function judge({client, request, versions, before, after, states}: Finished, peer: BenchPeer): ScenarioRun {
	const {run} = client;
	const {scenario, mss} = request;
	const observation = observe(states, findWindow(client, request));
	const isOverlay = scenario.path === 'overlay';
	const congestionControl = run.reverse ? undefined : before.congestionControl;
	const context: RunContext = {
		...(versions.server !== undefined && {serverVersion: versions.server}),
		...(isOverlay && comparePaths(before, after)),
		...(isOverlay && observation && judgeWindow(observation, peer, run)),
		expected: {...(mss !== undefined && {mss}), ...(congestionControl !== undefined && {congestionControl})},
	};
	const judged = {...run, invalid: findInvalid(run, context)};
	const figure = readFigure(scenario, judged);
	return {
		...client,
		run: judged,
		scenario,
		versions,
		guards: observation === undefined ? {} : measureGuards(observation, judged),
		...(figure !== undefined && {figure}),
		...(observation && {observation}),
	};
}

function comparePaths(before: PathNow, after: PathNow): Pick<RunContext, 'connection' | 'tunnelIndex'> {
	return {
		connection: {
			...(before.connection !== undefined && {before: before.connection}),
			...(after.connection !== undefined && {after: after.connection}),
		},
		...(before.tunnelIndex !== undefined && {
			// One that has gone has no number any more.
			tunnelIndex: {before: before.tunnelIndex, after: after.tunnelIndex ?? Number.NaN},
		}),
	};
}

/** iperf3 ends as soon as both ends have told each other what they counted. */
function findWindow({started, ended}: ClientRun, {seconds, omit}: RunRequest): Window {
	return {from: Math.max(started + omit, ended - seconds - 0.3), to: ended - 0.1};
}
