import type {Trace} from '../session/state.ts';
import type {Span} from './table-text.ts';
import type {Glyphs, Tone} from './theme.ts';

/**
Two traces in one line of marks, newest on the right, one mark a tick: the left half of a mark is the first figure, the
right half the second, both of `full`. A tick without a figure is blank.
*/
export function drawPair(
	first: Trace,
	second: Trace,
	full: number,
	width: number,
	glyphs: Glyphs,
	tone: (first: number, second: number) => Tone,
): Span[] {
	const missing = Math.max(0, width - first.length);
	const runs = createRuns();
	runs.add(' '.repeat(missing), 'normal');
	for (let index = Math.max(0, first.length - width); index < first.length; index++) {
		const a = first[index];
		const b = second[index] ?? 0;
		const mark = a === undefined ? ' ' : glyphs.pairs[levelOf(a, full)]?.[levelOf(b, full)];
		runs.add(mark ?? ' ', a === undefined ? 'normal' : tone(a, b));
	}
	return runs.finish();
}

/** What the marks mean, and where there is room how many seconds `width` of them are; `seconds`: of one. */
export function titleTrace(legend: string, width: number, seconds: number | undefined): string {
	const span = seconds === undefined ? '' : ` ${Math.round(width * seconds)} s`;
	return legend.length + span.length > width ? legend : legend + span;
}

/** One mark for each value, as high as its part of `full`; the lowest for 0, so that none is overlooked. */
export function drawBars(
	values: readonly (number | undefined)[],
	full: number,
	glyphs: Glyphs,
	tone: (value: number) => Tone,
): Span[] {
	const runs = createRuns();
	for (const value of values) {
		const level = value === undefined ? 0 : 1 + Math.min(7, Math.max(0, Math.round((value / full) * 7)));
		runs.add((value === undefined ? '?' : glyphs.bars[level]) ?? ' ', value === undefined ? 'faint' : tone(value));
	}
	return runs.finish();
}

/** 0 for less than a hundredth, then 1 to 4 by quarters: whatever is there is seen. */
function levelOf(value: number, full: number): number {
	return value < full / 100 || full <= 0 ? 0 : Math.min(4, Math.ceil((value / full) * 4 - 1e-9));
}

/** Joins texts of the same tone: fewer colour changes, fewer bytes. */
function createRuns() {
	const spans: Span[] = [];
	let run = '';
	let runTone: Tone = 'normal';
	const end = (): void => {
		if (run !== '') {
			spans.push({text: run, tone: runTone});
		}
		run = '';
	};
	return {
		add(text: string, tone: Tone) {
			if (tone !== runTone) {
				end();
				runTone = tone;
			}
			run += text;
		},
		finish() {
			end();
			return spans;
		},
	};
}
