import {type Host, HostError, type ProgramOutput} from './host.ts';
import type {Stamp} from './model/snapshot.ts';
import {type CaptureEntry, parseCaptureSample} from './parse/capture-sample.ts';

/*
A capture is a folder of text files, one a sample, in the order of their names. `docs/capture.md` describes the format.

	-- sample @1766.04 2026-11-22T14:18:25.000Z --
	-- file /proc/stat @1766.041 --
	cpu  10237 0 7032 ...
	-- program wg show all transfer @1766.09 status=0 --
	wt0	...
*/

// ---------------------------------------------------------------------------------------------------------------------
// Saving

export interface SavingHost extends Host {
	/** Ends the sample and writes it to `DIR/NNNN.txt`. */
	saveSample(started: Stamp): void;
}

/**
A Host that saves what it gives, one text file a sample. Secrets cannot be in it: nothing that holds one is ever read.
Throws `HostError` when the folder cannot be made or a sample not be written.
*/
export function createSavingHost(host: Host, folder: string): SavingHost {
	host.makeFolder(folder, 0o700);
	let entries: string[] = [];
	let samples = 0;
	const note = (kind: string, subject: string, at: number, body: string, attribute = ''): void => {
		entries.push(formatEntry(`${kind} ${subject} @${at.toFixed(6)}${attribute}`, body));
	};
	/** Saves what an act gives, or the error it ends in. */
	const save = <T>(kind: string, path: string, act: () => T, toText: (value: T) => string): T => {
		try {
			const value = act();
			note(kind, quoteWords([path]), host.now().monotonic, toText(value));
			return value;
		} catch (error) {
			if (error instanceof HostError) {
				note('error', `${error.code} ${quoteWords([path])}`, host.now().monotonic, error.message);
			}
			throw error;
		}
	};
	const readBytes = (path: string): Uint8Array =>
		save(
			'file',
			path,
			() => host.readBytes(path),
			bytes => Buffer.from(bytes).toString('latin1'),
		);
	return {
		...host,
		readBytes,
		readText: path => Buffer.from(readBytes(path)).toString('utf8'),
		readLink: path => save('link', path, () => host.readLink(path), toLatin1),
		list: path =>
			save(
				'list',
				path,
				() => host.list(path),
				names => toLatin1(names.join('\n')),
			),
		environment(name) {
			const value = host.environment(name);
			if (value !== undefined) {
				note('environment', name, host.now().monotonic, toLatin1(value));
			}
			return value;
		},
		async run(program, args, seconds) {
			const output = await host.run(program, args, seconds);
			const end = output.timedOut ? ' timed-out' : ` status=${output.status ?? ''}`;
			note('program', quoteWords([program, ...args]), output.at, toLatin1(output.stdout), end);
			if (output.stderr !== '') {
				entries.push(formatEntry('stderr', toLatin1(output.stderr)));
			}
			return output;
		},
		saveSample(started) {
			const header = `-- sample @${started.monotonic.toFixed(6)} ${new Date(started.wall).toISOString()} --\n`;
			const name = `${folder}/${String(samples).padStart(4, '0')}.txt`;
			host.saveFile(name, Buffer.from(header + entries.join(''), 'latin1'), {mode: 0o600, exclusive: true});
			samples += 1;
			entries = [];
		},
	};
}

/** Texts travel as bytes, one character each, so that a file that is no UTF-8 comes back as it was. */
function toLatin1(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}

function formatEntry(header: string, body: string): string {
	const escaped = body.replaceAll(/^(?=-- |\\)/gm, '\\');
	const [end, tail] = body === '' || body.endsWith('\n') ? ['', ''] : [' no-newline', '\n'];
	return `-- ${header}${end} --\n${escaped}${tail}`;
}

/** Words with anything but ordinary characters stand as JSON strings. */
function quoteWords(words: readonly string[]): string {
	return words.map(word => (/^[\w./:+,=%@-]+$/.test(word) ? word : toAscii(JSON.stringify(word)))).join(' ');
}

