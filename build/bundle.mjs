import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {build, transform} from 'esbuild';
import {leaveOutDevtools, replaceInk} from './ink.mjs';
import {leaveOutPackageReader} from './meow.mjs';
import {bundleOptions, root} from './options.mjs';

export const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

/** What `nbtop demo` plays, in media/: the program finds it beside the bundle. */
export const demoSession = 'demo.jsonl.gz';

/**
Makes the whole program one file, and gives the files that went into it. Ends this process when it fails: what is wrong has been
printed. `isBinary`: it will be part of an executable that brings its own runtime.

A script in CommonJS, because V8 keeps the compiled code of all that has run only of scripts (`source/launcher.cjs`), and Bun
too. It is a module first, because Yoga awaits its own start at its top level.
@param {string} outfile
@param {{isBinary?: boolean}} [options]
*/
export async function bundleProgram(outfile, {isBinary = false} = {}) {
	const {metafile, outputFiles} = await build({
		...bundleOptions,
		entryPoints: ['source/cli.tsx'],
		outfile,
		write: false,
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
	const [{text}] = outputFiles;
	await mkdir(path.dirname(outfile), {recursive: true});
	await writeFile(outfile, await toScript(text, isBinary));
	// What a plug-in made up is no file.
	return Object.keys(metafile.inputs).filter(input => !/^\w+:/.test(input));
}

/**
Its first line is what its compiled code is found by.
@param {string} module
@param {boolean} isBinary
*/
async function toScript(module, isBinary) {
	// Bun puts in place of `__filename` where the script lay when the executable was made.
	const filename = isBinary ? 'Bun.main' : '__filename';
	const {code} = await transform(module, {
		format: 'cjs',
		platform: 'node',
		minify: bundleOptions.minify,
		legalComments: 'none',
		// `import()` would have Node start its loader of modules, for its own modules alone.
		supported: {'dynamic-import': false},
		define: {'import.meta': 'importMeta'},
		banner: `const importMeta={url:require('node:url').pathToFileURL(${filename}).href,filename:${filename}};`,
	});
	return `// ${createHash('sha256').update(code).digest('hex')}\n${code}`;
}
