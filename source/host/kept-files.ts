import {closeSync, openSync, readSync} from 'node:fs';

/** Files that are read at every tick stay open: reading at position 0 makes the kernel write them anew. */
const keptOpen =
	/^\/proc\/(?:[a-z]+|net\/[a-z_0-9]+|net\/stat\/[a-z_]+|sys\/net\/netfilter\/[a-z_]+)$|^\/sys\/class\/net\/[^/]+\/statistics\//;
/**
Files that the kernel gives in one piece (those of `/proc` by `single_open`): less than was asked for is all there is. Tables of
rows come in several.
*/
const onePiece = /^\/sys\/|^\/proc\/(?:(?:\d+|sys|irq)\/|(?:stat|softirqs|net\/(?:snmp6?|netstat))$)/;
const keptOpenLimit = 256;
/** The kernel refuses to read a sysctl into 4 MiB and more, which the buffer may be (`proc_sys_call_handler`: `ENOMEM`). */
const longestRead = 1024 * 1024;

/** Whole files, read through one buffer: what was given is valid until the next is read. */
export interface FileReader {
	/** From a descriptor that is open from an earlier reading; nothing where there is none, or its file has gone. */
	readKept(path: string): Buffer | undefined;
	/** Opens the file first, and may keep it open. Throws Node's error. */
	readAnew(path: string): Buffer;
	/** Closes what is open under a folder: its name may belong to another device now. */
	forgetBelow(folder: string): void;
	close(): void;
}

export function createFileReader(): FileReader {
	const open = new Map<string, number>();
	let buffer = Buffer.allocUnsafe(64 * 1024);

	/** Reads from the start to the end into the one buffer, which grows to the largest file. */
	const readAll = (path: string, descriptor: number): Buffer => {
		const isWhole = onePiece.test(path);
		let length = 0;
		for (;;) {
			if (length === buffer.length) {
				buffer = Buffer.concat([buffer], buffer.length * 2);
			}
			const room = Math.min(buffer.length - length, longestRead);
			const count = readSync(descriptor, buffer, length, room, length);
			length += count;
			if (count === 0 || (isWhole && count < room)) {
				return buffer.subarray(0, length);
			}
		}
	};
	const forget = (path: string): void => {
		const descriptor = open.get(path);
		open.delete(path);
		if (descriptor !== undefined) {
			closeSync(descriptor);
		}
	};

	return {
		/**
		A descriptor outlives its device: reading it then fails once, and the path is opened anew. It follows its device through a
		rename, and does not fail: who reads has to see that, and say so (`forgetBelow`).
		*/
		readKept(path) {
			const descriptor = open.get(path);
			if (descriptor === undefined) {
				return undefined;
			}
			try {
				return readAll(path, descriptor);
			} catch {
				forget(path);
				return undefined;
			}
		},
		readAnew(path) {
			const descriptor = openSync(path, 'r');
			if (keptOpen.test(path) && open.size < keptOpenLimit) {
				open.set(path, descriptor);
				return readAll(path, descriptor);
			}
			try {
				return readAll(path, descriptor);
			} finally {
				closeSync(descriptor);
			}
		},
		forgetBelow(folder) {
			for (const path of [...open.keys()].filter(path => path.startsWith(`${folder}/`))) {
				forget(path);
			}
		},
		close() {
			for (const path of [...open.keys()]) {
				forget(path);
			}
		},
	};
}
