import {createReadStream, openSync} from 'node:fs';
import {ReadStream} from 'node:tty';

/** The names of standard input; the second cannot be opened where it is a socket. */
const standardInput: readonly string[] = ['-', '/dev/stdin'];

const gibibyte = 2 ** 30;
const mebibyte = 2 ** 20;

/** Reads a file, a pipe or standard input (`-`) from wherever it stands to its end, without seeking. */
export async function readInput(path: string): Promise<Buffer> {
	const parts: Buffer[] = [];
	let length = 0;
	const stream = standardInput.includes(path) ? process.stdin : createReadStream(path, {highWaterMark: mebibyte});
	for await (const part of stream as AsyncIterable<Buffer>) {
		parts.push(part);
		length += part.length;
		if (length > gibibyte) {
			throw Object.assign(new Error('EFBIG: more than 1 GiB, read'), {code: 'EFBIG'});
		}
	}
	return Buffer.concat(parts);
}

/** The terminal that this program was started from, whatever its standard input is; nothing where there is none. */
export function openTerminal(): ReadStream | undefined {
	try {
		return new ReadStream(openSync('/dev/tty', 'r'));
	} catch {
		return undefined;
	}
}
