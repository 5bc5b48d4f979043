/*
Steps, what they want, and what they are planned from.
*/

import type {Channels, Rings} from './facts.ts';
import type {Rates} from './rates.ts';
import type {Readings} from './snapshot.ts';
import type {Topology} from './topology.ts';

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
	/** `holds`: there is nothing to do because all that it wants is so already. `unprobed`: only the paths' probes can tell. */
	| {readonly unavailable: string; readonly holds?: boolean; readonly unprobed?: boolean};

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
