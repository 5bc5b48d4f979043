import type {Conntrack, Counters} from '../model/counters.ts';
import type {Drop, DropLayer} from '../model/rates.ts';
import {maximumPackets, subtractCounter32} from './counters.ts';
import {type DropKind, makeDrop} from './drop.ts';
import type {Pair} from './nic-drops.ts';

/** Fragments, UDP and TCP by `/proc/net/snmp`, `snmp6` and `netstat`: 64-bit counters of the network namespace. */
export function deriveProtocolDrops({previous, current, seconds}: Pair<Counters>): Drop[] {
	return protocolCounters.flatMap(([layer, counter, kind]) =>
		makeDrop({layer, seconds}, {counter, kind, previous: previous[counter], current: current[counter]}),
	);
}

/**
A `ReasmTimeout` is also a `ReasmFails` (`net/ipv4/ip_fragment.c: ip_expire`); `Udp.InErrors` holds the other errors of
receiving (`net/ipv4/udp.c`); `RcvPruned` is also a `TCPRcvQDrop`, and `ListenOverflows` and `TCPReqQFullDrop` are also
`ListenDrops` (`net/ipv4/tcp_input.c: tcp_conn_request`). Fragments are no loss, but a tunnel's MTU that is too large shows in
them first.
*/
const protocolCounters: readonly (readonly [DropLayer, string, DropKind])[] = [
	...['Ip', 'Ip6'].flatMap(
		ip =>
			[
				['fragments', `${ip}.ReasmFails`, 'loss'],
				['fragments', `${ip}.FragFails`, 'loss'],
				['fragments', `${ip}.FragCreates`, 'sign'],
				['fragments', `${ip}.ReasmReqds`, 'sign'],
				['fragments', `${ip}.ReasmTimeout`, 'part'],
			] as const,
	),
	...['Udp', 'Udp6'].flatMap(
		udp =>
			[
				['udp', `${udp}.InErrors`, 'loss'],
				['udp', `${udp}.SndbufErrors`, 'loss'],
				['udp', `${udp}.RcvbufErrors`, 'part'],
				['udp', `${udp}.InCsumErrors`, 'part'],
				['udp', `${udp}.MemErrors`, 'part'],
				['udp', `${udp}.NoPorts`, 'part'],
			] as const,
	),
	['tcp', 'Tcp.RetransSegs', 'loss'],
	['tcp', 'Tcp.InErrs', 'loss'],
	['tcp', 'TcpExt.TCPBacklogDrop', 'loss'],
	['tcp', 'TcpExt.TCPRcvQDrop', 'loss'],
	['tcp', 'TcpExt.TCPOFODrop', 'loss'],
	['tcp', 'TcpExt.TCPZeroWindowDrop', 'loss'],
	['tcp', 'TcpExt.ListenDrops', 'loss'],
	['tcp', 'TcpExt.PFMemallocDrop', 'loss'],
	['tcp', 'TcpExt.TCPMinTTLDrop', 'loss'],
	['tcp', 'TcpExt.ListenOverflows', 'part'],
	['tcp', 'TcpExt.TCPReqQFullDrop', 'part'],
	['tcp', 'TcpExt.PruneCalled', 'part'],
	['tcp', 'TcpExt.RcvPruned', 'part'],
	['tcp', 'TcpExt.OfoPruned', 'part'],
	['tcp', 'TcpExt.TCPMTUPFail', 'part'],
	['tcp', 'TcpExt.TCPMTUPSuccess', 'part'],
];

/** What else is asked of the protocols: traffic to set the losses against, fragments, needless retransmits. */
const otherCounters = [
	...['Ip.InReceives', 'Ip.OutRequests', 'Ip6.InReceives', 'Ip6.OutRequests', 'Ip.ReasmOKs', 'Ip6.ReasmOKs'],
	...['Udp.InDatagrams', 'Udp.OutDatagrams', 'Udp6.InDatagrams', 'Udp6.OutDatagrams'],
	...['Tcp.InSegs', 'Tcp.OutSegs', 'Tcp.CurrEstab', 'TcpExt.TCPDSACKRecv'],
];

/** The counters of `/proc/net/snmp`, `snmp6` and `netstat` that are read: a tenth of what a kernel has. */
export const usedProtocolCounters: ReadonlySet<string> = new Set([
	...protocolCounters.map(([, counter]) => counter),
	...otherCounters,
]);

/**
Connection tracking by `/proc/net/stat/nf_conntrack`: 32-bit counters of each CPU, added up.

`drop` is a full table, `insert_failed` a clash of two new connections, which is a `drop` too where it could not be resolved
(`net/netfilter/nf_conntrack_core.c: nf_ct_resolve_clash`): only the larger of the two is in the headline. `early_drop` lost no
packet: an old entry made room.
*/
export function deriveConntrackDrops(pair: Pair<Conntrack>): Drop[] {
	const [drop, failed, early] = ['drop', 'insert_failed', 'early_drop'].map(counter => addUp(counter, pair));
	const isFailed = failed !== undefined && failed.delta > (drop?.delta ?? 0);
	return [
		...(drop === undefined ? [] : [{...drop, headline: !isFailed}]),
		...(failed === undefined ? [] : [{...failed, headline: isFailed}]),
		...(early === undefined ? [] : [early]),
	];
}

/** One counter of all CPUs: undefined where one of them was not read twice or was set back. */
function addUp(counter: string, {previous, current, seconds}: Pair<Conntrack>): Drop | undefined {
	const deltas = current.cpus.map((cpu, index) => {
		const before = previous.cpus[index]?.[counter];
		const now = cpu[counter];
		return before === undefined || now === undefined
			? undefined
			: subtractCounter32(before, now, maximumPackets, seconds);
	});
	if (deltas.length === 0 || deltas.includes(undefined)) {
		return undefined;
	}

	const delta = deltas.reduce((sum: number, each) => sum + (each ?? 0), 0);
	const total = current.cpus.reduce((sum, cpu) => sum + (cpu[counter] ?? 0), 0);
	return {layer: 'conntrack', counter, delta, perSecond: delta / seconds, total, headline: false};
}
