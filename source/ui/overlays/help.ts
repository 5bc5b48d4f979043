import {spellArrows} from '../format.ts';
import {type KeyBinding, keymap} from '../keymap.ts';
import type {Span} from '../table-text.ts';
import type {Glyphs} from '../theme.ts';
import {wrapText} from '../wrap.ts';

const groups: Readonly<Record<KeyBinding['group'], string>> = {
	look: 'Look',
	move: 'Move',
	measure: 'Measure',
	tune: 'Tune',
	remember: 'Remember',
	leave: 'Leave',
};

/** All keys by group, and how to read the marks of the screen, in lines of at most `width` columns. */
export function describeHelp(glyphs: Glyphs, width: number): Span[][] {
	const keys = Object.entries(groups).flatMap(([group, title]) => [
		[{text: title, tone: 'title'} satisfies Span],
		...keymap.filter(binding => binding.group === group).flatMap(binding => describeKey(binding, glyphs, width)),
		[],
	]);
	const marks = explain(glyphs).flatMap(([mark, meaning]) => describe(mark, meaning, width));
	return [...keys, [{text: 'Reading the screen', tone: 'title'}], ...marks];
}

function describeKey({key, help}: KeyBinding, glyphs: Glyphs, width: number): Span[][] {
	return describe(spellArrows(key, glyphs), spellArrows(help.replaceAll('`', ''), glyphs), width);
}

/** What is explained, and beside it what it means, in as many lines as that takes. */
function describe(name: string, meaning: string, width: number): Span[][] {
	return wrapText(meaning, Math.max(10, width - nameWidth - 2)).map((line, index) => [
		{text: `  ${(index === 0 ? name : '').padEnd(nameWidth)}`, tone: 'key'},
		{text: line, tone: 'normal'},
	]);
}

const nameWidth = 11;

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
