import {
	closeSync,
	fchmodSync,
	fstatSync,
	fsyncSync,
	lstatSync,
	openSync,
	readSync,
	renameSync,
	rmdirSync,
	rmSync,
	statSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import {makeFolders} from './folders.ts';

/*
Writing that outlives a crash and a loss of power. What is not on the disk when these return, they have thrown for.
*/

/**
Appends whole lines in one write, and returns when file and folder are on the disk. A line that an earlier crash has torn
is ended first, so that it spoils nothing but itself.
*/
export function appendDurably(file: string, text: string): void {
	const descriptor = openSync(file, 'a+', 0o600);
	try {
		writeWhole(descriptor, Buffer.from(endsTorn(descriptor) ? `\n${text}` : text));
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
	syncFolder(path.dirname(file));
}

/** Replaces a whole file in one step: after a crash either the old content is there or the new. */
export function saveDurably(file: string, data: string | Uint8Array, mode: number): void {
	const draft = `${file}.nbtop-draft`;
	// A draft that a crash has left behind may be another's link by now: it is never written through.
	rmSync(draft, {force: true});
	const descriptor = openSync(draft, 'wx', mode);
	try {
		fchmodSync(descriptor, mode);
		writeWhole(descriptor, Buffer.from(data));
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
	renameSync(draft, file);
	syncFolder(path.dirname(file));
}

/** Removes a file or an empty folder, and returns when that is on the disk. One that is not there is removed already. */
export function removeDurably(file: string): void {
	const found = lstatSync(file, {throwIfNoEntry: false});
	if (found === undefined) {
		return;
	}
	if (found.isDirectory()) {
		rmdirSync(file);
	} else {
		unlinkSync(file);
	}
	syncFolder(path.dirname(file));
}

/**
Makes a folder that only this user may enter. Throws `EPERM` for one that belongs to another user or that others may
write to: what they could put there would be believed.
*/
export function makeOwnFolder(folder: string): void {
	makeFolders(folder, 0o700);
	const {uid, mode} = statSync(folder);
	if (uid !== process.geteuid?.()) {
		throw Object.assign(new Error(`${folder} belongs to another user (${uid})`), {code: 'EPERM'});
	}
	if ((mode & 0o022) !== 0) {
		const permissions = (mode & 0o777).toString(8);
		throw Object.assign(new Error(`${folder} has mode ${permissions}: others could write to it`), {code: 'EPERM'});
	}
}

function endsTorn(descriptor: number): boolean {
	const {size} = fstatSync(descriptor);
	const last = Buffer.alloc(1);
	return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
	let written = 0;
	while (written < bytes.length) {
		written += writeSync(descriptor, bytes, written);
	}
}

/** A new name is on the disk only when its folder is. */
function syncFolder(folder: string): void {
	const descriptor = openSync(folder, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
