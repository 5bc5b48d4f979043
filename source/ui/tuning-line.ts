import {findOpen, type Transaction} from '../tuning/journal.ts';
import {describeNotice, type Notice} from '../tuning/recover.ts';
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
	if (notice?.kind === 'waiting' && notice.guarded) {
		return invite(notice.transaction, now, status.answer);
	}
	if (notice === undefined) {
		return undefined;
	}
	return [
		{
			text: describeNotice(notice),
			tone: notice.kind === 'reverted' || notice.kind === 'restarted' ? 'warning' : 'danger',
		},
		{text: '  L tells', tone: 'key'},
	];
}

/** The most urgent first. */
const urgent: readonly Notice['kind'][] = ['waiting', 'busy', 'unfinished', 'left', 'reverted', 'restarted'];

function count(transaction: Transaction | undefined): string {
	const written = transaction?.writes.filter(({to, actual}) => to !== undefined && actual !== undefined).length ?? 0;
	return transaction === undefined ? '' : ` (${written} of ${transaction.changes.length})`;
}

function invite({title, deadline = 0}: Transaction, now: number, answer: string | undefined): Span[] {
	const left = Math.max(0, Math.ceil(deadline - now));
	return [
		{text: ` c keeps it, u puts it back, in ${left} s the guard does `, tone: 'banner'},
		{text: ` ${title}`, tone: 'normal'},
		...(answer === undefined ? [] : [{text: ` ${answer}`, tone: 'warning' as const}]),
	];
}
