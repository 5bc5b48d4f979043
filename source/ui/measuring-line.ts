import type {MeasurerStatus} from '../bench/measurer.ts';
import {findProgress} from '../bench/progress.ts';
import type {State} from '../session/state.ts';
import {formatProgress} from './bench-text.ts';
import {formatSpans} from './table-text.ts';
import type {Theme} from './theme.ts';

/**
What a comparison or the guided loop is at, in place of the verdict: steps come and go meanwhile without anybody's asking.
`undefined`: nothing of the kind.
*/
export function formatMeasuring(
	state: State,
	{running}: MeasurerStatus,
	width: number,
	theme: Theme,
): string | undefined {
	if (running === undefined || running.task.kind === 'bench') {
		return undefined;
	}
	const what = running.task.kind === 'trial' ? `comparing ${running.task.step.id}` : 'guided loop';
	const progress = findProgress(state);
	return formatSpans(
		[
			{text: running.isEnding ? ' ending ' : ' x stops it ', tone: 'banner'},
			{text: ` ${what}: ${progress === undefined ? 'getting ready' : formatProgress(progress)}`, tone: 'normal'},
		],
		width,
		theme,
	);
}
