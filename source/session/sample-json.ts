import type {LinkFacts} from '../model/facts.ts';
import type {CpuRates} from '../model/rates.ts';
import type {Readings} from '../model/snapshot.ts';
import type {Tunnel} from '../model/topology.ts';
import type {State} from './state.ts';

/**
One sample as the JSON of `nbtop once --json`, schema `nbtop.sample/1` (`docs/json.md`). Unknown is null.
*/
export function formatSample(state: State, version: string): object {
	const {rates, topology} = state;
	const readings: Readings = state.snapshot?.readings ?? {};
	const machine = readings.machine?.value;
	return {
		schema: 'nbtop.sample/1',
		version,
		time: state.snapshot === undefined ? null : new Date(state.snapshot.at.wall).toISOString(),
		seconds: rates.seconds ?? null,
		host: machine?.host ?? null,
		kernel: machine?.kernel ?? null,
		cpus: rates.cpus?.map(formatCpu) ?? null,
		all: rates.all === undefined ? null : formatPercentages(rates.all),
		interrupts:
			rates.interrupts?.map(row => ({
				irq: row.irq,
				name: row.name,
				device: row.device ?? null,
				queue: row.queue ?? null,
				role: row.role ?? null,
				perSecond: row.perSecond,
				perCpu: row.perCpu,
				affinity: row.affinity ?? null,
				effective: row.effective ?? null,
			})) ?? null,
		nics: formatNics(state),
		drops:
			rates.drops?.map(({layer, device, counter, delta, perSecond, total, headline}) => ({
				layer,
				device: device ?? null,
				counter,
				delta,
				perSecond,
				total,
				headline,
			})) ?? null,
		tunnels: topology.tunnels.map(tunnel => formatTunnel(tunnel, state)),
		settings: formatSettings(readings),
		problems: state.snapshot?.problems ?? [],
	};
}

function formatCpu(cpu: CpuRates): object {
	const {softnet} = cpu;
	return {
		cpu: cpu.cpu,
		...formatPercentages(cpu),
		netRxPerSecond: cpu.netRxPerSecond ?? null,
		netTxPerSecond: cpu.netTxPerSecond ?? null,
		interruptsPerSecond: cpu.interruptsPerSecond ?? null,
		softnet:
			softnet === undefined
				? null
				: {
						processed: softnet.processed,
						dropped: softnet.dropped,
						squeezed: softnet.timeSqueeze,
						receivedRps: softnet.receivedRps,
					},
	};
}

function formatPercentages({usr, nice, sys, iowait, irq, soft, steal, guest, gnice, idle}: CpuRates): object {
	return {usr, nice, sys, iowait, irq, soft, steal, guest, gnice, idle};
}

/** The path's interfaces, and every other that has a driver. */
function formatNics({snapshot, rates, topology}: State): object[] {
	const readings: Readings = snapshot?.readings ?? {};
	const links = readings.links?.value ?? [];
	const underlays = new Set(topology.underlays.map(underlay => underlay.interface));
	const roleOf = (link: LinkFacts): string | null => {
		if (topology.tunnels.some(tunnel => tunnel.interface === link.name)) {
			return 'tunnel';
		}
		return underlays.has(link.name) ? 'underlay' : topology.pathDevices.includes(link.name) ? 'lower' : null;
	};
	return links
		.filter(link => link.driver !== undefined || roleOf(link) !== null)
		.map(link => {
			const nic = readings.nics?.value.find(each => each.device === link.name);
			return {
				device: link.name,
				role: roleOf(link),
				driver: link.driver ?? nic?.driver ?? null,
				bus: link.bus ?? null,
				mtu: link.mtu ?? null,
				state: link.operstate ?? null,
				channels: nic?.channels ?? null,
				rings: nic?.rings ?? null,
				perSecond: rates.links?.[link.name] ?? null,
				queues: rates.queues?.filter(queue => queue.device === link.name) ?? null,
			};
		});
}

function formatTunnel(tunnel: Tunnel, {rates}: State): object {
	const peers = rates.peers?.filter(peer => peer.interface === tunnel.interface);
	return {
		interface: tunnel.interface,
		kind: tunnel.kind,
		mtu: tunnel.mtu ?? null,
		listenPort: tunnel.listenPort ?? null,
		underlays: tunnel.underlays,
		peers:
			peers?.map(peer => ({
				publicKey: peer.publicKey,
				name: peer.name ?? null,
				address: peer.address ?? null,
				endpoint: peer.endpoint ?? null,
				connection: peer.connection ?? null,
				rxBytesPerSecond: peer.rxBytesPerSecond ?? null,
				txBytesPerSecond: peer.txBytesPerSecond ?? null,
				rxBytes: peer.rxBytes ?? null,
				txBytes: peer.txBytes ?? null,
				handshakeAge: peer.handshakeAge ?? null,
			})) ?? null,
	};
}

function formatSettings(readings: Readings): object {
	const links = readings.links?.value ?? [];
	return {
		sysctls: readings.sysctls?.value ?? null,
		queues: Object.fromEntries(links.map(link => [link.name, {rx: link.rxQueues, tx: link.txQueues}])),
		nics: readings.nics?.value ?? null,
		qdiscs:
			readings.qdiscs?.value.map(({device, kind, root, parent}) => ({device, kind, root, parent: parent ?? null})) ??
			null,
		irqbalance: readings.machine?.value.irqbalance?.running ?? null,
	};
}
