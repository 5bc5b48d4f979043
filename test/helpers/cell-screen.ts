import xterm from '@xterm/headless';

/** A terminal without a window, to compare what is seen: each line cell by cell, with all that is visible of its look. */
export interface CellScreen {
	/** Takes what a program wrote, and is there when it is on the screen. */
	readonly write: (text: string) => Promise<void>;
	readonly cells: () => string[][];
	readonly resize: (columns: number, rows: number) => void;
}

export function createCellScreen(columns: number, rows: number): CellScreen {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true});
	const readLine = (y: number) => {
		const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y);
		return Array.from({length: terminal.cols}, (_, x) => describeCell(line?.getCell(x)));
	};
	return {
		write: text => new Promise(resolve => terminal.write(text, resolve)),
		cells: () => Array.from({length: terminal.rows}, (_, y) => readLine(y)),
		resize: (columns, rows) => terminal.resize(columns, rows),
	};
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<xterm.Terminal['buffer']['active']['getLine']>>['getCell']>>;

function describeCell(cell: Cell | undefined): string {
	if (cell === undefined) {
		return '';
	}

	const seen = [
		...describeLooks([
			['underline', cell.isUnderline()],
			['inverse', cell.isInverse()],
			['strikethrough', cell.isStrikethrough()],
			['overline', cell.isOverline()],
		]),
		`on ${cell.getBgColorMode()}/${cell.getBgColor()}`,
	];
	const isBlank = cell.getChars().trim() === '' && cell.getWidth() > 0;
	if (isBlank && !cell.isInverse()) {
		// The rest does not show on it.
		return ['blank', ...seen].join(' ');
	}

	const ofInk = describeLooks([
		['bold', cell.isBold()],
		['dim', cell.isDim()],
		['italic', cell.isItalic()],
		['hidden', cell.isInvisible()],
	]);
	return [cell.getChars(), `${cell.getFgColorMode()}/${cell.getFgColor()}`, ...ofInk, ...seen].join(' ');
}

function describeLooks(looks: readonly (readonly [string, number])[]): string[] {
	return looks.flatMap(([name, isOn]) => (isOn === 0 ? [] : [name]));
}
