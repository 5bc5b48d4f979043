import type {Channels, IrqFacts, LinkFacts, NicFacts, Rings} from '../../model/facts.ts';
import type {Tunnel} from '../../model/topology.ts';
import {formatCpuList, parseCpuMask} from '../../parse/cpu-list.ts';
import type {State} from '../../session/state.ts';
import {createKnob, type Knob} from './knob.ts';

/** What belongs to one interface: the tunnels first, then the devices that own the rings. */
export function deviceKnobs(state: State): Knob[] {
	const readings = state.snapshot?.readings;
	const links = new Map((readings?.links?.value ?? []).map(link => [link.name, link]));
	const nics = new Map((readings?.nics?.value ?? []).map(nic => [nic.device, nic]));
	const online = readings?.machine?.value.cpus.online ?? [];
	const leaves = [...new Set(state.topology.underlays.flatMap(underlay => underlay.leaves))];
	return [
		...state.topology.tunnels.flatMap(tunnel => [mtuOf(tunnel), ...steering(links.get(tunnel.interface), online)]),
		...leaves.flatMap(device => [
			...nicKnobs(nics.get(device), online.length),
			...affinity(state, device, online.length),
			...steering(links.get(device), online),
		]),
	];
}

function mtuOf({interface: device, mtu}: Tunnel): Knob {
	return createKnob('MTU', mtu?.toString(), {
		device,
		guide: '1420',
		against: mtu === undefined ? 'none' : mtu === 1420 ? 'equal' : 'differs',
		note: 'path MTU - 60 (v6 80)',
	});
}

function nicKnobs(nic: NicFacts | undefined, cpuCount: number): Knob[] {
	if (nic === undefined) {
		return [];
	}
	const {device, channels, rings, rss, udp4Hash} = nic;
	return [
		...(channels ? [channelsKnob(device, channels, cpuCount)] : []),
		...(rings ? [ringsKnob(device, rings)] : []),
		...(rss ? [rssKnob(device, rss)] : []),
		...(udp4Hash === undefined ? [] : [createKnob('RSS hash of UDP', udp4Hash || 'none', {device, guide: 'sdfn'})]),
		...(nic.coalesce ? [createKnob('coalescing', describeCoalesce(nic.coalesce), {device})] : []),
		...(nic.features ? [createKnob('offloads', describeFeatures(nic.features), {device})] : []),
	];
}

function channelsKnob(device: string, {current, maximum}: NonNullable<NicFacts['channels']>, cpuCount: number): Knob {
	const count = (channels: Channels) => channels.combined || channels.rx;
	const kind = current.combined ? 'combined ' : 'rx ';
	const now = count(current);
	const possible = count(maximum);
	return createKnob('channels', now === undefined ? undefined : `${kind}${now} of ${possible ?? now}`, {
		device,
		guide: String(cpuCount),
		against: now === undefined ? 'none' : now >= cpuCount ? 'equal' : 'differs',
		note: possible !== undefined && possible < cpuCount ? `device maximum: ${possible}` : undefined,
	});
}

function ringsKnob(device: string, {current, maximum}: NonNullable<NicFacts['rings']>): Knob {
	const describe = (direction: keyof Pick<Rings, 'rx' | 'tx'>) =>
		current[direction] === undefined ? [] : [`${direction} ${current[direction]} of ${maximum[direction] ?? '?'}`];
	const rx = current.rx;
	return createKnob('rings', [...describe('rx'), ...describe('tx')].join(', '), {
		device,
		guide: '4096',
		against: rx === undefined ? 'none' : rx === 4096 ? 'equal' : rx > 4096 ? 'above' : 'differs',
		note: (maximum.rx ?? 4096) < 4096 ? `device maximum: ${maximum.rx}` : undefined,
	});
}

