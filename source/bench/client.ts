import type {Host, ProgramOutput} from '../host.ts';
import {type Iperf3Run, parseIperf3} from '../parse/iperf3.ts';
import {ParseError} from '../parse/parse-error.ts';
import {BenchError, Interrupted} from './bench-error.ts';
import type {Server} from './servers.ts';

export interface ClientRun {
	/** The whole command. */
	readonly command: readonly string[];
	/** What iperf3 printed. */
	readonly raw: string;
	readonly run: Iperf3Run;
	/** Seconds, monotonic, when the program that ran to its end was started, and when it had ended. */
	readonly started: number;
	readonly ended: number;
}

export interface ClientOptions {
	readonly host: Host;
	readonly args: readonly string[];
	/** Seconds after which it hangs. */
	readonly deadline: number;
	readonly server: Server;
	readonly signal: AbortSignal;
}

/** Seconds before each further try when another client is being served, or was a moment ago. */
const busyPauses = [0.5, 1, 2, 2];
/** The same until a server that was just started listens. */
const freshPauses = [0.2, 0.3, 0.5, 0.5, 1, 1, 2, 2, 2];

/**
Runs the client to its end. A server that is busy, or not up yet, is asked again; any other failure is a run like any
other, with its reasons in `invalid`. Throws `Interrupted`, and a `BenchError` where no run can be made at all.
*/
export async function runClient(options: ClientOptions): Promise<ClientRun> {
	const {server} = options;
	const pauses = {busy: [...busyPauses], refused: server.isFresh ? [...freshPauses] : []};
	for (;;) {
		const result = await runOnce(options);
		const {errorKind} = result.run;
		const pause = errorKind === 'busy' || errorKind === 'refused' ? pauses[errorKind].shift() : undefined;
		if (pause === undefined || server.failure() !== undefined) {
			return result;
		}
		await options.host.sleep(pause, options.signal);
	}
}

async function runOnce({host, args, deadline, signal}: ClientOptions): Promise<ClientRun> {
	if (signal.aborted) {
		throw new Interrupted();
	}
	const started = host.now().monotonic;
	const program = host.start('iperf3', args, deadline);
	signal.addEventListener('abort', program.interrupt);
	const output = await program.ended;
	signal.removeEventListener('abort', program.interrupt);
	if (signal.aborted) {
		throw new Interrupted();
	}
	if (output.status === 127) {
		throw new BenchError('iperf3 is not installed here (apt install iperf3)');
	}
	return {command: ['iperf3', ...args], raw: output.stdout, run: readRun(output, deadline), started, ended: output.at};
}

function readRun(output: ProgramOutput, deadline: number): Iperf3Run {
	const late = output.timedOut ? [`iperf3 hung: it had not ended after ${deadline} s`] : [];
	try {
		const run = parseIperf3(output.stdout);
		return {...run, invalid: [...late, ...run.invalid]};
	} catch (error) {
		if (!(error instanceof ParseError)) {
			throw error;
		}
		if (late.length === 0 && /^iperf3: parameter error|^Usage:/m.test(output.stderr)) {
			throw new BenchError(`iperf3 does not take its arguments: ${output.stderr.trim().split('\n')[0]}`);
		}
		const reason = output.stderr.trim() || describeStatus(output);
		return {role: 'client', intervals: [], invalid: late.length > 0 ? late : [`iperf3 gave no figures: ${reason}`]};
	}
}

function describeStatus({status}: ProgramOutput): string {
	return status === undefined ? 'it was killed' : `it ended with status ${status}`;
}
