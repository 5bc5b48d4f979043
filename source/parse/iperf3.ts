import {readFigures} from './iperf3-figures.ts';
import {describeInvalid} from './iperf3-invalid.ts';
import {
	type JsonObject,
	listOf,
	numberOf,
	objectOf,
	readDocument,
	textOf,
	total,
	withoutUndefined,
} from './iperf3-json.ts';

/** The figures of one direction: what one end counted over `seconds` of its own clock, without the omitted seconds. */
export interface Iperf3Sum {
	readonly seconds: number;
	readonly bytes: number;
	readonly bitsPerSecond: number;
	/** UDP datagrams that this end sent, or received. */
	readonly packets?: number;
}

/** One reporting interval as the end that wrote the document saw it. */
export interface Iperf3Interval {
	/** Seconds since the measured part began, or since the start while `omitted`. */
	readonly start: number;
	readonly end: number;
	readonly bitsPerSecond: number;
	readonly omitted: boolean;
	readonly retransmits?: number;
	readonly lostPackets?: number;
	/** Milliseconds, the mean of the streams; only the sending side of TCP knows it. */
	readonly rtt?: number;
	/** Bytes, the smallest of the streams. */
	readonly pathMtu?: number;
}

/** UDP losses: of what the sender sent, whatever did not arrive. Percent of the datagrams, jitter in milliseconds. */
export interface Iperf3Loss {
	readonly lostPackets?: number;
	readonly lostPercent?: number;
	readonly jitter?: number;
	readonly outOfOrder?: number;
}

/** CPU time of the iperf3 process alone, in percent of one CPU: above 100 with threads, and without WireGuard's work. */
export interface Iperf3Cpu {
	readonly total: number;
	readonly user: number;
	readonly system: number;
}

export type Iperf3ErrorKind =
	| 'refused'
	| 'busy'
	| 'unreachable'
	| 'unknown-host'
	| 'interrupted'
	| 'peer-gone'
	| 'other';

export interface Iperf3Run {
	/** The version of the end that wrote the document (`3.12`). */
	readonly version?: string;
	readonly role: 'client' | 'server';
	/** Milliseconds since 1970. */
	readonly startedAt?: number;
	readonly protocol?: string;
	readonly streams?: number;
	readonly reverse?: boolean;
	readonly bidirectional?: boolean;
	/** Seconds that were asked for (`-t`) and left out at the start (`-O`); absent in a run by bytes or blocks. */
	readonly duration?: number;
	readonly omit?: number;
	/** Bytes a write, or a UDP datagram (`-l`). */
	readonly blockSize?: number;
	/** Bits per second and stream (`-b`), 0 for as fast as it goes. */
	readonly targetBitrate?: number;
	/** Seconds that were measured at the receiving end: never `-t`, which a starved machine does not keep. */
	readonly seconds?: number;
	readonly sent?: Iperf3Sum;
	readonly received?: Iperf3Sum;
	/** The other direction of a `--bidir` run. */
	readonly opposite?: {readonly sent?: Iperf3Sum; readonly received?: Iperf3Sum};
	/** Payload bits per second that arrived: the figure of the run. */
	readonly goodput?: number;
	/** TCP segments that the sender sent again. */
	readonly retransmits?: number;
	readonly loss?: Iperf3Loss;
	/** Payload bytes of a full TCP segment at the start (the MSS less the 12 bytes of timestamps). */
	readonly mss?: number;
	readonly congestionControl?: {readonly sender?: string; readonly receiver?: string};
	readonly cpu?: {readonly host?: Iperf3Cpu; readonly remote?: Iperf3Cpu};
	readonly intervals: readonly Iperf3Interval[];
	readonly error?: string;
	readonly errorKind?: Iperf3ErrorKind;
	/** The server's own document, where `--get-server-output` brought one along. */
	readonly server?: Iperf3Run;
	/** Why the figures must not be used; empty for a good run. */
	readonly invalid: readonly string[];
}

/**
Parses what `iperf3 -J` or `--json-stream` printed (3.0 to 3.21), of the client or of the server.

A failed run is a value with `error` and `invalid`, because iperf3 before 3.14 exits with 0 when it failed. Goodput is
what the receiver counted; the `sum` of a UDP run is the rate that was sent. What the other end never reported (iperf3
prints 0) is absent. Throws a `ParseError` where there is no JSON (wrong arguments print usage).
*/
export function parseIperf3(text: string): Iperf3Run {
	const document = readDocument(text);
	const server = document.server_output_json;
	return {...readRun(document), ...(server === undefined ? {} : {server: readRun(objectOf(server))})};
}

