/*
What tuning did: one line an event, on the disk before each write.
*/

import type {Stamp} from './snapshot.ts';
import type {Change, Setting} from './tuning.ts';

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
			/** The network namespace in its boot: what `/proc/self/ns/net` leads to. Absent: an earlier version did not tell. */
			readonly netns?: string;
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
