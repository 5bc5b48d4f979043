import {ParseError} from './parse-error.ts';
import {stripControls} from './printable.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const source = 'iperf3';

/**
Reads the one document that `iperf3 -J` prints, or folds the events of `--json-stream` into the same shape.

Around the document may stand warnings and errors as text (iperf3 3.9 and before), and in it `-nan`, which is no JSON.
Throws a `ParseError` with the first line where there is no document.
*/
export function readDocument(text: string): JsonObject {
	const lines = text.split('\n');
	const first = lines.findIndex(line => line.startsWith('{'));
	if (first === -1) {
		const found = lines.find(line => line.trim() !== '');
		throw new ParseError(
			source,
			found === undefined ? 'printed nothing' : `expected JSON, found ${JSON.stringify(stripControls(found.trim()))}`,
		);
	}

	if (isEvent(lines[first] ?? '')) {
		return foldEvents(lines);
	}

	const last = lines.findIndex((line, index) => index >= first && line.startsWith('}'));
	return parseObject(lines.slice(first, last === -1 ? undefined : last + 1).join('\n'), first + 1);
}

function isEvent(line: string): boolean {
	return /^\{\s*"event"\s*:/.test(line);
}

/** Since 3.17: one JSON object a line. An error's data is a string, and an empty `end` follows it. */
function foldEvents(lines: readonly string[]): JsonObject {
	const document: Record<string, unknown> = {};
	const intervals: unknown[] = [];
	lines.forEach((line, index) => {
		if (isEvent(line)) {
			const {event, data} = parseObject(line, index + 1);
			if (event === 'interval') {
				intervals.push(data);
			} else {
				document[String(event)] = data;
			}
		}
	});
	return {...document, intervals};
}

function parseObject(text: string, line: number): JsonObject {
	try {
		return objectOf(JSON.parse(text.replace(notANumber, '$1null')));
	} catch (error) {
		throw new ParseError(source, error instanceof Error ? error.message : String(error), line);
	}
}

const notANumber = /("\w+":\s*)-?(?:nan|inf)\b/gi;

export function objectOf(value: unknown): JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? stripControls(value) : undefined;
}

/** No count or rate of iperf3 is negative: -1 is "not known", and one below 0 printed as unsigned is near 2^64. */
export function numberOf(value: unknown): number | undefined {
	return typeof value === 'number' && value >= 0 && value < 2 ** 63 ? value : undefined;
}

/** The same object without the keys whose value is undefined. */
export function withoutUndefined<T extends object>(object: {[K in keyof T]: T[K] | undefined}): T {
	return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** The sum of those that are known; absent when none is. */
export function total(numbers: readonly (number | undefined)[]): number | undefined {
	const known = numbers.filter(number => number !== undefined);
	return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
}
