/*
What was read, and when: a moment, one reading, all newest readings.
*/

import type {
	Conntrack,
	Counters,
	CpuTimes,
	Interrupts,
	NicStatistic,
	Qdisc,
	Softirqs,
	SoftnetRow,
	TcpSocket,
	ThreadTimes,
	WireGuardInterface,
} from './counters.ts';
import type {IrqFacts, LinkFacts, MachineFacts, NetbirdStatus, NicFacts, RouteFacts} from './facts.ts';

/** A moment: `monotonic` in seconds on the machine's monotonic clock (for rates), `wall` in milliseconds since 1970. */
export interface Stamp {
	readonly monotonic: number;
	readonly wall: number;
}

/** What one source gave, and when (seconds, monotonic): rates divide by the time between two readings of the same source. */
export interface Reading<T> {
	readonly at: number;
	readonly value: T;
}

/**
`ethtool -S` of one device, with the time of its own answer: devices are asked one after the other. Older sessions have the list
alone, of the time of its source.
*/
export type NicReading = Reading<readonly NicStatistic[]> | readonly NicStatistic[];

/**
A source that gave nothing or only a part, in words for the user: what is missing, and what to do about it. `tunnel` and `nic`:
the interface that the user named for it is none.
*/
export interface Problem {
	readonly source: string;
	readonly message: string;
}

/**
Everything that the sources gave, each with its own time. A key is absent until its source has given a value, and leaves
again when the source says that the thing is not there.
*/
export interface Readings {
	readonly cpuTimes?: Reading<CpuTimes>;
	readonly interrupts?: Reading<Interrupts>;
	readonly softirqs?: Reading<Softirqs>;
	readonly softnet?: Reading<readonly SoftnetRow[]>;
	/** `/sys/class/net/NAME/statistics` by interface. */
	readonly linkStatistics?: Reading<Readonly<Record<string, Counters>>>;
	/** `/proc/net/snmp`, `netstat` and `snmp6` in one: `Ip.FragCreates`, `TcpExt.TCPBacklogDrop`, `Ip6.FragCreates`. */
	readonly protocols?: Reading<Counters>;
	readonly conntrack?: Reading<Conntrack>;
	/** `ethtool -S` by device; the time is that of the first. */
	readonly nicStatistics?: Reading<Readonly<Record<string, NicReading>>>;
	readonly wireguard?: Reading<readonly WireGuardInterface[]>;
	readonly qdiscs?: Reading<readonly Qdisc[]>;
	readonly threads?: Reading<readonly ThreadTimes[]>;
	/** The TCP connections over the tunnels that this host ends; read while traffic flows. */
	readonly sockets?: Reading<readonly TcpSocket[]>;
	/** This program's own cost. */
	readonly self?: Reading<SelfTimes>;
	readonly machine?: Reading<MachineFacts>;
	readonly links?: Reading<readonly LinkFacts[]>;
	/** Addresses with prefix length by interface (`100.64.0.1/16`). */
	readonly addresses?: Reading<Readonly<Record<string, readonly string[]>>>;
	readonly nics?: Reading<readonly NicFacts[]>;
	readonly irqs?: Reading<readonly IrqFacts[]>;
	readonly routes?: Reading<readonly RouteFacts[]>;
	readonly netbird?: Reading<NetbirdStatus>;
	/** Sysctls by dotted name (`net.core.netdev_budget`), as text with single blanks. */
	readonly sysctls?: Reading<Readonly<Record<string, string>>>;
}

export type SourceName = keyof Readings;

/** User and system CPU seconds of this program and its children so far, and its resident memory now. */
export interface SelfTimes {
	/** Seconds of real time since some moment, also where what is read is a capture. */
	readonly clock?: number;
	readonly cpuSeconds: number;
	readonly residentBytes: number;
}

/** One moment: the newest reading of every source (older ones carried along), and what is wrong now. */
export interface Snapshot {
	readonly at: Stamp;
	readonly readings: Readings;
	readonly problems: readonly Problem[];
}
