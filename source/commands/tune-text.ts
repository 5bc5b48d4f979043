import type {StepVerdict} from '../model/journal.ts';
import type {PlannedChange, Preview} from '../tuning/preview.ts';
import {describeNotice, type Notice} from '../tuning/recover.ts';
import {describeSetting} from '../tuning/settings.ts';
import type {ApplyResult} from '../tuning/tune.ts';
import {wrapText} from '../ui/wrap.ts';

/** How `nbtop tune STEP` ended; the verdict of an applied step has been printed when it fell. */
export type Outcome =
	| {readonly kind: 'planned' | 'holds' | 'unavailable' | 'declined'}
	| Exclude<ApplyResult, {readonly kind: 'applied'}>
	| (ApplyResult & {
			readonly kind: 'applied';
			readonly verdict: StepVerdict;
			/** Of a guarded step: that it stays, or what to do so that it does. */
			readonly confirmation?: string;
	  });

/** Each step's key and name, and under it what it would change or why not; in lines of at most `width` columns. */
export function formatList(
	previews: readonly Preview[],
	{
		notices,
		inForce,
		width,
	}: {readonly notices: readonly Notice[]; readonly inForce: readonly string[]; readonly width: number},
): string {
	const names = Math.max(...previews.map(({step}) => step.id.length));
	const margin = ' '.repeat(names + 5);
	const lines = previews.flatMap(preview => {
		const {key, id, title} = preview.step;
		const state = inForce.includes(id) ? 'in force; ' : '';
		return [`${key}  ${id.padEnd(names)}  ${title}`, ...hang(`${state}${describeState(preview)}`, width, margin)];
	});
	const hint = 'nbtop tune STEP shows and applies one, nbtop undo takes it back';
	return `${[...describeNotices(notices, width), ...lines, '', hint].join('\n')}\n`;
}

/** Lines that begin with `start`, or where they go on with blanks of its length. */
function hang(text: string, width: number, start = ''): string[] {
	return wrapText(text, Math.max(20, width - start.length)).map(
		(line, index) => `${index === 0 ? start : ' '.repeat(start.length)}${line}`,
	);
}

function describeState({changes, unavailable, holds, unprobed, step}: Preview): string {
	if (holds) {
		return `nothing to do: ${unavailable}`;
	}
	if (unavailable !== undefined) {
		return unprobed ? `nbtop tune ${step.id} looks (${unavailable})` : `not now: ${unavailable}`;
	}
	const [first] = changes;
	if (first === undefined) {
		return '';
	}
	const more = changes.length > 1 ? ` and ${changes.length - 1} more` : '';
	return `${first.label} ${first.from} → ${first.to}${more}${step.risk === 'none' ? '' : ` (${step.risk})`}`;
}

function describeNotices(notices: readonly Notice[], width: number): string[] {
	return notices.flatMap(notice => hang(describeNotice(notice), width, '! '));
}

/**
Everything that the step would do: each change with its command, the risk, and what undoes it. Sentences have lines of at most
`width` columns; what is to be copied stays whole.
*/
export function formatPreview(
	{step, changes, notes, unavailable, holds}: Preview,
	notices: readonly Notice[],
	width: number,
): string {
	const lines = [
		...describeNotices(notices, width),
		...hang(`${step.title} (${step.id})`, width),
		...hang(step.why, width),
	];
	if (unavailable !== undefined) {
		return `${[...lines, ...hang(`${holds ? 'Nothing to do' : 'Not now'}: ${unavailable}.`, width)].join('\n')}\n`;
	}
	return `${[
		...lines,
		...(step.guide === undefined ? [] : hang(step.guide, width)),
		...notes.flatMap(note => hang(note, width, 'Note: ')),
		...changes.flatMap(describeChange),
		...(changes.length > 0 ? [`Risk: ${step.risk}.`, `Undone by nbtop undo ${step.id}, which does:`] : []),
		...changes.toReversed().map(({undoLine}) => `    ${undoLine}`),
	].join('\n')}\n`;
}

function describeChange({label, from, to, shellLine, disturbed}: PlannedChange): string[] {
	const along =
		disturbed.length > 0
			? [`    (the driver sets ${disturbed.length} more of its settings anew; undo gives them back)`]
			: [];
	return [`  ${label}: ${from || 'none'} → ${to || 'none'}`, `    ${shellLine}`, ...along];
}

export function formatOutcome(outcome: Outcome): string {
	return describeOutcome(outcome)
		.map(line => `${line}\n`)
		.join('');
}

function describeOutcome(outcome: Outcome): string[] {
	switch (outcome.kind) {
		case 'planned':
		case 'declined':
			return ['Nothing was changed.'];
		case 'unavailable':
		case 'holds':
			return [];
		case 'refused':
			return [`Refused: ${outcome.reason}`];
		case 'put back':
			return [`Failed, and everything is as before: ${outcome.reason}`];
		case 'left':
			return [
				`Failed: ${outcome.reason}`,
				'Not everything could be put back; nbtop undo tries again:',
				...outcome.left.map(
					({setting, original, message}) => `  ${describeSetting(setting)} should be ${original}: ${message}`,
				),
			];
		case 'applied':
			return outcome.confirmation === undefined ? [] : [outcome.confirmation];
	}
}

/** A step as JSON: its plan with every command, and whether nbtop has it in force. */
export function toJson({step, changes, notes, unavailable, holds}: Preview, inForce: readonly string[]) {
	const {id, key, title, why, risk, guide, answers} = step;
	const state = holds ? 'holds' : unavailable !== undefined ? 'unavailable' : 'available';
	return {
		...{step: id, key, title, why, answers, risk, state, inForce: inForce.includes(id), notes},
		...(guide !== undefined && {guide}),
		...(unavailable !== undefined && {reason: unavailable}),
		changes: changes.map(({setting, label, from, to, shellLine, undoLine}) => ({
			...{setting, label, from, to, shell: shellLine, undo: undoLine},
		})),
	};
}
