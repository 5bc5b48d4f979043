import {ParseError} from './parse-error.ts';

/** Where a text stands that is being read: for the message of a `ParseError`. */
export interface Place {
	readonly source: string;
	readonly line?: number;
}

/**
Reads an unsigned decimal counter of up to 64 bits.

Anything else throws a `ParseError`: a wrong number is worse than none.
*/
export function readCount(text: string | undefined, place: Place): number {
	if (text === undefined || !isCount(text)) {
		throw unexpected('a number', text, place);
	}

	return Number(text);
}

/** Whether a text is an unsigned decimal counter of up to 64 bits, and nothing else. */
export function isCount(text: string): boolean {
	return /^\d{1,20}$/.test(text);
}

/** Reads an unsigned 32-bit counter in hexadecimal, as the per-CPU files of `/proc/net` print it. */
export function readHex32(text: string | undefined, place: Place): number {
	if (text === undefined || !/^[\da-f]{1,8}$/i.test(text)) {
		throw unexpected('a hexadecimal number of 32 bits', text, place);
	}

	return Number.parseInt(text, 16);
}

/** The error for a text that is not what is `wanted`; `undefined`: there is none. */
export function unexpected(wanted: string, text: string | undefined, {source, line}: Place): ParseError {
	const found = text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 40));
	return new ParseError(source, `expected ${wanted}, found ${found}`, line);
}
