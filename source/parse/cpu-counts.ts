import type {Place} from './number.ts';
import {ParseError} from './parse-error.ts';

const maximum = 0xff_ff_ff_ff;
const blank = 0x20;
const zero = 0x30;
const nine = 0x39;

/** The CPUs that a table's first line names, such as `CPU0 CPU1`. Throws a `ParseError` where there are none. */
export function parseCpuHeader(source: string, line: string): number[] {
	const cpus = Array.from(line.matchAll(/CPU(\d{1,7})\b/g), match => Number(match[1]));
	if (cpus.length === 0) {
		throw new ParseError(source, 'expected a header of CPUs', 1);
	}

	return cpus;
}

/**
Fills `counts` with the 32-bit numbers from `start` on: how many were found, and where the text after them starts. Throws a
`ParseError` for a number that is larger.

It goes over the characters, because columns are filled up with blanks: to part a row into words takes longer.
*/
export function readCpuCounts(
	line: string,
	start: number,
	counts: Uint32Array,
	place: Required<Place>,
): {readonly found: number; readonly rest: number} {
	let rest = start;
	for (let found = 0; found < counts.length; found++) {
		let position = rest;
		while (line.charCodeAt(position) === blank) {
			position++;
		}

		const wordStart = position;
		let count = 0;
		let code = line.charCodeAt(position);
		while (code >= zero && code <= nine) {
			count = count * 10 + code - zero;
			position++;
			code = line.charCodeAt(position);
		}

		if (position === wordStart || (position < line.length && code !== blank)) {
			return {found, rest: wordStart};
		}

		if (count > maximum) {
			throw new ParseError(place.source, `${count} is more than a 32-bit counter holds`, place.line);
		}

		counts[found] = count;
		rest = position;
	}

	return {found: counts.length, rest};
}
