/*
What two snapshots give.
*/

import type {TcpSocket} from './counters.ts';
import type {QueueRole} from './topology.ts';

/** Percentages of one CPU's own interval, as mpstat computes them. */
export interface CpuPercentages {
	readonly usr: number;
	readonly nice: number;
	readonly sys: number;
	readonly iowait: number;
	readonly irq: number;
	readonly soft: number;
	readonly steal: number;
	readonly guest: number;
	readonly gnice: number;
	readonly idle: number;
}

/** One CPU: percentages, and events a second. A figure whose source gave none is absent. */
export interface CpuRates extends CpuPercentages {
	readonly cpu: number;
	/** 100 − idle − iowait − steal. */
	readonly busy: number;
	readonly netRxPerSecond?: number;
	readonly netTxPerSecond?: number;
	readonly interruptsPerSecond?: number;
	readonly softnet?: SoftnetRates;
}

/** Packets (processed, dropped), rounds cut short, and RPS wake-ups, per second; the deltas are of the interval. */
export interface SoftnetRates {
	readonly processed: number;
	readonly dropped: number;
	readonly timeSqueeze: number;
	readonly receivedRps: number;
	readonly flowLimit: number;
	readonly droppedDelta: number;
	readonly backlogLength?: number;
}

export interface InterruptRate {
	readonly irq: string;
	readonly name: string;
	readonly perSecond: number;
	/** Only the CPUs on which it arrived, busiest first. */
	readonly perCpu: readonly {readonly cpu: number; readonly perSecond: number}[];
	/** The interface whose device owns it, and what it serves there; absent for others. */
	readonly device?: string;
	readonly queue?: number;
	readonly role?: QueueRole;
	readonly affinity?: readonly number[];
	readonly effective?: readonly number[];
}

/** Rates of one interface by the kernel's counter names (`rx_bytes` → bytes per second). */
export type LinkRates = Readonly<Record<string, number>>;

export type DropLayer = 'nic' | 'cloud' | 'softnet' | 'interface' | 'qdisc' | 'fragments' | 'udp' | 'tcp' | 'conntrack';

/** One drop counter. Layers stand side by side and are never added: one packet may show in several. */
export interface Drop {
	readonly layer: DropLayer;
	/** Interface or CPU (`eth0`, `cpu2`); absent for machine-wide counters. */
	readonly device?: string;
	/** The raw counter's own name (`rx_missed_errors`, `TcpExt.TCPBacklogDrop`). */
	readonly counter: string;
	readonly delta: number;
	readonly perSecond: number;
	/** Since boot, or since the device came. */
	readonly total: number;
	/** False: shown for information, but not part of the layer's headline (a copy of another counter, or not a loss). */
	readonly headline: boolean;
}

export interface PeerRates {
	readonly interface: string;
	readonly publicKey: string;
	readonly endpoint?: string;
	/** NetBird's name, else absent. */
	readonly name?: string;
	readonly address?: string;
	readonly connection?: 'p2p' | 'relayed';
	readonly status?: string;
	/** WireGuard message bytes per second. */
	readonly rxBytesPerSecond?: number;
	readonly txBytesPerSecond?: number;
	/** Seconds since the last handshake; absent when there was none. */
	readonly handshakeAge?: number;
	readonly rxBytes?: number;
	readonly txBytes?: number;
}

export interface ThreadRate {
	readonly pid: number;
	readonly name: string;
	readonly cpu?: number;
	/** Percent of one CPU. */
	readonly usr: number;
	readonly sys: number;
	readonly threads?: number;
}

/** One TCP connection in two readings. Shares are of the measured time, 0 to 1. */
export interface SocketRate {
	readonly socket: TcpSocket;
	/** Bytes per second that the other end has acknowledged, and that came from it. */
	readonly sent: number;
	readonly received: number;
	/** There was something to send; and of the time in all, what kept it. */
	readonly busy: number;
	readonly windowLimited: number;
	readonly bufferLimited: number;
}

/** What happened between two snapshots. A part is absent when its source has not been read twice, or was reset. */
export interface Rates {
	/** Seconds between the two readings of `/proc/stat`. */
	readonly seconds?: number;
	readonly cpus?: readonly CpuRates[];
	readonly all?: CpuRates;
	readonly interrupts?: readonly InterruptRate[];
	readonly links?: Readonly<Record<string, LinkRates>>;
	readonly protocols?: Readonly<Record<string, number>>;
	readonly drops?: readonly Drop[];
	readonly peers?: readonly PeerRates[];
	/** Packets per second by device and receive queue, where the driver counts them. */
	readonly queues?: readonly QueueRate[];
	readonly threads?: readonly ThreadRate[];
	readonly sockets?: readonly SocketRate[];
	/** This program's own CPU, in percent of one CPU, and its resident memory. */
	readonly self?: {readonly cpuPercent: number; readonly residentBytes: number};
}

export interface QueueRate {
	readonly device: string;
	readonly direction: 'rx' | 'tx';
	readonly queue: number;
	readonly packetsPerSecond: number;
}
