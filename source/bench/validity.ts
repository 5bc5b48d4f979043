import type {Iperf3Run} from '../parse/iperf3.ts';
import {isAtLeast} from './scenarios.ts';

/** What was seen around a run. What was not looked at is absent, and speaks neither for nor against it. */
export interface RunContext {
	readonly serverVersion?: string;
	/** The peer's connection before and after the run. */
	readonly connection?: {readonly before?: string; readonly after?: string};
	/** Seconds since the peer's last handshake, at worst. */
	readonly handshakeAge?: number;
	/** The tunnel interface's number before and after: another one is another interface. */
	readonly tunnelIndex?: {readonly before: number; readonly after: number};
	/** The virtual function left, or stopped moving packets. */
	readonly lostVirtualFunction?: boolean;
	/** The share of the underlay's bytes that was not the run's, 0 to 1. */
	readonly otherTraffic?: number;
	/** Percent of the machine that the hypervisor took. */
	readonly steal?: number;
	readonly expected?: {readonly mss?: number; readonly congestionControl?: string};
}

/** Why a run says nothing about the step: its own reasons, and what happened around it. Empty for a good run. */
export function findInvalid(run: Iperf3Run, context: RunContext): string[] {
	const reasons = [
		findPathChange(context),
		...findMachineTroubles(context),
		...findBusyGenerators(run, context),
		...findSurprises(run, context),
	];
	return [...run.invalid, ...reasons.filter(reason => reason !== undefined)];
}

function findPathChange({connection}: RunContext): string | undefined {
	const {before, after} = connection ?? {};
	if (before !== undefined && after !== undefined && before !== after) {
		return `the peer went from ${before} to ${after}`;
	}

	return (before ?? after) === 'relayed' ? 'the peer is relayed' : undefined;
}

function findMachineTroubles(context: RunContext): Array<string | undefined> {
	const {handshakeAge, tunnelIndex, lostVirtualFunction, otherTraffic, steal} = context;
	return [
		// WireGuard makes a new key every 120 s while data flow, and drops data after 180 s.
		isAbove(handshakeAge, 180) ? `no handshake for ${handshakeAge?.toFixed(0)} s` : undefined,
		tunnelIndex && tunnelIndex.before !== tunnelIndex.after ? 'the tunnel interface was made anew' : undefined,
		lostVirtualFunction ? 'the virtual function was lost: packets took the slow path' : undefined,
		isAbove(otherTraffic, 0.05) ? `${formatPercent(otherTraffic)} of the traffic was not the run's` : undefined,
		isAbove(steal, 5) ? `the hypervisor took ${steal?.toFixed(1)} % of the machine` : undefined,
	];
}

function isAbove(value: number | undefined, limit: number): boolean {
	return value !== undefined && value > limit;
}

function formatPercent(share: number | undefined): string {
	return `${(100 * (share ?? 0)).toFixed(0)} %`;
}

/**
An iperf3 that fills its core measures itself. Since 3.16 each stream has a thread. A UDP sender without a rate always fills
its core: then only the receiver counts.
*/
function findBusyGenerators(run: Iperf3Run, {serverVersion}: RunContext): Array<string | undefined> {
	const spins = run.protocol === 'UDP' && run.targetBitrate === 0;
	const ends = [
		{name: 'here', cpu: run.cpu?.host, version: run.version, sends: !run.reverse},
		{name: 'at the peer', cpu: run.cpu?.remote, version: serverVersion, sends: run.reverse ?? false},
	];
	return ends.map(({name, cpu, version, sends}) => {
		const threads = isAtLeast(version, '3.16') ? (run.streams ?? 1) : 1;
		const each = (cpu?.total ?? 0) / threads;
		return each >= 95 && !(spins && sends)
			? `iperf3 ${name} used ${each.toFixed(0)} % of a core: it was the limit`
			: undefined;
	});
}

function findSurprises(run: Iperf3Run, {expected}: RunContext): Array<string | undefined> {
	const congestionControl = run.congestionControl?.sender;
	return [
		isOther(run.mss, expected?.mss) ? `the MSS is ${run.mss}, expected ${expected?.mss}` : undefined,
		isOther(congestionControl, expected?.congestionControl)
			? `the sender used ${congestionControl}, expected ${expected?.congestionControl}`
			: undefined,
	];
}

function isOther<T>(found: T | undefined, expected: T | undefined): boolean {
	return found !== undefined && expected !== undefined && found !== expected;
}
