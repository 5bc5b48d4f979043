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
		case 'backspace':
			return {...view, entry: Array.from(entry).slice(0, -1).join('')};
		case 'ctrl-u':
			return {...view, entry: ''};
		default:
			return isTypable(press) && entry.length < longest ? {...view, entry: entry + press} : view;
	}
}

/** One character, not the name of a key. */
function isTypable(press: string): boolean {
	return Array.from(press).length === 1 && !/[\p{Cc}\p{Cf}]/u.test(press);
}