function toAscii(json: string): string {
	return json.replaceAll(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading

export interface CaptureHost extends Host {
	readonly samples: number;
	/** Goes on to the next sample; false at the end. */
	advance(): boolean;
}

/**
A Host made of a capture. What a sample lacks is as the samples before it left it; what none has is not there (`ENOENT`,
status 127). `loop` starts again at the end, with time going on. Throws `Error` when the folder holds no sample.
*/
export function createCaptureHost(host: Host, folder: string, {loop = false} = {}): CaptureHost {
	const names = host.list(folder).filter(name => name.endsWith('.txt'));
	if (names.length === 0) {
		throw new Error(`${folder} holds no capture: no NNNN.txt in it (see docs/capture.md)`);
	}
	const entries = new Map<string, CaptureEntry>();
	let position = -1;
	let started: Stamp = {monotonic: 0, wall: 0};
	let first: Stamp | undefined;
	let shift = 0;
	let last = 0;

	const load = (index: number): void => {
		// A copy: the entries live on after the host's buffer has been used again.
		const bytes = Buffer.from(host.readBytes(`${folder}/${names[index]}`));
		const nominal = first === undefined ? 0 : started.monotonic + 1;
		const sample = parseCaptureSample(bytes, {name: `${folder}/${names[index]}`, nominal, shift});
		started = sample.started;
		first ??= started;
		last = Math.max(last, started.monotonic);
		for (const [key, entry] of sample.entries) {
			entries.set(key, entry);
		}
		position = index;
	};
	const find = (kind: string, path: string): CaptureEntry => {
		const entry = entries.get(`${kind} ${path}`);
		if (entry === undefined) {
			throw new HostError('ENOENT', path, `ENOENT: not in this capture, '${path}'`);
		}
		last = entry.at;
		if (entry.kind === 'error') {
			throw new HostError(entry.code ?? 'EIO', path, toText(entry).trimEnd());
		}
		return entry;
	};
	load(0);

	return {
		...host,
		samples: names.length,
		advance() {
			if (position + 1 < names.length) {
				load(position + 1);
				return true;
			}
			if (!loop) {
				return false;
			}
			shift += last - (first?.monotonic ?? 0) + 1;
			load(0);
			return true;
		},
		readBytes: path => find('file', path).body,
		readText: path => toText(find('file', path)),
		readLink: path => toText(find('link', path)).trimEnd(),
		list: path => toText(find('list', path)).split('\n').filter(Boolean),
		run(program, args) {
			const entry = entries.get(`program ${[program, ...args].join('\0')}`);
			return Promise.resolve(entry ? toOutput(entry) : notCaptured(program, started.monotonic));
		},
		start: program => ({
			ended: Promise.resolve(notCaptured(program, started.monotonic)),
			interrupt: () => undefined,
		}),
		/** The time of what was read last, so that every reading carries the time at which it was really taken. */
		now: () => ({monotonic: last, wall: started.wall + (last - started.monotonic) * 1000}),
		writeText(path) {
			throw new HostError('EROFS', path, `EROFS: a capture cannot be written, '${path}'`);
		},
		exchange: path => Promise.reject(new HostError('ENOENT', path, `ENOENT: not in this capture, '${path}'`)),
		environment(name) {
			if (!machineVariables.has(name)) {
				return host.environment(name);
			}
			const entry = entries.get(`environment ${name}`);
			return entry && toText(entry).trimEnd();
		},
	};
}

/** Variables that tell of the machine; where this program puts its own files is the business of the one on which it runs. */
const machineVariables: ReadonlySet<string> = new Set(['SSH_CONNECTION']);

function toText(entry: CaptureEntry): string {
	return Buffer.from(entry.body).toString('utf8');
}

function toOutput(entry: CaptureEntry): ProgramOutput {
	return {
		stdout: toText(entry),
		stderr: entry.stderr ?? '',
		...(entry.status !== undefined && {status: entry.status}),
		...(entry.timedOut && {timedOut: true}),
		at: entry.at,
	};
}

function notCaptured(program: string, at: number): ProgramOutput {
	return {stdout: '', stderr: `${program}: not in this capture`, status: 127, at};
}
