import {describeVerdict} from '../../tuning/effect.ts';
import {type JournalState, settingKey, type Transaction} from '../../tuning/journal.ts';
import type {PlannedChange} from '../../tuning/preview.ts';
import {describeSetting} from '../../tuning/settings.ts';
import type {Run, TunerStatus} from '../../tuning/tuner-status.ts';
import {paragraph, row, widthOfLabels} from '../paragraph.ts';
import type {Span} from '../table-text.ts';
import type {Tone} from '../theme.ts';
import {describeWaiting} from '../tuning-line.ts';
import type {StepOptions} from './step.ts';

/** A step that is being applied, or was: how far it is, how it went, and what to do now. */
export function describeRun(run: Run, status: TunerStatus, {width}: StepOptions): Span[][] {
	const transaction = findTransaction(run, status.journal);
	const {changes} = run.preview;
	const labelWidth = widthOfLabels(changes);
	return [
		...describeOutcome(run, transaction).flatMap(({text, tone}) => paragraph(text, tone, width)),
		...inviteToConfirm(status, transaction, width),
		[],
		...changes.flatMap(change => {
			const {text, tone} = describeProgress(change, run, transaction);
			return row(change.label, text, {tone, labelWidth, width});
		}),
	];
}

function findTransaction({preview, result}: Run, {transactions}: JournalState): Transaction | undefined {
	return result === undefined || !('id' in result)
		? transactions.findLast(({step, phase}) => step === preview.step.id && phase === 'applying')
		: transactions.find(({id}) => id === result.id);
}

interface Line {
	readonly text: string;
	readonly tone: Tone;
}

function describeOutcome({preview, phase, result, verdict}: Run, transaction: Transaction | undefined): Line[] {
	switch (result?.kind) {
		case undefined:
			return [{text: 'Applying: each value is written and read back.', tone: 'accent'}];
		case 'refused':
			return [{text: `refused: ${result.reason}`, tone: 'danger'}];
		case 'put back':
			return [
				{text: `refused: ${result.reason}`, tone: 'danger'},
				{text: 'Everything is as it was before.', tone: 'good'},
			];
		case 'left':
			return [
				{text: `refused: ${result.reason}`, tone: 'danger'},
				{text: 'Not everything could be put back; u tries again:', tone: 'danger'},
				...result.left.map(
					({setting, original, message}): Line => ({
						text: `${describeSetting(setting)} should be ${original}: ${message}`,
						tone: 'danger',
					}),
				),
			];
		case 'applied':
			break;
	}
	if (transaction?.phase === 'reverted' || transaction?.phase === 'reverting') {
		const reason = transaction.reason ?? '';
		return [{text: `${transaction.phase === 'reverted' ? 'Put back' : 'Putting back'}: ${reason}`, tone: 'warning'}];
	}
	if (verdict !== undefined) {
		return [{text: describeVerdict(verdict), tone: verdict.kind === 'effective' ? 'good' : 'warning'}];
	}
	return phase === 'watching'
		? [{text: `Written and read back; watching whether ${preview.step.effect.counter}.`, tone: 'accent'}]
		: [{text: 'Written and read back.', tone: 'normal'}];
}

function inviteToConfirm({notices, now}: TunerStatus, transaction: Transaction | undefined, width: number): Span[][] {
	const waiting = notices.find(notice => notice.kind === 'waiting' && notice.transaction.id === transaction?.id);
	if (waiting?.kind === 'waiting') {
		return paragraph(`${describeWaiting(waiting, now)}.`, 'danger', width);
	}
	return transaction?.phase === 'kept' && transaction.within !== undefined
		? paragraph('Confirmed: it stays.', 'good', width)
		: [];
}

function describeProgress(
	{setting, from, to}: PlannedChange,
	{result}: Run,
	transaction: Transaction | undefined,
): Line {
	const key = settingKey(setting);
	const write = transaction?.writes.find(each => each.to !== undefined && settingKey(each.setting) === key);
	if (write?.actual !== undefined) {
		return {text: `is ${write.actual || 'none'}`, tone: 'good'};
	}
	if (result !== undefined) {
		return {
			text: result.kind === 'applied' && isHeld(transaction) ? `is ${to}` : `is ${from || 'none'} again`,
			tone: 'faint',
		};
	}
	return write === undefined ? {text: `${to} next`, tone: 'faint'} : {text: `${to} is being written`, tone: 'accent'};
}

/** What was not written although its step is in force was so already. */
function isHeld(transaction: Transaction | undefined): boolean {
	return transaction?.phase === 'waiting' || transaction?.phase === 'kept';
}
