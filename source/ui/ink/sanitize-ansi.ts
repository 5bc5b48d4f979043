import stockSanitizeAnsi from '../../../node_modules/ink/build/sanitize-ansi.js';
import {readPlainText} from './plain-text.ts';
import {measurePlain} from './single-width.ts';

/** Takes the place of Ink's `sanitizeAnsi` in the bundle: a text without controls but SGR sequences and line ends stays as it is. */
// Ink imports it as the default export.
export default function sanitizeAnsi(text: string): string {
	return readPlainText(text) === undefined && measurePlain(text) === -1 ? stockSanitizeAnsi(text) : text;
}
