import {type KeyBinding, keymap} from '../keymap.ts';
import type {Span} from '../table-text.ts';
import type {Glyphs} from '../theme.ts';

const groups: Readonly<Record<KeyBinding['group'], string>> = {
	look: 'Look',
	move: 'Move',
	measure: 'Measure',
	tune: 'Tune',
	remember: 'Remember',
	leave: 'Leave',
};

/** All keys by group, and how to read the marks of the screen. */
export function describeHelp(glyphs: Glyphs): Span[][] {
	const keys = Object.entries(groups).flatMap(([group, title]) => [
		[{text: title, tone: 'title'} satisfies Span],
		...keymap.filter(binding => binding.group === group).map(binding => describeKey(binding, glyphs)),
		[],
	]);
	return [...keys, [{text: 'Reading the screen', tone: 'title'}], ...explain(glyphs).map(describeMark)];
}

function describeKey({key, help}: KeyBinding, glyphs: Glyphs): Span[] {
	const written = glyphs.ascii ? key.replace('↑ ↓', 'Up Down') : key;
	return [
		{text: `  ${written.padEnd(11)}`, tone: 'key'},
		{text: help.replaceAll('`', ''), tone: 'normal'},
	];
}

function describeMark([mark, meaning]: readonly [string, string]): Span[] {
	return [
		{text: `  ${mark.padEnd(11)}`, tone: 'key'},
		{text: meaning, tone: 'normal'},
	];
}

function explain(glyphs: Glyphs): (readonly [string, string])[] {
	const pair = (first: number, second: number) => glyphs.pairs[first]?.[second] ?? '';
	const striped = pair(4, 0).repeat(4);
	const solid = pair(4, 4).repeat(4);
	return [
		['?', 'not known: the source gave nothing (p says why)'],
		[glyphs.none, 'not applicable'],
		['!', 'in the margin: a CPU above 90 %, or packets being lost'],
		[striped, 'busy, none of it softirq'],
		[solid, 'busy, all of it softirq; in the tunnel pane: as much sent as received'],
		[`${glyphs.differs} ${glyphs.atLeast} =`, 'beside a setting: differs from the guide, is above it, equals it'],
	];
}
