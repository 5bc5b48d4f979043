import type {State} from '../session/state.ts';
import {formatHeader} from './header.ts';
import {listTroubles} from './health.ts';
import {paneIds} from './pane.ts';
import {createPane} from './panes.ts';
import {formatTable} from './table-text.ts';
import {createTheme} from './theme.ts';
import {formatVerdict} from './verdict-line.ts';

export interface TextOptions {
	/** Columns of the text; absent: 120, which most tickets show without wrapping. */
	readonly width?: number;
	readonly ascii?: boolean;
}

/** The screen's tables as plain text without a line end at its end, nothing cut off below: for a ticket, a pipe, a dumb terminal. */
export function formatTables(state: State, {width = 120, ascii = false}: TextOptions = {}): string {
	const theme = createTheme({ascii, colour: false});
	const sections = paneIds.map(id => {
		const pane = createPane(id, state, {theme});
		// Room for everything: what is idle or quiet still folds, as in the pane.
		const data = pane.lines(Math.max(pane.natural, 1), width);
		const {seconds} = state.rates;
		return formatTable({columns: pane.columns, data, width, height: data.length + 1, seconds, theme});
	});
	const interval = state.rates.seconds ?? 0;
	return [
		[formatHeader(state, {theme, width, interval}), formatVerdict(state, width, theme)],
		...sections,
		describeTroubles(state),
	]
		.filter(section => section.length > 0)
		.map(section => section.map(line => line.trimEnd()).join('\n'))
		.join('\n\n');
}

/** What is missing above, and why: in a ticket nobody can press a key to ask. */
function describeTroubles(state: State): string[] {
	const troubles = listTroubles(state);
	return troubles.length === 0 ? [] : ['Problems', ...troubles.map(({source, message}) => ` ${source}: ${message}`)];
}
