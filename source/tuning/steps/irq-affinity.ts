import {isToldByScript} from '../../derive/irqbalance-script.ts';
import {listUsableCpus} from '../../derive/usable-cpus.ts';
import type {IrqFacts, MachineFacts} from '../../model/facts.ts';
import type {Situation, TuningStep, Wish} from '../../model/tuning.ts';
import {fitsIrqbalance} from '../../parse/irqbalance.ts';
import {countOf, countRxQueues, type Leaf, listLeaves, noFacts, noUnderlay, type Part, toPlan} from './common.ts';
import {listBusyInterrupts} from './effects.ts';

export const irqAffinity: TuningStep = {
	id: 'irq-affinity',
	key: '2',
	title: 'Give each queue’s interrupt its own core',
	why: 'Where the interrupts of several queues sit on one core, the others help nothing.',
	answers: ['irq-pile-up', 'irqbalance-active', 'softirq-pinned', 'other-traffic'],
	risk: 'none',
	guide:
		'The guide stops irqbalance, which takes it from the disks too, and leaves mlx5_comp0 alone, which is a data queue. Here irqbalance is told to leave these interrupts alone, every data queue is pinned, and only control interrupts are not.',
	effect: {
		counter: 'interrupts arrive on the cores to which they were pinned',
		seen(_, after) {
			const busy = listBusyInterrupts(after);
			return busy.length === 0
				? undefined
				: busy.every(({affinity, perCpu, perSecond}) => {
						const there = perCpu.find(({cpu}) => cpu === affinity?.[0])?.perSecond ?? 0;
						return affinity?.length === 1 && there >= perSecond * 0.9;
					});
		},
	},
	plan(situation) {
		const facts = situation.readings.machine?.value;
		if (facts === undefined) {
			return {unavailable: noFacts};
		}
		const parts = listLeaves(situation).map(leaf => planDevice(leaf, situation, facts));
		const irqs = parts.flatMap(part => part.irqs ?? []);
		const isSettled = parts.every(({wishes}) => wishes === undefined) && isToldByScript(facts.irqbalance);
		const telling = irqs.length === 0 || isSettled ? {} : tellIrqbalance(situation, facts, irqs);
		// irqbalance would move what is pinned in one of its next rounds, so it is told first.
		return toPlan([telling, ...parts], noUnderlay);
	},
};

/** What is wanted of one device, and the interrupts that are, or will be, where they belong. */
interface DevicePart extends Part {
	readonly irqs?: readonly number[];
}

interface DataIrq {
	readonly irq: number;
	readonly queue: number;
	readonly actions: string;
	/** The one CPU on which it arrives now, where that is so and known. */
	readonly cpu?: number;
	readonly isPinned: boolean;
}

function planDevice(leaf: Leaf, situation: Situation, facts: MachineFacts): DevicePart {
	const {link} = leaf;
	const irqs = listDataIrqs(leaf, situation);
	if (irqs.length === 0) {
		return {reason: describeNoInterrupts(leaf)};
	}
	const busyCpu = findSerialCpu(situation);
	const queues = [...new Set(irqs.map(({queue}) => queue))];
	const collides = irqs.some(({cpu}) => cpu !== undefined && cpu === busyCpu);
	if (queues.length === 1 && !collides) {
		return {reason: `${link.name} has one queue in use: one interrupt cannot be spread`};
	}
	const cpus = orderCpus(listUsableCpus(facts, link), busyCpu);
	const places = placeQueues(irqs, queues, cpus);
	const wishes = irqs
		.filter(({queue, cpu, isPinned}) => !(isPinned && cpu === places.get(queue)))
		.map(
			({irq, queue, actions}): Wish => ({
				setting: {kind: 'irq-affinity', irq, actions, ...(link.bus !== undefined && {bus: link.bus})},
				to: String(places.get(queue)),
			}),
		);
	const reason = `the ${countOf(irqs.length, 'interrupt')} of ${link.name} have a core a queue already`;
	return {...(wishes.length > 0 ? {wishes} : {reason, holds: true}), irqs: irqs.map(({irq}) => irq)};
}