/** Even: no ring is named more than once more often than another. One ring needs no table. */
function rssKnob(device: string, {rings, table}: NonNullable<NicFacts['rss']>): Knob {
	if (table === undefined || rings <= 1) {
		return createKnob('RSS table', rings === 1 ? '1 ring' : `${rings} rings, no table`, {device});
	}
	const counts = Array.from({length: rings}, (_, ring) => table.filter(entry => entry === ring).length);
	const isEven = Math.max(...counts) - Math.min(...counts) <= 1;
	return createKnob('RSS table', isEven ? 'even' : `uneven over ${rings} rings`, {device, guide: 'even'});
}

function describeCoalesce(values: Readonly<Record<string, string>>): string {
	return ['adaptive-rx', 'rx-usecs', 'rx-frames']
		.flatMap(name => (values[name] === undefined ? [] : [`${name} ${values[name]}`]))
		.join(', ');
}

/** ethtool's long names by the short ones that people use. */
const features: Readonly<Record<string, string>> = {
	gro: 'generic-receive-offload',
	gso: 'generic-segmentation-offload',
	tso: 'tcp-segmentation-offload',
	lro: 'large-receive-offload',
	'rx-udp-gro-forwarding': 'rx-udp-gro-forwarding',
	'tx-udp-segmentation': 'tx-udp-segmentation',
	rxhash: 'receive-hashing',
};

function describeFeatures(found: NonNullable<NicFacts['features']>): string {
	const named = (on: boolean) =>
		Object.entries(features)
			.filter(([, long]) => found[long]?.on === on)
			.map(([short]) => short)
			.join(' ');
	return [`on: ${named(true) || 'none'}`, `off: ${named(false) || 'none'}`].join('; ');
}

/** Where the interrupts of a device's queues land. */
function affinity(state: State, device: string, cpuCount: number): Knob[] {
	const facts = new Map((state.snapshot?.readings.irqs?.value ?? []).map(irq => [String(irq.irq), irq]));
	const irqs = Object.entries(state.topology.irqs)
		.filter(([, role]) => role.device === device && role.role !== 'control')
		.map(([irq]) => facts.get(irq))
		.filter(irq => irq !== undefined);
	if (irqs.length === 0) {
		return [];
	}
	const cpus = new Set(irqs.flatMap(targets));
	const isSpread = cpus.size >= Math.min(irqs.length, cpuCount);
	return [
		createKnob('IRQ affinity', `${irqs.length} IRQs on CPU ${formatCpuList([...cpus])}`, {
			device,
			guide: 'a CPU each',
			against: isSpread ? 'equal' : 'differs',
		}),
	];
}

function targets(irq: IrqFacts): readonly number[] {
	return irq.effective ?? irq.affinity ?? [];
}

/** RPS, RFS and threaded NAPI of an interface. */
function steering(link: LinkFacts | undefined, online: readonly number[]): Knob[] {
	if (link === undefined) {
		return [];
	}
	const device = link.name;
	const masks = link.rxQueues.flatMap(queue => (queue.rpsCpus === undefined ? [] : [describeMask(queue.rpsCpus)]));
	const flows = link.rxQueues.flatMap(queue => (queue.rpsFlowCount === undefined ? [] : [String(queue.rpsFlowCount)]));
	const everywhere = online.length === 0 ? undefined : `CPU ${formatCpuList(online)}`;
	return [
		...(masks.length === 0 ? [] : [createKnob('RPS', countEach(masks), {device, guide: everywhere})]),
		...(flows.length === 0 ? [] : [createKnob('RFS flows a queue', countEach(flows), {device, guide: '4096'})]),
		...(link.threaded === undefined ? [] : [createKnob('threaded NAPI', link.threaded ? 'on' : 'off', {device})]),
	];
}

function describeMask(mask: string): string {
	const cpus = parseCpuMask(mask);
	return cpus.length === 0 ? 'off' : `CPU ${formatCpuList(cpus)}`;
}

/** One value where all queues agree, else each with its number of queues. */
function countEach(values: readonly string[]): string {
	const counts = [...Map.groupBy(values, value => value)];
	return counts.length === 1 ? (values[0] ?? '') : counts.map(([value, list]) => `${list.length}x ${value}`).join(', ');
}
