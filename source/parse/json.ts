import {ParseError} from './parse-error.ts';
import {stripControls} from './printable.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses JSON. A text that is none (an error message, half an output) throws a `ParseError` that does not quote it. */
export function parseJson(text: string, source: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		// V8 names the line of some errors only, and its message quotes the text, so that it is not passed on.
		const [, named] = /\(line (\d+) column/.exec(String(error)) ?? [];
		const line = text.trim().includes('\n') ? named : '1';
		const what = text.trim() === '' ? 'the output is empty' : 'not JSON';
		throw new ParseError(source, what, line === undefined ? undefined : Number(line));
	}
}

/** The objects of a list; anything else, as the `{}` and `null` that some versions print, is left out. */
export function readObjects(value: unknown): JsonObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text without control characters; absent when empty or no text. */
export function readText(value: unknown): string | undefined {
	return typeof value === 'string' ? stripControls(value).trim() || undefined : undefined;
}

/** A number from 0 up; absent when it is none. JSON's `1e999` is read as infinity, and so is none. */
export function readNumber(value: unknown): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The object without what is undefined: unknown is absent. */
export function omitUnknown<T extends object>(object: T): {[Name in keyof T]: Exclude<T[Name], undefined>} {
	return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
		[Name in keyof T]: Exclude<T[Name], undefined>;
	};
}
