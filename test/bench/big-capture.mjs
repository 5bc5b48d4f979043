import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/**
Writes a capture (docs/capture.md) of a busy machine with that many CPUs: a Mellanox NIC with up to 63 queues under a
WireGuard tunnel of 12 peers, up to 1000 interrupts, and every counter moving in every sample.
@param {string} folder
@param {number} cpus
*/
export function writeBigCapture(folder, cpus) {
	mkdirSync(folder, {recursive: true});
	const machine = {cpus, queues: Math.min(63, cpus), irqs: Math.min(1000, 20 + 4 * cpus), peers: 12};
	// Fewer of the big ones: their interrupt tables are up to 13 MB each.
	const samples = cpus > 256 ? 8 : cpus > 64 ? 20 : 64;
	for (let tick = 0; tick < samples; tick++) {
		// Facts in every sample: what is read again would else carry the first one's time, and so would what is told its time by it.
		const entries = {...listFacts(machine), ...listCounters(machine, tick)};
		const text = Object.entries(entries).map(([subject, body]) => `-- ${subject} --\n${body.trimEnd()}\n`);
		writeFileSync(path.join(folder, `${String(tick).padStart(4, '0')}.txt`), [formatSample(tick), ...text].join(''));
	}
}

const bootTime = 1_790_000_000;
const firstIrq = 30;
const tunnel = 'wt0';
const underlay = 'eth0';
const pciAddress = '0000:3b:00.0';

function formatSample(tick) {
	const seconds = 100 + tick;
	return `-- sample @${seconds} ${new Date((bootTime + seconds) * 1000).toISOString()} --\n`;
}

/** What a counter shows at a tick: a start and a rate of its own, which is another one at every tick. */
function count(seed, tick, rate) {
	return (seed % 7919) * 1000 + grow(seed, tick, rate);
}

/** A tick adds a tenth to nineteen tenths of the rate. */
function grow(seed, tick, rate) {
	const noise =
		(Math.imul(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(tick + 1, 0x85ebca6b), 0xc2b2ae35) >>> 0) / 2 ** 32;
	return Math.floor(rate * (tick + 0.9 * noise));
}

function range(length) {
	return Array.from({length}, (_, index) => index);
}

function formatTable(rows) {
	return rows.map(row => row.join(' ')).join('\n');
}

// ---------------------------------------------------------------------------------------------------------------------
// What moves

function listCounters(machine, tick) {
	return {
		'file /proc/stat': formatStat(machine, tick),
		'file /proc/interrupts': formatInterrupts(machine, tick),
		'file /proc/softirqs': formatSoftirqs(machine, tick),
		'file /proc/net/softnet_stat': formatSoftnet(machine, tick),
		'file /proc/net/snmp': formatSnmp(tick),
		'file /proc/net/netstat': formatGroup(
			'TcpExt',
			['TCPBacklogDrop', 'ListenDrops', 'PruneCalled', 'TCPRcvQDrop'],
			tick,
		),
		...Object.fromEntries(
			[underlay, tunnel].flatMap(name =>
				linkCounters.map((counter, index) => [
					`file /sys/class/net/${name}/statistics/${counter}`,
					String(count(index + name.length, tick, index < 4 ? 2_000_000 : 3)),
				]),
			),
		),
		'program wg show all transfer': formatTable(
			range(machine.peers).map(peer => [
				[tunnel, keyOf(peer), count(peer, tick, 9_000_000), count(peer + 50, tick, 4_000_000)].join('\t'),
			]),
		),
		'program wg show all latest-handshakes': range(machine.peers)
			.map(peer => `${tunnel}\t${keyOf(peer)}\t${bootTime + 60 + peer}`)
			.join('\n'),
		[`program ethtool -S ${underlay}`]: formatNicStatistics(machine, tick),
		'program tc -j -s qdisc show': JSON.stringify([
			{kind: 'mq', handle: '0:', dev: underlay, root: true, drops: count(5, tick, 2), bytes: count(6, tick, 900_000)},
		]),
	};
}

const linkCounters = [
	...['rx_bytes', 'rx_packets', 'tx_bytes', 'tx_packets', 'rx_dropped', 'rx_errors', 'rx_missed_errors'],
	...['rx_over_errors', 'rx_fifo_errors', 'tx_dropped', 'tx_errors', 'tx_fifo_errors', 'multicast', 'rx_nohandler'],
];

