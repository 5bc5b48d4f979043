import type {Lab} from './lab.ts';

/** Rows of mpstat or sar by CPU or IRQ and column: the figures of the seconds around a stretch of time. */
export type Ranges = Readonly<Record<string, {readonly least: number; readonly most: number}>>;

/**
Starts mpstat and sar in alpha. `stop` gives, for each row and column (`0 %soft`, `2 total/s`, `29 all`), the least and the most that
a row of theirs shows which overlaps the stretch, times in seconds since 1970: an average over it lies between those.
*/
export function startSysstat(lab: Lab): {stop(start: number, end: number): Promise<Ranges>} {
	const environment = 'env TZ=UTC LC_ALL=C S_TIME_FORMAT=ISO S_COLORS=never';
	const period = 2;
	const tools = ['mpstat -P ALL', 'sar -n SOFT -P ALL', 'sar -I ALL'].map(tool =>
		lab.start(`${environment} ${tool} ${period} 1000`),
	);
	return {
		async stop(start, end) {
			const texts = await Promise.all(tools.map(async tool => (await tool.stop('INT')).stdout));
			return Object.assign({}, ...texts.map(text => readRanges(text, start - period, end + 2 * period)));
		},
	};
}

function readRanges(text: string, start: number, end: number): Ranges {
	const ranges: Record<string, {least: number; most: number}> = {};
	let columns: string[] = [];
	for (const line of text.split('\n')) {
		const [time = '', ...values] = line.trim().split(/\s+/);
		const [row = ''] = values;
		if (!/^\d\d:\d\d:\d\d$/.test(time)) {
			continue;
		}
		if (/^(CPU|INTR)$/.test(row)) {
			columns = values;
		} else if (isWithin(time, start, end)) {
			for (const [index, column] of columns.entries()) {
				const value = Number(values[index]);
				const {least, most} = ranges[`${row} ${column}`] ?? {least: value, most: value};
				ranges[`${row} ${column}`] = {least: Math.min(least, value), most: Math.max(most, value)};
			}
		}
	}
	return ranges;
}

/** `HH:MM:SS` of the day in which the stretch lies; a stretch over midnight takes both sides. */
function isWithin(time: string, start: number, end: number): boolean {
	const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
	const second = hours * 3600 + minutes * 60 + seconds;
	const day = 86_400;
	return (second - Math.floor(start % day) + day) % day <= end - start;
}
