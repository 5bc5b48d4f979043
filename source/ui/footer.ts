import {spellArrows} from './format.ts';
import {type KeyBinding, type KeyContext, keymap} from './keymap.ts';
import {promptWords} from './prompts.ts';
import {rememberLast} from './remember-last.ts';
import {formatSpans, type Span} from './table-text.ts';
import type {Theme} from './theme.ts';
import type {OverlayId} from './view.ts';

/** The keys that work now, as many as there is room for; or the filter that is being typed. */
export function formatFooter(context: KeyContext, width: number, theme: Theme): string {
	const {entry, prompt, overlay, focus, reply} = context.view;
	if (prompt !== undefined) {
		const {title, enter} = promptWords[prompt.id];
		return formatEntry(` ${title}: `, prompt.text, `  Enter ${enter}, Esc drop`, width, theme);
	}
	if (entry !== undefined) {
		return formatEntry(` filter ${focus}: /`, entry, '  Enter keep, Esc drop', width, theme);
	}
	if (reply !== undefined) {
		return formatSpans([{text: ` ${reply}`, tone: 'warning'}], width, theme);
	}
	const shown = keymap.filter(binding => stands(binding, overlay?.id) && binding.disabled?.(context) === undefined);
	const items = shown.map(binding => item(binding, context));
	const closing: readonly Item[] = overlay === undefined ? [] : [...describeRest(context, theme), ['Esc', 'close']];
	return formatItems(width, theme, ...items.flat(), ...closing.flat());
}

/** The keys are the same at nearly every frame. `words`: a key, its label, the next key. */
const formatItems = rememberLast((width: number, theme: Theme, ...words: readonly string[]): string => {
	const items = words.flatMap((key, index): Item[] =>
		index % 2 === 0 ? [[spellArrows(key, theme.glyphs), words[index + 1] ?? '']] : [],
	);
	return formatSpans(fitItems(items, width), width, theme);
});

/** Which lines of an overlay are shown, where not all are, and what leads to the others. */
function describeRest({total, shown, scroll}: KeyContext, {glyphs}: Theme): Item[] {
	return total > shown ? [[spellArrows('↑ ↓', glyphs), `${scroll + 1}-${scroll + shown}/${total}`]] : [];
}

/** A key stands where it has something to do: an overlay has its own. */
function stands({label, overlays}: KeyBinding, overlay: OverlayId | undefined): boolean {
	return label !== undefined && (overlay === undefined || overlays?.includes(overlay) === true);
}

/** A text that is being typed; of a long one, its end. */
function formatEntry(title: string, text: string, help: string, width: number, theme: Theme): string {
	const room = Math.max(8, width - title.length - help.length - 2);
	const spans: Span[] = [
		{text: title, tone: 'key'},
		{text: text.slice(-room), tone: 'normal'},
		{text: theme.glyphs.cursor, tone: 'focus'},
		{text: help, tone: 'faint'},
	];
	return formatSpans(spans, width, theme);
}

type Item = readonly [key: string, label: string];

function item({key, label = ''}: KeyBinding, {view, controls}: KeyContext): Item {
	const player = controls.time?.player();
	if (key === 'Space' && player !== undefined) {
		return [key, player.position().playing ? 'pause' : 'play'];
	}
	if (key === '← →' && player !== undefined) {
		return [key, controls.time?.returnToLive ? 'step  End live' : 'step'];
	}
	if (key === 'Space' && view.frozen !== undefined) {
		return [key, 'live'];
	}
	if (key === 'z' && view.zoomed) {
		return [key, 'back'];
	}
	if (key === 'y') {
		return [key, answers[view.overlay?.id ?? ''] ?? label];
	}
	return [key, label];
}

/** What `y` does where it applies no step. */
const answers: Readonly<Record<string, string>> = {undo: 'undo all', measure: 'begin'};

/** Whole items only; the way out and the help are the last to go. */
function fitItems(items: readonly Item[], width: number): Span[] {
	let kept = [...items];
	const lengthOf = (list: readonly Item[]) =>
		list.reduce((sum, [key, label]) => sum + key.length + label.length + 3, 0);
	while (kept.length > 2 && lengthOf(kept) > width) {
		const at = kept.findLastIndex(([key]) => key !== 'q' && key !== '?' && key !== 'Esc');
		kept = kept.filter((_, index) => index !== at);
	}
	return kept.flatMap(([key, label]) => [
		{text: ` ${key}`, tone: 'key' as const},
		{text: ` ${label} `, tone: 'faint' as const},
	]);
}
