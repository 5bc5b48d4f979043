import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {bundleProgram, demoSession, version} from './bundle.mjs';
import {collectLicenses} from './licenses.mjs';
import {root} from './options.mjs';
import {architectures, fetchRuntime, thisArchitecture} from './runtime.mjs';
import {describeRuntime} from './runtime-notice.mjs';

// Makes release/: one executable that needs neither Node nor packages, for each architecture that is named (this machine's, if
// none is), the licences of what is in it, and checksums. `npm run build:binary -- x64 arm64`

const run = promisify(execFile);

export const release = path.join(root, 'release');

/**
@param {import('./runtime.mjs').Architecture} architecture
@returns {Promise<string>} the path of the executable
*/
export async function buildBinary(architecture) {
	const bundle = path.join(release, 'program.cjs');
	const inputs = await bundleProgram(bundle, {isBinary: true});
	const output = path.join(release, `nbtop-${version}-linux-${architecture}`);
	await run(
		await fetchRuntime(thisArchitecture()),
		[
			...['build', '--compile', `--target=bun-linux-${architecture}`],
			'--format=cjs',
			// Compiled code is a part of it: a start takes a fifth of the time. For another architecture it has not been tried.
			...(architecture === thisArchitecture() ? ['--bytecode'] : []),
			`--compile-executable-path=${await fetchRuntime(architecture)}`,
			// What lies in the folder in which root happens to be must not run, nor change what runs.
			...['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'],
			// A file that is named beside the program becomes a part of the executable, under its own name.
			...[bundle, path.join(root, 'media', demoSession), '--asset-naming=[name].[ext]', `--outfile=${output}`],
		],
		{cwd: release},
	);
	await rm(bundle);
	const licenses = await collectLicenses(inputs, root);
	await writeFile(path.join(release, 'LICENSES.txt'), `${licenses}\n${await describeRuntime()}`);
	return output;
}

/** Checksums of all that is to be handed out, as `sha256sum -c` reads them. */
export async function writeChecksums() {
	const names = (await readdir(release)).filter(name => /^nbtop[-_]/.test(name)).sort();
	const lines = await Promise.all(
		names.map(async name => {
			const hash = createHash('sha256').update(await readFile(path.join(release, name)));
			return `${hash.digest('hex')}  ${name}\n`;
		}),
	);
	await writeFile(path.join(release, 'SHA256SUMS'), lines.join(''));
}

/** The architectures that were asked for on the command line. */
export function chooseArchitectures() {
	const words = process.argv.slice(2);
	const wrong = words.find(word => !architectures.some(each => each === word));
	if (wrong !== undefined) {
		console.error(`there is no ${wrong}: it takes ${architectures.join(', ')}`);
		process.exit(2);
	}
	return words.length === 0 ? [thisArchitecture()] : architectures.filter(each => words.includes(each));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	await mkdir(release, {recursive: true});
	for (const architecture of chooseArchitectures()) {
		console.log(path.relative(root, await buildBinary(architecture)));
	}
	await writeChecksums();
}
