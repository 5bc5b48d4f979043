import type {Rates} from '../../model/rates.ts';
import {findDrop} from './losses.ts';
import type {Rule} from './rule.ts';
import {fact, rate, share} from './words.ts';

/** The table of connections has no room: new ones are dropped, the tunnel's own among them after a restart. */
export const conntrackFull: Rule = {
	id: 'conntrack-full',
	severity: 'fault',
	needs: ['conntrack'],
	during: 'always',
	rises: 2,
	falls: 6,
	refutedBy:
		'`conntrack -S` shows early_drop standing still and drop no faster than insert_failed, and nf_conntrack_count is far below nf_conntrack_max',
	steps: [],
	guide: 'The guide reads insert_failed. A full table counts in drop and early_drop.',
	judge({readings, rates}, held) {
		const {entries, max} = readings.conntrack?.value ?? {};
		if (entries === undefined || max === undefined || max === 0) {
			return undefined;
		}

		const used = entries / max;
		const dropped = countFull(rates);
		const isLosing = used >= 0.8 && dropped !== undefined && dropped >= (held ? 0.1 : 0.5);
		const isFull = isLosing || (dropped === undefined && used >= (held ? 0.98 : 1));
		if (!isFull && used < (held ? 0.8 : 0.9)) {
			return undefined;
		}

		const fill = fact('nf_conntrack: entries', `${entries} of ${max}`);
		const lost =
			dropped === undefined ? undefined : fact('nf_conntrack: drop beyond insert_failed', rate(dropped, 'packets'));
		const evidence = [fill, fact('nf_conntrack: full to', share(used)), ...(lost ? [lost] : [])];
		const drops = lost === undefined ? 'what it drops is not counted by this kernel' : `it drops ${lost.value}`;
		return isFull
			? {
					text: `connection tracking is full: ${fill.value} entries, and ${drops}; raise net.netfilter.nf_conntrack_max, or do not track the tunnel's packets`,
					evidence,
				}
			: {
					text: `connection tracking is nearly full: ${fill.value} entries; when it is, new connections are dropped`,
					evidence,
					severity: 'hint',
				};
	},
};

/**
Of the `drop` a second those that are no clash: `insert_failed` counts a clash too (`nf_conntrack_core.c: nf_ct_resolve_clash`).
Undefined where the kernel shows no counters.
*/
function countFull(rates: Rates): number | undefined {
	const [drop, failed] = ['drop', 'insert_failed'].map(counter => findDrop(rates, 'conntrack', counter)?.perSecond);
	return drop === undefined ? undefined : Math.max(0, drop - (failed ?? 0));
}
