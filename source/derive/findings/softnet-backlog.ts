import type {CpuRates} from '../../model/rates.ts';
import {maximumBy, saturated} from './cores.ts';
import type {Rule} from './rule.ts';
import type {Scene} from './scene.ts';
import {fact, percent, rate, share} from './words.ts';

/**
Packets that were to wait for a CPU found its backlog full. Only what RPS steers, and what comes from virtual devices, waits
there; the budget has no part in it.
*/
export const softnetBacklog: Rule = {
	id: 'softnet-backlog',
	severity: 'fault',
	needs: ['softnet', 'cores'],
	during: 'traffic',
	rises: 2,
	falls: 6,
	symptomOf: ['irq-pile-up', 'single-queue', 'other-traffic', 'softirq-pinned', 'wireguard-receive-serial'],
	refutedBy: 'column 2 of /proc/net/softnet_stat stands still under the same load',
	steps: ['backlog-budget'],
	guide: 'The guide names three knobs. Only netdev_max_backlog bounds this queue; the budget answers time_squeeze.',
	judge(scene, held) {
		const core = maximumBy(scene.rates.cpus ?? [], ({softnet}) => softnet?.dropped ?? 0);
		const {dropped = 0, processed = 0} = core?.softnet ?? {};
		const part = dropped / Math.max(dropped + processed, 1);
		if (core === undefined || dropped < 1 || part < (held ? 5e-5 : 1e-4)) {
			return undefined;
		}

		const lost = fact(`CPU${core.cpu} softnet dropped`, rate(dropped, 'packets'));
		const ratio = fact(`CPU${core.cpu}: dropped of what came for it`, share(part));
		const busy = fact(`CPU${core.cpu} busy`, percent(core.busy));
		const limit = findLimit(scene);
		const evidence = [
			lost,
			ratio,
			busy,
			fact(`CPU${core.cpu} received_rps`, rate(core.softnet?.receivedRps ?? 0, 'wake-ups')),
			...(limit === undefined ? [] : [fact('net.core.netdev_max_backlog', limit)]),
		];
		const start = `CPU${core.cpu}'s backlog drops ${lost.value}, ${ratio.value} of what is steered to it`;
		return isOverrun(core, limit)
			? {
					text: `${start}: it is ${busy.value} busy, so more cores must share them`,
					evidence,
					steps: ['rps-rfs', 'backlog-budget'],
				}
			: {
					text: `${start}: its queue holds ${limit ?? 'too few'} packets (netdev_max_backlog), and the core is ${busy.value} busy`,
					evidence,
					independent: true,
				};
	},
};

function findLimit({readings}: Scene): number | undefined {
	const text = readings.sysctls?.value['net.core.netdev_max_backlog'];
	return text === undefined ? undefined : Number(text);
}

/** The kernel's own limit: below it the queue itself is the fault, however busy the core. */
const usualBacklog = 1000;

function isOverrun({busy}: CpuRates, limit: number | undefined): boolean {
	return busy >= saturated.rises && (limit ?? usualBacklog) >= usualBacklog;
}
