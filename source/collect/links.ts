import type {Host} from '../host.ts';
import type {LinkFacts} from '../model/facts.ts';
import {parseCpuList} from '../parse/cpu-list.ts';
import {omitUnknown} from '../parse/json.ts';
import {tryLine, tryList, tryNumber, tryRead, tryTarget} from './reading.ts';

const folder = '/sys/class/net';

/** A machine with hundreds of containers has as many interfaces: the physical ones and the tunnels come first. */
const linkLimit = 64;

/** Addresses by interface: sysfs has none. */
export type Addresses = Readonly<Record<string, readonly string[]>>;

/** Reads the facts of every interface but `lo` from sysfs (`Documentation/ABI/testing/sysfs-class-net`). */
export function readLinks(host: Host, addresses: Addresses = {}): LinkFacts[] {
	const names = host.list(folder).filter(name => name !== 'lo' && name !== 'bonding_masters');
	const chosen = names.length <= linkLimit ? names : preferReal(host, names);
	return chosen.flatMap(name => readLink(host, name, addresses[name]) ?? []);
}

function preferReal(host: Host, names: readonly string[]): string[] {
	const isReal = (name: string): boolean =>
		tryRead(() => host.readLink(`${folder}/${name}`).includes('/virtual/')) === false ||
		tryLine(host, `${folder}/${name}/tun_flags`) !== undefined ||
		/DEVTYPE=wireguard/.test(tryLine(host, `${folder}/${name}/uevent`) ?? '');
	const real = new Set(names.filter(isReal));
	return [...real, ...names.filter(name => !real.has(name))].slice(0, linkLimit);
}

function readLink(host: Host, name: string, addresses: readonly string[] | undefined): LinkFacts | undefined {
	const path = `${folder}/${name}`;
	const ifindex = tryNumber(host, `${path}/ifindex`);
	if (ifindex === undefined) {
		return undefined;
	}
	const entries = tryList(host, path);
	const queues = readQueues(host, `${path}/queues`);
	return omitUnknown({
		name,
		ifindex,
		mac: tryLine(host, `${path}/address`) || undefined,
		mtu: tryNumber(host, `${path}/mtu`),
		operstate: tryLine(host, `${path}/operstate`),
		flags: tryNumber(host, `${path}/flags`),
		kind: readKind(host, path, entries),
		master: entries.includes('master') ? tryTarget(host, `${path}/master`) : undefined,
		addresses,
		lowers: entries.filter(entry => entry.startsWith('lower_')).map(entry => entry.slice('lower_'.length)),
		carrierChanges: tryNumber(host, `${path}/carrier_changes`),
		// The kernel says -1 where the speed is not known; a virtual device refuses the read.
		speedMbit: positive(tryNumber(host, `${path}/speed`)),
		threaded: toBoolean(tryNumber(host, `${path}/threaded`)),
		groFlushTimeout: tryNumber(host, `${path}/gro_flush_timeout`),
		napiDeferHardIrqs: tryNumber(host, `${path}/napi_defer_hard_irqs`),
		txQueueLength: tryNumber(host, `${path}/tx_queue_len`),
		...queues,
		...(entries.includes('device') ? readDevice(host, `${path}/device`) : {msiIrqs: []}),
	});
}

function readKind(host: Host, path: string, entries: readonly string[]): string | undefined {
	const devtype = /^DEVTYPE=(.+)$/m.exec(tryLine(host, `${path}/uevent`) ?? '')?.[1];
	return devtype ?? (entries.includes('tun_flags') ? 'tun' : undefined);
}

type QueueFacts = Pick<LinkFacts, 'rxQueues' | 'txQueues'>;

function readQueues(host: Host, path: string): QueueFacts {
	const numbers = (direction: string): number[] =>
		tryList(host, path)
			.filter(name => name.startsWith(`${direction}-`))
			.map(name => Number(name.slice(3)))
			.sort((a, b) => a - b);
	return {
		rxQueues: numbers('rx').map(queue =>
			omitUnknown({
				queue,
				rpsCpus: tryLine(host, `${path}/rx-${queue}/rps_cpus`),
				rpsFlowCount: tryNumber(host, `${path}/rx-${queue}/rps_flow_cnt`),
			}),
		),
		txQueues: numbers('tx').map(queue => omitUnknown({queue, xpsCpus: tryLine(host, `${path}/tx-${queue}/xps_cpus`)})),
	};
}

type DeviceFacts = Pick<
	LinkFacts,
	'driver' | 'bus' | 'device' | 'numaNode' | 'localCpus' | 'msiIrqs' | 'legacyIrq' | 'vmbusChannels'
>;

/** `virtio` sits one folder below its PCI function, which has the interrupts and the NUMA node. */
function readDevice(host: Host, path: string): DeviceFacts {
	const device = tryTarget(host, path);
	const driver = tryTarget(host, `${path}/driver`);
	const parents = [path, `${path}/..`];
	const owner = parents.find(parent => tryList(host, `${parent}/msi_irqs`).length > 0);
	const place = owner ?? parents.find(parent => isPciAddress(tryLastPart(host, parent))) ?? path;
	const localCpus = tryLine(host, `${place}/local_cpulist`);
	const vmbusChannels = readVmbusChannels(host, `${path}/channels`);
	return omitUnknown({
		driver,
		bus: tryLastPart(host, place),
		device,
		numaNode: tryNumber(host, `${place}/numa_node`),
		localCpus: localCpus ? tryRead(() => parseCpuList(localCpus)) : undefined,
		msiIrqs: tryList(host, `${place}/msi_irqs`)
			.map(Number)
			.sort((a, b) => a - b),
		legacyIrq: positive(tryNumber(host, `${place}/irq`)),
		vmbusChannels: vmbusChannels.length > 0 ? vmbusChannels : undefined,
	});
}

/** The name of the folder itself: its uevent tells the PCI address, where the path alone ends in `..`. */
function tryLastPart(host: Host, path: string): string | undefined {
	return /^PCI_SLOT_NAME=(.+)$/m.exec(tryLine(host, `${path}/uevent`) ?? '')?.[1] ?? tryTarget(host, path);
}

function isPciAddress(text: string | undefined): boolean {
	return text !== undefined && /^[\da-f]{4,}:[\da-f]{2}:[\da-f]{2}\.\d$/i.test(text);
}

function readVmbusChannels(host: Host, path: string): {relid: number; cpu: number}[] {
	return tryList(host, path).flatMap(relid => {
		const cpu = tryNumber(host, `${path}/${relid}/cpu`);
		return cpu === undefined ? [] : [{relid: Number(relid), cpu}];
	});
}

function positive(value: number | undefined): number | undefined {
	return value !== undefined && value > 0 ? value : undefined;
}

function toBoolean(value: number | undefined): boolean | undefined {
	return value === undefined ? undefined : value !== 0;
}
