import type {Counters, CpuTicks, WireGuardPeer} from '../../source/model/counters.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import type {State} from '../../source/session/state.ts';

/*
What the evidence of findings must say, reckoned from the raw readings without a line of the program's own derivations.
*/

interface Pair {
	readonly now: Readings;
	readonly before: Readings;
	readonly state: State;
}

type Oracle = (match: readonly string[], pair: Pair) => number | string | undefined;

/** What the fact of this label must be; `undefined`: it is not known. Throws for a label that nobody has thought of. */
export function reckon(label: string, state: State): number | string | undefined {
	const pair: Pair = {now: state.snapshot?.readings ?? {}, before: state.previous, state};
	for (const [pattern, oracle] of oracles) {
		const match = pattern.exec(label);
		if (match !== null) {
			return oracle(match.slice(1), pair);
		}
	}
	throw new Error(`no oracle knows the fact "${label}"`);
}

/** `1.24 Gbit/s`, `12.3 k packets/s`, `94 %`, `6 MiB`, `40 s ago`: the number; other texts as they are. */
export function readValue(value: string): number | string {
	const {digits, scale} = splitValue(value);
	return digits === '' || / of /.test(value) ? value : Number(digits) * scale;
}

/** Half of the last digit, and a little for numbers that are not exact in a computer. */
export function readPrecision(value: string): number {
	const {digits, scale} = splitValue(value);
	const [number = '', exponent = '0'] = digits.split('e');
	const decimals = number.split('.')[1]?.length ?? 0;
	return 0.5001 * 10 ** (Number(exponent) - decimals) * scale;
}

function splitValue(value: string): {readonly digits: string; readonly scale: number} {
	const [, digits = '', unit = ''] =
		/^(\d+(?:\.\d+)?(?:e-\d+)?)(?: ([kMGT]i?)(?=bit|B| )| [a-z%]|$)/i.exec(value) ?? [];
	return {digits, scale: scales[unit] ?? 1};
}

const scales: Readonly<Record<string, number>> = {
	k: 1e3,
	K: 1e3,
	M: 1e6,
	G: 1e9,
	T: 1e12,
	Ki: 1024,
	Mi: 1024 ** 2,
	Gi: 1024 ** 3,
};