/** A CPU does 100 ticks a second; what it does with them differs from CPU to CPU and from tick to tick. */
function formatStat({cpus, irqs}, tick) {
	const times = range(cpus).map(cpu => {
		const shares = [5 + (cpu % 23), 0, 5, 1, 1, 5 + ((cpu * 7) % 21)];
		const [user, nice, system, iowait, irq, soft] = shares.map((share, index) => grow(cpu + index, tick, share));
		return [user, nice, system, 1000 + 100 * tick - user - system - iowait - irq - soft, iowait, irq, soft, 0, 0, 0];
	});
	const all = times[0].map((_, column) => times.reduce((sum, row) => sum + row[column], 0));
	return formatTable([
		['cpu ', ...all],
		...times.map((row, cpu) => [`cpu${cpu}`, ...row]),
		['intr', count(1, tick, 90_000 * cpus), ...range(irqs).map(irq => count(irq, tick, 900))],
		['ctxt', count(2, tick, 50_000 * cpus)],
		['btime', bootTime],
	]);
}

function formatInterrupts({cpus, queues, irqs}, tick) {
	const cell = value => ` ${String(value).padStart(10)}`;
	const header = `${' '.repeat(4)}${range(cpus)
		.map(cpu => `CPU${cpu}`.padStart(11))
		.join('')}`;
	const quiet = cell(0);
	const device = row => {
		const cells = range(cpus).map(cpu => (cpu % 10 === row % 10 ? cell((cpu * row) % 100_000) : quiet));
		cells[row % cpus] = cell(count(row, tick, row < queues ? 20_000 : 40));
		const action = row < queues ? `mlx5_comp${row}@pci:${pciAddress}` : `nvme${Math.floor(row / 128)}q${row % 128}`;
		return `${String(firstIrq + row).padStart(4)}:${cells.join('')}  IR-PCI-MSIX-${pciAddress} ${row}-edge      ${action}`;
	};
	const local = ['LOC', 'RES', 'CAL', 'TLB'].map((name, index) => {
		const cells = range(cpus).map(cpu => cell(count(cpu + index, tick, 1000 >> index)));
		return ` ${name}:${cells.join('')}   Of every CPU`;
	});
	return [header, ...range(irqs).map(device), ...local].join('\n');
}

const softirqs = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'];

function formatSoftirqs({cpus}, tick) {
	const rows = softirqs.map((name, index) => {
		const cells = range(cpus).map(cpu => String(count(cpu + index, tick, 100 * (index + 1))).padStart(11));
		return `${`${name}:`.padStart(12)}${cells.join('')}`;
	});
	return [
		' '.repeat(20) +
			range(cpus)
				.map(cpu => `CPU${cpu}`.padEnd(11))
				.join(''),
		...rows,
	].join('\n');
}

function formatSoftnet({cpus}, tick) {
	const row = cpu => [count(cpu, tick, 9000), cpu % 5 === 0 ? 3 * tick : 0, cpu % 3 === 0 ? 7 * tick : 0];
	const columns = cpu => [...row(cpu), 0, 0, 0, 0, 0, 0, count(cpu, tick, 300), 0, 0, cpu, 0, 0];
	const hex = value => value.toString(16).padStart(8, '0');
	return formatTable(range(cpus).map(cpu => columns(cpu).map(hex)));
}

function formatGroup(name, counters, tick) {
	const values = counters.map((counter, index) => count(counter.length + index, tick, 4));
	return `${name}: ${counters.join(' ')}\n${name}: ${values.join(' ')}`;
}

function formatSnmp(tick) {
	return [
		formatGroup('Ip', ['InReceives', 'ReasmFails', 'FragFails', 'FragCreates'], tick),
		formatGroup('Tcp', ['InSegs', 'OutSegs', 'RetransSegs'], tick),
		formatGroup('Udp', ['InDatagrams', 'NoPorts', 'InErrors', 'OutDatagrams', 'RcvbufErrors', 'SndbufErrors'], tick),
	].join('\n');
}

function formatNicStatistics({queues}, tick) {
	const ofDevice = ['rx_out_of_buffer', 'rx_discards_phy', 'tx_discards_phy', 'rx_crc_errors_phy'];
	const ofQueues = range(queues).flatMap(queue => [`rx${queue}_packets`, `rx${queue}_bytes`, `tx${queue}_packets`]);
	const lines = [...ofDevice, ...ofQueues].map(
		(name, index) => `     ${name}: ${count(index, tick, index < 4 ? 2 : 7000)}`,
	);
	return ['NIC statistics:', ...lines].join('\n');
}

