import {maximumBy} from './cores.ts';
import type {Rule} from './rule.ts';
import {fact, percent} from './words.ts';

/** The host gives the VM's CPUs less time than they ask for. Hyper-V does not tell: there it is always 0. */
export const steal: Rule = {
	id: 'steal',
	severity: 'limit',
	needs: ['cores'],
	during: 'load',
	rises: 3,
	falls: 8,
	refutedBy: '%steal of mpstat stays below 5 % under the same load',
	steps: [],
	judge({rates}, held) {
		const worst = maximumBy(rates.cpus ?? [], core => core.steal);
		const mean = rates.all?.steal ?? 0;
		if (worst === undefined || (mean < (held ? 5 : 10) && worst.steal < (held ? 15 : 25))) {
			return undefined;
		}

		const all = fact('all cores %steal', percent(mean));
		const most = fact(`CPU${worst.cpu} %steal`, percent(worst.steal));
		return {
			text: `the host takes ${all.value} of the cores' time away, of CPU${worst.cpu} ${most.value}: no setting of this machine gives that back; another size, or a host with fewer neighbours`,
			evidence: [all, most],
		};
	},
};
