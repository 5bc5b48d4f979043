import type {Situation, TuningStep} from '../../model/tuning.ts';
import {raiseSysctl, toPlan} from './common.ts';
import {hasTraffic, seesFall, sumSoftnet} from './effects.ts';

export const backlogBudget: TuningStep = {
	id: 'backlog-budget',
	key: '5',
	title: 'Lengthen the backlog of each core, and its rounds',
	why: 'What RPS hands to a core waits in its backlog, and is dropped when that is full.',
	answers: ['softnet-backlog', 'softnet-squeeze'],
	risk: 'none',
	guide:
		'The guide lets all three knobs stop the drops: only netdev_max_backlog bounds that queue, the other two lengthen a round. Its budget of 8000 µs is the default where HZ is 250, and refused where HZ is 100, whose least is 20000: it is raised, never lowered.',
	effect: {
		counter: 'softnet drops and squeezes become fewer',
		seen(before, after) {
			return hasTraffic(after)
				? (seesFall(sumSoftnet(before, 'dropped'), sumSoftnet(after, 'dropped')) ?? seesFewerSqueezes(before, after))
				: undefined;
		},
	},
	plan({readings}) {
		return toPlan(
			[
				raiseSysctl(readings, 'net.core.netdev_max_backlog', 10_000),
				raiseSysctl(readings, 'net.core.netdev_budget', 600),
				// The kernel's least is two jiffies, so that what can be read is never below it.
				raiseSysctl(readings, 'net.core.netdev_budget_usecs', 8000),
			],
			'the sysctls of net.core have not been read yet',
		);
	},
};

/** Squeezes come with load: what counts is how many there are among as many packets. */
function seesFewerSqueezes(before: Situation, after: Situation): boolean | undefined {
	return seesFall(countSqueezes(before), countSqueezes(after));
}

function countSqueezes(situation: Situation): number | undefined {
	const packets = sumSoftnet(situation, 'processed');
	const squeezes = sumSoftnet(situation, 'timeSqueeze');
	return packets && squeezes !== undefined && hasTraffic(situation) ? squeezes / packets : undefined;
}
