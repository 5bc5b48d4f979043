import stockWidestLine from '../../../node_modules/widest-line/index.js';
import {readPlainText} from './plain-text.ts';
import {measureWidestPlain} from './single-width.ts';

/** Takes the place of widest-line in the bundle: measures a pane in one pass instead of line by line. */
// Its users import the default.
export default function widestLine(text: string): number {
	const columns = readPlainText(text)?.width ?? measureWidestPlain(text);
	return columns === -1 ? stockWidestLine(text) : columns;
}
