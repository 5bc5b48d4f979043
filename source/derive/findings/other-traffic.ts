import {findOutside, isTunnelsLoad, shareSlack} from '../outside.ts';
import {maximumBy} from './cores.ts';
import type {Rule} from './rule.ts';
import {fact, percent, rate} from './words.ts';

/**
A core is full with soft interrupts, and hardly any of the packets that can pass there are the tunnel's: what would make the
tunnel faster does not help. Without load on the tunnel nothing is held up by it yet.
*/
export const otherTraffic: Rule = {
	id: 'other-traffic',
	severity: 'limit',
	needs: ['cores', 'tunnel', 'underlay'],
	during: 'traffic',
	rises: 3,
	falls: 8,
	symptomOf: ['irq-pile-up', 'single-queue'],
	refutedBy: 'without the other traffic the core is as busy under the same load of the tunnel',
	steps: ['channels', 'irq-affinity'],
	guide:
		'The guide takes a core at %soft for the tunnel’s. Whose packets they are is not counted there; interfaces count them.',
	judge(scene, held) {
		const {path, rates, load} = scene;
		const core = maximumBy(rates.cpus ?? [], ({soft, irq}) => soft + irq);
		const isFull = core !== undefined && core.soft + core.irq >= (held ? 40 : 50) && core.busy >= (held ? 70 : 85);
		const outside = isFull ? findOutside(scene, path, core.cpu) : undefined;
		if (!isFull || outside === undefined || path === undefined || isTunnelsLoad(outside, held ? -shareSlack : 0)) {
			return undefined;
		}

		const soft = fact(`CPU${core.cpu} %soft`, percent(core.soft));
		const others = fact(`packets of no tunnel that can pass CPU${core.cpu}`, rate(outside.others, 'packets'));
		const all = fact(`packets that can pass CPU${core.cpu}`, rate(outside.packets, 'packets'));
		const own = fact(`${path.tunnel.interface}: packets both ways`, rate(path.packetsPerSecond, 'packets'));
		const foreign = (outside.foreign?.packets ?? 0) > outside.others / 2 ? outside.foreign : undefined;
		const whose = foreign === undefined ? '' : `, most of them ${foreign.device}'s`;
		return {
			text: `CPU${core.cpu} is ${soft.value} softirq with other traffic: of ${all.value} that can pass there ${others.value} are of no tunnel${whose}, and ${path.tunnel.interface} has ${own.value}; what the tunnel does on that core waits for them: first spread or move those`,
			evidence: [
				soft,
				fact(`CPU${core.cpu} busy`, percent(core.busy)),
				others,
				all,
				own,
				...(foreign === undefined
					? []
					: [fact(`${foreign.device}: packets that can pass CPU${core.cpu}`, rate(foreign.packets, 'packets'))]),
			],
			severity: load.level === 'load' ? 'limit' : 'hint',
			// The steps are for the tunnel's device.
			...(foreign && {steps: [], independent: true}),
		};
	},
};
