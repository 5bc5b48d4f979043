import {closeSync, constants, openSync, writeSync} from 'node:fs';

/** Whether a path is a knob of the kernel: no link out of it (`/proc/self/root/…`), and no way back up. */
export function isKnob(path: string): boolean {
	return /^\/(?:sys|proc\/sys|proc\/irq)\//.test(path) && !path.split('/').includes('..');
}

/**
Writes one value in one write(2): a knob takes a value whole or not at all, and a second write would be a second value.

The file must be there. Throws `EPERM` for any path that is no knob.
*/
export function writeKnob(path: string, text: string): void {
	if (!isKnob(path)) {
		throw Object.assign(new Error(`EPERM: not a knob of the kernel, write '${path}'`), {code: 'EPERM'});
	}
	const descriptor = openSync(path, constants.O_WRONLY);
	try {
		writeOnce(descriptor, Buffer.from(text), path);
	} finally {
		closeSync(descriptor);
	}
}

/** Node's own error of a write does not say which file it was. */
function writeOnce(descriptor: number, bytes: Uint8Array, path: string): void {
	let written: number;
	try {
		written = writeSync(descriptor, bytes);
	} catch (error) {
		const {message, code} = error as NodeJS.ErrnoException;
		throw Object.assign(new Error(`${message} '${path}'`), {code});
	}
	if (written !== bytes.length) {
		throw new Error(`EIO: took ${written} of ${bytes.length} bytes, write '${path}'`);
	}
}
