import fc from 'fast-check';
import {expect} from 'vitest';
import {damage} from './parser-law.ts';

/** Holds the law of parsers that remember: whatever was read before, a text gives what it gives a new parser, be it an error. */
export function expectSameAsNew(createParser: () => (text: string) => unknown, ...examples: readonly string[]): void {
	const text = fc.oneof(...examples.map(example => fc.constant(example)), ...examples.map(damage));
	fc.assert(
		fc.property(fc.array(text, {minLength: 2, maxLength: 6}), texts => {
			const parse = createParser();
			for (const each of texts) {
				expect(attempt(parse, each)).toEqual(attempt(createParser(), each));
			}
		}),
		{numRuns: 300},
	);
}

function attempt(parse: (text: string) => unknown, text: string): unknown {
	try {
		return parse(text);
	} catch (error) {
		return String(error);
	}
}
