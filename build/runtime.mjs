import {execFile} from 'node:child_process';
import {access, mkdir, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {root} from './options.mjs';

const run = promisify(execFile);

/**
The runtime of the executables: Bun, for it needs nothing of a server but glibc. Node 26 makes them too, but its binary needs
libatomic and libstdc++, which a small Debian does not have, twice the memory, and 30 MB more. One version, so that all
that was tested is what is handed out.
*/
export const runtimeVersion = '1.4.5';

/** The `baseline` build runs on processors without AVX2 as well: emulated guests, old servers. */
const packages = {x64: '@oven/bun-linux-x64-baseline', arm64: '@oven/bun-linux-aarch64'};

/** @typedef {keyof typeof packages} Architecture */

/** @type {readonly Architecture[]} */
export const architectures = /** @type {Architecture[]} */ (Object.keys(packages));

const cache = path.join(root, 'node_modules/.cache/nbtop');

/**
The path of the runtime for an architecture. It is fetched with npm when it is asked for the first time (npm holds it to the
registry's checksum), so that `npm ci` does not carry it.
@param {Architecture} architecture
*/
export async function fetchRuntime(architecture) {
	const name = packages[architecture];
	const folder = path.join(cache, `${path.basename(name)}-${runtimeVersion}`);
	const program = path.join(folder, 'bin/bun');
	if (
		await access(program).then(
			() => true,
			() => false,
		)
	) {
		return program;
	}

	console.log(`fetching ${name}@${runtimeVersion}`);
	// A download that was broken off is no runtime.
	const unpacked = `${folder}.part`;
	await rm(unpacked, {recursive: true, force: true});
	await mkdir(unpacked, {recursive: true});
	const {stdout} = await run('npm', ['pack', '--json', '--pack-destination', unpacked, `${name}@${runtimeVersion}`]);
	const [{filename}] = JSON.parse(stdout);
	const archive = path.join(unpacked, path.basename(filename.replace('@oven/', 'oven-')));
	await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1']);
	await rm(archive);
	await rm(folder, {recursive: true, force: true});
	await rename(unpacked, folder);
	return program;
}

/** The architecture of this machine. */
export function thisArchitecture() {
	const found = architectures.find(each => each === process.arch);
	if (found === undefined) {
		throw new Error(
			`there is no runtime for ${process.arch}; executables can be built on ${architectures.join(' and ')}`,
		);
	}
	return found;
}
