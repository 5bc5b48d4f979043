import {listInForce, listSteps} from '../../tuning/in-force.ts';
import {describeSetting} from '../../tuning/settings.ts';
import type {TunerStatus, Undoing} from '../../tuning/tuner-status.ts';
import type {UndoResult} from '../../tuning/undo.ts';
import {describeUndo} from '../../tuning/undo-text.ts';
import {paragraph} from '../paragraph.ts';
import type {Span} from '../table-text.ts';
import type {Tone} from '../theme.ts';
import type {StepOptions} from './step.ts';

/** The question before everything is undone; while something is being undone, that; and how it ended. */
export function describeUndoing({undoing, journal, refusal}: TunerStatus, options: StepOptions): Span[][] {
	const {width} = options;
	if (undoing !== undefined) {
		return describeResults(undoing, width);
	}
	const steps = listSteps(journal);
	if (steps.length === 0) {
		return paragraph('Nothing to undo: no step is in force.', 'normal', width);
	}
	const arrow = options.theme.glyphs.ascii ? '->' : '→';
	return [
		...paragraph(`Undo all of ${steps.join(', ')}, the newest first?`, 'title', width),
		...(refusal === undefined
			? paragraph('y does it, Esc leaves them in force.', 'key', width)
			: paragraph(refusal, 'warning', width)),
		[],
		...listInForce(journal)
			.toReversed()
			.flatMap(({setting, ours, original}) =>
				paragraph(
					`${describeSetting(setting)}: ${ours || 'none'} ${arrow} ${original || 'none'}`,
					'normal',
					width,
					'  ',
				),
			),
	];
}

function describeResults({results}: Undoing, width: number): Span[][] {
	if (results === undefined) {
		return paragraph('Putting back: each value is written and read back.', 'accent', width);
	}
	return results.flatMap(result => {
		const [first = '', ...rest] = describeUndo(result, 'F');
		return [
			...paragraph(first, tones[result.kind], width),
			...rest.flatMap(line => paragraph(line.trim(), 'normal', width, '  ')),
		];
	});
}

const tones: Readonly<Record<UndoResult['kind'], Tone>> = {
	nothing: 'normal',
	undone: 'good',
	refused: 'warning',
	conflict: 'warning',
	left: 'danger',
};
