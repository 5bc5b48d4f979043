import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {expect} from 'vitest';
import {ParseError} from '../../source/parse/parse-error.ts';

/**
Holds the law of all parsers: any text gives values without NaN or infinity, or one `ParseError`.

Tries arbitrary texts, and the examples with a piece of them cut out or replaced, which get further into a parser.
*/
export function expectValuesOrParseError(parse: (text: string) => unknown, examples: readonly string[]): void {
	fc.assert(
		fc.property(fc.oneof(fc.string({unit: 'binary'}), ...examples.map(damage)), text => {
			const outcome = tryParse(parse, text);
			if (outcome.error === undefined) {
				expect(findBadNumber(outcome.value)).toBeUndefined();
			} else {
				expect(outcome.error).toBeInstanceOf(ParseError);
			}
		}),
		{numRuns: 500},
	);
}

/** The example with one piece replaced by another text. */
export function damage(example: string): fc.Arbitrary<string> {
	const position = fc.nat({max: example.length});
	const pieces = fc.oneof(
		fc.string({unit: 'binary', maxLength: 12}),
		fc.constantFrom('-1', '18446744073709551616', '1e999', 'NaN', 'null', '[]', '{}', '\t', '\n', ':', 'n/a'),
	);
	return fc
		.tuple(position, fc.nat({max: 30}), pieces)
		.map(([start, length, piece]) => example.slice(0, start) + piece + example.slice(start + length));
}

function tryParse(parse: (text: string) => unknown, text: string): {value?: unknown; error?: unknown} {
	try {
		return {value: parse(text)};
	} catch (error) {
		return {error};
	}
}

function findBadNumber(value: unknown): number | undefined {
	if (typeof value === 'number') {
		return Number.isFinite(value) ? undefined : value;
	}

	return typeof value === 'object' && value !== null
		? Object.values(value)
				.map(findBadNumber)
				.find(found => found !== undefined)
		: undefined;
}

/** A text of `test/fixtures`, by its path there. */
export function readFixture(path: string): string {
	return readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');
}
