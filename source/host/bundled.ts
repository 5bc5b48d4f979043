import {readFileSync} from 'node:fs';

/**
The bytes of a file that comes with the program: beside the bundle, or inside the executable, where only reading it whole
works. In the sources it lies in `media/`. Throws what the file system says where it is missing.
*/
export function readBundled(name: string): Uint8Array {
	const folder = process.env.NBTOP_VERSION === undefined ? '../../media/' : './';
	return readFileSync(new URL(folder + name, import.meta.url));
}
