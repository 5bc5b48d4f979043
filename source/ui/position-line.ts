import type {TimelineEvent} from '../model/events.ts';
import type {JournalEvent} from '../model/journal.ts';
import type {Position} from '../session/player.ts';
import {describeVerdict} from '../tuning/effect.ts';
import {formatClock, formatLength} from './format.ts';
import {formatSpans, type Span} from './table-text.ts';
import type {Theme} from './theme.ts';

/** Where one is in a recording: playing or not, the time, how far, what was there last; in a second line, what somebody noted. */
export function formatPosition(position: Position, width: number, theme: Theme): string[] {
	const {marker} = position;
	return [
		formatPlace(position, width, theme),
		...(marker === undefined
			? []
			: [
					formatSpans(
						[
							{text: ` ${formatClock(marker.at.wall)} `, tone: 'faint'},
							{text: marker.text, tone: 'accent'},
						],
						width,
						theme,
					),
				]),
	];
}

function formatPlace(position: Position, width: number, theme: Theme): string {
	const {at, start, end, sample, samples, lost, event, marker} = position;
	const spans: Span[] = [
		{text: ' ', tone: 'normal'},
		{text: ` ${describePlay(position)} `, tone: 'banner'},
		{text: ` ${formatClock(at.wall)}`, tone: 'accent'},
		{text: `  ${formatLength(at.wall - start.wall)} of ${formatLength(end.wall - start.wall)}  `, tone: 'normal'},
		...drawBar(samples > 1 ? (sample - 1) / (samples - 1) : 1, Math.max(0, Math.min(40, width - 60)), theme),
		...(lost === undefined ? [] : [{text: `  ${lost} of ${samples + lost} samples lost`, tone: 'warning' as const}]),
		...(event === undefined || event === marker
			? []
			: [{text: `  ${formatClock(event.at.wall)} ${describeEvent(event)}`, tone: 'faint' as const}]),
	];
	return formatSpans(spans, width, theme);
}

function describePlay({playing, speed, seeking, sample, samples}: Position): string {
	if (playing) {
		return `PLAY x${speed}`;
	}
	if (seeking) {
		return 'SEEK';
	}
	return sample === samples ? 'END' : 'PAUSE';
}

function drawBar(part: number, length: number, {glyphs}: Theme): Span[] {
	const done = Math.round(part * length);
	return [
		{text: glyphs.focusRule.repeat(done), tone: 'focus'},
		{text: glyphs.rule.repeat(length - done), tone: 'faint'},
	];
}

/** What happened, in a few words. */
function describeEvent(event: TimelineEvent): string {
	switch (event.type) {
		case 'marker':
		case 'note':
			return `marker: ${event.text}`;
		case 'finding':
			return `${event.finding.severity}: ${event.finding.text}`;
		case 'tuning':
			return `tuning: ${describeTuning(event.event)}`;
		default:
			return event.type;
	}
}

function describeTuning(event: JournalEvent): string {
	switch (event.type) {
		case 'opened':
			return event.title;
		case 'judged':
			return describeVerdict(event.verdict);
		case 'confirmed':
			return 'confirmed, it stays';
		case 'reverting':
			return `being put back: ${event.reason}`;
		case 'reverted':
			return `put back: ${event.reason}`;
		default:
			return event.type;
	}
}
