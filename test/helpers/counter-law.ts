import {expectValuesOrParseError} from './parser-law.ts';

/** The law of the parsers of counters: that of all parsers, and no number is below zero. */
export function expectCountersOrParseError(parse: (text: string) => unknown, ...examples: readonly string[]): void {
	expectValuesOrParseError(text => {
		const value = parse(text);
		refuseNegative(value);
		return value;
	}, examples);
}

function refuseNegative(value: unknown): void {
	if (typeof value === 'number' && value < 0) {
		throw new Error(`${value} among the values`);
	}

	if (typeof value === 'object' && value !== null) {
		for (const part of Object.values(value)) {
			refuseNegative(part);
		}
	}
}
