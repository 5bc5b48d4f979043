import type {Background, Lab} from './lab.ts';

/** The parts of `nbtop once --json` (docs/json.md) that cases look at. */
export interface Sample {
	readonly schema: string;
	readonly time: string;
	readonly seconds: number;
	readonly cpus: readonly Core[];
	readonly all: Percentages;
	readonly interrupts: readonly Interrupt[];
	readonly nics: readonly Nic[];
	readonly drops: readonly Drop[];
	readonly tunnels: readonly Tunnel[];
	readonly problems: readonly {readonly source: string; readonly message: string}[];
}

export type Percentages = Readonly<
	Record<'usr' | 'nice' | 'sys' | 'iowait' | 'irq' | 'soft' | 'steal' | 'guest' | 'gnice' | 'idle', number>
>;

export interface Core extends Percentages {
	readonly cpu: number;
	readonly netRxPerSecond: number;
	readonly netTxPerSecond: number;
	readonly interruptsPerSecond: number;
	readonly softnet: Readonly<Record<'processed' | 'dropped' | 'squeezed' | 'receivedRps', number>>;
}

export interface Interrupt {
	readonly irq: string;
	readonly name: string;
	readonly device: string | null;
	readonly queue: number | null;
	readonly role: string | null;
	readonly perSecond: number;
	readonly affinity: readonly number[] | null;
	readonly effective: readonly number[] | null;
}

export interface Nic {
	readonly device: string;
	readonly role: string | null;
	readonly driver: string | null;
	readonly channels: {readonly current: {readonly combined?: number}} | null;
	readonly perSecond: Readonly<Record<string, number>> | null;
	readonly queues: readonly {readonly direction: string; readonly queue: number; readonly packetsPerSecond: number}[];
}

export interface Drop {
	readonly layer: string;
	readonly device: string | null;
	readonly counter: string;
	readonly delta: number;
	readonly total: number;
	readonly headline: boolean;
}

export interface Tunnel {
	readonly interface: string;
	readonly kind: 'kernel' | 'userspace';
	readonly mtu: number;
	readonly underlays: readonly string[];
	readonly peers: readonly Peer[];
}

export interface Peer {
	readonly publicKey: string;
	readonly endpoint: string | null;
	readonly rxBytesPerSecond: number | null;
	readonly txBytesPerSecond: number | null;
	readonly rxBytes: number | null;
	readonly txBytes: number | null;
}

/** One sample over an interval of that many seconds. */
export async function sampleOnce(lab: Lab, interval = 2): Promise<Sample> {
	return JSON.parse(await lab.sh(`nbtop once --json --interval ${interval}`, {timeout: 120})) as Sample;
}

/** A stream of samples; the first one is here, so the next covers what happens from now on. */
export async function startSamples(
	lab: Lab,
	interval = 2,
): Promise<{next(): Promise<Sample>; stop: Background['stop']}> {
	const stream = lab.start(`nbtop once --json --interval ${interval} --count 1000`);
	const next = async (): Promise<Sample> => JSON.parse(await stream.next(120)) as Sample;
	await next();
	return {next, stop: stream.stop};
}
