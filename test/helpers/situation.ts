import {deriveTopology} from '../../source/derive/topology.ts';
import type {InterruptRow, Qdisc, WireGuardPeer} from '../../source/model/counters.ts';
import type {CpuFacts, IrqFacts, LinkFacts, MachineFacts, NicFacts} from '../../source/model/facts.ts';
import type {Rates} from '../../source/model/rates.ts';
import type {Readings} from '../../source/model/snapshot.ts';
import type {PathProbe, Plan, Situation, Wish} from '../../source/model/tuning.ts';
import {formatCpuMask} from '../../source/parse/cpu-list.ts';
import {at, makeLink} from './readings.ts';

/** `range(4)` gives 0, 1, 2, 3. */
export function range(count: number, first = 0): number[] {
	return Array.from({length: count}, (_, index) => first + index);
}

export function makeFacts(cpus: Partial<CpuFacts> = {}, facts: Partial<MachineFacts> = {}): MachineFacts {
	return {tools: {}, cpus: {online: range(4), possible: range(4), ...cpus}, ...facts};
}

export interface NicParts {
	readonly name?: string;
	readonly driver?: string;
	readonly queues?: number;
	readonly maximum?: number;
	readonly ring?: number;
	readonly maximumRing?: number;
	/** The CPUs of each queue's interrupts as they are wanted; a list is a mask of several. */
	readonly affinity?: readonly (readonly number[])[];
	/** Where the interrupts arrive; else where they are wanted. */
	readonly effective?: readonly number[];
	readonly firstIrq?: number;
	readonly rpsCpus?: string;
	readonly udp4Hash?: string;
	readonly udp6Hash?: string;
	readonly table?: readonly number[];
	readonly link?: Partial<LinkFacts>;
	readonly nic?: Partial<NicFacts>;
}

/** A virtio NIC as Linux shows it: interrupts of all the queues that it may have, those in use first. */
export function makeNic(parts: NicParts = {}) {
	const {name = 'eth0', queues = 1, maximum = 4, firstIrq = 24, driver = 'virtio_net'} = parts;
	const {ring = 256, maximumRing = 1024, udp4Hash = '', udp6Hash, table, rpsCpus = '0'} = parts;
	const irqs = range(maximum).flatMap(queue =>
		['input', 'output'].map((direction, index) => ({
			irq: firstIrq + 1 + 2 * queue + index,
			actions: `virtio3-${direction}.${queue}`,
			affinity: parts.affinity?.[queue] ?? range(4),
			effective: [parts.effective?.[queue] ?? parts.affinity?.[queue]?.[0] ?? 0],
		})),
	);
	const config = {irq: firstIrq, actions: 'virtio3-config', affinity: range(4), effective: [0]};
	const link = makeLink(name, {
		ifindex: 2,
		mac: '52:54:00:00:00:01',
		mtu: 1500,
		driver,
		device: 'virtio3',
		bus: '0000:00:04.0',
		msiIrqs: [config, ...irqs].map(({irq}) => irq),
		rxQueues: range(queues).map(queue => ({queue, rpsCpus, rpsFlowCount: 0})),
		txQueues: range(queues).map(queue => ({queue, xpsCpus: '0'})),
		...parts.link,
	});
	const nic: NicFacts = {
		device: name,
		driver,
		channels: {maximum: {combined: maximum}, current: {combined: queues}},
		rings: {maximum: {rx: maximumRing, tx: 256}, current: {rx: ring, tx: 256}},
		rss: {rings: queues, ...(table && {table})},
		udp4Hash,
		...(udp6Hash !== undefined && {udp6Hash}),
		...parts.nic,
	};
	return {link, nic, irqs: [config, ...irqs] as IrqFacts[]};
}

export interface SituationParts {
	readonly facts?: MachineFacts | undefined;
	readonly nics?: readonly ReturnType<typeof makeNic>[];
	/** Interfaces beside the NICs and the tunnel. */
	readonly links?: readonly LinkFacts[];
	/** The interface of the route to the peers. */
	readonly underlay?: string;
	readonly tunnel?: Partial<LinkFacts> | undefined;
	readonly peers?: readonly WireGuardPeer[];
	readonly publicKey?: string;
	readonly sysctls?: Readonly<Record<string, string>>;
	readonly qdiscs?: readonly Qdisc[];
	readonly readings?: Partial<Readings>;
	readonly rates?: Rates;
	readonly probes?: readonly PathProbe[];
}

export const onePeer: readonly WireGuardPeer[] = [{publicKey: 'peer', endpoint: '192.0.2.2:51820'}];

/** A machine with one tunnel over its NICs; who feeds whom is derived as it is of a real one. */
export function makeSituation(parts: SituationParts = {}): Situation {
	const {nics = [makeNic()], peers = onePeer, underlay = nics[0]?.link.name ?? 'eth0'} = parts;
	const queue = {queue: 0, rpsCpus: '0', rpsFlowCount: 0};
	const tunnel = makeLink('wt0', {
		ifindex: 9,
		kind: 'wireguard',
		mtu: 1280,
		threaded: false,
		rxQueues: [queue],
		...parts.tunnel,
	});
	const interrupts = nics.flatMap(({irqs}) => irqs).map(toRow);
	const readings: Readings = {
		...('facts' in parts && parts.facts === undefined ? {} : {machine: at(1, parts.facts ?? makeFacts())}),
		links: at(1, [
			...nics.map(({link}) => link),
			...(parts.links ?? []),
			...('tunnel' in parts && parts.tunnel === undefined ? [] : [tunnel]),
		]),
		nics: at(
			1,
			nics.map(({nic}) => nic),
		),
		irqs: at(
			1,
			nics.flatMap(({irqs}) => irqs),
		),
		interrupts: at(1, {cpus: range(4), rows: interrupts}),
		wireguard: at(1, [{interface: 'wt0', peers, ...(parts.publicKey && {publicKey: parts.publicKey})}]),
		routes: at(
			1,
			peers.map(({endpoint = ''}) => ({endpoint, device: underlay})),
		),
		...(parts.sysctls && {sysctls: at(1, parts.sysctls)}),
		...(parts.qdiscs && {qdiscs: at(1, parts.qdiscs)}),
		...parts.readings,
	};
	return {
		readings,
		topology: deriveTopology(readings),
		rates: parts.rates ?? {},
		...(parts.probes && {probes: parts.probes}),
	};
}

function toRow({irq, actions}: IrqFacts): InterruptRow {
	return {
		irq: String(irq),
		counts: range(4).map(() => 0),
		description: `PCI-MSIX-0000:00:04.0   1-edge      ${actions}`,
		...(actions !== undefined && {actions}),
	};
}

/** What is wanted, one line a wish: `ring eth0 rx → 1024`; a reason stands for itself. */
export function showPlan(plan: Plan): string[] | string {
	return 'unavailable' in plan ? plan.unavailable : plan.wishes.map(showWish);
}

function showWish({setting, to}: Wish): string {
	const {kind, ...rest} = setting;
	const words = Object.entries(rest).flatMap(([name, value]) => (name === 'bus' || name === 'actions' ? [] : [value]));
	return `${[kind, ...words].join(' ')} → ${to}`;
}

/** A mask as the kernel takes it on a machine of so many possible CPUs. */
export function mask(cpus: readonly number[], possible: number): string {
	return formatCpuMask(cpus, possible);
}
