import {
	accessSync,
	closeSync,
	constants,
	existsSync,
	openSync,
	readdirSync,
	readlinkSync,
	readSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {appendDurably, makeOwnFolder, removeDurably, saveDurably} from './host/durable.ts';
import {readVariable} from './host/environment.ts';
import {makeFolders} from './host/folders.ts';
import {openTerminal, readInput} from './host/input.ts';
import {createFileReader} from './host/kept-files.ts';
import {writeKnob} from './host/knob.ts';
import {createLanes} from './host/lanes.ts';
import {type Lock, lockFile, startDetached} from './host/processes.ts';
import {type Running, startRunning} from './host/running.ts';
import {sleep, type Wake} from './host/sleep.ts';
import {exchange} from './host/socket.ts';
import {createWriter, type Writer} from './host/writer.ts';
import type {SelfTimes, Stamp} from './model/snapshot.ts';

/** What a program gave. `status` 127: not installed; absent: ended by a signal or a time-out. */
export interface ProgramOutput {
	readonly stdout: string;
	readonly stderr: string;
	readonly status?: number;
	readonly timedOut?: boolean;
	/** Seconds, monotonic, when the first of it came; of what was started to run beside, when it had ended. */
	readonly at: number;
}

/**
The one door to a machine: its files, programs and clock. Everything that reads or acts takes a Host as an argument, so
that a capture on disk, or a machine made by a test, can stand in for the real one.

Reading throws a `HostError` with the code of errno.
*/
export interface Host {
	/** The bytes are valid until the next read: parse or copy them at once. */
	readBytes(path: string): Uint8Array;
	readText(path: string): string;
	/**
	Opens anew what is read next under a folder of sysfs (`/sys/class/net/NAME`), whose name another device may have taken: a
	file that is kept open follows its device through a rename, and reading it does not fail.
	*/
	forget(folder: string): void;
	/** A whole file, or what comes through a pipe until its end; `-` is standard input. The bytes are the caller's own. */
	readInput(path: string): Promise<Uint8Array>;
	/** Keys of the terminal that this program was started from, though its standard input is none; nothing where there is none. */
	openTerminal(): NodeJS.ReadStream | undefined;
	/** What a file holds from a byte on: of one that grows, what is new. */
	readFrom(path: string, offset: number): Uint8Array;
	/**
	Another text than before whenever a file may hold something else: which file it is, how long, and when it was written; nothing
	where there is no such file.
	*/
	fingerprint(path: string): string | undefined;
	/** The target of a symbolic link, as it is written in the link. */
	readLink(path: string): string;
	/** The names in a folder, sorted. */
	list(path: string): readonly string[];
	/** Runs a program without a shell; never rejects for what the program does. `seconds` is its time-out. */
	run(program: string, args: readonly string[], seconds: number): Promise<ProgramOutput>;
	/**
	Starts a program without a shell, to run beside what this one does; it cannot outlive this one, however that ends. After
	`seconds` it is interrupted, and a little later ended.
	*/
	start(program: string, args: readonly string[], seconds: number): Running<ProgramOutput>;
	/** The clock; on a capture, the time of what was read last. */
	now(): Stamp;
	/** Seconds of real time since some moment, on a capture too: for pacing, never for rates. */
	realTime(): number;
	/** Seconds that this program took from its start until it could act: how fast this machine starts another like it. */
	readonly startSeconds: number;
	/** Waits in real time, on a capture too; ends early when `wake` aborts. */
	sleep(seconds: number, wake?: Wake): Promise<void>;
	environment(name: string): string | undefined;
	/** CPU time and memory of this program and of the helpers it keeps. */
	selfTimes(): SelfTimes;
	/** Makes a folder with those above it. */
	makeFolder(path: string, mode?: number): void;
	/** Writes a whole file; `exclusive` refuses to replace one. */
	saveFile(path: string, data: string | Uint8Array, options?: {mode?: number; exclusive?: boolean}): void;
	/**
	Starts a new file of this user's own (mode 0600) that grows without anybody waiting for the disk. Throws `EEXIST` rather
	than replace one; what goes wrong later is told once, to `onFailure`.
	*/
	createWriter(path: string, options: {gzip?: boolean; onFailure: (error: HostError) => void}): Writer;
	/** Makes a folder that only this user may enter; throws `EPERM` where others could write to it. */
	makeOwnFolder(path: string): void;
	/** Appends whole lines; file and folder are on the disk when it returns. */
	appendDurably(path: string, text: string): void;
	/** Replaces a whole file in one step that a crash does not halve; on the disk when it returns. */
	saveDurably(path: string, data: string | Uint8Array, mode: number): void;
	/** Removes a file or an empty folder that may be there; throws `ENOTEMPTY` for one with something in it. */
	remove(path: string): void;
	/** Locks a file against other programs, as long as this program lives; `undefined` while another holds it. */
	lock(path: string): Promise<Lock | undefined>;
	/** Starts a program (its path first) that lives on without this one, its terminal and its connection. */
	startDetached(words: readonly string[]): Promise<void>;
	/**
	Writes one value to a file of the kernel in a single write(2), as the kernel asks for. Only knobs: paths under `/sys/`,
	`/proc/sys/` and `/proc/irq/`; any other is refused with `EPERM`, and nothing is ever created.
	*/
	writeText(path: string, text: string): void;
	/**
	Sends one message to a program's UNIX socket and gives what it answers until it hangs up. Rejects with a `HostError`:
	no such socket, refused, or `ETIMEDOUT` after so many seconds.
	*/
	exchange(socketPath: string, message: string, seconds: number): Promise<string>;
	/** Ends the kept helpers. */
	close(): void;
}

/** A failed read or write: `code` is errno's name (`ENOENT`), the message keeps the machine's own words. */
export class HostError extends Error {
	readonly code: string;
	readonly path: string;

	constructor(code: string, path: string, message: string) {
		super(message);
		this.name = 'HostError';
		this.code = code;
		this.path = path;
	}
}

/** Where programs are sought: administrators' folders too, which an ordinary user's PATH leaves out on Debian. */
const extraFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** The machine on which this program runs. */
export function createRealHost(): Host {
	const files = createFileReader();
	const readBytes = (path: string): Buffer => files.readKept(path) ?? attempt(path, () => files.readAnew(path));
	// Whole microseconds: finer is noise, and twice the digits in every recording.
	const monotonic = (): number => Number(process.hrtime.bigint() / 1000n) / 1e6;
	const now = (): Stamp => ({monotonic: monotonic(), wall: Date.now()});
	const lanes = createLanes({now: monotonic});
	const places = new Map<string, string>();

	return {
		readBytes,
		readText: path => readBytes(path).toString('utf8'),
		forget: files.forgetBelow,
		readInput: path => attemptLater(path, () => readInput(path)),
		openTerminal,
		readFrom: (path, offset) => attempt(path, () => readFrom(path, offset)),
		fingerprint: path => attempt(path, () => fingerprint(path)),
		readLink: path => attempt(path, () => readlinkSync(path)),
		list: path => attempt(path, () => readdirSync(path).sort()),
		async run(program, args, seconds) {
			const place = places.get(program) ?? findProgram(program);
			if (place === undefined) {
				return {stdout: '', stderr: `${program}: not found`, status: 127, at: now().monotonic};
			}
			places.set(program, place);
			const output = await lanes.run([place, ...args], seconds);
			if (output.status === 127) {
				places.delete(program);
			}
			return output;
		},
		start(program, args, seconds) {
			const place = findProgram(program);
			const stamp = <T>(output: T) => ({...output, at: now().monotonic});
			if (place === undefined) {
				const ended = Promise.resolve(stamp({stdout: '', stderr: `${program}: not found`, status: 127}));
				return {ended, interrupt: () => undefined};
			}
			const running = startRunning([place, ...args], seconds);
			return {ended: running.ended.then(stamp), interrupt: running.interrupt};
		},
		now,
		realTime: () => performance.now() / 1000,
		startSeconds: performance.now() / 1000,
		sleep,
		environment: readVariable,
		selfTimes() {
			const {user, system} = process.cpuUsage();
			return {
				clock: now().monotonic,
				cpuSeconds: (user + system) / 1e6 + lanes.cpuSeconds(pid => readBytes(`/proc/${pid}/stat`).toString()),
				residentBytes: process.memoryUsage.rss(),
			};
		},
		makeFolder: (path, mode = 0o755) => attempt(path, () => makeFolders(path, mode)),
		saveFile: (path, data, {mode = 0o644, exclusive = false} = {}) =>
			attempt(path, () => writeFileSync(path, data, {mode, flag: exclusive ? 'wx' : 'w'})),
		createWriter: (path, {gzip = false, onFailure}) =>
			attempt(path, () => createWriter(path, {gzip, onFailure: error => onFailure(toHostError(path, error))})),
		makeOwnFolder: path => attempt(path, () => makeOwnFolder(path)),
		appendDurably: (path, text) => attempt(path, () => appendDurably(path, text)),
		saveDurably: (path, data, mode) => attempt(path, () => saveDurably(path, data, mode)),
		remove: path => attempt(path, () => removeDurably(path)),
		lock: path => attemptLater(path, () => lockFile(findProgram('flock'), path)),
		startDetached: words => attemptLater(words[0] ?? '', () => startDetached(words)),
		writeText: (path, text) => attempt(path, () => writeKnob(path, text)),
		exchange: (socketPath, message, seconds) => attemptLater(socketPath, () => exchange(socketPath, message, seconds)),
		close() {
			lanes.close();
			files.close();
		},
	};
}

function findProgram(program: string): string | undefined {
	const folders = program.includes('/') ? [''] : [...(process.env.PATH ?? '').split(':'), ...extraFolders];
	return folders
		.map(folder => (folder === '' ? program : `${folder}/${program}`))
		.find(path => path.startsWith('/') && isExecutable(path));
}

function isExecutable(path: string): boolean {
	// What is sought is in few of the folders, and an error costs more than a look.
	if (!existsSync(path)) {
		return false;
	}
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function readFrom(path: string, offset: number): Buffer {
	const descriptor = openSync(path, 'r');
	try {
		const parts: Buffer[] = [];
		for (let position = offset; ; ) {
			const part = Buffer.allocUnsafe(64 * 1024);
			const count = readSync(descriptor, part, 0, part.length, position);
			if (count === 0) {
				return Buffer.concat(parts);
			}
			parts.push(part.subarray(0, count));
			position += count;
		}
	} finally {
		closeSync(descriptor);
	}
}

function fingerprint(path: string): string | undefined {
	const found = statSync(path, {bigint: true, throwIfNoEntry: false});
	return found && [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

function attempt<T>(path: string, act: () => T): T {
	// Much of what is looked for is not there on this machine, and the traces would cost more than the reading.
	const {stackTraceLimit} = Error;
	Error.stackTraceLimit = 0;
	try {
		return act();
	} catch (error) {
		throw toHostError(path, error);
	} finally {
		Error.stackTraceLimit = stackTraceLimit;
	}
}

async function attemptLater<T>(path: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		throw toHostError(path, error);
	}
}

function toHostError(path: string, error: unknown): HostError {
	const {code = 'EIO', message} = error as NodeJS.ErrnoException;
	// What was opened before is read and written without its name.
	const namesPlace = message.includes(path) || message.endsWith("'");
	return new HostError(code, path, namesPlace ? message : `${message} '${path}'`);
}
