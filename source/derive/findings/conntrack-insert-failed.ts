import {findDrop} from './losses.ts';
import type {Rule} from './rule.ts';
import {fact, rate} from './words.ts';

/** Two new connections wanted the same place in the table: a race or a NAT port taken twice, not a full table. */
export const conntrackInsertFailed: Rule = {
	id: 'conntrack-insert-failed',
	severity: 'hint',
	needs: ['conntrack counters'],
	during: 'always',
	rises: 3,
	falls: 8,
	symptomOf: ['conntrack-full'],
	refutedBy: '`conntrack -S` shows insert_failed standing still',
	steps: [],
	guide:
		'The guide takes this counter for a full table. It counts clashes, which drop counts too; a full table counts in drop alone.',
	judge({rates}, held) {
		const failed = findDrop(rates, 'conntrack', 'insert_failed')?.perSecond ?? 0;
		if (failed < (held ? 3 : 10)) {
			return undefined;
		}

		const clashes = fact('nf_conntrack: insert_failed', rate(failed, 'clashes'));
		return {
			text: `connection tracking loses ${clashes.value} of new connections with others: parallel packets of one new flow, or NAT ports that run out`,
			evidence: [clashes],
		};
	},
};
