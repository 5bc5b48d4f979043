/*
Who feeds whom: tunnel, underlay device, queue, interrupt.
*/

export interface Topology {
	readonly tunnels: readonly Tunnel[];
	/** Interfaces that carry the tunnels' outer packets, the busiest first. */
	readonly underlays: readonly Underlay[];
	/** All interfaces of the tunnels' paths: tunnels, underlays and their lower devices. */
	readonly pathDevices: readonly string[];
	/** Queue interrupts by IRQ label. */
	readonly irqs: Readonly<Record<string, IrqRole>>;
	/** Interfaces that the user has named and that are not there; absent: none. */
	readonly absent?: NamedInterfaces;
	/** Those that are there and cannot be what they were named for; absent: none. */
	readonly unfit?: NamedInterfaces;
}

/** Interfaces by the option that names them. */
export interface NamedInterfaces {
	readonly tunnel?: string | undefined;
	readonly nic?: string | undefined;
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

export type QueueRole = 'rx' | 'tx' | 'rxtx' | 'control';
