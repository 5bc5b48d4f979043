import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {build} from 'esbuild';
import {leaveOutDevtools, replaceInk} from './ink.mjs';
import {leaveOutPackageReader} from './meow.mjs';
import {bundleOptions, root} from './options.mjs';

export const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

/** What `nbtop demo` plays, in media/: the program finds it beside the bundle. */
export const demoSession = 'demo.jsonl.gz';

/**
Makes the whole program one module, and gives the files that went into it. `isBinary`: it will be part of an executable that
brings its own runtime. Ends this process when it fails: what is wrong has been printed.
@param {string} outfile
@param {{isBinary?: boolean}} [options]
*/
export async function bundleProgram(outfile, {isBinary = false} = {}) {
	const {metafile} = await build({
		...bundleOptions,
		entryPoints: ['source/cli.tsx'],
		outfile,
		define: {
			...bundleOptions.define,
			'process.env.NBTOP_VERSION': JSON.stringify(version),
			'process.env.NBTOP_BINARY': JSON.stringify(isBinary ? 'yes' : ''),
		},
		metafile: true,
		plugins: [replaceInk(), leaveOutDevtools(), leaveOutPackageReader()],
	}).catch(() => {
		process.exit(1);
	});
	// What a plug-in made up is no file.
	return Object.keys(metafile.inputs).filter(input => !/^\w+:/.test(input));
}
