import {isSingleWidth, measurePlain} from './ink/single-width.ts';
import type {Glyphs} from './theme.ts';

/** What stands where a figure is not known. */
export const unknown = '?';

/** A percentage in at most 5 columns: `0`, `0.4`, `97.3`, `100`. */
export function formatPercent(value: number | undefined): string {
	if (value === undefined) {
		return unknown;
	}
	if (value === 0) {
		return '0';
	}
	return value >= 99.95 ? value.toFixed(0) : value.toFixed(1);
}

/** A count or a rate in at most 5 columns: `0`, `<0.1`, `0.4`, `7`, `9999`, `12.3k`, `1.20M`, `45.6G`. */
export function formatCount(value: number | undefined): string {
	if (value === undefined) {
		return unknown;
	}
	if (value >= 9999.5) {
		return scale(value, 1000, 'kMGTPE');
	}
	if (value >= 9.95 || Number.isInteger(value)) {
		return value.toFixed(0);
	}
	return value < 0.05 ? '<0.1' : value.toFixed(1);
}

/** Bytes a second as bits a second in at most 5 columns: `0`, `640`, `1.23k`, `942M`, `1.23G`. */
export function formatBits(bytesPerSecond: number | undefined): string {
	if (bytesPerSecond === undefined) {
		return unknown;
	}
	const bits = bytesPerSecond * 8;
	return bits < 999.5 ? Math.round(bits).toFixed(0) : scale(bits, 1000, 'kMGTPE');
}

/** Bytes in at most 5 columns, by powers of 1024 as `top` counts memory: `512`, `83.0M`. */
export function formatBytes(bytes: number | undefined): string {
	if (bytes === undefined) {
		return unknown;
	}
	return bytes < 999.5 ? bytes.toFixed(0) : scale(bytes, 1024, 'KMGTPE');
}

/** Seconds in at most 6 columns: `7s`, `2m05s`, `5h03m`, `12d04h`. */
export function formatAge(seconds: number | undefined): string {
	if (seconds === undefined) {
		return unknown;
	}
	const whole = Math.max(0, Math.floor(seconds));
	if (whole < 60) {
		return `${whole}s`;
	}
	if (whole < 3600) {
		return joinUnits(whole, 60, 'm', 's');
	}
	if (whole < 172_800) {
		return joinUnits(Math.floor(whole / 60), 60, 'h', 'm');
	}
	return whole < 8_640_000 ? joinUnits(Math.floor(whole / 3600), 24, 'd', 'h') : `${Math.floor(whole / 86_400)}d`;
}

/** A moment (milliseconds since 1970) as the clock of the user shows it: `14:18:25`. */
export function formatClock(wall: number): string {
	const date = new Date(wall);
	return [date.getHours(), date.getMinutes(), date.getSeconds()].map(part => String(part).padStart(2, '0')).join(':');
}

/** Milliseconds as a player shows them: `0:07`, `12:03`, `1:02:10`. */
export function formatLength(milliseconds: number): string {
	const seconds = Math.max(0, Math.round(milliseconds / 1000));
	const two = (number: number): string => String(number).padStart(2, '0');
	const hours = Math.floor(seconds / 3600);
	const minutes = Math.floor(seconds / 60) % 60;
	return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** An interval as people say it: `0.2 s`, `1 s`, `60 s`. */
export function formatInterval(seconds: number): string {
	return `${Number(seconds.toFixed(1))} s`;
}

function joinUnits(value: number, base: number, unit: string, rest: string): string {
	return `${Math.floor(value / base)}${unit}${String(value % base).padStart(2, '0')}${rest}`;
}

/** Three digits and a unit. */
function scale(value: number, base: number, units: string): string {
	let scaled = value / base;
	let unit = 0;
	while (scaled >= 999.5 && unit < units.length - 1) {
		scaled /= base;
		unit++;
	}
	const digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
	return scaled.toFixed(digits) + units.charAt(unit);
}

/**
The text in exactly `width` columns: cut with an ellipsis, or filled with blanks on the side that `align` leaves.
What would not take one column a character has been replaced (`cleanText`).
*/
export function fitText(text: string, width: number, align: 'left' | 'right', glyphs: Glyphs): string {
	const clean = cleanText(text, glyphs);
	if (clean.length > width) {
		return truncate(clean, width, glyphs);
	}
	return align === 'left' ? clean.padEnd(width) : clean.padStart(width);
}

/** The text in at most `width` columns. It must be clean. */
export function truncate(text: string, width: number, glyphs: Glyphs): string {
	if (text.length <= width) {
		return text;
	}
	return width <= 0 ? '' : text.slice(0, width - 1) + glyphs.ellipsis;
}

/**
The text with a `?` for each character that may not be drawn in one column: controls, wide and combining characters, and
emoji; in ASCII mode all beyond ASCII but our own signs, which have likenesses. After this a text is as wide as it is long.
*/
export function cleanText(text: string, glyphs: Glyphs): string {
	if (printableAscii.test(text) || (!glyphs.ascii && measurePlain(text) === text.length)) {
		return text;
	}
	return Array.from(text, character =>
		isDrawable(character, glyphs) ? character : ((glyphs.ascii ? likenesses[character] : undefined) ?? '?'),
	).join('');
}

/** What our own sentences use beyond ASCII. */
const likenesses: Readonly<Record<string, string>> = {
	...{'’': "'", '“': '"', '”': '"', '–': '-', '−': '-', '…': '.', '·': '.'},
	...{'→': '>', '←': '<', '≥': '>', '≤': '<', '≠': '#', µ: 'u'},
};

/** The arrow keys as words where they cannot be drawn: `< >` are other keys. */
export function spellArrows(text: string, glyphs: Glyphs): string {
	return glyphs.ascii ? text.replace(/[←→↑↓]/g, arrow => arrowNames[arrow] ?? arrow) : text;
}

const arrowNames: Readonly<Record<string, string>> = {'←': 'Left', '→': 'Right', '↑': 'Up', '↓': 'Down'};

const printableAscii = /^[ -~]*$/;

function isDrawable(character: string, glyphs: Glyphs): boolean {
	return glyphs.ascii
		? printableAscii.test(character)
		: character.length === 1 && isSingleWidth(character.charCodeAt(0));
}
