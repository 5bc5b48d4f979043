import type {CpuRates} from '../../model/rates.ts';
import {maximumBy, saturated} from './cores.ts';
import {isLimited, losesNothing} from './losses.ts';
import type {Rule} from './rule.ts';
import {bits, fact, percent, share} from './words.ts';

/** Load, no core full, the network's work on several cores, nothing lost, and no other rule has found a limit. */
export const wellDistributed: Rule = {
	id: 'well-distributed',
	severity: 'fine',
	needs: ['cores', 'tunnel', 'queues', 'softnet', 'device drops'],
	during: 'load',
	rises: 4,
	falls: 8,
	refutedBy: 'one core does most of the soft interrupts, or a drop counter grows',
	steps: [],
	judge(scene, held) {
		const cores = scene.rates.cpus ?? [];
		const busiest = maximumBy(cores, work);
		const all = cores.reduce((sum, core) => sum + work(core), 0);
		if (busiest === undefined || all === 0 || cores.length < 2 || isLimited(scene) || !losesNothing(scene)) {
			return undefined;
		}

		const part = work(busiest) / all;
		const fair = Math.max(0.5, 1.5 / cores.length) + (held ? 0.1 : 0);
		const hottest = Math.max(...cores.map(({busy}) => busy));
		if (part > fair || hottest >= saturated.rises) {
			return undefined;
		}

		const most = fact(`CPU${busiest.cpu}: share of the kernel's work`, share(part));
		const hot = fact('the hottest core, busy', percent(hottest));
		const moved = fact(`${scene.path?.tunnel.interface}: both ways`, bits(scene.path?.bytesPerSecond ?? 0));
		return {
			text: `the work is well distributed: CPU${busiest.cpu} does most, ${most.value} of the kernel's work, no core is above ${hot.value} busy, and nothing is lost at ${moved.value}; nothing on this host limits`,
			evidence: [most, hot, moved],
		};
	},
};

function work({sys, soft, irq}: CpuRates): number {
	return sys + soft + irq;
}
