import type {State} from '../../source/session/state.ts';
import type {PaneId, PaneOptions} from '../../source/ui/pane.ts';
import {createPane} from '../../source/ui/panes.ts';
import {formatTable} from '../../source/ui/table-text.ts';
import {createTheme} from '../../source/ui/theme.ts';

export interface PaneTextOptions extends Omit<PaneOptions, 'theme'> {
	readonly width?: number;
	/** Lines of the pane, its heading included; absent: as many as it wants. */
	readonly height?: number;
	readonly ascii?: boolean;
}

/** A pane as the text that stands on the screen, without colours. */
export function drawPane(id: PaneId, state: State, options: PaneTextOptions = {}): string[] {
	const {width = 100, ascii = false} = options;
	const theme = createTheme({ascii, colour: false});
	const pane = createPane(id, state, {...options, theme});
	const height = options.height ?? pane.natural;
	const {seconds} = state.rates;
	return formatTable({columns: pane.columns, data: pane.lines(height - 1, width), width, height, seconds, theme});
}

/** The cells of one column, found by its heading: what stands in the columns of the screen that the heading covers. */
export function readColumn(lines: readonly string[], title: string): string[] {
	const [heading = '', ...rows] = lines;
	const end = heading.indexOf(title) + title.length;
	return rows.map(row => row.slice(0, end).split(' ').at(-1) ?? '');
}
