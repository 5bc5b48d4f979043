import {type PeriodFigures, summarisePeriod} from './comparison.ts';
import type {WindowFigures} from './figures.ts';
import {sayBits, sayCount, sayDuration, sayPercent, sayTopCore, unknown} from './report/words.ts';
import type {SessionDigest} from './report.ts';
import {compareSettings, type SettingDifference} from './settings-list.ts';

/** Two sessions, or two periods, side by side: schema `nbtop.diff/1` (docs/session.md). */
export interface Difference {
	readonly schema: 'nbtop.diff/1';
	readonly names: readonly [string, string];
	readonly figures: readonly [WindowFigures, WindowFigures];
	/** Figures in words, one row each, then the settings that are not the same at the end of the two. */
	readonly rows: readonly (readonly [name: string, a: string, b: string])[];
	readonly settings: readonly SettingDifference[];
	/** What could not be read of the two. */
	readonly notes: readonly [readonly string[], readonly string[]];
}

export function compareSessions(
	[a, b]: readonly [SessionDigest, SessionDigest],
	names: readonly [string, string],
): Difference {
	const figures = [summarisePeriod(a.figures), summarisePeriod(b.figures)] as const;
	const row = (name: string, say: (figures: PeriodFigures) => string) =>
		[name, say(figures[0]), say(figures[1])] as const;
	return {
		schema: 'nbtop.diff/1',
		names,
		figures,
		rows: [
			['host', a.machine?.host ?? unknown, b.machine?.host ?? unknown],
			['kernel', a.machine?.kernel ?? unknown, b.machine?.kernel ?? unknown],
			row('looked at', each => `${sayDuration(each.seconds)} ${each.isLoaded ? 'under load' : 'in all'}`),
			row('throughput', each => sayBits(each.bitsPerSecond)),
			row('top core %soft', each => sayTopCore(each.topCore)),
			row('softnet drops/30 s', each => sayCount(each.softnetDrops)),
			row('NIC drops/30 s', each => sayCount(each.nicDrops)),
			row('p99 CPU', each => sayPercent(each.p99Cpu)),
		],
		settings: compareSettings(a.settings.after, b.settings.after),
		notes: [a.notes, b.notes],
	};
}

/** As text for a terminal: names must be clean of controls. */
export function formatDifference({names, rows, settings}: Difference): string {
	const table = [
		['', ...names],
		...rows,
		...(settings.length === 0 ? [] : [['', '', '']]),
		...settings.map(({name, before, after}) => [
			name,
			before === undefined ? unknown : before || 'none',
			after === undefined ? unknown : after || 'none',
		]),
	];
	const widths = [0, 1].map(column => Math.max(...table.map(row => (row[column] ?? '').length)) + 2);
	const lines = table.map(([name = '', a = '', b = '']) =>
		`${name.padEnd(widths[0] ?? 0)}${a.padEnd(widths[1] ?? 0)}${b}`.trimEnd(),
	);
	const settled = settings.length === 0 ? ['', 'Every setting is the same.'] : [];
	return `${[...lines, ...settled].join('\n')}\n`;
}
