/*
Everything that happens. The state is a fold over events, a session is a header and a list of them.
*/

import type {LinkFacts, MachineFacts} from './facts.ts';
import type {Finding, Verdict} from './findings.ts';
import type {JournalEvent} from './journal.ts';
import type {Problem, Readings, SourceName, Stamp} from './snapshot.ts';
import type {Change, Wish} from './tuning.ts';

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
