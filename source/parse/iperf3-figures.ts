import type {Iperf3Cpu, Iperf3Interval, Iperf3Loss, Iperf3Run, Iperf3Sum, Iperf3Test} from './iperf3.ts';
import {type JsonObject, listOf, numberOf, objectOf, textOf, total, withoutUndefined} from './iperf3-json.ts';

interface Measured {
	readonly end: JsonObject;
	readonly test: Iperf3Test;
	readonly failed: boolean;
	readonly intervals: readonly Iperf3Interval[];
}

/**
The sums of a run: what was sent and what arrived, and what goes with them.

`sum` of a UDP run is never the goodput: it holds the rate that was sent. Losses are counted from the datagrams, because
`lost_percent` divides by the wrong end's count in reverse runs and holds the omitted seconds' losses before 3.14.
*/
export function readFigures(measured: Measured): Partial<Iperf3Run> {
	const {end, test, failed} = measured;
	const sum = (name: string) => readSum(objectOf(end[name]), failed || test.role === 'server');
	const udp = test.protocol === 'UDP';
	const sent = udp ? readUdpSent(measured) : sum('sum_sent');
	const received = udp ? readUdpReceived(measured) : sum('sum_received');
	const bidirectional = end.sum_sent_bidir_reverse !== undefined || undefined;
	const opposite = withoutUndefined<NonNullable<Iperf3Run['opposite']>>({
		sent: sum('sum_sent_bidir_reverse'),
		received: sum('sum_received_bidir_reverse'),
	});
	return withoutUndefined<Partial<Iperf3Run>>({
		sent,
		received,
		...(bidirectional ? {bidirectional, opposite} : {}),
		seconds: received?.seconds ?? sent?.seconds,
		goodput: received?.bitsPerSecond,
		retransmits: sent === undefined ? undefined : numberOf(objectOf(end.sum_sent).retransmits),
		loss: udp ? readLoss(measured, sent, received) : undefined,
		congestionControl: readCongestionControl(end),
		cpu: readCpu(objectOf(end.cpu_utilization_percent), failed || test.role === 'server'),
	});
}

/** A sum of zero bytes in a failed run, or at the server, is what the other end has not told. */
function readSum(sum: JsonObject, zeroIsUnknown: boolean): Iperf3Sum | undefined {
	const seconds = numberOf(sum.seconds);
	const bytes = numberOf(sum.bytes);
	const bitsPerSecond = numberOf(sum.bits_per_second);
	if (seconds === undefined || bytes === undefined || bitsPerSecond === undefined || (bytes === 0 && zeroIsUnknown)) {
		return;
	}

	return {seconds, bytes, bitsPerSecond};
}

/** Before 3.11 there is only `sum`, which holds what was sent. */
function readUdpSent({end, test, failed}: Measured): Iperf3Sum | undefined {
	const raw = objectOf(end.sum_sent ?? end.sum);
	const sum = readSum(raw, failed || test.role === 'server');
	return sum && withoutUndefined<Iperf3Sum>({...sum, packets: countDatagrams(sum, test) ?? numberOf(raw.packets)});
}

/**
What arrived: `sum_received` since 3.11. Before that the intervals, where this end received, else what was sent less the
losses, unless seconds were omitted, because then the losses of those seconds are still in the count.
*/
function readUdpReceived({end, test, failed, intervals}: Measured): Iperf3Sum | undefined {
	const received = end.sum_received === undefined ? undefined : objectOf(end.sum_received);
	const sum = received
		? readSum(received, failed || test.role === 'server')
		: test.reverse
			? sumIntervals(intervals)
			: lessLosses(objectOf(end.sum), test, failed);
	return sum && withoutUndefined<Iperf3Sum>({...sum, packets: countDatagrams(sum, test)});
}

function sumIntervals(intervals: readonly Iperf3Interval[]): Iperf3Sum | undefined {
	const measured = intervals.filter(interval => !interval.omitted);
	const seconds = measured.reduce((total, {start, end}) => total + end - start, 0);
	const bits = measured.reduce((total, {start, end, bitsPerSecond}) => total + bitsPerSecond * (end - start), 0);
	return seconds > 0 ? {seconds, bytes: Math.round(bits / 8), bitsPerSecond: bits / seconds} : undefined;
}

function lessLosses(raw: JsonObject, test: Iperf3Test, failed: boolean): Iperf3Sum | undefined {
	const sum = readSum(raw, true);
	const lostPercent = numberOf(raw.lost_percent);
	if (sum === undefined || lostPercent === undefined || failed || (test.omit ?? 0) > 0) {
		return;
	}

	const arrived = 1 - lostPercent / 100;
	return {...sum, bytes: Math.round(sum.bytes * arrived), bitsPerSecond: sum.bitsPerSecond * arrived};
}

/** Every datagram has the same size; the counts in the document include those of omitted seconds (before 3.14). */
function countDatagrams(sum: Iperf3Sum, test: Iperf3Test): number | undefined {
	return test.blockSize ? Math.round(sum.bytes / test.blockSize) : undefined;
}

/** From the datagrams of both ends; where one is not known, this end's own count if it was this end that received. */
function readLoss({end, test}: Measured, sent: Iperf3Sum | undefined, received: Iperf3Sum | undefined): Iperf3Loss {
	const raw = objectOf(end.sum_received ?? end.sum);
	const isReceiver = (test.role === 'server') !== (test.reverse ?? false);
	const all = sent?.packets ?? (isReceiver ? numberOf(raw.packets) : undefined);
	const arrived = received?.packets;
	const lost = all === undefined || arrived === undefined ? undefined : Math.max(0, all - arrived);
	return withoutUndefined<Iperf3Loss>({
		lostPackets: lost,
		lostPercent: lost === undefined || !all ? undefined : (100 * lost) / all,
		jitter: received === undefined ? undefined : numberOf(raw.jitter_ms),
		outOfOrder: total(listOf(end.streams).map(stream => numberOf(objectOf(objectOf(stream).udp).out_of_order))),
	});
}

function readCongestionControl(end: JsonObject): Iperf3Run['congestionControl'] {
	const sender = textOf(end.sender_tcp_congestion);
	const receiver = textOf(end.receiver_tcp_congestion);
	return sender || receiver ? withoutUndefined<{sender?: string; receiver?: string}>({sender, receiver}) : undefined;
}

function readCpu(cpu: JsonObject, remoteIsUnknown: boolean): Iperf3Run['cpu'] {
	const host = readCpuOf(cpu, 'host');
	const remote = readCpuOf(cpu, 'remote');
	return host && withoutUndefined({host, remote: remoteIsUnknown && remote?.total === 0 ? undefined : remote});
}

function readCpuOf(cpu: JsonObject, side: 'host' | 'remote'): Iperf3Cpu | undefined {
	const total = numberOf(cpu[`${side}_total`]);
	const user = numberOf(cpu[`${side}_user`]);
	const system = numberOf(cpu[`${side}_system`]);
	return total === undefined || user === undefined || system === undefined ? undefined : {total, user, system};
}
