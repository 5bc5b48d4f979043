import type {CpuPercentages, CpuRates, SoftnetRates} from '../../model/rates.ts';
import type {Trace} from '../../session/state.ts';
import {formatCount, formatPercent} from '../format.ts';
import {rememberLast} from '../remember-last.ts';
import type {Column} from '../table-text.ts';
import type {Glyphs, Tone} from '../theme.ts';
import {drawPair, titleTrace} from '../trace.ts';

export interface CoreRow {
	/** −1 is the sum of all. */
	readonly cpu: number;
	readonly label: string;
	/** Absent in a CPU's first interval. */
	readonly rates: CpuRates | undefined;
	readonly busy: Trace;
	readonly soft: Trace;
	/** The interrupt that feeds it and who takes a good part of it, in words. */
	readonly work: string;
}

/** `digits` is the width of the highest CPU number. */
export const coreColumns = rememberLast((glyphs: Glyphs, digits: number): readonly Column<CoreRow>[] => {
	return [
		{key: 'cpu', title: 'CPU', width: Math.max(3, digits), priority: 1, cell: row => row.label, tone: () => 'normal'},
		{
			key: 'busy',
			title: 'busy',
			width: 5,
			priority: 1,
			cell: row => formatPercent(row.rates?.busy),
			tone: row => alarmTone(toneBusy(row.rates?.busy ?? 0)),
		},
		percentage('usr', 4),
		percentage('nice', 20),
		percentage('sys', 3),
		percentage('iowait', 18),
		percentage('irq', 14),
		percentage('soft', 2, soft => (soft >= 80 ? 'danger' : soft >= 50 ? 'warning' : undefined)),
		percentage('steal', 12, steal => (steal >= 5 ? 'warning' : undefined)),
		percentage('guest', 21),
		percentage('gnice', 22),
		percentage('idle', 9),
		rate('netRx', 'NET_RX/s', 6, row => row.rates?.netRxPerSecond),
		rate('netTx', 'NET_TX/s', 11, row => row.rates?.netTxPerSecond),
		rate('interrupts', 'irq/s', 10, row => row.rates?.interruptsPerSecond),
		softnet('processed', 'softnet/s', 13, 'normal'),
		softnet('dropped', 'drop/s', 7, 'danger'),
		softnet('timeSqueeze', 'squeeze/s', 8, 'warning'),
		softnet('receivedRps', 'rps/s', 15, 'normal'),
		trace(glyphs),
		{key: 'work', title: 'works on', width: 18, maximum: 44, align: 'left', priority: 16, cell: row => row.work},
	];
});

/** How worrying a share of one CPU is. */
export function toneBusy(busy: number): Tone {
	return busy >= 90 ? 'danger' : busy >= 70 ? 'warning' : 'normal';
}

function alarmTone(tone: Tone): Tone | undefined {
	return tone === 'normal' ? undefined : tone;
}

function percentage(
	key: keyof CpuPercentages,
	priority: number,
	tone?: (value: number) => Tone | undefined,
): Column<CoreRow> {
	const title = `%${key}`;
	return {
		key,
		title,
		width: Math.max(5, title.length),
		priority,
		cell: row => formatPercent(row.rates?.[key]),
		tone: row => tone?.(row.rates?.[key] ?? 0),
	};
}

function rate(
	key: string,
	title: string,
	priority: number,
	read: (row: CoreRow) => number | undefined,
	tone: Tone = 'normal',
): Column<CoreRow> {
	return {
		key,
		title,
		width: Math.max(5, title.length),
		priority,
		cell: row => formatCount(read(row)),
		tone: row => (tone !== 'normal' && (read(row) ?? 0) > 0 ? tone : undefined),
	};
}

function softnet(key: Exclude<keyof SoftnetRates, 'backlogLength'>, title: string, priority: number, tone: Tone) {
	return rate(key, title, priority, row => row.rates?.softnet?.[key], tone);
}

/** Busy time beside its soft share. Braille draws it as a solid area of softirq under a striped one of the rest. */
function trace(glyphs: Glyphs): Column<CoreRow> {
	return {
		key: 'trace',
		title: (width, seconds) => titleTrace(glyphs.pairLegend('busy', 'soft'), width, seconds),
		width: 12,
		maximum: 60,
		align: 'left',
		priority: 5,
		cell: (row, width) => drawPair(row.busy, row.soft, 100, width, glyphs, toneTrace),
	};
}

function toneTrace(busy: number, soft: number): Tone {
	return busy >= 90 ? 'danger' : busy >= 10 && soft * 2 >= busy ? 'accent' : 'normal';
}