/** Which core each queue gets: its own where it has one to itself, else the best one that is least used. */
function placeQueues(
	irqs: readonly DataIrq[],
	queues: readonly number[],
	cpus: readonly number[],
): ReadonlyMap<number, number> {
	const uses = new Map(cpus.map(cpu => [cpu, 0]));
	const share = Math.ceil(queues.length / cpus.length);
	const places = new Map<number, number>();
	const place = (queue: number, cpu: number): void => {
		places.set(queue, cpu);
		uses.set(cpu, (uses.get(cpu) ?? 0) + 1);
	};
	for (const queue of queues) {
		const now = irqs.find(each => each.queue === queue && each.cpu !== undefined)?.cpu;
		if (now !== undefined && (uses.get(now) ?? share) < share) {
			place(queue, now);
		}
	}
	for (const queue of queues.filter(each => !places.has(each))) {
		const [first = 0] = cpus;
		place(
			queue,
			cpus.reduce((best, cpu) => ((uses.get(cpu) ?? 0) < (uses.get(best) ?? 0) ? cpu : best), first),
		);
	}
	return places;
}

/** The core that is busy with a peer's serial stage comes last: with few cores it is still better than sharing one. */
function orderCpus(cpus: readonly number[], busyCpu: number | undefined): number[] {
	const others = cpus.filter(cpu => cpu !== busyCpu);
	return others.length > 0 && cpus.length >= 4 ? others : [...cpus];
}

/**
The data interrupts of the queues in use. virtio and mlx5 ask for interrupts of queues that they may have later: those never
arrive, and stay where they are.
*/
function listDataIrqs(leaf: Leaf, {readings, topology}: Situation): DataIrq[] {
	const inUse = countRxQueues(leaf);
	const facts = new Map((readings.irqs?.value ?? []).map(each => [String(each.irq), each]));
	return Object.entries(topology.irqs).flatMap(([irq, {device, role, queue = 0}]) => {
		const actions = facts.get(irq)?.actions ?? readings.interrupts?.value.rows.find(row => row.irq === irq)?.actions;
		return device === leaf.link.name && role !== 'control' && queue < inUse && actions !== undefined
			? [{irq: Number(irq), queue, actions, ...findPlace(facts.get(irq))}]
			: [];
	});
}

function findPlace(facts: IrqFacts | undefined): {readonly cpu?: number; readonly isPinned: boolean} {
	const {affinity = [], effective = affinity} = facts ?? {};
	const [cpu] = affinity.length === 1 ? affinity : effective;
	const isKnown = cpu !== undefined && (affinity.length === 1 || effective.length === 1);
	return {isPinned: affinity.length === 1, ...(isKnown && {cpu})};
}

function describeNoInterrupts({link}: Leaf): string {
	return link.vmbusChannels === undefined
		? `no interrupt of ${link.name} is known`
		: `${link.name} has no interrupts of its own: VMBus serves its ${countOf(link.vmbusChannels.length, 'channel')}`;
}

/** The CPU of the peer's transmit worker: the one wg-crypt thread that works far more than the others. */
function findSerialCpu({rates}: Situation): number | undefined {
	const workers = (rates.threads ?? [])
		.filter(({name, cpu}) => name.includes('wg-crypt') && cpu !== undefined)
		.sort((a, b) => b.sys - a.sys);
	const [first, second] = workers;
	return first !== undefined && first.sys >= 30 && first.sys >= 2 * (second?.sys ?? 0) ? first.cpu : undefined;
}

function tellIrqbalance({readings}: Situation, facts: MachineFacts, irqs: readonly number[]): Part {
	const {irqbalance, systemd} = facts;
	const runs = irqbalance?.running === true || (readings.threads?.value ?? []).some(({name}) => name === 'irqbalance');
	const {socket, bannedIrqs: banned} = irqbalance ?? {};
	const all = [...new Set([...(banned ?? []), ...irqs])].sort((a, b) => a - b);
	if (!runs || all.length === banned?.length) {
		return {};
	}
	if (socket !== undefined && banned === undefined) {
		return {notes: ['irqbalance does not answer now, and may move these interrupts again: plan anew in a minute']};
	}
	if (banned !== undefined && fitsIrqbalance(all)) {
		return {wishes: [{setting: {kind: 'irqbalance-ban'}, to: all.join()}]};
	}
	const why = banned === undefined ? 'cannot be told' : 'takes no list as long as this one';
	return systemd
		? {
				wishes: [{setting: {kind: 'service', unit: 'irqbalance.service'}, to: 'inactive'}],
				notes: [`irqbalance ${why} to leave these interrupts alone, so it is stopped`],
			}
		: {notes: [`irqbalance runs and ${why} to leave these interrupts alone: it may move them again`]};
}
