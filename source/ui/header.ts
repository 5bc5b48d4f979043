import type {State} from '../session/state.ts';
import {formatBytes, formatClock, formatInterval, formatPercent} from './format.ts';
import {listTroubles} from './health.ts';
import {formatSpans, type Span} from './table-text.ts';
import type {Theme} from './theme.ts';

export interface HeaderOptions {
	readonly theme: Theme;
	readonly width: number;
	/** Seconds between two readings. */
	readonly interval: number;
	/** Samples that came since the picture was frozen; absent: it is live. */
	readonly frozen?: number;
	/** What the session is recorded to. */
	readonly recording?: string;
	/** Why recording has stopped. */
	readonly recordingFailure?: string;
	/** What was written and is whole, or why it is not. */
	readonly saved?: string;
	readonly unsaved?: string;
	/** True where nothing can be changed: a replay, a capture. */
	readonly readOnly?: boolean;
}

/** A part of the header, and when it goes: the highest number first. */
interface Part {
	readonly spans: readonly Span[];
	readonly priority: number;
}

/** Who and where in one line of exactly `width` columns; the clock stands on the right. */
export function formatHeader(state: State, options: HeaderOptions): string {
	const {theme, width} = options;
	const clock = describeClock(state);
	const room = width - (clock === '' || width < 40 ? 0 : clock.length + 1);
	const parts = fitParts(listParts(state, options), room - 1);
	const spans = parts.flatMap((part, index) => [
		{text: index === 0 ? ' ' : '  ', tone: 'normal' as const},
		...part.spans,
	]);
	const used = spans.reduce((sum, span) => sum + span.text.length, 0);
	const left = formatSpans(spans, room, theme);
	return room === width ? left : `${left}${' '.repeat(Math.max(1, width - used - clock.length))}${clock}`;
}

function listParts(state: State, options: HeaderOptions): Part[] {
	const {host, kernel} = state.snapshot?.readings.machine?.value ?? {};
	const {frozen, recording, recordingFailure, saved, unsaved, readOnly, interval} = options;
	const troubles = listTroubles(state).length;
	const {self} = state.rates;
	return [
		part(9, ['nbtop', 'title']),
		...(host === undefined ? [] : [part(2, [host, 'accent'])]),
		...(frozen === undefined ? [] : [part(0, [` FROZEN ${frozen === 0 ? '' : `+${frozen} `}`, 'banner'])]),
		...(recording === undefined ? [] : [part(1, ['REC ', 'danger'], [recording, 'normal'])]),
		...(recordingFailure === undefined ? [] : [part(0, ['NOT RECORDING: ', 'danger'], [recordingFailure, 'danger'])]),
		...(unsaved === undefined ? [] : [part(0, ['NOT SAVED: ', 'danger'], [unsaved, 'danger'])]),
		...(saved === undefined ? [] : [part(2, ['saved ', 'good'], [saved, 'normal'])]),
		...(readOnly === true ? [part(1, ['replay', 'accent'])] : []),
		...(troubles === 0 ? [] : [part(1, [`! ${troubles} ${troubles === 1 ? 'problem' : 'problems'}`, 'warning'])]),
		...describePath(state).map(span => part(4, span)),
		part(3, ['every ', 'faint'], [formatInterval(interval), 'normal']),
		...(self === undefined
			? []
			: [
					part(
						5,
						['self ', 'faint'],
						[`${formatPercent(self.cpuPercent)}% ${formatBytes(self.residentBytes)}`, 'normal'],
					),
				]),
		...(kernel === undefined ? [] : [part(6, [kernel, 'faint'])]),
	];
}

function part(priority: number, ...spans: readonly (readonly [string, Span['tone']])[]): Part {
	return {priority, spans: spans.map(([text, tone]) => ({text, tone}))};
}

/** `wt0 kernel over eth0 virtio_net`. */
function describePath({topology}: State): (readonly [string, Span['tone']])[] {
	const tunnels = topology.tunnels.map(tunnel => `${tunnel.interface} ${tunnel.kind}`).join(' ');
	const underlays = topology.underlays.map(each => [each.interface, each.driver ?? ''].join(' ').trim()).join(' ');
	const text = [tunnels, underlays].filter(each => each !== '').join(' over ');
	return text === '' ? [] : [[text, 'normal']];
}

/** The parts that fit, in their order, two blanks between them. */
function fitParts(parts: readonly Part[], width: number): Part[] {
	let kept = [...parts];
	const lengthOf = (list: readonly Part[]) =>
		list.reduce((sum, each) => sum + 2 + each.spans.reduce((length, span) => length + span.text.length, 0), -2);
	while (kept.length > 1 && lengthOf(kept) > width) {
		const worst = Math.max(...kept.map(each => each.priority));
		const at = kept.findLastIndex(each => each.priority === worst);
		kept = kept.filter((_, index) => index !== at);
	}
	return kept;
}

/** The time of the newest sample. */
function describeClock(state: State): string {
	const wall = state.snapshot?.at.wall;
	return wall === undefined ? '' : formatClock(wall);
}
