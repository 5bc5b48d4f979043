import type {Situation} from '../model/tuning.ts';
import {foldJournal, type JournalState} from '../tuning/journal.ts';
import type {State} from './state.ts';

/** What a plan is made from. */
export function toSituation({snapshot, topology, rates}: State): Situation {
	return {readings: snapshot?.readings ?? {}, topology, rates};
}

/** What tuning has in force, and what of it is open. Asked for at every frame, folded once for each journal. */
export function readTuning({journal, snapshot}: Pick<State, 'journal' | 'snapshot'>): JournalState {
	const {bootId = findBoot(journal), netns} = snapshot?.readings.machine?.value ?? {};
	const known = folded.get(journal);
	if (known?.bootId === bootId && known.netns === netns) {
		return known.state;
	}
	const state = tryFolding(journal, bootId, netns);
	folded.set(journal, {bootId, netns, state});
	return state;
}

const folded = new WeakMap<State['journal'], Folded>();

interface Folded {
	readonly bootId: string;
	readonly netns: string | undefined;
	readonly state: JournalState;
}

/** A recording may come from anywhere: what has the name of an event and not its parts tells nothing. */
function tryFolding(journal: State['journal'], bootId: string, netns: string | undefined): JournalState {
	try {
		return foldJournal(journal, bootId, netns);
	} catch {
		return foldJournal([], bootId);
	}
}

/** The boot in which tuning last did something: that of the machine, until it has told. */
function findBoot(journal: State['journal']): string {
	const last = journal.findLast(event => event.type === 'opened' || event.type === 'restarted');
	return last !== undefined && 'bootId' in last ? last.bootId : '';
}
