import stockStringWidth from '../../../node_modules/string-width/index.js';
import {measurePlain} from './single-width.ts';

/**
Takes the place of string-width in the bundle. That one asks five regular expressions and a segmenter about each
character of a line that is not all ASCII, and every line with a rule or a trace in it is measured several times a frame.
*/
// Its users import the default.
export default function stringWidth(text: string, options?: Parameters<typeof stockStringWidth>[1]): number {
	const columns = typeof text === 'string' && options === undefined ? measurePlain(text) : -1;
	return columns === -1 ? stockStringWidth(text, options) : columns;
}