const oracles: readonly (readonly [RegExp, Oracle])[] = [
	[
		/^CPU(\d+) %(soft|steal)$/,
		([cpu, field], pair) => percentOf(pair, Number(cpu), field === 'soft' ? 'softirq' : 'steal'),
	],
	[/^CPU(\d+) busy$/, ([cpu], pair) => busyOf(pair, Number(cpu))],
	[
		/^the other cores, mean busy without CPU(\d+)$/,
		([cpu], pair) =>
			meanOf(
				listCpus(pair)
					.filter(each => each !== Number(cpu))
					.map(each => busyOf(pair, each)),
			),
	],
	[/^all cores busy$/, (_, pair) => meanOf(listCpus(pair).map(cpu => busyOf(pair, cpu)))],
	[/^all cores %steal$/, (_, pair) => meanOf(listCpus(pair).map(cpu => percentOf(pair, cpu, 'steal')))],
	[/^all cores in user mode$/, (_, pair) => meanOf(listCpus(pair).map(cpu => percentOf(pair, cpu, 'user')))],
	[/^all cores %sys$/, (_, pair) => meanOf(listCpus(pair).map(cpu => percentOf(pair, cpu, 'system')))],
	[
		/^all cores %soft and %irq$/,
		(_, pair) => meanOf(listCpus(pair).map(cpu => percentOf(pair, cpu, 'softirq') + percentOf(pair, cpu, 'irq'))),
	],
	[/^the least busy core$/, (_, pair) => Math.min(...listCpus(pair).map(cpu => busyOf(pair, cpu)))],
	[/^the hottest core, busy$/, (_, pair) => Math.max(...listCpus(pair).map(cpu => busyOf(pair, cpu)))],
	[
		/^CPU(\d+): share of the kernel's work$/,
		([cpu], pair) => (100 * workOf(pair, Number(cpu))) / sum(listCpus(pair).map(each => workOf(pair, each))),
	],
	[/^cores$/, (_, pair) => listCpus(pair).length],
	[
		/^CPU(\d+): counted time$/,
		([cpu], pair) => {
			const {now, before, seconds} = ticksOf(pair, Number(cpu));
			return (sumTicks(now) - sumTicks(before)) / seconds;
		},
	],
	[
		/^nbtop: of one CPU$/,
		({length: _}, {now, before}) =>
			(100 * ((now.self?.value.cpuSeconds ?? 0) - (before.self?.value.cpuSeconds ?? 0))) /
			secondsOf(now, before, 'self'),
	],
	[/^CPU(\d+) softnet dropped$/, ([cpu], pair) => softnetOf(pair, Number(cpu), 'dropped')],
	[/^CPU(\d+) softnet processed$/, ([cpu], pair) => softnetOf(pair, Number(cpu), 'processed')],
	[/^CPU(\d+) time_squeeze$/, ([cpu], pair) => softnetOf(pair, Number(cpu), 'timeSqueeze')],
	[/^CPU(\d+) received_rps$/, ([cpu], pair) => softnetOf(pair, Number(cpu), 'receivedRps')],
	[
		/^CPU(\d+): dropped of what came for it$/,
		([cpu], pair) => ratio(softnetOf(pair, Number(cpu), 'dropped'), softnetOf(pair, Number(cpu), 'processed')),
	],
	[
		/^CPU(\d+): of its NET_RX rounds$/,
		([cpu], pair) => (100 * softnetOf(pair, Number(cpu), 'timeSqueeze')) / netRxOf(pair, Number(cpu)),
	],
	[/^net\.core\.netdev_budget of the kernel$/, () => 300],
	[/^(net\.core\.\w+)$/, ([name = ''], {now}) => Number(now.sysctls?.value[name])],
	[
		/^(\w+): share of what arrives on queue (\d+)$/,
		([device = '', queue], pair) => (100 * queueOf(pair, device, Number(queue))) / sumQueues(pair, device),
	],
	[
		/^(\w+): share of what arrives on CPU(\d+)$/,
		([device = '', cpu], pair) =>
			(100 * sum(queuesOn(pair, Number(cpu)).map(queue => queueOf(pair, device, queue)))) / sumQueues(pair, device),
	],
	[
		/^(\w+) queue (\d+), IRQ \d+: share$/,
		([device = '', queue], pair) => (100 * queueOf(pair, device, Number(queue))) / sumQueues(pair, device),
	],
	[/^(\w+) queue (\d+) received$/, ([device = '', queue], pair) => queueOf(pair, device, Number(queue))],
	[/^IRQ (\d+) on CPU\d+$/, ([irq = ''], pair) => interruptsOf(pair, irq)],
	[/^cores that take none of these interrupts$/, (_, pair) => listCpus(pair).length - 1],
	[/^(\w+): receive interrupts that it may move$/, (_, {now}) => now.interrupts?.value.rows.length],
	[/^irqbalance: process$/, (_, {now}) => now.machine?.value.irqbalance?.pid],
	[
		/^active peers$/,
		(_, pair) => {
			const bytes = listPeers(pair)
				.map(each => each.bytes)
				.filter(each => each > 0);
			return bytes.filter(each => each >= sum(bytes) * Math.min(0.1, 0.5 / bytes.length)).length;
		},
	],
	[/^(eth0|enP1): receive queues in use$/, (_, {now}) => now.nics?.value[0]?.channels?.current.combined],
	[/^(eth0|enP1): receive queues that it could use$/, (_, {now}) => now.nics?.value[0]?.channels?.maximum.combined],
	[
		/^(\w+): receive ring$/,
		(_, {now}) => `${now.nics?.value[0]?.rings?.current.rx} of ${now.nics?.value[0]?.rings?.maximum.rx}`,
	],
	[/^(\w+): lost for want of a descriptor$/, ([device = ''], pair) => linkOf(pair, device, 'rx_missed_errors')],
	[
		/^(\w+): lost of what came$/,
		([device = ''], pair) => ratio(linkOf(pair, device, 'rx_missed_errors'), linkOf(pair, device, 'rx_packets')),
	],
	[/^(eth0|enP1) (rx_\w+)$/, ([device = '', name = ''], pair) => linkOf(pair, device, name)],
	[
		/^(eth0|enP1|wt0): both ways$/,
		([device = ''], pair) => 8 * (linkOf(pair, device, 'rx_bytes') + linkOf(pair, device, 'tx_bytes')),
	],
	[
		/^(wt0|eth0) sent$/,
		([device = ''], pair) =>
			device === 'wt0' ? 8 * linkOf(pair, device, 'tx_bytes') : linkOf(pair, device, 'tx_packets'),
	],
	[/^(wt0|eth0): MTU$/, ([device = ''], {now}) => now.links?.value.find(({name}) => name === device)?.mtu],
	[/^(eth0): MTU without headers$/, (_, {now}) => (now.links?.value.find(({name}) => name === 'eth0')?.mtu ?? 0) - 80],
	[
		/^packets less for the same bytes$/,
		(_, {now}) => {
			const mtu = (device: string) => now.links?.value.find(({name}) => name === device)?.mtu ?? 0;
			return 100 * (1 - mtu('wt0') / (mtu('eth0') - 80));
		},
	],
	[/^wt0: packets both ways$/, (_, pair) => packetsOf(pair, 'wt0')],
	[/^packets of no tunnel that can pass CPU(\d+)$/, ([cpu], pair) => othersOn(pair, Number(cpu))],
	[/^packets that can pass CPU(\d+)$/, ([cpu], pair) => packetsOf(pair, 'wt0') + othersOn(pair, Number(cpu))],
	[/^(wt0): kind$/, (_, {state}) => state.topology.tunnels[0]?.kind],
	[/^(eth0): driver$/, (_, {now}) => now.links?.value.find(({name}) => name === 'eth0')?.driver],
	[/^(eth0): virtual function$/, () => 'none'],
	[/^(enP1): share of the packets of eth0$/, (_, pair) => (100 * packetsOf(pair, 'enP1')) / packetsOf(pair, 'eth0')],
	[/^the interfaces under it sent$/, (_, pair) => 8 * linkOf(pair, 'eth0', 'tx_bytes')],
	[/^route to (\S+)$/, ([endpoint], {now}) => now.routes?.value.find(route => route.endpoint === endpoint)?.device],
	[/^Ip\.FragCreates and Ip6\.FragCreates$/, (_, pair) => protocolOf(pair, 'Ip.FragCreates')],
	[
		/^Ip\.FragCreates and Ip6\.FragCreates: fragments for each packet of wt0$/,
		(_, pair) => (100 * protocolOf(pair, 'Ip.FragCreates')) / linkOf(pair, 'wt0', 'tx_packets'),
	],
	[/^TcpExt TCPDSACKRecv$/, (_, pair) => protocolOf(pair, 'TcpExt.TCPDSACKRecv')],
	[/^counted time of all cores$/, () => 100],
	[/^Tcp RetransSegs$/, (_, pair) => protocolOf(pair, 'Tcp.RetransSegs')],
	[
		/^Tcp RetransSegs that were needed, of OutSegs$/,
		(_, pair) =>
			(100 * (protocolOf(pair, 'Tcp.RetransSegs') - protocolOf(pair, 'TcpExt.TCPDSACKRecv'))) /
			protocolOf(pair, 'Tcp.OutSegs'),
	],
	[/^lost on this host, in the layer that loses most$/, () => 0],
	[/^Udp RcvbufErrors$/, (_, pair) => protocolOf(pair, 'Udp.RcvbufErrors')],
	[
		/^Udp: lost of what came for sockets$/,
		(_, pair) => ratio(protocolOf(pair, 'Udp.RcvbufErrors'), protocolOf(pair, 'Udp.InDatagrams')),
	],
	[/^nf_conntrack: insert_failed$/, (_, pair) => conntrackOf(pair, 'insert_failed')],
	[
		/^nf_conntrack: drop beyond insert_failed$/,
		(_, pair) => Math.max(0, conntrackOf(pair, 'drop') - conntrackOf(pair, 'insert_failed')),
	],
	[/^nf_conntrack: entries$/, (_, {now}) => `${now.conntrack?.value.entries} of ${now.conntrack?.value.max}`],
	[
		/^nf_conntrack: full to$/,
		(_, {now}) => (100 * (now.conntrack?.value.entries ?? 0)) / (now.conntrack?.value.max ?? 1),
	],
	[/^eth0 \w+\.drops$/, (_, pair) => qdiscOf(pair)],
	[
		/^eth0 tbf\.overlimits$/,
		(_, pair) => perSecond(pair, 'qdiscs', readings => readings.qdiscs?.value.find(({root}) => root)?.overlimits),
	],
	[
		/^eth0: waits for each packet that it sent$/,
		(_, pair) =>
			(100 * perSecond(pair, 'qdiscs', readings => readings.qdiscs?.value.find(({root}) => root)?.overlimits)) /
			linkOf(pair, 'eth0', 'tx_packets'),
	],
	[
		/^eth0: dropped by \w+ of what it was given$/,
		(_, pair) => ratio(qdiscOf(pair), linkOf(pair, 'eth0', 'tx_packets')),
	],
	[/^wg-crypt-wt0 on CPU(\d+)$/, ([cpu], pair) => workersOf(pair, Number(cpu))],
	[
		/^wg-crypt-wt0 on the other cores, mean$/,
		(_, pair) => {
			const all = listCpus(pair).map(cpu => workersOf(pair, cpu));
			return (sum(all) - Math.max(...all)) / (all.length - 1);
		},
	],
	[/^wg-crypt-wt0: of all cores$/, (_, pair) => meanOf(listCpus(pair).map(cpu => workersOf(pair, cpu)))],
	[/^(\S+) \((\d+)\): of one CPU$/, ([, pid], pair) => threadOf(pair, each => each.pid === Number(pid), 'both')],
	[/^(\S+) \((\d+)\): in user mode$/, ([, pid], pair) => threadOf(pair, each => each.pid === Number(pid), 'user')],
	[
		/^(\S+) \((\d+)\): threads$/,
		([, pid], {now}) => now.threads?.value.find(each => each.pid === Number(pid))?.threads,
	],
	[/^(\S+): of one CPU$/, ([name], pair) => threadOf(pair, each => each.name === name, 'both')],
	[/^iperf3: version$/, (_, {now}) => now.machine?.value.tools.iperf3],
	[/^(\w+): endpoint$/, ([name], pair) => listPeers(pair).find(each => each.name === name)?.peer.endpoint],
	[/^(\w+): NetBird status$/, () => 'Connected'],
	[
		/^(\w+): share of the tunnel's bytes$/,
		([name], pair) =>
			(100 * (listPeers(pair).find(each => each.name === name)?.bytes ?? 0)) /
			sum(listPeers(pair).map(({bytes}) => bytes)),
	],
	[/^(\w+): both ways$/, ([name], pair) => 8 * (listPeers(pair).find(each => each.name === name)?.bytes ?? 0)],
	[
		/^(\w+): last handshake$/,
		([name], pair) =>
			Math.round(
				(pair.state.snapshot?.at.wall ?? 0) / 1000 -
					(listPeers(pair).find(each => each.name === name)?.peer.latestHandshake ?? 0),
			),
	],
	[
		/^(\w+): (sent|received), mean of the last ticks$/,
		([name, way], pair) => listPeers(pair).find(each => each.name === name)?.[way === 'sent' ? 'tx' : 'rx'],
	],
	[
		/^(\w+): new handshakes in the last (\d+) s$/,
		([, seconds], {state}) => {
			const now = state.snapshot?.readings.wireguard?.at ?? 0;
			return Object.values(state.handshakes)
				.flat()
				.filter(time => now - time < Number(seconds)).length;
		},
	],
	[/^time in which the peer’s receive window was full$/, (_, pair) => socketOf(pair, 'windowLimited') / 10],
	[/^time in which the send buffer was full$/, (_, pair) => socketOf(pair, 'bufferLimited') / 10],
	[/^\S+: round trip$/, (_, {now}) => now.sockets?.value[0]?.rtt],
	[/^TCP over the tunnel, sent$/, (_, pair) => 8 * socketOf(pair, 'bytesAcked')],
	[/^streams$/, (_, {now}) => now.sockets?.value.length],
	// A steady machine has sent this in all ticks: what noise adds is allowed for by who compares.
	[/^eth0 sent, median of the last \d+ ticks$/, (_, pair) => 8 * linkOf(pair, 'eth0', 'tx_bytes')],
	[/^eth0 sent: half of the ticks are within$/, () => undefined],
	[/^CPUs that are offline$/, () => undefined],
];

