import type {Iperf3Run} from '../parse/iperf3.ts';

export type ScenarioId = 'tcp-forward' | 'tcp-reverse' | 'udp-1200' | 'udp-64' | 'tcp-single' | 'underlay';

/** Versions as iperf3 prints them (`3.12`, `3.19.1`); unknown counts as old. */
export interface Versions {
	readonly client?: string;
	readonly server?: string;
}

export interface ScenarioOptions {
	/** Where the server listens: the peer's address in the mesh, for `underlay` that of its machine. */
	readonly address: string;
	readonly port: number;
	/** Seconds to measure. */
	readonly seconds: number;
	/** Seconds to leave out before, while TCP finds its speed. */
	readonly omit?: number;
	readonly versions?: Versions;
	/** UDP bits per second; absent: as fast as the sender can. */
	readonly bitrate?: number;
	/** Events as they happen instead of one document at the end (since 3.17). */
	readonly live?: boolean;
}

export interface Scenario {
	readonly id: ScenarioId;
	readonly title: string;
	readonly path: 'overlay' | 'underlay';
	/** The unit of the figure: bits, or datagrams, that arrived in a second. */
	readonly figure: 'bits' | 'packets';
	/** What it takes to mean something, beside a server. */
	readonly needs?: string;
	readonly means: string;
	/** The arguments of the iperf3 client. */
	arguments(options: ScenarioOptions): string[];
}

/** The guide's five, in its order, and the same load beside the tunnel. */
export const scenarios: readonly Scenario[] = [
	{
		id: 'tcp-forward',
		title: 'TCP to the peer, 8 streams',
		path: 'overlay',
		figure: 'bits',
		needs: 'iperf3 3.16 at both ends: before, one thread serves all streams',
		means: 'What the path carries to the peer when no single stream is the limit.',
		arguments: options => listTcp(options, 8),
	},
	{
		id: 'tcp-reverse',
		title: 'TCP from the peer, 8 streams',
		path: 'overlay',
		figure: 'bits',
		needs: 'iperf3 3.16 at both ends: before, one thread serves all streams',
		means: 'What the path carries from the peer: this machine receives and decrypts.',
		arguments: options => [...listTcp(options, 8), ...listReverse(options)],
	},
	{
		id: 'udp-1200',
		title: 'UDP to the peer, 1200 bytes',
		path: 'overlay',
		figure: 'bits',
		needs: 'a tunnel MTU of 1228 or more; a second run at 90 % of what arrived shows losses that are not self-made',
		means: 'What arrives without windows and retransmits; as fast as it goes, the sender makes losses itself.',
		arguments: options => listUdp(options, 1200),
	},
	{
		id: 'udp-64',
		title: 'UDP to the peer, 64 bytes',
		path: 'overlay',
		figure: 'packets',
		needs: 'a sender faster than the path: one iperf3 thread makes some 100 000 system calls a second',
		means: 'How many packets a second the path carries: the cost of each, whatever its size.',
		arguments: options => listUdp(options, 64),
	},
	{
		id: 'tcp-single',
		title: 'TCP to the peer, 1 stream',
		path: 'overlay',
		figure: 'bits',
		means: 'What one connection gets: its window over the round trip, its losses, one core.',
		arguments: options => listTcp(options, 1),
	},
	{
		id: 'underlay',
		title: 'TCP beside the tunnel, 8 streams',
		path: 'underlay',
		figure: 'bits',
		needs: 'a server on the address of the peer’s machine, and a firewall that lets it through',
		means: 'What the network carries without the tunnel: no tuning of the tunnel gets above it.',
		arguments: options => listTcp(options, 8),
	},
];

export function findScenario(id: string): Scenario | undefined {
	return scenarios.find(scenario => scenario.id === id);
}

/** Seconds after which a client of these options hangs: time to connect, to measure and to exchange the results. */
export function findDeadline({seconds, omit = 0}: ScenarioOptions): number {
	return omit + seconds + 15;
}

/**
The arguments of the server: for one client, on one address only, because iperf3 lets in everybody. It ends by itself when
nobody comes, or when the client vanishes. Its document (`-J`) has its version, which the client's has not.
*/
export function listServerArguments({
	address,
	port,
	version,
}: {
	address: string;
	port: number;
	version?: string;
}): string[] {
	return [
		...['-s', '-1', '-J', '-p', `${port}`, '-B', address],
		...(isAtLeast(version, '3.11') ? ['--idle-timeout', '30'] : []),
		...(isAtLeast(version, '3.10') ? ['--rcv-timeout', `${timeout}`] : []),
	];
}

/** The run's figure in the unit of its scenario: bits or datagrams that arrived in a second. */
export function readFigure(scenario: Pick<Scenario, 'figure'>, run: Iperf3Run): number | undefined {
	const {packets, seconds} = run.received ?? {};
	return scenario.figure === 'bits' ? run.goodput : packets === undefined || !seconds ? undefined : packets / seconds;
}

/** Compares the numbers of two versions; an unknown version is not at least anything. */
export function isAtLeast(version: string | undefined, wanted: string): boolean {
	const [a, b] = [version ?? '0', wanted].map(text => text.split('.').map(part => Number.parseInt(part, 10) || 0));
	const differs = b?.findIndex((part, index) => (a?.[index] ?? 0) !== part) ?? -1;
	return differs === -1 || (a?.[differs] ?? 0) > (b?.[differs] ?? 0);
}

/** Milliseconds without a byte until iperf3 gives up. */
const timeout = 10_000;

function listTcp(options: ScenarioOptions, streams: number): string[] {
	return [...listCommon(options), '-P', `${streams}`, ...listOmit(options)];
}

/** Before 3.14 the losses of the omitted seconds are counted, and UDP has no speed to find: then nothing is omitted. */
function listUdp(options: ScenarioOptions, size: number): string[] {
	const {client, server} = options.versions ?? {};
	const mayOmit = isAtLeast(client, '3.14') && isAtLeast(server, '3.14');
	const udp = ['-u', '-b', `${options.bitrate ?? 0}`, '-l', `${size}`];
	return [...listCommon(options), ...udp, ...(mayOmit ? listOmit(options) : [])];
}

function listCommon({address, port, seconds, versions = {}, live = false}: ScenarioOptions): string[] {
	return [
		...['-c', address, '-p', `${port}`],
		...(address.includes(':') ? ['-6'] : /^[\d.]+$/.test(address) ? ['-4'] : []),
		live && isAtLeast(versions.client, '3.17') ? '--json-stream' : '-J',
		...['-i', '1', '-t', `${seconds}`, '--connect-timeout', '3000'],
		...(isAtLeast(versions.client, '3.12') ? ['--snd-timeout', `${timeout}`] : []),
	];
}

function listOmit({omit = 0}: ScenarioOptions): string[] {
	return omit > 0 ? ['-O', `${omit}`] : [];
}

/** A client that sends refuses a receive timeout as a wrong argument. */
function listReverse({versions = {}}: ScenarioOptions): string[] {
	return ['-R', ...(isAtLeast(versions.client, '3.10') ? ['--rcv-timeout', `${timeout}`] : [])];
}
