import type {Span, TableLine} from '../table-text.ts';
import type {Theme} from '../theme.ts';
import {drawBars} from '../trace.ts';
import {type CoreRow, toneBusy} from './core-columns.ts';

/**
All CPUs in at most `maximumLines` lines of `width` columns: one mark each, as high as it is busy; where they are too many,
one mark for the hottest of several neighbours, which the caption says.
*/
export function drawHeatStrip(
	rows: readonly CoreRow[],
	width: number,
	maximumLines: number,
	theme: Theme,
): {lines: TableLine<CoreRow>[]; caption: string} {
	const labelWidth = String(rows.at(-1)?.cpu ?? 0).length + 3;
	const marksPerLine = roundDown(Math.max(1, width - labelWidth - 2));
	const group = Math.ceil(rows.length / (marksPerLine * Math.max(1, maximumLines)));
	const lines: TableLine<CoreRow>[] = [];
	for (let start = 0; start < rows.length; start += marksPerLine * group) {
		const part = rows.slice(start, start + marksPerLine * group);
		const label: Span = {text: `cpu${part[0]?.cpu ?? ''} `.padStart(labelWidth + 1), tone: 'faint'};
		lines.push({spans: [label, ...drawBars(groupHottest(part, group), 100, theme.glyphs, toneBusy)]});
	}
	return {lines, caption: group > 1 ? `one mark: the hottest of ${group} CPUs` : ''};
}

/** To a multiple of 16, so that lines begin at CPUs one can count from. */
function roundDown(marks: number): number {
	return marks >= 16 ? marks - (marks % 16) : marks;
}

function groupHottest(rows: readonly CoreRow[], group: number): (number | undefined)[] {
	const hottest: (number | undefined)[] = [];
	for (const [index, row] of rows.entries()) {
		const at = Math.floor(index / group);
		const busy = row.rates?.busy;
		hottest[at] = busy === undefined ? hottest[at] : Math.max(busy, hottest[at] ?? 0);
	}
	return hottest;
}
