import {expect, test} from 'vitest';
import {keymap} from '../../../source/ui/keymap.ts';
import {describeHelp} from '../../../source/ui/overlays/help.ts';
import {createTheme} from '../../../source/ui/theme.ts';

function help(width: number, ascii = false): string[] {
	return describeHelp(createTheme({ascii}).glyphs, width).map(spans => spans.map(({text}) => text).join(''));
}

test.each([58, 78, 198])('all that every key does can be read in %i columns', width => {
	const lines = help(width);
	expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(width);
	const words = lines.join(' ').replace(/\s+/g, ' ');
	for (const {key, help: meaning} of keymap) {
		expect(words).toContain(` ${key} ${meaning.replaceAll('`', '')}`);
	}
});

test('what goes on in the next line stands under its beginning', () => {
	const lines = help(78);
	const at = lines.findIndex(line => line.startsWith('  z '));
	expect(lines.slice(at, at + 2)).toEqual([
		'  z          the focused pane over the whole screen, with nothing folded away;',
		'             again: back',
	]);
});

test('in ASCII the arrows are words', () => {
	expect(help(78, true).some(line => line.startsWith('  Up Down    one line up or down'))).toBe(true);
	expect(help(78, true).join('')).toMatch(/^[ -~]*$/);
});
