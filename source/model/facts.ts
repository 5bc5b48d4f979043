/*
What changes seldom: the machine, its interfaces, NICs, interrupts and routes, and what NetBird tells.
*/

export interface MachineFacts {
	readonly host?: string;
	readonly kernel?: string;
	readonly architecture?: string;
	readonly bootId?: string;
	/** The network namespace that was looked at, as the kernel names it. */
	readonly netns?: string;
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
