import type {Host} from '../host.ts';
import type {Transaction} from './journal.ts';
import type {Journal} from './journal-file.ts';
import {isAlive} from './processes.ts';
import type {Restoration} from './restoration.ts';
import {tryAppending} from './restore.ts';
import {riskOf} from './settings.ts';
import {wordsOf} from './words.ts';

export interface PutBackTools {
	readonly host: Host;
	readonly journal: Journal;
	/** Starts the guard of a transaction and waits until it stands ready. Throws when it does not. */
	readonly arm?: (id: string) => Promise<void>;
}

/**
Notes that these are about to be put back, and where that may cut the connection has a guard stand by: if this program is killed
in the middle (NetBird down and not up again), the guard finishes it. It ends when the journal says that it is over.

Gives why no guard stands by, in words; `undefined`: one does, or none is needed. Never throws: what is to be put back is put back
all the same.
*/
export async function beginPuttingBack(
	restorations: readonly Restoration[],
	reason: string,
	{host, journal, arm}: PutBackTools,
): Promise<string | undefined> {
	const guarded = journal.read().transactions.filter(each => isGuarded(each, host));
	const ids = listIds(restorations);
	const unguarded = listIds(restorations.filter(mayCut)).filter(id => guarded.every(each => each.id !== id));
	// Before the guard comes, which waits for who puts back, and goes where nothing is to be done.
	const failure = tryAppending(
		journal,
		ids.map(id => ({type: 'reverting', id, reason}) as const),
	);
	if (arm === undefined || unguarded.length === 0) {
		return undefined;
	}
	if (!journal.read().transactions.every(({id, phase}) => !ids.includes(id) || phase === 'reverting')) {
		return failure ?? 'the journal cannot be written';
	}
	try {
		for (const id of unguarded) {
			await arm(id);
		}
		return undefined;
	} catch (error) {
		return wordsOf(error);
	}
}

/** The guard of what is kept is on its way out, if it is there at all. */
export function isGuarded({phase, guards}: Transaction, host: Host): boolean {
	return phase !== 'kept' && phase !== 'reverted' && guards.some(({process}) => isAlive(process, host));
}

function mayCut({setting, to}: Restoration): boolean {
	return to !== undefined && riskOf(setting) === 'may cut the connection';
}

/** The transactions whose writes they take back. */
function listIds(restorations: readonly Restoration[]): string[] {
	return [...new Set(restorations.flatMap(({writes}) => writes.map(({id}) => id)))];
}