// ---------------------------------------------------------------------------------------------------------------------
// What stays

function listFacts({cpus, queues, peers}) {
	const eth = `/sys/class/net/${underlay}`;
	const irqs = range(queues).map(queue => firstIrq + queue);
	const byPeer = (subcommand, value) => [
		`program wg show all ${subcommand}`,
		range(peers)
			.map(peer => `${tunnel}\t${keyOf(peer)}\t${value(peer)}`)
			.join('\n'),
	];
	return {
		'list /sys/class/net': `${underlay}\n${tunnel}`,
		...listLink(underlay, 2, 1500),
		...listLink(tunnel, 9, 1420),
		[`file /sys/class/net/${tunnel}/uevent`]: `DEVTYPE=wireguard\nINTERFACE=${tunnel}\nIFINDEX=9`,
		[`list ${eth}`]: 'device\nqueues\nstatistics',
		[`list ${eth}/queues`]: range(queues)
			.map(queue => `rx-${queue}\ntx-${queue}`)
			.join('\n'),
		[`link ${eth}/device`]: `../../../${pciAddress}`,
		[`link ${eth}/device/driver`]: '../../../../bus/pci/drivers/mlx5_core',
		[`file ${eth}/device/uevent`]: `DRIVER=mlx5_core\nPCI_SLOT_NAME=${pciAddress}`,
		[`file ${eth}/device/numa_node`]: '0',
		[`list ${eth}/device/msi_irqs`]: irqs.join('\n'),
		...Object.fromEntries(
			irqs.flatMap((irq, queue) => [
				[`file /proc/irq/${irq}/smp_affinity_list`, String(queue % cpus)],
				[`file /proc/irq/${irq}/effective_affinity_list`, String(queue % cpus)],
				[`file /sys/kernel/irq/${irq}/actions`, `mlx5_comp${queue}@pci:${pciAddress}`],
			]),
		),
		...Object.fromEntries(range(queues).map(queue => [`file ${eth}/queues/rx-${queue}/rps_cpus`, '0'])),
		'file /sys/devices/system/cpu/online': `0-${cpus - 1}`,
		'file /proc/sys/kernel/osrelease': '6.8.0-60-generic',
		'file /proc/sys/kernel/hostname': `busy-${cpus}`,
		'file /proc/sys/net/core/netdev_max_backlog': '1000',
		'file /proc/sys/net/core/netdev_budget': '300',
		'program ip -j route show default': JSON.stringify([{dst: 'default', gateway: '192.0.2.1', dev: underlay}]),
		...Object.fromEntries(
			range(peers).map(peer => [
				`program ip -j route get ${addressOf(peer)}`,
				JSON.stringify([{dst: addressOf(peer), gateway: '192.0.2.1', dev: underlay, prefsrc: '192.0.2.9'}]),
			]),
		),
		'program wg show all endpoints': `${tunnel}\t${range(peers)
			.map(peer => `${keyOf(peer)}\t${addressOf(peer)}:51820`)
			.join('\n')}`,
		...Object.fromEntries([
			byPeer('allowed-ips', peer => `100.64.0.${peer + 1}/32`),
			byPeer('persistent-keepalive', () => '25'),
		]),
		'program wg show all listen-port': `${tunnel}\t51820`,
		'program wg show all fwmark': `${tunnel}\toff`,
		[`program ethtool -i ${underlay}`]: `driver: mlx5_core\nversion: 6.8.0\nbus-info: ${pciAddress}`,
		[`program ethtool -l ${underlay}`]: formatChannels(queues),
	};
}

function listLink(name, ifindex, mtu) {
	const folder = `/sys/class/net/${name}`;
	return {
		[`file ${folder}/ifindex`]: String(ifindex),
		[`file ${folder}/mtu`]: String(mtu),
		[`file ${folder}/operstate`]: 'up',
		[`list ${folder}`]: 'statistics',
		[`list ${folder}/statistics`]: linkCounters.join('\n'),
	};
}

function formatChannels(queues) {
	const block = `RX:\t\tn/a\nTX:\t\tn/a\nOther:\t\tn/a\nCombined:\t${queues}`;
	return `Channel parameters for ${underlay}:\nPre-set maximums:\n${block}\nCurrent hardware settings:\n${block}`;
}

/** A key of the right shape that nobody has the other half of. */
function keyOf(peer) {
	return `${String(peer).padStart(42, 'peer')}A=`;
}

function addressOf(peer) {
	return `198.51.100.${peer + 1}`;
}
