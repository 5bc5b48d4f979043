import type {Host} from '../host.ts';
import type {LinkFacts} from '../model/facts.ts';
import type {Reading} from '../model/snapshot.ts';
import {parseCpuList} from '../parse/cpu-list.ts';
import {omitUnknown} from '../parse/json.ts';
import {type Context, readNow, type Staged, tryLine, tryList, tryNumber, tryRead, tryTarget} from './reading.ts';

const folder = '/sys/class/net';

/** A machine with hundreds of containers has as many interfaces: the physical ones and the tunnels come first. */
const linkLimit = 64;

/** Addresses by interface: sysfs has none. */
export type Addresses = Readonly<Record<string, readonly string[]>>;

/** The facts of every interface but `lo`, from sysfs (`Documentation/ABI/testing/sysfs-class-net`). */
export async function readLinks(host: Host): Promise<LinkFacts[]> {
	const links = readPlainLinks(host, {});
	const told = await askKernel(host, links);
	return links.map(link => addTold(link, told ?? nothing));
}

/**
Reads the same at every call, with the addresses: at once what waits for nobody and what the kernel has told before, and later
what it tells now.
*/
export function createLinkReader() {
	let told: Told = nothing;
	return ({host, readings, note}: Context): Staged<Reading<readonly LinkFacts[]>> => {
		const links = readPlainLinks(host, readings.addresses?.value ?? {});
		const now = readNow(
			host,
			links.map(link => addTold(link, told)),
		);
		const complete = async () => {
			const answer = await askKernel(host, links);
			if (answer === undefined) {
				note(`the kernel did not tell speeds and XPS within ${patience} s: somebody holds its network lock`);
				return now;
			}
			const isSame = answer.size === told.size && [...answer].every(([place, text]) => told.get(place) === text);
			told = answer;
			return isSame ? now : {at: now.at, value: links.map(link => addTold(link, told))};
		};
		return {now, later: complete()};
	};
}

/** Texts of files by place (`placeOf`). */
type Told = ReadonlyMap<string, string>;
const nothing: Told = new Map();

/** Seconds. */
const patience = 2;

/**
Asks for the files that the kernel reads under its network lock (`net/core/net-sysfs.c`: `speed`, `xps_cpus`, up to Linux 6.8
`threaded` too). While a VF comes, queues are set or many interfaces go, somebody holds that for seconds, and who reads waits:
a program, not this one. Without `grep`, and on a capture that has the files, they are read here. Undefined: no answer in time.
*/
async function askKernel(host: Host, links: readonly LinkFacts[]): Promise<Told | undefined> {
	const places = new Map(
		links.flatMap(link => listLocked(link).map(file => [pathOf(link, file), placeOf(link, file)])),
	);
	const paths = [...places.keys()];
	if (paths.length === 0) {
		return nothing;
	}
	const {stdout, status, timedOut} = await host.run('grep', ['-sH', '.', ...paths], patience);
	if (timedOut) {
		return undefined;
	}
	const lines =
		status === notInstalled ? paths.map(path => `${path}:${tryLine(host, path) ?? ''}`) : stdout.split('\n');
	return new Map(
		lines.flatMap(line => {
			// No interface has a colon in its name.
			const [path = '', text = ''] = line.split(':');
			const place = places.get(path);
			return place === undefined || text === '' ? [] : [[place, text]];
		}),
	);
}

const notInstalled = 127;

function listLocked({txQueues}: LinkFacts): string[] {
	return ['speed', 'threaded', ...txQueues.map(({queue}) => xpsOf(queue))];
}

function xpsOf(queue: number): string {
	return `queues/tx-${queue}/xps_cpus`;
}

function pathOf({name}: LinkFacts, file: string): string {
	return `${folder}/${name}/${file}`;
}

/** With the index: what was told of a device is not that of the next one of its name. */
function placeOf({name, ifindex}: LinkFacts, file: string): string {
	return `${ifindex} ${name} ${file}`;
}

function addTold(link: LinkFacts, told: Told): LinkFacts {
	const find = (file: string): string | undefined => told.get(placeOf(link, file));
	return omitUnknown({
		...link,
		// The kernel says -1 where the speed is not known; a virtual device refuses the read.
		speedMbit: positive(toNumber(find('speed'))),
		threaded: toBoolean(toNumber(find('threaded'))),
		txQueues: link.txQueues.map(({queue}) => omitUnknown({queue, xpsCpus: find(xpsOf(queue))})),
	});
}

function readPlainLinks(host: Host, addresses: Addresses): LinkFacts[] {
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
		txQueues: numbers('tx').map(queue => ({queue})),
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

function toNumber(text: string | undefined): number | undefined {
	return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function toBoolean(value: number | undefined): boolean | undefined {
	return value === undefined ? undefined : value !== 0;
}