function percentOf(
	pair: Pair,
	cpu: number,
	field: 'user' | 'softirq' | 'steal' | 'idle' | 'iowait' | 'system' | 'irq',
): number {
	const {now, before} = ticksOf(pair, cpu);
	return (100 * (now[field] - before[field])) / (sumTicks(now) - sumTicks(before));
}

function busyOf(pair: Pair, cpu: number): number {
	return 100 - percentOf(pair, cpu, 'idle') - percentOf(pair, cpu, 'iowait') - percentOf(pair, cpu, 'steal');
}

function workOf(pair: Pair, cpu: number): number {
	return percentOf(pair, cpu, 'system') + percentOf(pair, cpu, 'softirq') + percentOf(pair, cpu, 'irq');
}

function ticksOf({now, before}: Pair, cpu: number) {
	const find = (readings: Readings) => {
		const found = readings.cpuTimes?.value.cpus.find(each => each.cpu === cpu);
		if (found === undefined) {
			throw new Error(`no CPU${cpu}`);
		}
		return found;
	};
	return {now: find(now), before: find(before), seconds: secondsOf(now, before, 'cpuTimes')};
}

function sumTicks({user, nice, system, idle, iowait, irq, softirq, steal}: CpuTicks): number {
	return user + nice + system + idle + iowait + irq + softirq + steal;
}

