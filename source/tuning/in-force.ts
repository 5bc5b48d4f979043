import type {JournalEvent} from '../model/journal.ts';
import type {Setting} from '../model/tuning.ts';
import {foldJournal, type JournalState, type JournalWrite, type Phase, type Transaction} from './journal.ts';

/** A setting that tuning has changed, what it was before the first change, and what it was last set to. */
export interface InForce {
	readonly setting: Setting;
	readonly steps: readonly string[];
	readonly original: string;
	readonly ours: string;
}

const openPhases: ReadonlySet<Phase> = new Set(['applying', 'waiting', 'reverting', 'outlasted']);

/** The transaction that is not over yet: at most one is, in this network namespace. */
export function findOpen(state: JournalState): Transaction | undefined {
	return state.transactions.find(({phase, elsewhere}) => elsewhere === undefined && openPhases.has(phase));
}

/** What is in force or not over in other network namespaces, the newest first; of one step, or of all. */
export function listElsewhere({transactions}: JournalState, step?: string): Transaction[] {
	return transactions
		.filter(each => each.elsewhere !== undefined && (each.writes.length > 0 || openPhases.has(each.phase)))
		.filter(each => step === undefined || each.step === step)
		.reverse();
}

/** Why nothing of a transaction of another network namespace is touched here, and what to do. */
export function describeElsewhere({id, title, elsewhere = 'unknown'}: Transaction): string {
	return `'${title}' (${id}) was set in another network namespace (${elsewhere}) than this one: only nbtop in that one can confirm it or put it back`;
}

/** The events of all that is in force or not over yet: what somebody who begins to look now has to know, in their order. */
export function listOpenEvents(events: readonly JournalEvent[], bootId: string): JournalEvent[] {
	const {transactions} = foldJournal(events, bootId);
	const isOver = ({phase}: Transaction): boolean => phase === 'kept' || phase === 'reverted' || phase === 'gone';
	const open = transactions.filter(each => each.writes.length > 0 || !isOver(each)).map(({id}) => id);
	return events.filter(event => event.type !== 'restarted' && open.includes(event.id));
}

/** The steps in force, the newest first. */
export function listSteps(state: JournalState): string[] {
	const order = new Map(state.transactions.map(({id}, index) => [id, index]));
	const age = ({id, seq}: JournalWrite): number => (order.get(id) ?? 0) * 10_000 + seq;
	const writes = [...state.stacks.values()].flat().sort((a, b) => age(b) - age(a));
	return [...new Set(writes.map(({step}) => step))];
}

/** Everything that tuning has changed and that nobody has put back, in the order in which it was first changed. */
export function listInForce(state: JournalState): InForce[] {
	return [...state.stacks.values()].flatMap(stack => {
		const [first] = stack;
		const last = stack.at(-1);
		const steps = [...new Set(stack.filter(write => write.to !== undefined).map(write => write.step))];
		if (first === undefined || last === undefined || steps.length === 0) {
			return [];
		}
		return [{setting: last.setting, steps, original: first.from, ours: expectedValue(last)}];
	});
}

/** What the setting should hold after this write, as far as the journal knows. */
export function expectedValue(write: JournalWrite): string {
	return write.actual ?? write.to ?? write.from;
}
