import type {CpuRates} from '../../model/rates.ts';
import {formatCpuList} from '../../parse/cpu-list.ts';
import {findActive, type Path, type PathQueue} from '../path.ts';
import {maximumBy} from './cores.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {count, fact, list, percent, share} from './words.ts';

/** Several queues are busy, and their interrupts arrive on one core: what the NIC has spread comes together again. */
export const irqPileUp: Rule = {
	id: 'irq-pile-up',
	severity: 'limit',
	needs: ['queues', 'cores', 'tunnel'],
	during: 'load',
	rises: 3,
	falls: 8,
	refutedBy: 'with each queue’s interrupt on a core of its own the rate stays as it is',
	steps: ['irq-affinity'],
	guide:
		'The guide suspects irqbalance first. It collapses interrupts only in its power-save mode, which is off by default; look at smp_affinity.',
	judge(scene, held) {
		const pile = findPile(scene);
		if (pile === undefined || pile.core.soft + pile.core.irq < (held ? 10 : 20)) {
			return undefined;
		}

		const {core, queues, path, part} = pile;
		const soft = fact(`CPU${core.cpu} %soft`, percent(core.soft));
		const busy = fact(`CPU${core.cpu} busy`, percent(core.busy));
		const together = fact(`${path.device}: share of what arrives on CPU${core.cpu}`, share(part));
		const idle = fact('cores that take none of these interrupts', (scene.rates.cpus?.length ?? 1) - 1);
		const isFull = core.busy >= (held ? 70 : 85) && core.soft + core.irq >= (held ? 40 : 50);
		return {
			text: `the interrupts of ${path.device}'s queues ${nameQueues(queues)} all arrive on CPU${core.cpu}, which is ${busy.value} busy, ${soft.value} of it softirq: ${together.value} of what arrives, and ${count(Number(idle.value), 'other core')} take none`,
			evidence: [
				soft,
				busy,
				together,
				idle,
				...queues.map(({queue, irq, share: each}) =>
					fact(`${path.device} queue ${queue ?? '?'}, IRQ ${irq ?? '?'}: share`, share(each)),
				),
			],
			severity: isFull ? 'limit' : 'hint',
		};
	},
};

/** Of many the ranges: `0-15`. */
function nameQueues(queues: readonly PathQueue[]): string {
	const numbers = queues.flatMap(({queue}) => queue ?? []);
	return numbers.length === queues.length && numbers.length > 4
		? formatCpuList(numbers)
		: list(queues.map(({queue}) => String(queue ?? '?')));
}

interface Pile {
	readonly core: CpuRates;
	readonly queues: readonly PathQueue[];
	readonly path: Path;
	/** Of what arrives at the device, 0 to 1. */
	readonly part: number;
}

/** The core that at least two busy queues, and most of what arrives, share. */
function findPile({path, rates}: Scene): Pile | undefined {
	const cores = rates.cpus ?? [];
	const busy = findActive(path?.rxQueues ?? [], queue => queue.share);
	const piles = cores.map(core => {
		const queues = busy.filter(({cpu}) => cpu === core.cpu);
		return {core, queues, part: queues.reduce((sum, queue) => sum + queue.share, 0)};
	});
	const largest = maximumBy(piles, ({part}) => part);
	return path === undefined ||
		largest === undefined ||
		largest.queues.length < 2 ||
		largest.part < 0.8 ||
		cores.length < 2
		? undefined
		: {...largest, path};
}
