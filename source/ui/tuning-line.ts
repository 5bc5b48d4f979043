import {findOpen} from '../tuning/in-force.ts';
import type {Transaction} from '../tuning/journal.ts';
import {describeNotice, type Notice, notBeforeRestart} from '../tuning/recover.ts';
import type {TunerStatus} from '../tuning/tuner-status.ts';
import {formatSpans, type Span} from './table-text.ts';
import type {Theme} from './theme.ts';

/**
What tuning has to say before all else, in place of the verdict: what is being written, what waits for a key and for how
long, what was left by somebody else. `undefined`: nothing.
*/
export function formatTuning(status: TunerStatus, width: number, theme: Theme): string | undefined {
	const spans = describeAlert(status);
	return spans && formatSpans([{text: ' ', tone: 'normal'}, ...spans], width, theme);
}

function describeAlert(status: TunerStatus): Span[] | undefined {
	const {journal, notices, run, now} = status;
	const open = findOpen(journal);
	if (run?.phase === 'applying') {
		return [{text: `applying: ${run.preview.step.title}${count(open)}`, tone: 'accent'}];
	}
	const notice = notices.find(({kind}) => urgent.includes(kind));
	return notice && describe(notice, now, status.answer);
}

/** The most urgent first. */
const urgent: readonly Notice['kind'][] = ['waiting', 'busy', 'unfinished', 'left', 'reverted', 'restarted'];

function count(transaction: Transaction | undefined): string {
	const written = transaction?.writes.filter(({to, actual}) => to !== undefined && actual !== undefined).length ?? 0;
	return transaction === undefined ? '' : ` (${written} of ${transaction.changes.length})`;
}

/** The keys first: at the end of a narrow line nobody would see them. */
function describe(notice: Notice, now: number, answer = ''): Span[] {
	if (notice.kind === 'restarted' || notice.kind === 'elsewhere') {
		return [
			{text: 'L tells: ', tone: 'key'},
			{text: describeNotice(notice), tone: 'warning'},
		];
	}
	const {title, reason = ''} = notice.transaction;
	const name: Span = {text: ` ${title}`, tone: 'normal'};
	switch (notice.kind) {
		case 'waiting':
			return [{text: ` ${describeWaiting(notice, now)} `, tone: 'banner'}, {text: ` ${answer}`, tone: 'warning'}, name];
		case 'busy':
			return [{text: describeBusy(notice.transaction), tone: 'warning'}, name];
		case 'unfinished':
			return [{text: ` u puts it back: ${describeUnfinished(notice.transaction)} `, tone: 'banner'}, name];
		case 'left':
			return [{text: ' u tries again: not all of it was put back ', tone: 'banner'}, name];
		case 'reverted':
			return [{text: 'L tells: ', tone: 'key'}, {text: `put back, ${reason}:`, tone: 'warning'}, name];
	}
}

function describeUnfinished({phase}: Transaction): string {
	return phase === 'outlasted' ? notBeforeRestart : 'it is half done, and who did it has ended';
}

/** What a guard, another nbtop or a key of this one is at. */
function describeBusy({phase, reason = ''}: Transaction): string {
	return phase === 'reverting' ? `being put back, ${reason}:` : 'being applied by another nbtop:';
}

/** What can be done about what waits to be confirmed, and what happens otherwise. */
export function describeWaiting(
	{transaction, guarded}: Extract<Notice, {readonly kind: 'waiting'}>,
	now: number,
): string {
	const left = Math.max(0, Math.ceil((transaction.deadline ?? now) - now));
	return `c keeps it, u puts it back, ${guarded ? `in ${left} s the guard does` : 'nobody else will'}`;
}
