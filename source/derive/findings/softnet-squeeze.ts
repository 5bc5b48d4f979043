import {maximumBy, saturated} from './cores.ts';
import type {Rule} from './rule.ts';
import {fact, percent, rate, share} from './words.ts';

/** The kernel's own budget: below it the budget itself is what cuts rounds short. */
const usualBudget = 300;

/**
Rounds of NET_RX end with work left over. A core that is full ends them so by nature; a budget that is too small does so while
there is time. Some are no sign at all.
*/
export const softnetSqueeze: Rule = {
	id: 'softnet-squeeze',
	severity: 'hint',
	needs: ['softnet', 'softirqs', 'cores'],
	during: 'load',
	rises: 3,
	falls: 8,
	symptomOf: [
		'irq-pile-up',
		'single-queue',
		'other-traffic',
		'softirq-pinned',
		'wireguard-receive-serial',
		'crypto-bound',
		'at-the-ceiling',
	],
	refutedBy: 'with a larger net.core.netdev_budget column 3 of softnet_stat grows as fast, or the rate stays as it is',
	steps: ['backlog-budget'],
	guide:
		'The guide raises netdev_budget_usecs to 8000. It counts in ticks of the kernel’s clock: at HZ=250 that is its default and its least value.',
	judge({rates, readings}, held) {
		const core = maximumBy(rates.cpus ?? [], ({softnet}) => softnet?.timeSqueeze ?? 0);
		const {timeSqueeze = 0, processed = 0} = core?.softnet ?? {};
		const part = timeSqueeze / Math.max(1, core?.netRxPerSecond ?? 0);
		if (core === undefined || timeSqueeze < 30 || part < (held ? 0.15 : 0.3)) {
			return undefined;
		}

		const squeezed = fact(`CPU${core.cpu} time_squeeze`, rate(timeSqueeze, 'rounds'));
		const ratio = fact(`CPU${core.cpu}: of its NET_RX rounds`, share(Math.min(1, part)));
		const busy = fact(`CPU${core.cpu} busy`, percent(core.busy));
		const text = readings.sysctls?.value['net.core.netdev_budget'];
		const budget = text === undefined ? undefined : Number(text);
		const isSmall = budget !== undefined && budget < usualBudget;
		const why = isSmall
			? `netdev_budget is ${budget}, and the kernel's own is ${usualBudget}`
			: `it is ${busy.value} busy, and packets wait for the next round`;
		return {
			text: `CPU${core.cpu} ends ${ratio.value} of its NET_RX rounds with packets left over (${squeezed.value}): ${why}`,
			evidence: [
				squeezed,
				ratio,
				busy,
				fact(`CPU${core.cpu} softnet processed`, rate(processed, 'packets')),
				...(budget === undefined ? [] : [fact('net.core.netdev_budget', budget)]),
				...(isSmall ? [fact('net.core.netdev_budget of the kernel', usualBudget)] : []),
			],
			severity: isSmall ? 'limit' : 'hint',
			independent: isSmall || core.busy < saturated.rises,
		};
	},
};
