import type {Host} from '../host.ts';
import {describeElsewhere, findOpen, listElsewhere} from './in-force.ts';
import type {JournalState, JournalWrite, Transaction} from './journal.ts';
import {goOnWithout, type Journal} from './journal-file.ts';
import {identifySelf, isAlive} from './processes.ts';
import {beginPuttingBack, type PutBackTools} from './put-back-guard.ts';
import {planRestorations} from './restoration.ts';
import {revertTransaction} from './revert.ts';
import {describeSetting, riskOf} from './settings.ts';
import {outForNow, takeLock} from './undo.ts';

/** What somebody who starts nbtop should know about what was tuned before. */
export type Notice =
	/** The machine was started anew: these values ended with it. */
	| {readonly kind: 'restarted'; readonly writes: readonly JournalWrite[]}
	/** It was put back while nobody looked. */
	| {readonly kind: 'reverted'; readonly transaction: Transaction}
	/** It waits to be confirmed. `guarded`: somebody will put it back unless it is. */
	| {readonly kind: 'waiting'; readonly transaction: Transaction; readonly guarded: boolean}
	/** Another nbtop is at it. */
	| {readonly kind: 'busy'; readonly transaction: Transaction}
	/** Who was at it has died. */
	| {readonly kind: 'unfinished'; readonly transaction: Transaction}
	/** It was put back, but not all of it. */
	| {readonly kind: 'left'; readonly transaction: Transaction}
	/** It is not over in another network namespace; nothing of it is touched here. */
	| {readonly kind: 'elsewhere'; readonly transaction: Transaction};

/** Why something goes back that nobody will confirm any more. */
export const notBeforeRestart = 'not confirmed before the machine was started anew';

/** Looks what is open, and changes nothing. */
export function inspectJournal(state: JournalState, bootId: string, host: Host): Notice[] {
	const open = findOpen(state);
	const ended = state.transactions.filter(({phase, elsewhere}) => phase === 'reverted' && elsewhere === undefined);
	const away = listElsewhere(state).filter(({phase}) => phase !== 'kept');
	return [
		...(state.gone.length > 0 ? [{kind: 'restarted', writes: state.gone} as const] : []),
		...ended.flatMap((transaction): Notice[] => {
			if (transaction.writes.length > 0) {
				return [{kind: 'left', transaction}];
			}
			return transaction.reported || isOwnDoing(transaction, host) ? [] : [{kind: 'reverted', transaction}];
		}),
		...(open === undefined ? [] : [judgeOpen(open, bootId, host)]),
		...away.map(transaction => ({kind: 'elsewhere', transaction}) as const),
	];
}

/** Who has taken a step out for a comparison need not be told so: it is the next one's to know, if this one is killed. */
function isOwnDoing({reason, process}: Transaction, host: Host): boolean {
	return reason === outForNow && process.pid === identifySelf(host).pid && isAlive(process, host);
}

function judgeOpen(transaction: Transaction, bootId: string, host: Host): Notice {
	const isHere = transaction.bootId === bootId;
	const guarded = isHere && transaction.guards.some(({process}) => isAlive(process, host));
	if (transaction.phase === 'waiting') {
		return {kind: 'waiting', transaction, guarded};
	}
	const busy = guarded || (isHere && isAlive(transaction.process, host));
	return {kind: busy ? 'busy' : 'unfinished', transaction};
}

/**
What every nbtop that may write does first: puts back what a crash has left half done or without a guard, and tells what
happened since. What it tells is told once, or again where the journal cannot be written: that is no reason not to undo.
*/
export async function recover(tools: PutBackTools): Promise<Notice[]> {
	const {host, journal} = tools;
	const lost = findLost(journal, host);
	if (lost !== undefined) {
		const lock = await takeLock(host, journal);
		try {
			if (lock !== undefined && findLost(journal, host)?.id === lost.id) {
				const reason = lost.phase === 'outlasted' ? notBeforeRestart : 'its writer and its guard had ended';
				const before = journal.read();
				await beginPuttingBack(
					planRestorations(before, ({id}) => id === lost.id),
					reason,
					tools,
				);
				await revertTransaction(lost.id, reason, {host, journal}, {force: isRisky, before});
			}
		} finally {
			await lock?.release();
		}
	}
	const notices = inspectJournal(journal.read(), journal.bootId, host);
	markTold(notices, goOnWithout(journal));
	return notices;
}

/** What has ended is told once. Throws a `HostError` when the journal cannot be written. */
export function markTold(notices: readonly Notice[], journal: Journal): void {
	const told = notices.flatMap(notice => (notice.kind === 'reverted' ? [notice.transaction.id] : []));
	if (notices.some(({kind}) => kind === 'restarted')) {
		journal.append({type: 'restarted', bootId: journal.bootId});
	}
	if (told.length > 0) {
		journal.append(...told.map(id => ({type: 'reported', id}) as const));
	}
}

/** The transaction that nobody will end any more. */
function findLost(journal: Journal, host: Host): Transaction | undefined {
	const notices = inspectJournal(journal.read(), journal.bootId, host);
	const lost = notices.find(({kind}) => kind === 'unfinished' || kind === 'waiting');
	return lost !== undefined && 'transaction' in lost && !('guarded' in lost && lost.guarded)
		? lost.transaction
		: undefined;
}

/** What can cut the connection goes back whatever anybody has made of it since. */
export const isRisky = (setting: Parameters<typeof riskOf>[0]): boolean => riskOf(setting) !== 'none';

/** One or two sentences. */
export function describeNotice(notice: Notice): string {
	if (notice.kind === 'restarted') {
		const names = [...new Set(notice.writes.map(({setting}) => describeSetting(setting)))];
		const steps = [...new Set(notice.writes.map(({step}) => step))].join(', ');
		return `the machine was started anew: what ${steps} had set is gone (${names.join(', ')})`;
	}
	const {id, title, reason = '', problems, within = 0} = notice.transaction;
	switch (notice.kind) {
		case 'reverted':
			return `'${title}' (${id}) was put back: ${reason}`;
		case 'left':
			return `'${title}' (${id}) was not put back completely: ${problems.join('; ')}; nbtop undo tries again`;
		case 'waiting':
			return notice.guarded
				? `'${title}' (${id}) waits to be confirmed within ${within} s: nbtop confirm`
				: `'${title}' (${id}) waits to be confirmed and nobody guards it: nbtop confirm or nbtop undo`;
		case 'busy':
			return `'${title}' (${id}) is being applied or put back by another nbtop`;
		case 'elsewhere':
			return `${describeElsewhere(notice.transaction)} (it is ${notice.transaction.phase})`;
		case 'unfinished':
			return notice.transaction.phase === 'outlasted'
				? `'${title}' (${id}) was ${notBeforeRestart}, which it has outlasted: nbtop undo puts it back`
				: `'${title}' (${id}) is half done, and who did it has ended: nbtop undo puts it back`;
	}
}
