import type {Host} from '../host.ts';
import type {Setting} from '../model/tuning.ts';
import type {JournalState} from './journal.ts';
import type {Journal} from './journal-file.ts';
import {noteOthers, planRestorations} from './restoration.ts';
import {type Left, putBack, tryAppending} from './restore.ts';

/**
Puts a whole transaction back and ends it; what could not be put back stays in force. Only for who holds the lock, or has
waited for it long enough. `before`: the journal before it was noted that this is put back. Never throws.
*/
export async function revertTransaction(
	id: string,
	reason: string,
	{host, journal}: {readonly host: Host; readonly journal: Journal},
	force: (setting: Setting) => boolean = () => false,
	before: JournalState = journal.read(),
): Promise<{readonly left: readonly Left[]; readonly count: number}> {
	tryAppending(journal, [{type: 'reverting', id, reason}]);
	const planned = planRestorations(journal.read(), write => write.id === id);
	const restorations = await noteOthers(planned, before, host);
	const {left} = await putBack(restorations, {host, journal}, {force});
	tryAppending(journal, [{type: 'reverted', id, reason}]);
	return {left, count: restorations.length};
}
