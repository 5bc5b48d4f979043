import stockSanitizeAnsi from '../../../node_modules/ink/build/sanitize-ansi.js';
import {measurePlain} from './single-width.ts';

/** Takes the place of Ink's `sanitizeAnsi` in the bundle: a text without controls but SGR sequences and line ends stays as it is. */
// Ink imports it as the default export.
export default function sanitizeAnsi(text: string): string {
	return measurePlain(text) === -1 ? stockSanitizeAnsi(text) : text;
}