function listCpus({now}: Pair): number[] {
	return (now.cpuTimes?.value.cpus ?? []).map(({cpu}) => cpu);
}

function secondsOf(now: Readings, before: Readings, source: keyof Readings): number {
	return (now[source]?.at ?? Number.NaN) - (before[source]?.at ?? Number.NaN);
}

function perSecond(pair: Pair, source: keyof Readings, read: (readings: Readings) => number | undefined): number {
	return ((read(pair.now) ?? 0) - (read(pair.before) ?? 0)) / secondsOf(pair.now, pair.before, source);
}

function softnetOf(pair: Pair, cpu: number, field: 'processed' | 'dropped' | 'timeSqueeze' | 'receivedRps'): number {
	return perSecond(pair, 'softnet', readings => readings.softnet?.value.find(row => row.cpu === cpu)?.[field]);
}

function netRxOf(pair: Pair, cpu: number): number {
	return perSecond(pair, 'softirqs', readings => readings.softirqs?.value.rows.NET_RX?.[cpu]);
}

function linkOf(pair: Pair, device: string, counter: string): number {
	return perSecond(pair, 'linkStatistics', readings => readings.linkStatistics?.value[device]?.[counter]);
}

function packetsOf(pair: Pair, device: string): number {
	return linkOf(pair, device, 'rx_packets') + linkOf(pair, device, 'tx_packets');
}

