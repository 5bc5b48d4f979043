import {maximumBy} from './cores.ts';
import {listDrops} from './losses.ts';
import type {Rule} from './rule.ts';
import {fact, rate, share} from './words.ts';

/** Queues that drop on purpose, because they were told a rate or a loss. */
const shapers: ReadonlySet<string> = new Set(['tbf', 'htb', 'hfsc', 'cake', 'netem', 'cbs', 'etf', 'taprio']);

/** The queue in front of the driver is full. TCP makes a few such drops by itself: that is how it finds its rate. */
export const qdiscDrops: Rule = {
	id: 'qdisc-drops',
	severity: 'limit',
	needs: ['qdiscs', 'tunnel'],
	during: 'traffic',
	rises: 2,
	falls: 5,
	refutedBy: 'dropped in `tc -s qdisc` stands still under the same load',
	steps: ['bbr-fq'],
	guide: 'The guide looks for them in the interface’s tx_dropped. They are in `tc -s qdisc` alone.',
	judge({rates, topology}, held) {
		const drops = topology.pathDevices.flatMap(device => listDrops(rates, 'qdisc', device));
		const worst = maximumBy(
			drops.filter(({perSecond}) => perSecond > 0),
			({perSecond}) => perSecond,
		);
		const device = worst?.device ?? '';
		const sent = rates.links?.[device]?.tx_packets ?? 0;
		const part = (worst?.perSecond ?? 0) / Math.max(1, (worst?.perSecond ?? 0) + sent);
		if (worst === undefined || worst.perSecond < 5 || part < (held ? 3e-4 : 1e-3)) {
			return undefined;
		}

		const kind = worst.counter.split('.')[0] ?? '';
		const lost = fact(`${device} ${worst.counter}`, rate(worst.perSecond, 'packets'));
		const ratio = fact(`${device}: dropped by ${kind} of what it was given`, share(part));
		const why = shapers.has(kind) ? 'it was told to' : 'more is sent than the device takes, or its limit is small';
		return {
			text: `the ${kind} queue in front of ${device} drops ${lost.value}, ${ratio.value} of what it is given: ${why}`,
			evidence: [lost, ratio, fact(`${device} sent`, rate(sent, 'packets'))],
			...(shapers.has(kind) && {steps: []}),
		};
	},
};
