/*
The words of the program as types. This file imports nothing, and everything may import it.

Unknown is absent, never 0. Counters are plain numbers: above 2^53 a counter loses its last bits (at most 2 KiB of the
18 EB that 64 bits hold), which no rate of a second can show.
*/

// ---------------------------------------------------------------------------------------------------------------------
// Time

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

/** A source that gave nothing or only a part, in words for the user: what is missing, and what to do about it. */
export interface Problem {
	readonly source: string;
	readonly message: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// Raw counters

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
	/** 32-bit counters per possible CPU, by header name (`drop`, `early_drop`, `insert_failed`, `search_restart`). */
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

// ---------------------------------------------------------------------------------------------------------------------
// Facts: what changes seldom

export interface MachineFacts {
	readonly host?: string;
	readonly kernel?: string;
	readonly architecture?: string;
	readonly bootId?: string;
	readonly cpus: CpuFacts;
	readonly memoryBytes?: number;
	/** The kernel's HZ where its config can be read. */
	readonly hz?: number;
	/** True when the kernel measures interrupt time (CONFIG_IRQ_TIME_ACCOUNTING); false: `%irq` is not measured. */
	readonly irqTimeAccounting?: boolean;
	/** Effective capabilities as a mask (`CapEff`), and the two that matter read from it. */
	readonly root?: boolean;
	readonly netAdmin?: boolean;
	/** The word of `systemd-detect-virt` or the sysfs vendor: `microsoft`, `kvm`, `none`. */
	readonly virtualization?: string;
	readonly container?: boolean;
	/** True when systemd is PID 1. */
	readonly systemd?: boolean;
	/** True when this process's network namespace is not the machine's first. */
	readonly networkNamespace?: boolean;
	readonly loadedModules?: readonly string[];
	/** Versions by program: `{ethtool: '6.1', wg: 'v1.0.20210914'}`; absent program: not installed. */
	readonly tools: Readonly<Record<string, string>>;
	readonly irqbalance?: IrqbalanceFacts;
	/** The address on which the user's ssh connection arrived (`SSH_CONNECTION`), to know whether it rides the tunnel. */
	readonly sshServerAddress?: string;
	readonly sshClientAddress?: string;
}

export interface CpuFacts {
	readonly online: readonly number[];
	readonly possible?: readonly number[];
	readonly present?: readonly number[];
	readonly isolated?: readonly number[];
	readonly nohzFull?: readonly number[];
	readonly model?: string;
	/** NUMA node by CPU id. */
	readonly nodes?: Readonly<Record<number, number>>;
	/** Threads of the same core by CPU id. */
	readonly siblings?: Readonly<Record<number, readonly number[]>>;
}

export interface IrqbalanceFacts {
	readonly running: boolean;
	readonly pid?: number;
	/** Its control socket, where it has one. */
	readonly socket?: string;
	/** The interrupts that it was told to leave alone; absent where it does not say. */
	readonly bannedIrqs?: readonly number[];
	readonly arguments?: readonly string[];
}

/** One network interface, from `/sys/class/net/NAME`. */
export interface LinkFacts {
	readonly name: string;
	readonly ifindex: number;
	readonly mac?: string;
	readonly mtu?: number;
	readonly operstate?: string;
	readonly flags?: number;
	/** DEVTYPE of its uevent (`wireguard`, `bridge`, `vlan`), or `tun` where `tun_flags` is there. */
	readonly kind?: string;
	readonly driver?: string;
	/** The nearest PCI address above it (`0000:00:04.0`), or the VMBus GUID. */
	readonly bus?: string;
	/** The name of its device folder (`virtio3`), which interrupts of virtio carry. */
	readonly device?: string;
	readonly master?: string;
	readonly lowers: readonly string[];
	readonly addresses?: readonly string[];
	readonly carrierChanges?: number;
	readonly speedMbit?: number;
	readonly numaNode?: number;
	readonly localCpus?: readonly number[];
	readonly msiIrqs: readonly number[];
	readonly legacyIrq?: number;
	readonly threaded?: boolean;
	readonly groFlushTimeout?: number;
	readonly napiDeferHardIrqs?: number;
	readonly txQueueLength?: number;
	readonly rxQueues: readonly RxQueueFacts[];
	readonly txQueues: readonly TxQueueFacts[];
	readonly vmbusChannels?: readonly {readonly relid: number; readonly cpu: number}[];
}

export interface RxQueueFacts {
	readonly queue: number;
	/** The RPS mask as the kernel prints it; `0` is off. */
	readonly rpsCpus?: string;
	readonly rpsFlowCount?: number;
}

export interface TxQueueFacts {
	readonly queue: number;
	readonly xpsCpus?: string;
}

/** What `ethtool` tells about a device that seldom changes. A part is absent where the driver does not answer it. */
export interface NicFacts {
	readonly device: string;
	readonly driver?: string;
	readonly driverVersion?: string;
	readonly firmware?: string;
	readonly busInfo?: string;
	readonly channels?: {readonly maximum: Channels; readonly current: Channels};
	readonly rings?: {readonly maximum: Rings; readonly current: Rings};
	readonly features?: Readonly<Record<string, {readonly on: boolean; readonly fixed: boolean}>>;
	readonly coalesce?: Readonly<Record<string, string>>;
	/** RX rings and the indirection table (queue by bucket); absent where the NIC has none. */
	readonly rss?: {readonly rings: number; readonly table?: readonly number[]; readonly hashFunction?: string};
	/** The fields that the NIC hashes for UDP over IPv4 in ethtool's letters (`sdfn`), `''` for none. */
	readonly udp4Hash?: string;
	readonly udp6Hash?: string;
}

export interface Channels {
	readonly rx?: number;
	readonly tx?: number;
	readonly other?: number;
	readonly combined?: number;
}

export interface Rings {
	readonly rx?: number;
	readonly rxMini?: number;
	readonly rxJumbo?: number;
	readonly tx?: number;
}

/** `/proc/irq/N` and `/sys/kernel/irq/N`. `affinity` is wanted, `effective` is where it is routed. */
export interface IrqFacts {
	readonly irq: number;
	readonly actions?: string;
	readonly chip?: string;
	readonly affinity?: readonly number[];
	readonly effective?: readonly number[];
	readonly hint?: string;
	readonly node?: number;
}

/** `ip -j route get ENDPOINT mark FWMARK`. */
export interface RouteFacts {
	readonly endpoint: string;
	readonly device?: string;
	readonly source?: string;
	readonly gateway?: string;
	/** The path MTU that the kernel has cached for it, where it has one. */
	readonly mtu?: number;
}

export interface NetbirdStatus {
	readonly daemonVersion?: string;
	readonly cliVersion?: string;
	readonly daemonStatus?: string;
	readonly fqdn?: string;
	readonly address?: string;
	readonly publicKey?: string;
	readonly kernelInterface?: boolean;
	readonly peers: readonly NetbirdPeer[];
}

export interface NetbirdPeer {
	readonly publicKey: string;
	readonly fqdn?: string;
	readonly address?: string;
	readonly status?: string;
	/** Only meaningful while the peer is connected; absent otherwise. */
	readonly connection?: 'p2p' | 'relayed';
	readonly relayAddress?: string;
	/** Seconds, taken when the path was selected: never live. */
	readonly latency?: number;
	readonly lastStatusUpdate?: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// Snapshot

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
	/** `ethtool -S` by device. */
	readonly nicStatistics?: Reading<Readonly<Record<string, readonly NicStatistic[]>>>;
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

// ---------------------------------------------------------------------------------------------------------------------
// Rates: what two snapshots give

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

export type QueueRole = 'rx' | 'tx' | 'rxtx' | 'control';

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

// ---------------------------------------------------------------------------------------------------------------------
// Topology: who feeds whom

export interface Topology {
	readonly tunnels: readonly Tunnel[];
	/** Interfaces that carry the tunnels' outer packets, the busiest first. */
	readonly underlays: readonly Underlay[];
	/** All interfaces of the tunnels' paths: tunnels, underlays and their lower devices. */
	readonly pathDevices: readonly string[];
	/** Queue interrupts by IRQ label. */
	readonly irqs: Readonly<Record<string, IrqRole>>;
	/** Interfaces that the user has named and that are not there; absent: none. */
	readonly absent?: {readonly tunnel?: string; readonly nic?: string};
}

export interface Tunnel {
	readonly interface: string;
	readonly kind: 'kernel' | 'userspace';
	readonly mtu?: number;
	readonly listenPort?: number;
	readonly fwmark?: number;
	readonly underlays: readonly string[];
}

export interface Underlay {
	readonly interface: string;
	readonly mtu?: number;
	readonly driver?: string;
	/** The devices that own the rings: the interface itself, or its lower devices (bond slaves, the VF under hv_netvsc). */
	readonly leaves: readonly string[];
}

export interface IrqRole {
	readonly device: string;
	readonly role: QueueRole;
	readonly queue?: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// Findings

export type Severity = 'fault' | 'limit' | 'hint' | 'fine';

export interface Evidence {
	readonly label: string;
	readonly value: string;
}

/** A judgement: one sentence of figures and names, its evidence, what would refute it, the steps that answer it. */
export interface Finding {
	readonly id: string;
	readonly severity: Severity;
	readonly text: string;
	readonly evidence: readonly Evidence[];
	readonly refutedBy: string;
	readonly steps: readonly string[];
	/** Where the guide says otherwise, why. */
	readonly guide?: string;
	/** The id of the finding that it follows from, where one explains it. */
	readonly cause?: string;
	/** Seconds since its figures were read, where it is held though they are others now: a pause is no end. */
	readonly heldFor?: number;
}

/** What it comes down to: a finding's id and sentence, or `measuring`, `no-tunnel`, `idle`, `no-limit-here`. */
export interface Verdict {
	readonly id: string;
	readonly severity: Severity;
	readonly text: string;
	readonly steps: readonly string[];
	/** As of the finding. */
	readonly heldFor?: number;
}

/** A rule that could not be judged, and what it would need to read, in words. */
export interface SilentRule {
	readonly id: string;
	readonly needs: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// Tuning

/** One knob of the machine. How each kind is read, written and compared stands in `tuning/settings`. */
export type Setting =
	| {readonly kind: 'sysctl'; readonly name: string}
	/** An interrupt by its action names and its device's bus address: numbers move when queues are made anew. */
	| {readonly kind: 'irq-affinity'; readonly irq: number; readonly actions: string; readonly bus?: string}
	| {readonly kind: 'rps-cpus' | 'rps-flow-count' | 'xps-cpus'; readonly device: string; readonly queue: number}
	| {readonly kind: 'threaded-napi' | 'mtu' | 'root-qdisc' | 'rss-table'; readonly device: string}
	| {readonly kind: 'channels'; readonly device: string; readonly field: keyof Channels}
	| {readonly kind: 'ring'; readonly device: string; readonly field: keyof Rings}
	| {readonly kind: 'rx-flow-hash'; readonly device: string; readonly flow: 'udp4' | 'udp6'}
	/** The MTU in NetBird's own configuration: it makes the interface anew, and sets this value. */
	| {readonly kind: 'netbird-mtu'}
	/** The interrupts that irqbalance is told to leave alone, as a sorted list of numbers. */
	| {readonly kind: 'irqbalance-ban'}
	/** Whether a service runs: `active` or `inactive`. */
	| {readonly kind: 'service'; readonly unit: string};

/** What a step wants: the value in the form in which the setting is written. */
export interface Wish {
	readonly setting: Setting;
	readonly to: string;
}

export interface Change extends Wish {
	readonly from: string;
}

/** What a plan is made from: the newest readings, what happens now, and what was probed for it. */
export interface Situation {
	readonly readings: Readings;
	readonly topology: Topology;
	readonly rates: Rates;
	readonly probes?: readonly PathProbe[];
}

/** The largest outer packet that reaches a peer's endpoint whole. */
export interface PathProbe {
	readonly interface: string;
	readonly publicKey: string;
	readonly endpoint: string;
	/** Bytes of the largest IP packet that went through with DF set; absent: no answer. */
	readonly pathMtu?: number;
	/** Bytes of the largest that went through as WireGuard sends it (DF clear) without being fragmented on the way. */
	readonly unfragmentedMtu?: number;
	readonly reason?: string;
}

export type Plan =
	| {readonly wishes: readonly Wish[]; readonly notes?: readonly string[]}
	/** `holds`: there is nothing to do because all that it wants is so already. */
	| {readonly unavailable: string; readonly holds?: boolean};

export type Risk = 'none' | 'may stall' | 'may cut the connection';

/** A counter that must move for a step to have had an effect; `undefined`: not enough has happened to tell. */
export interface EffectCheck {
	/** What is looked at, in words: `interrupts of eth0 arrive on the new cores`. */
	readonly counter: string;
	readonly seen: (before: Situation, after: Situation) => boolean | undefined;
}

/** One tuning idea as data, with one pure function. */
export interface TuningStep {
	readonly id: string;
	readonly key: string;
	readonly title: string;
	readonly why: string;
	/** Ids of the findings that it answers. */
	readonly answers: readonly string[];
	readonly risk: Risk;
	/** Where the guide says otherwise, and why. */
	readonly guide?: string;
	/** True when the plan needs `Situation.probes`. */
	readonly needsProbes?: boolean;
	readonly effect: EffectCheck;
	plan(situation: Situation): Plan;
}

// ---------------------------------------------------------------------------------------------------------------------
// Journal: what tuning did, one line an event, on the disk before each write

/** A process that no later one is taken for: numbers come again, the ticks since boot at which it started do not. */
export interface ProcessIdentity {
	readonly pid: number;
	readonly startTime: number;
}

/** What tells a device from a later one of the same name. */
export interface DeviceIdentity {
	readonly name: string;
	readonly ifindex?: number;
	readonly mac?: string;
	readonly driver?: string;
	readonly bus?: string;
}

/** How a step went: its verdict, in the four forms that the screen and the log use. */
export type StepVerdict =
	| {readonly kind: 'effective' | 'no effect seen'; readonly counter: string}
	| {readonly kind: 'clamped'; readonly values: readonly string[]}
	| {readonly kind: 'refused'; readonly reason: string};

/**
One line of the journal. `id` names the transaction: one step, applied once. `seq` numbers its writes. A later version may
know more events: a reader passes over what it does not know.
*/
export type JournalEvent = {readonly at: Stamp} & (
	| {
			readonly type: 'opened';
			readonly id: string;
			readonly step: string;
			readonly title: string;
			readonly version: string;
			readonly bootId: string;
			readonly process: ProcessIdentity;
			readonly changes: readonly Change[];
			/** Seconds within which it must be confirmed; absent: no guard. */
			readonly within?: number;
	  }
	| {
			readonly type: 'armed';
			readonly id: string;
			/** Two guards watch each other where no systemd does. */
			readonly slot: number;
			readonly process: ProcessIdentity;
			readonly by: 'systemd' | 'pair';
	  }
	| {
			/** About to be written. Without `to`: not written by us, but rewritten by the kernel when its neighbour is. */
			readonly type: 'intent';
			readonly id: string;
			readonly seq: number;
			readonly setting: Setting;
			readonly from: string;
			readonly to?: string;
			readonly device?: DeviceIdentity;
	  }
	| {readonly type: 'applied'; readonly id: string; readonly seq: number; readonly actual: string}
	| {readonly type: 'failed'; readonly id: string; readonly seq?: number; readonly message: string}
	/** Everything is written. `deadline`: seconds on the monotonic clock of that boot. */
	| {readonly type: 'completed'; readonly id: string; readonly deadline?: number}
	| {readonly type: 'judged'; readonly id: string; readonly verdict: StepVerdict}
	| {readonly type: 'confirmed'; readonly id: string}
	| {readonly type: 'reverting'; readonly id: string; readonly reason: string}
	/** One write is undone. `actual`: what was read back; absent: nothing was to be written, as `note` says. */
	| {
			readonly type: 'restored';
			readonly id: string;
			readonly seq: number;
			readonly actual?: string;
			readonly note?: string;
	  }
	| {readonly type: 'not restored'; readonly id: string; readonly seq: number; readonly message: string}
	/** The transaction is over; what could not be put back stays in force. */
	| {readonly type: 'reverted'; readonly id: string; readonly reason: string}
	/** The user has been told how the transaction ended. */
	| {readonly type: 'reported'; readonly id: string}
	/** Seen for the first time after a restart: what was set at run time before it is gone. */
	| {readonly type: 'restarted'; readonly bootId: string}
);

// ---------------------------------------------------------------------------------------------------------------------
// Events: everything that happens. The state is a fold over them, a session is a header and a list of them

/** The first line of a session: what was recorded, by which nbtop, on which machine. */
export interface SessionHeader {
	readonly type: 'session';
	/** The version of the file format; a reader takes every version up to its own. */
	readonly format: number;
	/** nbtop's version. */
	readonly version: string;
	readonly at: Stamp;
	/** The tunnel and NIC that the user named: without them the path would be another one. */
	readonly options?: {readonly tunnel?: string; readonly nic?: string};
	/** Boot id, kernel, CPUs and the tools' versions, as far as they were known when recording began. */
	readonly machine?: MachineFacts;
	readonly interfaces?: readonly InterfaceSummary[];
	/** What was set again at every start of the machine, by `nbtop persist`. */
	readonly persisted?: readonly Wish[];
}

export type InterfaceSummary = Pick<LinkFacts, 'name' | 'kind' | 'driver' | 'mtu' | 'speedMbit'>;

export type SessionEvent =
	| SampleEvent
	| FindingEvent
	| ProblemEvent
	| LinkEvent
	| PeerEvent
	| TuningEvent
	| ScenarioEvent
	| TrialEvent
	| AutopilotEvent
	| PersistedEvent
	| MarkerEvent
	| NoteEvent;

/** What happened beside the samples. */
export type TimelineEvent = Exclude<SessionEvent, SampleEvent>;

export interface SampleEvent {
	readonly type: 'sample';
	readonly at: Stamp;
	/** Only what was read at this tick. */
	readonly readings: Readings;
	/** Sources whose value has gone (device removed, program uninstalled). */
	readonly gone?: readonly SourceName[];
	/** Everything that is wrong now. */
	readonly problems: readonly Problem[];
}

/** A judgement began or ceased to hold. */
export interface FindingEvent {
	readonly type: 'finding';
	readonly at: Stamp;
	readonly change: 'raised' | 'cleared';
	readonly finding: Finding;
}

/** A source began to fail, or answers again. */
export interface ProblemEvent {
	readonly type: 'problem';
	readonly at: Stamp;
	readonly change: 'raised' | 'cleared';
	readonly problem: Problem;
}

/** An interface of the path came, went, or is now another in one respect. */
export interface LinkEvent {
	readonly type: 'link';
	readonly at: Stamp;
	readonly interface: string;
	readonly what: 'operstate' | 'mtu' | 'carrier changes' | 'index';
	/** Absent: there was no such interface, or there is none any more. */
	readonly from?: string;
	readonly to?: string;
}

/** The way to a peer has changed: relayed or direct, or to another endpoint. */
export interface PeerEvent {
	readonly type: 'peer';
	readonly at: Stamp;
	readonly interface: string;
	readonly publicKey: string;
	readonly name?: string;
	readonly what: 'connection' | 'endpoint';
	readonly from?: string;
	readonly to?: string;
}

/** What tuning did, word for word as the journal has it: its preview (`opened`), each write, the effect, the guard, the undo. */
export interface TuningEvent {
	readonly type: 'tuning';
	/** That of the journal's event. */
	readonly at: Stamp;
	readonly event: JournalEvent;
}

/** One run of a load began or ended; `run` ties the two together. */
export interface ScenarioEvent {
	readonly type: 'scenario';
	readonly at: Stamp;
	readonly change: 'started' | 'ended';
	readonly run: string;
	/** The scenario's id (`tcp-forward`). */
	readonly scenario: string;
	/** The words of the command. */
	readonly command?: readonly string[];
	/** The trial that it is a run of, and whether the step was applied (`b`) or not (`a`). */
	readonly trial?: string;
	readonly side?: 'a' | 'b';
	/** Of a run that has ended: what it gave. */
	readonly figures?: ScenarioFigures;
	/** Why the figures must not be used. */
	readonly invalid?: readonly string[];
	/** iperf3 here and at the peer, as far as they are known. */
	readonly versions?: {readonly client?: string; readonly server?: string};
	/** What was seen in the window that was measured: the verdict, and the guard figures by id (`bench/guards.ts`). */
	readonly verdict?: Verdict;
	readonly guards?: Readonly<Record<string, number>>;
	/** What iperf3 printed, word for word. */
	readonly raw?: string;
}

export interface ScenarioFigures {
	/** Payload bits that arrived in a second. */
	readonly goodput?: number;
	/** Datagrams that arrived in a second. */
	readonly packetsPerSecond?: number;
	/** Seconds that were measured. */
	readonly seconds?: number;
	readonly retransmits?: number;
	readonly lostPercent?: number;
}

/** A comparison with and without one step began, knows its noise, or ended. */
export interface TrialEvent {
	readonly type: 'trial';
	readonly at: Stamp;
	readonly change: 'started' | 'measured' | 'ended';
	readonly trial: string;
	readonly step: string;
	readonly scenario: string;
	/** Absent: it was broken off, and `reason` says why. */
	readonly verdict?: TrialVerdict;
	readonly reason?: string;
	/** How it was to be run: the seed gives the order of the pairs. */
	readonly plan?: {readonly evidence: 'pairs' | 'blocks'; readonly count: number; readonly seed: number};
	/** Known once the noise check is over: how much runs differ, and the smallest change that the plan can show. */
	readonly noise?: {readonly variation: number; readonly detectable?: number};
}

export interface TrialVerdict {
	readonly word: 'better' | 'worse' | 'same' | 'mixed' | 'inconclusive';
	readonly text: string;
	/** The median relative change: 0.062 is +6.2 %. */
	readonly change: number;
}

/** The guided loop began, decided something, or ended; `loop` ties them together. */
export interface AutopilotEvent {
	readonly type: 'autopilot';
	readonly at: Stamp;
	readonly change: 'started' | 'decided' | 'ended';
	readonly loop: string;
	/** What was decided and why, in words. */
	readonly text: string;
	/** Of the start: the peer's address in the mesh. */
	readonly peer?: string;
	/** The step that was decided about, and how: it stays, it went back, or it cannot be done here. */
	readonly step?: string;
	readonly decision?: 'kept' | 'put back' | 'impossible';
	/** The finding that it answers. */
	readonly finding?: string;
	/** Of one that stays: what a kept step has set, so that it can be set again after a crash. */
	readonly changes?: readonly Change[];
}

/** What outlives a restart is another now; empty: nothing does. */
export interface PersistedEvent {
	readonly type: 'persisted';
	readonly at: Stamp;
	readonly wishes: readonly Wish[];
}

/** A line that the user wrote at this moment (`m`). */
export interface MarkerEvent {
	readonly type: 'marker';
	readonly at: Stamp;
	readonly text: string;
}

/** A line that the program wrote: another interval, a part of a file that could not be read. */
export interface NoteEvent {
	readonly type: 'note';
	readonly at: Stamp;
	readonly text: string;
}
