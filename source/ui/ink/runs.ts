import {escapeUnit, findSgrEnd, isSingleWidth} from './single-width.ts';
import {changeStyle, plainStyle, type Style} from './style.ts';

/** Text of one style from column `x` on, one column a character. */
export interface Run {
	readonly x: number;
	readonly text: string;
	readonly style: Style;
}

export function endOf(run: Run): number {
	return run.x + run.text.length;
}

/**
The runs of a line that begins at column `x`; nothing when it holds more than single-width characters and styles
that are closed at its end.
*/
export function splitRuns(line: string, x: number): Run[] | undefined {
	const runs: Run[] = [];
	let style = plainStyle;
	let column = x;
	let start = 0;
	const endRun = (end: number): void => {
		if (end > start) {
			runs.push({x: column, text: line.slice(start, end), style});
			column += end - start;
		}
	};

	for (let index = 0; index < line.length; index++) {
		const unit = line.charCodeAt(index);
		if (unit === escapeUnit) {
			const end = findSgrEnd(line, index);
			const next = end === -1 ? undefined : changeStyle(style, line.slice(index + 2, end));
			if (next === undefined) {
				return undefined;
			}

			endRun(index);
			style = next;
			start = end + 1;
			index = end;
		} else if (!isSingleWidth(unit)) {
			return undefined;
		}
	}

	endRun(line.length);
	return style === plainStyle ? runs : undefined;
}