function readRun(document: JsonObject): Iperf3Run {
	const start = objectOf(document.start);
	const end = objectOf(document.end);
	const test = readTest(start);
	const failed = textOf(document.error) !== undefined;
	const intervals = readIntervals(listOf(document.intervals));
	const facts = {
		...test,
		...readFigures({end, test, failed, intervals}),
		...readError(textOf(document.error)),
		intervals,
	};
	return {...facts, invalid: describeInvalid(facts)};
}

/** What the document says before the first byte was sent. */
export type Iperf3Test = Omit<Iperf3Run, 'intervals' | 'invalid'>;

function readTest(start: JsonObject): Iperf3Test {
	const test = objectOf(start.test_start);
	const seconds = numberOf(objectOf(start.timestamp).timesecs);
	const duration = numberOf(test.duration);
	const mss = numberOf(start.tcp_mss_default);
	return withoutUndefined<Iperf3Test>({
		version: textOf(start.version)?.match(/\d+(?:\.\d+)+/)?.[0],
		role: start.accepted_connection === undefined ? 'client' : 'server',
		startedAt:
			seconds === undefined ? undefined : (numberOf(objectOf(start.timestamp).timemillisecs) ?? seconds * 1000),
		protocol: textOf(test.protocol),
		streams: numberOf(test.num_streams),
		reverse: flagOf(test.reverse),
		bidirectional: flagOf(test.bidir),
		duration: duration === 0 ? undefined : duration,
		omit: numberOf(test.omit),
		blockSize: numberOf(test.blksize),
		targetBitrate: numberOf(test.target_bitrate) ?? numberOf(start.target_bitrate),
		// The server prints 0, because it has not asked the kernel.
		mss: mss === 0 ? undefined : mss,
	});
}

function flagOf(value: unknown): boolean | undefined {
	const number = numberOf(value);
	return number === undefined ? undefined : number !== 0;
}

/** An aborted run prints its last interval twice. */
function readIntervals(intervals: readonly unknown[]): Iperf3Interval[] {
	return intervals
		.map(interval => readInterval(objectOf(interval)))
		.filter(interval => interval !== undefined)
		.filter((interval, index, all) => {
			const before = all[index - 1];
			return before?.start !== interval.start || before.omitted !== interval.omitted;
		});
}

function readInterval(interval: JsonObject): Iperf3Interval | undefined {
	const sum = objectOf(interval.sum);
	const [start, end, bitsPerSecond] = [sum.start, sum.end, sum.bits_per_second].map(numberOf);
	if (start === undefined || end === undefined || bitsPerSecond === undefined) {
		return;
	}

	const streams = listOf(interval.streams).map(objectOf);
	const rtts = readPositive(streams, 'rtt');
	const pathMtus = readPositive(streams, 'pmtu');
	return withoutUndefined<Iperf3Interval>({
		start,
		end,
		bitsPerSecond,
		omitted: sum.omitted === true,
		retransmits: numberOf(sum.retransmits),
		lostPackets: numberOf(sum.lost_packets),
		rtt: rtts.length === 0 ? undefined : (total(rtts) ?? 0) / rtts.length / 1000,
		pathMtu: pathMtus.length === 0 ? undefined : Math.min(...pathMtus),
	});
}

/** The receiving side prints none, or 0. */
function readPositive(streams: readonly JsonObject[], name: string): number[] {
	return streams.map(stream => numberOf(stream[name]) ?? 0).filter(value => value > 0);
}

function readError(error: string | undefined): Pick<Iperf3Run, 'error' | 'errorKind'> {
	return error === undefined ? {} : {error, errorKind: errorKinds.find(([words]) => words.test(error))?.[1] ?? 'other'};
}

/** The texts differ between versions; these parts of them do not (`src/iperf_error.c`). */
const errorKinds: ReadonlyArray<readonly [RegExp, Iperf3ErrorKind]> = [
	[/server is busy/i, 'busy'],
	[/connection refused/i, 'refused'],
	[/not known|temporary failure in name|no address associated/i, 'unknown-host'],
	[/interrupt - /i, 'interrupted'],
	[/has terminated|closed unexpectedly|control message|receive results|broken pipe|reset by peer|idle/i, 'peer-gone'],
	[/no route|unreachable|timed out|unable to connect/i, 'unreachable'],
];
