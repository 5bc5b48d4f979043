import type {CpuRates} from '../../model/rates.ts';
import {findOutside, isTunnelsLoad, shareSlack} from '../outside.ts';
import {type Path, type PathQueue, sumSharesByCpu} from '../path.ts';
import {busyOfOthers, countPeers, describePutOff, findSoftirqCore, isRpsTarget} from './cores.ts';
import type {Judgement, Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {count, fact, percent, rate, share} from './words.ts';

/**
One core does the soft interrupts of the device's queue, and has nothing left, while others have. Which queue that is follows
from its packets: a saturated core polls, and hardly takes an interrupt any more.
*/
export const softirqPinned: Rule = {
	id: 'softirq-pinned',
	severity: 'limit',
	needs: ['cores', 'tunnel', 'queues'],
	during: 'load',
	rises: 3,
	falls: 8,
	symptomOf: ['irq-pile-up', 'single-queue'],
	refutedBy:
		'under the same load the core is less than 85 % busy, or the rate stays as it is when the interrupt has a core of its own',
	steps: ['irq-affinity', 'rps-rfs', 'mtu'],
	guide:
		'The guide spreads this with RPS on the underlay. RPS hashes the outer flow, and one peer has one: it moves to one other core. Only RPS on the tunnel itself spreads the inner flows.',
	judge(scene, held) {
		const core = findSoftirqCore(scene, held);
		const {path} = scene;
		if (
			core === undefined ||
			path === undefined ||
			!isTunnelsLoad(findOutside(scene, path, core.cpu), held ? shareSlack : 0)
		) {
			return undefined;
		}

		const arriving = sumSharesByCpu(path.rxQueues).get(core.cpu) ?? 0;
		if (arriving >= 0.5) {
			return describeQueueCore(scene, path, core);
		}

		const isSteered = isRpsTarget(scene, path.device, core.cpu) && (core.softnet?.receivedRps ?? 0) > 0;
		return isSteered ? describeSteeredCore(scene, path, core) : undefined;
	},
};

function describeQueueCore(scene: Scene, path: Path, core: CpuRates): Judgement {
	const queue = path.rxQueues.find(({cpu}) => cpu === core.cpu);
	const soft = fact(`CPU${core.cpu} %soft`, percent(core.soft));
	const part = fact(`${path.device}: share of what arrives on ${nameQueue(queue)}`, share(queue?.share ?? 0));
	const interrupt = queue?.irq === undefined ? '' : `, IRQ ${queue.irq}`;
	const things = queue?.packetsPerSecond === undefined ? 'receive interrupts' : 'packets';
	return {
		text: `CPU${core.cpu} is ${soft.value} softirq: ${part.value} of ${path.device}'s ${things} arrive on ${nameQueue(queue)}${interrupt}; ${explainFlows(path)}`,
		evidence: [
			soft,
			...describeCore(scene, core),
			part,
			...(queue?.packetsPerSecond === undefined
				? []
				: [fact(`${path.device} ${nameQueue(queue)} received`, rate(queue.packetsPerSecond, 'packets'))]),
			...(queue?.interruptsPerSecond === undefined
				? []
				: [fact(`IRQ ${queue.irq} on CPU${core.cpu}`, rate(queue.interruptsPerSecond, 'interrupts'))]),
			countPeers(path),
		],
	};
}

function describeSteeredCore(scene: Scene, path: Path, core: CpuRates): Judgement {
	const soft = fact(`CPU${core.cpu} %soft`, percent(core.soft));
	const woken = fact(`CPU${core.cpu} received_rps`, rate(core.softnet?.receivedRps ?? 0, 'wake-ups'));
	return {
		text: `CPU${core.cpu} is ${soft.value} softirq: RPS of ${path.device} steers packets there, with ${woken.value}; ${explainFlows(path)}`,
		evidence: [soft, ...describeCore(scene, core), woken, countPeers(path)],
		steps: ['rps-rfs', 'mtu'],
	};
}

function describeCore({rates}: Scene, core: CpuRates) {
	return [
		fact(`CPU${core.cpu} busy`, percent(core.busy)),
		fact(`the other cores, mean busy without CPU${core.cpu}`, percent(busyOfOthers(rates.cpus ?? [], core.cpu))),
		...describePutOff(rates, core.cpu),
	];
}

/** Where no peer's counters can be read, how many flows there are is not known. */
function explainFlows({peers}: Path): string {
	if (peers.length === 0) {
		return 'how many peers are active is not known; each is one flow, which RSS cannot split';
	}

	return peers.length > 1
		? `the flows of ${count(peers.length, 'active peer')} meet there`
		: "one peer's tunnel is one flow, which RSS cannot split";
}

export function nameQueue(queue: PathQueue | undefined): string {
	return queue?.queue === undefined ? 'the only interrupt' : `queue ${queue.queue}`;
}
