import {closeSync, fdatasync, fstat, openSync, write} from 'node:fs';
import {promisify} from 'node:util';

/** A new file that grows while the program goes on: nothing here waits for the disk. */
export interface Writer {
	/** Hands text to the disk, after what was handed before. Never throws: a failure is told once. */
	write(text: string): void;
	/** Ends when all of it is on the disk, or cannot be. */
	close(): Promise<void>;
}

export interface WriterOptions {
	/** Compresses each piece for itself, so that a file that was cut off can be read up to the last one. */
	readonly gzip?: boolean;
	/** Told once, with the error of the machine: full, over quota, deleted. Nothing is written after it. */
	readonly onFailure: (error: NodeJS.ErrnoException) => void;
}

/** What the disk may leave lying: a disk that hangs must not take the memory. */
const longestQueue = 64 * 1024 * 1024;
/** Seconds between two looks whether the file is still there. */
const lookEvery = 1;
/** Seconds between two times at which what was written is put on the disk, where a loss of power leaves it. */
const syncEvery = 5;

const writeLater = promisify(write);
const syncLater = promisify(fdatasync);
const statLater = promisify(fstat);

/** Makes a file that only this user may read. Throws `EEXIST` rather than replace one. */
export function createWriter(file: string, {gzip = false, onFailure}: WriterOptions): Writer {
	const descriptor = openSync(file, 'wx', 0o600);
	const compressor = gzip ? createCompressor() : undefined;
	let queue: string[] = [];
	let length = 0;
	let working: Promise<void> | undefined;
	let isOver = false;
	const isLookDue = createTimer(lookEvery);
	const isSyncDue = createTimer(syncEvery);

	const fail = (error: NodeJS.ErrnoException): void => {
		if (!isOver) {
			isOver = true;
			queue = [];
			onFailure(error);
		}
	};
	const drain = async (): Promise<void> => {
		while (queue.length > 0) {
			const text = queue.join('');
			queue = [];
			length = 0;
			await writeWhole(descriptor, compressor ? await compressor.press(text) : Buffer.from(text));
			if (isSyncDue()) {
				await syncLater(descriptor);
			}
			if (isLookDue()) {
				await look(descriptor, file);
			}
		}
	};
	const work = (): Promise<void> => {
		working ??= drain()
			.catch(fail)
			.finally(() => {
				working = undefined;
			});
		return working;
	};

	return {
		write(text) {
			if (isOver) {
				return;
			}
			queue.push(text);
			length += text.length;
			if (length > longestQueue) {
				fail(
					Object.assign(new Error(`ETIMEDOUT: the disk takes nothing any more, write '${file}'`), {code: 'ETIMEDOUT'}),
				);
				return;
			}
			void work();
		},
		async close() {
			while (working !== undefined || (queue.length > 0 && !isOver)) {
				await work();
			}
			try {
				if (!isOver && compressor) {
					await writeWhole(descriptor, await compressor.finish());
				}
				if (!isOver) {
					await syncLater(descriptor);
					await look(descriptor, file);
				}
			} catch (error) {
				fail(error as NodeJS.ErrnoException);
			}
			isOver = true;
			closeSync(descriptor);
		},
	};
}

/** True once in so many seconds. */
function createTimer(seconds: number): () => boolean {
	let last = performance.now();
	return () => {
		const isDue = performance.now() - last > seconds * 1000;
		last = isDue ? performance.now() : last;
		return isDue;
	};
}

/** A file whose name has gone still takes what nobody will ever read. */
async function look(descriptor: number, file: string): Promise<void> {
	const {nlink} = await statLater(descriptor);
	if (nlink === 0) {
		throw Object.assign(new Error(`ENOENT: the file has been deleted, write '${file}'`), {code: 'ENOENT'});
	}
}

async function writeWhole(descriptor: number, bytes: Uint8Array): Promise<void> {
	for (let written = 0; written < bytes.length; ) {
		written += (await writeLater(descriptor, bytes, written)).bytesWritten;
	}
}

function createCompressor() {
	// Only here: what is seldom wanted takes no memory of those who do not.
	const {constants, createGzip} = process.getBuiltinModule('node:zlib');
	const gzip = createGzip();
	let parts: Buffer[] = [];
	gzip.on('data', (part: Buffer) => parts.push(part));
	const take = (): Buffer => {
		const bytes = Buffer.concat(parts);
		parts = [];
		return bytes;
	};
	return {
		press: (text: string) =>
			new Promise<Buffer>(resolve => {
				gzip.write(text);
				gzip.flush(constants.Z_SYNC_FLUSH, () => resolve(take()));
			}),
		finish: () => new Promise<Buffer>(resolve => gzip.once('end', () => resolve(take())).end()),
	};
}
