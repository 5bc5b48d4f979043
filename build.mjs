import {execFile} from 'node:child_process';
import {chmod, copyFile, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {build} from 'esbuild';
import {leaveOutDevtools, replaceInk} from './build/ink.mjs';
import {collectLicenses} from './build/licenses.mjs';
import {leaveOutPackageReader} from './build/meow.mjs';
import {bundleOptions, root} from './build/options.mjs';

// Makes dist/: the whole program in one file, the launcher in front of it, its manual page, and the licences of what it
// contains.

const dist = path.join(root, 'dist');
const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

// A build that fails must not leave an older program to be run.
await rm(dist, {recursive: true, force: true});

const {metafile} = await build({
	...bundleOptions,
	entryPoints: ['source/cli.tsx'],
	outfile: 'dist/nbtop.mjs',
	define: {...bundleOptions.define, 'process.env.NBTOP_VERSION': JSON.stringify(version)},
	metafile: true,
	plugins: [replaceInk(), leaveOutDevtools(), leaveOutPackageReader()],
}).catch(() => {
	// What is wrong has been printed.
	process.exit(1);
});

await copyFile(path.join(root, 'source/launcher.cjs'), path.join(dist, 'nbtop.cjs'));
await chmod(path.join(dist, 'nbtop.cjs'), 0o755);
await writeFile(path.join(dist, 'LICENSES.txt'), await collectLicenses(Object.keys(metafile.inputs), root));

const {stdout: manual} = await promisify(execFile)(process.execPath, [path.join(dist, 'nbtop.mjs'), 'manual']);
await writeFile(path.join(dist, 'nbtop.1'), manual);
