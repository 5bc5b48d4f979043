import type {Host} from '../host.ts';
import type {SessionHeader} from '../model/events.ts';
import {createDecoder, sessionFormat} from './codec.ts';
import type {Lines, Session} from './session.ts';

/** A file that is no session, or one that this program cannot read yet. */
export class SessionError extends Error {
	override readonly name = 'SessionError';
}

/**
Reads a session, compressed or not; `-` is standard input. What a crash has cut off at its end is dropped, with a note. Throws a `HostError` where
there is no file, a `SessionError` where it is no session.
*/
export async function readSession(host: Pick<Host, 'readInput'>, file: string): Promise<Session> {
	return parseSession(await host.readInput(file), file === '-' ? 'standard input' : file);
}

/** The same from the bytes of the file. */
export async function parseSession(bytes: Uint8Array, name: string): Promise<Session> {
	const notes: string[] = [];
	const {text, damage} = await uncompress(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
	if (damage !== undefined) {
		notes.push(`the compressed file ends early or is damaged (${damage}): what came before is shown`);
	}
	const lines = splitLines(text);
	const header = readHeader(lines.text(0), name);
	return {
		name,
		header,
		notes,
		lines: dropTornEnd({length: lines.length - 1, text: index => lines.text(index + 1)}, notes),
	};
}

function readHeader(line: string, name: string): SessionHeader {
	if (line === '') {
		throw new SessionError(`${name} is no session of nbtop: there is nothing in it`);
	}
	const decoded = createDecoder().decode(line);
	if (decoded.kind !== 'header') {
		throw new SessionError(`${name} is no session of nbtop: its first line is no header (docs/session.md)`);
	}
	if (decoded.header.format > sessionFormat) {
		const {format, version} = decoded.header;
		throw new SessionError(`${name} was written by nbtop ${version} in format ${format}: a newer nbtop is needed`);
	}
	return decoded.header;
}

const newline = 0x0a;

function splitLines(text: Buffer): Lines {
	const starts: number[] = [];
	for (let start = 0; start < text.length; ) {
		starts.push(start);
		const end = text.indexOf(newline, start);
		start = end === -1 ? text.length : end + 1;
	}
	return {
		length: starts.length,
		text: index => text.toString('utf8', starts[index] ?? text.length, starts[index + 1] ?? text.length).trimEnd(),
	};
}

function dropTornEnd(lines: Lines, notes: string[]): Lines {
	if (lines.length === 0 || isJson(lines.text(lines.length - 1))) {
		return lines;
	}
	notes.push('the last line was cut off while it was written, and is left out');
	return {...lines, length: lines.length - 1};
}

function isJson(line: string): boolean {
	try {
		JSON.parse(line);
		return true;
	} catch {
		return false;
	}
}

/** Everything that can be uncompressed, and what was wrong with the rest. */
function uncompress(bytes: Buffer): Promise<{readonly text: Buffer; readonly damage?: string}> {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
		return Promise.resolve({text: bytes});
	}
	return new Promise(resolve => {
		const parts: Buffer[] = [];
		process
			.getBuiltinModule('node:zlib')
			.createGunzip()
			.on('data', (part: Buffer) => parts.push(part))
			.on('end', () => resolve({text: Buffer.concat(parts)}))
			.on('error', error => resolve({text: Buffer.concat(parts), damage: error.message}))
			.end(bytes);
	});
}
