import type {Running} from '../host/running.ts';
import type {Host, ProgramOutput} from '../host.ts';
import {parseIperf3} from '../parse/iperf3.ts';
import {BenchError} from './bench-error.ts';
import type {Remote} from './remote.ts';
import {listServerArguments} from './scenarios.ts';

/** One end that waits for a client. */
export interface Server {
	readonly port: number;
	/** True when it was started just now: it may need a moment until it listens. */
	readonly isFresh: boolean;
	/** Why it does not wait any more; absent while it does. */
	failure(): string | undefined;
	/** Ends when it has gone. */
	stop(): Promise<void>;
}

/** Where servers come from. */
export interface Servers {
	/** Of the iperf3 at the peer; absent where nobody can tell. */
	readonly version?: string;
	/** Gives a server on that address. Throws a `BenchError` when there can be none. */
	start(address: string): Promise<Server>;
	/** What the user has to do when nobody answers there. */
	describeMissing(address: string): string;
}

/** The port of iperf3 itself. */
export const usualPort = 5201;

/** A server that somebody else has started and that stays. */
export function createStandingServers(port: number = usualPort): Servers {
	return {
		start: () => Promise.resolve({port, isFresh: false, failure: () => undefined, stop: () => Promise.resolve()}),
		describeMissing: address =>
			`no iperf3 server answers on ${address} port ${port}: start one at the peer with \`iperf3 -s -B ${address}${port === usualPort ? '' : ` -p ${port}`}\`, or let nbtop do it with --ssh [USER@]HOST`,
	};
}

/** Seconds for which a server may wait and serve: longer than any scenario. */
const longestLife = 900;
/** Seconds in which a server that is done ends by itself. */
const partingTime = 2;

/**
Servers for one client each, on a port of their own, started by ssh and gone with the connection. Throws a `BenchError`
when the other machine cannot be reached or has no iperf3.
*/
export async function createRemoteServers(host: Host, remote: Remote, firstPort: number): Promise<Servers> {
	const version = await readVersion(remote);
	let port = firstPort;
	return {
		version,
		async start(address) {
			port += 1;
			return startServer(host, remote, ['iperf3', ...listServerArguments({address, port, version})], port);
		},
		describeMissing: address =>
			`the iperf3 server that was started on ${address} by ssh ${remote.target} does not answer: a firewall there may keep its ports (from ${firstPort}) closed`,
	};
}

async function readVersion(remote: Remote): Promise<string> {
	const {status, stdout, stderr} = await remote.run(['iperf3', '--version'], 30);
	const version = /^iperf (\d+(?:\.\d+)+)/m.exec(stdout)?.[1];
	if (version !== undefined) {
		return version;
	}
	throw new BenchError(
		status === 127
			? `iperf3 is not installed at ${remote.target} (apt install iperf3)`
			: `ssh ${remote.target}: ${stderr.trim() || `no answer (status ${status ?? 'none'})`}`,
	);
}

function startServer(host: Host, remote: Remote, words: readonly string[], port: number): Server {
	const running = remote.start(words, longestLife);
	let output: ProgramOutput | undefined;
	const ended = running.ended.then(value => {
		output = value;
	});
	return {
		port,
		isFresh: true,
		failure: () => output && describeEnd(output),
		async stop() {
			await endSoon(host, running, ended);
		},
	};
}

async function endSoon(host: Host, running: Running<unknown>, ended: Promise<void>): Promise<void> {
	const hasEnded = new AbortController();
	void ended.then(() => hasEnded.abort());
	await host.sleep(partingTime, hasEnded.signal);
	running.interrupt();
	await ended;
}

/** The server's document, or what ssh and the shell say. */
function describeEnd({stdout, stderr, status}: ProgramOutput): string {
	try {
		return parseIperf3(stdout).error ?? 'it has ended';
	} catch {
		return stderr.trim() || `it ended with status ${status ?? 'none'}`;
	}
}
