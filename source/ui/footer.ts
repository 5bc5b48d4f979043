import {type KeyBinding, type KeyContext, keymap} from './keymap.ts';
import {formatSpans, type Span} from './table-text.ts';
import type {Theme} from './theme.ts';

/** The keys that work now, as many as there is room for; or the filter that is being typed. */
export function formatFooter(context: KeyContext, width: number, theme: Theme): string {
	const {entry, overlay, focus} = context.view;
	if (entry !== undefined) {
		return formatSpans(
			[
				{text: ` filter ${focus}: /`, tone: 'key'},
				{text: entry, tone: 'normal'},
				{text: theme.glyphs.cursor, tone: 'focus'},
				{text: '  Enter keep, Esc drop', tone: 'faint'},
			],
			width,
			theme,
		);
	}
	const shown = keymap.filter(binding => binding.label !== undefined && binding.disabled?.(context) === undefined);
	const items = overlay === undefined ? shown.map(binding => item(binding, context)) : [['Esc', 'close'] as const];
	return formatSpans(fitItems(items, width), width, theme);
}

type Item = readonly [key: string, label: string];

function item({key, label = ''}: KeyBinding, {view}: KeyContext): Item {
	if (key === 'Space' && view.frozen !== undefined) {
		return [key, 'live'];
	}
	if (key === 'z' && view.zoomed) {
		return [key, 'back'];
	}
	return [key, label];
}

/** Whole items only; the way out and the help are the last to go. */
function fitItems(items: readonly Item[], width: number): Span[] {
	let kept = [...items];
	const lengthOf = (list: readonly Item[]) =>
		list.reduce((sum, [key, label]) => sum + key.length + label.length + 3, 0);
	while (kept.length > 2 && lengthOf(kept) > width) {
		const at = kept.findLastIndex(([key]) => key !== 'q' && key !== '?');
		kept = kept.filter((_, index) => index !== at);
	}
	return kept.flatMap(([key, label]) => [
		{text: ` ${key}`, tone: 'key' as const},
		{text: ` ${label} `, tone: 'faint' as const},
	]);
}
