import {countPossibleCpus, listUsableCpus} from '../../derive/usable-cpus.ts';
import type {IrqFacts, LinkFacts, MachineFacts} from '../../model/facts.ts';
import type {Setting, Situation, TuningStep, Wish} from '../../model/tuning.ts';
import {formatCpuList, formatCpuMask, parseCpuMask} from '../../parse/cpu-list.ts';
import {type Leaf, listLeaves, listTunnels, noFacts, noTunnel, type Part, toPlan} from './common.ts';
import {hasTraffic, sumSoftnet} from './effects.ts';

/** Flows that RFS keeps in mind, as the guide has it. */
const flowEntries = 32_768;
const flowEntriesName = 'net.core.rps_sock_flow_entries';

export const rpsRfs: TuningStep = {
	id: 'rps-rfs',
	key: '3',
	title: 'Spread received packets over the cores in software',
	why: 'All packets of a peer are one flow and arrive on one core; after decryption their inner flows can be spread.',
	answers: ['softirq-pinned', 'wireguard-receive-serial'],
	risk: 'none',
	guide:
		'The guide builds masks with shell arithmetic, which is refused from 33 CPUs on and turns RPS off with 64, and writes one mask to every queue. RPS cannot split the one outer flow of a peer: it moves it, so on the NIC the interrupting cores are left out, and the fan-out happens on the tunnel’s interface. RFS is set there alone, for WireGuard in the kernel never reads its socket.',
	effect: {
		counter: 'received_rps rises: packets are handed to other cores',
		seen(before, after) {
			const [was, is] = [sumSoftnet(before, 'receivedRps'), sumSoftnet(after, 'receivedRps')];
			return !hasTraffic(after) || is === undefined ? undefined : is > 0 && is > (was ?? 0);
		},
	},
	plan(situation) {
		const facts = situation.readings.machine?.value;
		if (facts === undefined) {
			return {unavailable: noFacts};
		}
		if (listUsableCpus(facts).length < 2) {
			return {unavailable: 'one CPU may take network work: there is no other to hand packets to'};
		}
		const tunnels = listTunnels(situation);
		const isUserspace = tunnels.some(({tunnel}) => tunnel.kind === 'userspace');
		return toPlan(
			[
				...listLeaves(situation).map(leaf => planLeaf(leaf, situation, facts, isUserspace)),
				planFlowTable(situation, tunnels.length > 0),
				...tunnels.map(({link}) => planTunnel(link, facts)),
			],
			noTunnel,
		);
	},
};

/** On the NIC: to the cores that take no interrupts, where there are as many of them: fewer would become the next pile. */
function planLeaf({link}: Leaf, situation: Situation, facts: MachineFacts, withFlows: boolean): Part {
	const interrupted = listInterruptedCpus(link.name, situation);
	const cpus = listUsableCpus(facts, link).filter(cpu => !interrupted.includes(cpu));
	if (interrupted.length === 0) {
		return {reason: `it is not known which cores take the interrupts of ${link.name}`};
	}
	if (cpus.length < interrupted.length) {
		return {
			reason: `CPU ${formatCpuList(interrupted)} take the interrupts of ${link.name} already: RPS on it would pile their packets onto fewer cores`,
		};
	}
	return planDevice(link, cpus, facts, withFlows);
}

/** On the tunnel: to all cores, for what arrives there may have been decrypted on any. */
function planTunnel(link: LinkFacts, facts: MachineFacts): Part {
	return planDevice(link, listUsableCpus(facts), facts, true);
}

function planDevice(link: LinkFacts, cpus: readonly number[], facts: MachineFacts, withFlows: boolean): Part {
	const wishes = [...planMasks(link, cpus, facts), ...(withFlows ? planFlowCounts(link) : [])];
	return wishes.length > 0
		? {wishes}
		: {reason: `${link.name} hands its packets to CPU ${formatCpuList(cpus)} already`, holds: true};
}

/** Where the interrupts of the queues are pinned, or else arrive; a new place takes effect only with the next interrupt. */
function listInterruptedCpus(device: string, {readings, topology}: Situation): number[] {
	const facts = new Map((readings.irqs?.value ?? []).map(each => [String(each.irq), each]));
	const cpus = Object.entries(topology.irqs)
		.filter(([, role]) => role.device === device && (role.role === 'rx' || role.role === 'rxtx'))
		.filter(([, {queue = 0}]) => queue < countQueues(device, readings))
		.flatMap(([irq]) => findCpus(facts.get(irq)));
	const channels = readings.links?.value.find(({name}) => name === device)?.vmbusChannels ?? [];
	return [...new Set([...cpus, ...channels.map(({cpu}) => cpu)])].sort((a, b) => a - b);
}

function findCpus({affinity = [], effective = affinity}: Partial<IrqFacts> = {}): readonly number[] {
	return affinity.length === 1 ? affinity : effective;
}

function countQueues(device: string, {links}: Situation['readings']): number {
	return links?.value.find(({name}) => name === device)?.rxQueues.length ?? 0;
}

/** CPUs that a mask has already stay in it: somebody wanted them. */
function planMasks({name, rxQueues}: LinkFacts, cpus: readonly number[], facts: MachineFacts): Wish[] {
	return rxQueues.flatMap(({queue, rpsCpus}) => {
		const now = rpsCpus === undefined ? undefined : parseCpuMask(rpsCpus);
		if (now === undefined || cpus.every(cpu => now.includes(cpu))) {
			return [];
		}
		const mask = formatCpuMask([...new Set([...now, ...cpus])], countPossibleCpus(facts));
		return [{setting: {kind: 'rps-cpus', device: name, queue}, to: mask}];
	});
}

/** A device's queues share the table: each gets its part (`Documentation/networking/scaling.rst`). */
function planFlowCounts({name, rxQueues}: LinkFacts): Wish[] {
	const share = Math.max(1, Math.floor(flowEntries / Math.max(1, rxQueues.length)));
	return rxQueues.flatMap(({queue, rpsFlowCount}) => {
		const setting: Setting = {kind: 'rps-flow-count', device: name, queue};
		return rpsFlowCount === undefined || rpsFlowCount >= share ? [] : [{setting, to: String(share)}];
	});
}

function planFlowTable({readings}: Situation, isWanted: boolean): Part {
	const now = readings.sysctls?.value[flowEntriesName];
	if (!isWanted || now === undefined || Number(now) >= flowEntries) {
		return {};
	}
	return {wishes: [{setting: {kind: 'sysctl', name: flowEntriesName}, to: String(flowEntries)}]};
}
