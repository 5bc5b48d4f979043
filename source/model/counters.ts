/*
Raw counters, as the parsers give them.

Unknown is absent, never 0. Counters are plain numbers: above 2^53 a counter loses its last bits (at most 2 KiB of the
18 EB that 64 bits hold), which no rate of a second can show.
*/

/** The ticks (USER_HZ, 100 a second) of one CPU since boot, as `/proc/stat` gives them: `user` includes `guest`. */
export interface CpuTicks {
	readonly cpu: number;
	readonly user: number;
	readonly nice: number;
	readonly system: number;
	readonly idle: number;
	readonly iowait: number;
	readonly irq: number;
	readonly softirq: number;
	readonly steal: number;
	readonly guest: number;
	readonly guestNice: number;
}

/** `/proc/stat`: one row per online CPU, in the file's order. */
export interface CpuTimes {
	readonly cpus: readonly CpuTicks[];
	/** Seconds since 1970 at boot (`btime`). */
	readonly bootTime?: number;
}

/** `/proc/interrupts`: `cpus` are the online CPUs of the header, `counts` stand in their order (32-bit counters). */
export interface Interrupts {
	readonly cpus: readonly number[];
	readonly rows: readonly InterruptRow[];
}

export interface InterruptRow {
	/** The label before the colon: `38`, `LOC`, `IPI0`. */
	readonly irq: string;
	/** One number per CPU of the header; exactly one number for a row that belongs to no CPU (`ERR`, `MIS`). */
	readonly counts: ArrayLike<number>;
	/** What follows the counts: chip, hardware number, trigger, action names. */
	readonly description: string;
	/** The action names alone (`virtio2-input.0`, `mlx5_comp0@pci:cf63:00:02.0`), absent where there are none. */
	readonly actions?: string;
}

/** `/proc/softirqs`: `cpus` are the *possible* CPUs of the header; rows by name (`NET_RX`), 32-bit counters. */
export interface Softirqs {
	readonly cpus: readonly number[];
	readonly rows: Readonly<Record<string, ArrayLike<number>>>;
}

/** One row of `/proc/net/softnet_stat`, 32-bit counters but for the queue length. */
export interface SoftnetRow {
	readonly cpu: number;
	readonly processed: number;
	readonly dropped: number;
	readonly timeSqueeze: number;
	/** Inter-processor wake-ups by RPS, not packets. */
	readonly receivedRps: number;
	readonly flowLimit: number;
	/** Packets waiting in the CPU's backlog now; absent before Linux 5.10. */
	readonly backlogLength?: number;
}

/** Counters by the kernel's own name: `{rx_bytes: 1, rx_dropped: 0}` of one interface, `{"Udp.InErrors": 3}` of `/proc/net/snmp`. */
export type Counters = Readonly<Record<string, number>>;

/** `/proc/net/stat/nf_conntrack` and the two sysctl gauges. `entries` and `max` are absent where conntrack is not loaded. */
export interface Conntrack {
	readonly entries?: number;
	readonly max?: number;
	/** 32-bit counters per possible CPU, by header name (`drop`, `early_drop`, `insert_failed`, `search_restart`); may be none. */
	readonly cpus: readonly Counters[];
}

/** One line of `ethtool -S`. Names repeat per queue on some drivers (vmxnet3), hence a list and not a record. */
export interface NicStatistic {
	readonly name: string;
	readonly value: number;
	/** The heading under which it stands where the driver prints headings (`Rx Queue#: 0`). */
	readonly section?: string;
}

export interface WireGuardPeer {
	readonly publicKey: string;
	/** `address:port`, IPv6 in brackets; absent when the kernel knows none. */
	readonly endpoint?: string;
	readonly allowedIps?: readonly string[];
	/** Seconds since 1970; absent when there was none yet. */
	readonly latestHandshake?: number;
	readonly receivedBytes?: number;
	readonly sentBytes?: number;
	/** Seconds; absent when off. */
	readonly persistentKeepalive?: number;
}

/** One WireGuard interface as `wg show` gives it, without any secret. */
export interface WireGuardInterface {
	readonly interface: string;
	readonly publicKey?: string;
	readonly listenPort?: number;
	readonly fwmark?: number;
	/** Of a userspace tunnel: datagrams that its socket had no room for. */
	readonly socketDrops?: number;
	readonly peers: readonly WireGuardPeer[];
}

/** One object of `tc -j -s qdisc show`. `drops`, `overlimits` and `requeues` are 32-bit counters. */
export interface Qdisc {
	readonly device: string;
	readonly kind: string;
	readonly handle?: string;
	readonly parent?: string;
	readonly root: boolean;
	readonly bytes?: number;
	readonly packets?: number;
	readonly drops?: number;
	readonly overlimits?: number;
	readonly requeues?: number;
	readonly backlog?: number;
	readonly qlen?: number;
	/** fq: packets dropped because one flow had `flow_limit` packets queued. */
	readonly flowsPlimit?: number;
}

/** One thread of interest (`kworker/1:0-wg-crypt-wt0`, `napi/wt0-8193`, `ksoftirqd/1`, `iperf3`), from `/proc/PID/stat`. */
export interface ThreadTimes {
	readonly pid: number;
	/** The thread's name as the kernel shows it; of a kworker the name of its last work is a part. */
	readonly name: string;
	/** The CPU it ran on last (field 39). */
	readonly cpu?: number;
	/** Ticks (USER_HZ) in user and kernel mode. */
	readonly user: number;
	readonly system: number;
	/** Ticks since boot when it started: tells a reused PID from the old one. */
	readonly startTime: number;
	/** How many threads these times are of. */
	readonly threads?: number;
}

/** One established TCP connection, from `ss -tinm`. What the kernel did not tell (it leaves zeros out) is absent. */
export interface TcpSocket {
	/** `address:port`. */
	readonly local: string;
	readonly peer: string;
	/** Bytes that the program has not read yet, and those that have not been acknowledged yet. */
	readonly receiveQueue: number;
	readonly sendQueue: number;
	/** The limits of its memory (`rb`, `tb` of skmem), bytes. */
	readonly receiveBuffer?: number;
	readonly sendBuffer?: number;
	readonly congestion?: string;
	/** Milliseconds. `receiveRtt` is the receiver's own estimate. */
	readonly rtt?: number;
	readonly receiveRtt?: number;
	/** The least that was seen of `rtt`. */
	readonly leastRtt?: number;
	readonly mss?: number;
	readonly congestionWindow?: number;
	readonly bytesAcked?: number;
	readonly bytesReceived?: number;
	/** Milliseconds in which there was something to send, and in which the peer's window or the send buffer stopped it. */
	readonly busy?: number;
	readonly windowLimited?: number;
	readonly bufferLimited?: number;
	/** The window that this side is ready to offer (`rcv_ssthresh`), bytes. */
	readonly receiveWindow?: number;
	/** The window that the peer offers (`snd_wnd`), bytes. */
	readonly sendWindow?: number;
	readonly applicationLimited?: boolean;
}
