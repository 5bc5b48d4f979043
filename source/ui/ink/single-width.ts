/**
Ranges of characters (first, last) that take one column, stand alone as a grapheme, and are never ignorable. A test holds each
of them against string-width and Intl.Segmenter. What is not here is drawn just the same, only slower.
*/
export const singleWidthRanges: readonly (readonly [number, number])[] = [
	[0x20, 0x7e],
	[0xa0, 0xac],
	[0xae, 0x2ff],
	[0x391, 0x3a1],
	[0x3a3, 0x3ff],
	[0x400, 0x482],
	[0x48a, 0x52f],
	[0x2010, 0x2027],
	[0x2030, 0x205e],
	[0x2074, 0x208e],
	[0x20a0, 0x20bf],
	[0x2100, 0x218b],
	[0x2190, 0x2319],
	[0x23b0, 0x23e8],
	[0x2500, 0x25fc],
	[0x25ff, 0x2612],
	[0x26a0, 0x26a0],
	[0x2710, 0x2727],
	[0x2800, 0x28ff],
];

const singleWidths = new Uint8Array(0x1_00_00);
for (const [first, last] of singleWidthRanges) {
	singleWidths.fill(1, first, last + 1);
}

/** True for a UTF-16 unit that is a character of one column. */
export function isSingleWidth(unit: number): boolean {
	return singleWidths[unit] === 1;
}

const newline = 0x0a;

/** The columns of a text of such characters, SGR sequences and line ends, which take none; -1 when it holds anything else. */
export function measurePlain(text: string): number {
	let columns = 0;
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		if (singleWidths[unit] === 1) {
			columns++;
		} else if (unit === escapeUnit) {
			const end = findSgrEnd(text, index);
			if (end === -1) {
				return -1;
			}

			index = end;
		} else if (unit !== newline) {
			return -1;
		}
	}

	return columns;
}

/** The columns of the widest line of such a text; -1 when it holds anything else. */
export function measureWidestPlain(text: string): number {
	let widest = 0;
	let columns = 0;
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		if (singleWidths[unit] === 1) {
			columns++;
		} else if (unit === newline) {
			widest = Math.max(widest, columns);
			columns = 0;
		} else {
			index = unit === escapeUnit ? findSgrEnd(text, index) : -1;
			if (index === -1) {
				return -1;
			}
		}
	}

	return Math.max(widest, columns);
}

export const escapeUnit = 0x1b;
const bracket = 0x5b;
const semicolon = 0x3b;
const zero = 0x30;
const nine = 0x39;
const finalByte = 0x6d;

/** Where the `m` of the SGR sequence stands whose escape character is at `start`; -1 for any other sequence. */
export function findSgrEnd(text: string, start: number): number {
	if (text.charCodeAt(start + 1) !== bracket) {
		return -1;
	}

	for (let index = start + 2; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		if (unit === finalByte) {
			return index;
		}

		if (unit !== semicolon && !(unit >= zero && unit <= nine)) {
			return -1;
		}
	}

	return -1;
}
