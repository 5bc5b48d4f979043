import type {Severity} from '../model/findings.ts';

/** Looks as words. The screen says what a thing means; the theme says what that looks like. */
export type Tone =
	| 'normal'
	| 'faint'
	| 'title'
	| 'heading'
	| 'focus'
	| 'accent'
	| 'good'
	| 'warning'
	| 'danger'
	| 'banner'
	| 'key';

/** How serious a finding is, as a look. The word stands beside it: colour is never the only signal. */
export const severityTones: Readonly<Record<Severity, Tone>> = {
	fault: 'danger',
	limit: 'warning',
	hint: 'accent',
	fine: 'good',
};

/** SGR sequences by tone; `''` leaves the text as it is. */
export type Styles = Readonly<Record<Tone, string>>;

/** The characters that the screen is drawn with, each one column wide. */
export interface Glyphs {
	/** True when nothing beyond printable ASCII may be drawn. */
	readonly ascii: boolean;
	readonly rule: string;
	readonly focusRule: string;
	readonly ellipsis: string;
	/** Stands for "not applicable". */
	readonly none: string;
	readonly separator: string;
	readonly cursor: string;
	readonly differs: string;
	readonly atLeast: string;
	/** Nine levels from empty to full. */
	readonly bars: readonly string[];
	/** What two figures of one moment look like, each 0 to 4: the second is a part of the first, or stands beside it. */
	readonly pairs: readonly (readonly string[])[];
	/** How the two figures of a pair are told apart, for headings. */
	readonly pairLegend: (first: string, second: string) => string;
}

export interface Theme {
	readonly styles: Styles;
	readonly glyphs: Glyphs;
}

export interface ThemeOptions {
	readonly ascii?: boolean;
	/** False: no SGR at all. */
	readonly colour?: boolean;
}

/** The look that the options ask for. Both tables are shared: themes of the same options hold the same objects. */
export function createTheme({ascii = false, colour = true}: ThemeOptions = {}): Theme {
	return {styles: colour ? colourStyles : plainStyles, glyphs: ascii ? asciiGlyphs : unicodeGlyphs};
}

/** The text in its tone, closed again, so that texts can stand in any order. */
export function paint(styles: Styles, tone: Tone, text: string): string {
	const style = styles[tone];
	return style === '' || text === '' ? text : `${style}${text}\u001B[0m`;
}

// The 16 colours that every terminal has, without the bright ones: some palettes draw those like the background.
const colourStyles: Styles = {
	normal: '',
	faint: '\u001B[2m',
	title: '\u001B[1m',
	heading: '',
	focus: '\u001B[1;36m',
	accent: '\u001B[36m',
	good: '\u001B[32m',
	warning: '\u001B[33m',
	danger: '\u001B[1;31m',
	banner: '\u001B[7m',
	key: '\u001B[1m',
};

const plainStyles: Styles = {
	normal: '',
	faint: '',
	title: '',
	heading: '',
	focus: '',
	accent: '',
	good: '',
	warning: '',
	danger: '',
	banner: '',
	key: '',
};

const levels = [0, 1, 2, 3, 4];

// Braille: the dots of the left half from the bottom up, and those of the right half.
const leftDots = [0, 0x40, 0x44, 0x46, 0x47];
const rightDots = [0, 0x80, 0xa0, 0xb0, 0xb8];

const unicodeGlyphs: Glyphs = {
	ascii: false,
	rule: '─',
	focusRule: '━',
	ellipsis: '…',
	none: '–',
	separator: '·',
	cursor: '▏',
	differs: '≠',
	atLeast: '≥',
	bars: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	pairs: levels.map(first =>
		levels.map(second => (first + second === 0 ? ' ' : brailleOf(leftDots[first], rightDots[second]))),
	),
	pairLegend: (first, second) => `⡇${first} ⢸${second}`,
};

function brailleOf(left = 0, right = 0): string {
	return String.fromCharCode(0x28_00 + left + right);
}

const mostlyFirst = ' .-=#';
const mostlySecond = ' ,oO@';

const asciiGlyphs: Glyphs = {
	ascii: true,
	rule: '-',
	focusRule: '=',
	ellipsis: '~',
	none: '-',
	separator: '|',
	cursor: '_',
	differs: '#',
	atLeast: '>',
	bars: [' ', '.', ':', '-', '=', '+', '*', '#', '@'],
	// Round marks where the second figure is more than half of the first.
	pairs: levels.map(first =>
		levels.map(second => {
			const level = Math.max(first, second);
			return (second * 2 > first ? mostlySecond : mostlyFirst).charAt(level);
		}),
	),
	pairLegend: (first, second) => `#${first} @${second}`,
};