/** What eth0 moves beside the tunnel, as much of it as arrives on that CPU. */
function othersOn(pair: Pair, cpu: number): number {
	const part = sum(queuesOn(pair, cpu).map(queue => queueOf(pair, 'eth0', queue))) / sumQueues(pair, 'eth0');
	return part * (packetsOf(pair, 'eth0') - packetsOf(pair, 'wt0'));
}

function protocolOf(pair: Pair, counter: string): number {
	return perSecond(pair, 'protocols', readings => readings.protocols?.value[counter]);
}

function conntrackOf(pair: Pair, counter: string): number {
	return perSecond(pair, 'conntrack', readings =>
		sum((readings.conntrack?.value.cpus ?? []).map((cpu: Counters) => cpu[counter] ?? 0)),
	);
}

function qdiscOf(pair: Pair): number {
	return perSecond(
		pair,
		'qdiscs',
		readings => readings.qdiscs?.value.find(({root, device}) => root && device === 'eth0')?.drops,
	);
}

function queueOf(pair: Pair, device: string, queue: number): number {
	return perSecond(
		pair,
		'nicStatistics',
		({nicStatistics}) =>
			[nicStatistics?.value[device] ?? []]
				.flatMap(each => ('value' in each ? each.value : each))
				.find(({name}) => name === `rx${queue}_packets`)?.value,
	);
}

