import type {Host} from '../host.ts';
import type {Setting} from '../model/tuning.ts';
import type {JournalState} from './journal.ts';
import type {Journal} from './journal-file.ts';
import {isGuarded} from './put-back-guard.ts';
import {noteOthers, planRestorations} from './restoration.ts';
import {type Left, putBack, tryAppending} from './restore.ts';

/**
Puts a whole transaction back and ends it; what could not be put back stays in force, unless a guard stands by: that tries once
more (`isGuard`), and ends it. Only for who holds the lock, or has waited for it long enough. `before`: the journal before it was
noted that this is put back. Never throws.
*/
export async function revertTransaction(
	id: string,
	reason: string,
	{host, journal}: {readonly host: Host; readonly journal: Journal},
	{
		force = () => false,
		before = journal.read(),
		isGuard = false,
	}: {
		readonly force?: (setting: Setting) => boolean;
		readonly before?: JournalState;
		readonly isGuard?: boolean;
	} = {},
): Promise<{readonly left: readonly Left[]; readonly count: number}> {
	tryAppending(journal, [{type: 'reverting', id, reason}]);
	const planned = planRestorations(journal.read(), write => write.id === id);
	const restorations = await noteOthers(planned, before, host);
	const {left} = await putBack(restorations, {host, journal}, {force});
	const isGuardsTurn = !isGuard && journal.read().transactions.some(each => each.id === id && isGuarded(each, host));
	if (left.length === 0 || !isGuardsTurn) {
		tryAppending(journal, [{type: 'reverted', id, reason}]);
	}
	return {left, count: restorations.length};
}
