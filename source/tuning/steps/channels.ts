import {listUsableCpus} from '../../derive/usable-cpus.ts';
import type {Channels, MachineFacts} from '../../model/facts.ts';
import type {TuningStep} from '../../model/tuning.ts';
import {
	countOf,
	isSoftware,
	isSynthetic,
	type Leaf,
	listLeaves,
	noFacts,
	noUnderlay,
	type Part,
	toPlan,
} from './common.ts';
import {seesMoreQueues} from './effects.ts';

export const channels: TuningStep = {
	id: 'channels',
	key: '1',
	title: 'Use more of the NIC’s queues',
	why: 'Each queue has an interrupt of its own, so that several cores can receive: one queue is one core.',
	answers: ['single-queue', 'other-traffic'],
	risk: 'may cut the connection',
	guide:
		'The guide asks for as many queues as CPUs. More than the NIC has are refused, more than the CPUs near it gain nothing, and all packets of one peer stay on one queue.',
	effect: {counter: 'packets arrive on more queues than before', seen: seesMoreQueues},
	plan(situation) {
		const facts = situation.readings.machine?.value;
		return facts === undefined
			? {unavailable: noFacts}
			: toPlan(
					listLeaves(situation).map(leaf => planDevice(leaf, facts)),
					noUnderlay,
				);
	},
};

function planDevice({link, nic}: Leaf, facts: MachineFacts): Part {
	const device = link.name;
	if (isSynthetic(link)) {
		return {
			reason: `${device} has no VF now: changing the queues of hv_netvsc takes the whole device away for a moment`,
		};
	}
	if (nic?.channels === undefined) {
		return {reason: `${device} does not say how many queues it has${isSoftware(link) ? ' (it is no real NIC)' : ''}`};
	}
	const {maximum, current} = nic.channels;
	const fields = listFields(maximum);
	const cpus = listUsableCpus(facts, link).length;
	const wishes = fields.flatMap(field => {
		const target = Math.min(maximum[field] ?? 0, cpus);
		return target > (current[field] ?? 0)
			? [{setting: {kind: 'channels' as const, device, field}, to: String(target)}]
			: [];
	});
	if (wishes.length > 0) {
		return {wishes, notes: listNotes(device)};
	}
	const [field = 'combined'] = fields;
	return {reason: `${device} ${describeWhyNot(current[field] ?? 0, maximum[field] ?? 0, cpus)}`, holds: true};
}

/** Drivers have queues for both directions, or separate ones. */
function listFields(maximum: Channels): readonly (keyof Channels)[] {
	return (maximum.combined ?? 0) > 0
		? ['combined']
		: (['rx', 'tx'] as const).filter(field => (maximum[field] ?? 0) > 0);
}

function describeWhyNot(current: number, maximum: number, cpus: number): string {
	if (current >= maximum) {
		return maximum === 1 ? 'has one queue (maximum 1)' : `uses all of its ${countOf(maximum, 'queue')} already`;
	}
	return `uses ${countOf(current, 'queue')} already, for ${countOf(cpus, 'CPU')} near it (maximum ${maximum})`;
}

function listNotes(device: string): string[] {
	return [
		`${device} may stop for a moment (on virtio about 0.1 s) while its queues are made anew`,
		'interrupts, RPS and RSS of its queues may be as new afterwards: steps 2, 3 and 4 come after this one',
		'send queues that are added start with pfifo_fast: step 8 gives them fq',
	];
}
