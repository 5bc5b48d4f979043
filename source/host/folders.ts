import {mkdirSync, statSync} from 'node:fs';
import path from 'node:path';

/**
Makes a folder with those above it that are missing. Throws the kernel's own word of the first that cannot be made.

Node's own way (`recursive`) takes ENOENT for a parent that is missing and tries for ever where the parent is there, as it is
below `/proc`; every other failure it calls ENOENT.
*/
export function makeFolders(folder: string, mode: number): void {
	try {
		makeFolder(folder, mode);
	} catch (error) {
		const parent = path.dirname(folder);
		const isParentMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && !isFolder(parent);
		if (!isParentMissing || parent === folder) {
			throw error;
		}
		makeFolders(parent, mode);
		makeFolder(folder, mode);
	}
}

/** Of one that is there the kernel may say something else than EEXIST: that its disk is read-only, that it is busy. */
function makeFolder(folder: string, mode: number): void {
	try {
		mkdirSync(folder, {mode});
	} catch (error) {
		if (!isFolder(folder)) {
			throw error;
		}
	}
}

function isFolder(place: string): boolean {
	try {
		return statSync(place).isDirectory();
	} catch {
		return false;
	}
}
