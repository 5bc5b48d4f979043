import type {Situation} from '../model/tuning.ts';
import {foldJournal, type JournalState} from '../tuning/journal.ts';
import type {State} from './state.ts';

/** What a plan is made from. */
export function toSituation({snapshot, topology, rates}: State): Situation {
	return {readings: snapshot?.readings ?? {}, topology, rates};
}

/** What tuning has in force, and what of it is open. Asked for at every frame, folded once for each journal. */
export function readTuning({journal, snapshot}: Pick<State, 'journal' | 'snapshot'>): JournalState {
	const bootId = snapshot?.readings.machine?.value.bootId ?? findBoot(journal);
	const known = folded.get(journal);
	if (known?.bootId === bootId) {
		return known.state;
	}
	const state = tryFolding(journal, bootId);
	folded.set(journal, {bootId, state});
	return state;
}

const folded = new WeakMap<State['journal'], {readonly bootId: string; readonly state: JournalState}>();

/** A recording may come from anywhere: what has the name of an event and not its parts tells nothing. */
function tryFolding(journal: State['journal'], bootId: string): JournalState {
	try {
		return foldJournal(journal, bootId);
	} catch {
		return foldJournal([], bootId);
	}
}

/** The boot in which tuning last did something: that of the machine, until it has told. */
function findBoot(journal: State['journal']): string {
	const last = journal.findLast(event => event.type === 'opened' || event.type === 'restarted');
	return last !== undefined && 'bootId' in last ? last.bootId : '';
}
