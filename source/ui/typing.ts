import {changePane, type View} from './view.ts';

/** No filter needs more, and the footer has no room for more. */
const longest = 40;

/** One press while the filter is being typed: rows follow at once, Enter keeps the text, Esc drops it. */
export function typeFilter(view: View, press: string): View {
	const entry = view.entry ?? '';
	switch (press) {
		case 'enter':
			return changePane({...view, entry: undefined}, {filter: entry, scroll: 0});
		case 'esc':
			return changePane({...view, entry: undefined}, {filter: '', scroll: 0});
		default:
			return {...view, entry: editText(entry, press, longest)};
	}
}

/** A text after one press: a character more, or one less, or none (Ctrl-U); never longer than `limit`. */
export function editText(text: string, press: string, limit: number): string {
	if (press === 'backspace') {
		return Array.from(text).slice(0, -1).join('');
	}
	if (press === 'ctrl-u') {
		return '';
	}
	return isTypable(press) && text.length < limit ? text + press : text;
}

/** One character, not the name of a key. */
function isTypable(press: string): boolean {
	return Array.from(press).length === 1 && !/[\p{Cc}\p{Cf}]/u.test(press);
}