function sumQueues(pair: Pair, device: string): number {
	return sum((pair.now.interrupts?.value.rows ?? []).map((_, queue) => queueOf(pair, device, queue)));
}

/** The queues whose interrupt is routed to that CPU. */
function queuesOn({now}: Pair, cpu: number): number[] {
	return (now.irqs?.value ?? []).flatMap(({effective}, queue) => (effective?.includes(cpu) ? [queue] : []));
}

function interruptsOf(pair: Pair, irq: string): number {
	return perSecond(pair, 'interrupts', readings => {
		const row = readings.interrupts?.value.rows.find(each => each.irq === irq);
		return row === undefined ? undefined : sum(Array.from(row.counts));
	});
}

function workersOf(pair: Pair, cpu: number): number {
	return threadOf(pair, ({name, cpu: on}) => name.includes('wg-crypt-wt0') && on === cpu, 'both');
}

/** Percent of one CPU: a tick is a hundredth of a second. */
function threadOf(
	pair: Pair,
	isMeant: (thread: {pid: number; name: string; cpu?: number}) => boolean,
	what: 'user' | 'both',
): number {
	return perSecond(pair, 'threads', readings =>
		sum(
			(readings.threads?.value ?? []).filter(isMeant).map(({user, system}) => (what === 'user' ? user : user + system)),
		),
	);
}

function socketOf(pair: Pair, field: 'windowLimited' | 'bufferLimited' | 'bytesAcked'): number {
	return perSecond(pair, 'sockets', readings => readings.sockets?.value[0]?.[field]);
}

function listPeers(pair: Pair): {name: string; peer: WireGuardPeer; rx: number; tx: number; bytes: number}[] {
	const peers = pair.now.wireguard?.value[0]?.peers ?? [];
	return peers.map((peer, index) => {
		const rx = perSecond(pair, 'wireguard', readings => readings.wireguard?.value[0]?.peers[index]?.receivedBytes);
		const tx = perSecond(pair, 'wireguard', readings => readings.wireguard?.value[0]?.peers[index]?.sentBytes);
		const name = pair.now.netbird?.value.peers[index]?.fqdn?.split('.')[0] ?? '';
		return {name, peer, rx, tx, bytes: rx + tx};
	});
}

function ratio(lost: number, passed: number): number {
	return (100 * lost) / Math.max(1, lost + passed);
}

function meanOf(numbers: readonly number[]): number {
	return sum(numbers) / numbers.length;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, each) => total + each, 0);
}
