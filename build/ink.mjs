import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const inkFolder = path.dirname(fileURLToPath(import.meta.resolve('ink')));
const ownFolder = fileURLToPath(new URL('../source/ui/ink/', import.meta.url));

/** Private files of ink 8.0.0 for which we have our own, or for a part of which, by their SHA-256. */
const knownHashes = {
	'dom.js': '01694f6ec044c811ee13743c2bff8d22079c79e7b08982780d31916d7e3088a7',
	'output.js': '5e6c511c0a573f48cd5765d7f1f16583d2595f7b05775608382bdb990b63f225',
	'line-update.js': '3101b3bbf790a845dc0268343f1d5d033ffa6468f2b8ea8947336c03d50d828f',
	'log-update.js': '0336ec176d00780756df0c2b6c365cd2f67118e28d0f9b5383e113fd9f70f285',
	'measure-text.js': 'f646e9d5f3c4ec847694f28355c4c5e32772f0150eeb0e05217a53e544548c71',
	'reconciler.js': '497b58b448d6cf4342c1808c38fb03588f04e1263db54befb9d96287f364d325',
	'render-node-to-output.js': 'de6aebe3d2224648cf2ec899f8897cb6436f76b49d986644a06e53b234d9cb0c',
	'sanitize-ansi.js': 'd1f9783713dc610e01188ae37e339ce151abb922c4ea4e119deb55f90c50659e',
	'write-synchronized.js': '75008f21c22e928c47aa81856166842902ae8bd4514b2af8d202d7425f10ec53',
};

/** Of this file only a function is ours: nobody but itself can have the rest. */
const reconciler = 'reconciler.js';
const stockDiff = /^const diff = \(before, after\) => \{\n.*?^\};\n/ms;

/**
An esbuild plug-in: the parts of Ink that make up most of its work give way to those in source/ui/ink/, which draw the same
screen. The build fails where a file of Ink is not the one that ours was written against: then compare the two, run
test/ui/ink, and put the new hash here.
@param {{hashes?: Readonly<Record<string, string>>}} [options]
*/
export function replaceInk({hashes = knownHashes} = {}) {
	const files = Object.keys(hashes);
	const wholes = files.filter(file => file !== reconciler);
	return {
		name: 'ink',
		/** @param {import('esbuild').PluginBuild} build */
		setup(build) {
			const missing = new Set(wholes);

			build.onStart(async () => ({
				errors: (await Promise.all(files.map(file => checkHash(file, hashes[file])))).flat(),
			}));

			build.onResolve({filter: /^\.\/[\w-]+\.js$/}, ({importer, path: specifier}) => {
				const file = specifier.slice(2);
				if (path.dirname(importer) !== inkFolder || !wholes.includes(file)) {
					return undefined;
				}

				missing.delete(file);
				return {path: path.join(ownFolder, file.replace('.js', '.ts'))};
			});

			if (files.includes(reconciler)) {
				build.onLoad({filter: /\/ink\/build\/reconciler\.js$/}, async ({path: file}) => ({
					contents: (await readFile(file, 'utf8')).replace(
						stockDiff,
						`import {diff} from ${JSON.stringify(path.join(ownFolder, 'diff.ts'))};\n`,
					),
				}));
			}

			// Public, and asked by Ink and its packages for each line several times a frame.
			build.onResolve({filter: /^(?:string-width|widest-line)$/}, ({path: name}) => ({
				path: path.join(ownFolder, `${name}.ts`),
			}));
			build.onResolve({filter: /^es-toolkit\/compat$/}, ({importer}) =>
				path.dirname(importer) === inkFolder ? {path: path.join(ownFolder, 'throttle.ts')} : undefined,
			);

			// What ours leaves to the stock one is in no frame of ours: its tables of emoji are read when it comes, not at each start.
			build.onResolve({filter: /node_modules\/string-width\/index\.js$/}, ({importer, path: specifier}) =>
				importer.startsWith(ownFolder) ? {path: path.resolve(ownFolder, specifier), namespace: 'late'} : undefined,
			);
			build.onLoad({filter: /^/, namespace: 'late'}, ({path: file}) => ({
				contents: `let stock; export default (...words) => (stock ??= require(${JSON.stringify(file)}).default)(...words);`,
				resolveDir: path.dirname(file),
			}));

			build.onEnd(({errors}) => ({
				errors:
					errors.length > 0 ? [] : [...missing].map(file => describe(`no module of Ink imports ./${file} any more`)),
			}));
		},
	};
}

/**
@param {string} file
@param {string} expected
*/
async function checkHash(file, expected) {
	const found = createHash('sha256')
		.update(await readFile(path.join(inkFolder, file)))
		.digest('hex');
	return found === expected
		? []
		: [describe(`ink/build/${file} has changed: its SHA-256 is ${found}, expected ${expected}`)];
}

/** @param {string} text */
function describe(text) {
	return {text, notes: [{text: 'See build/ink.mjs: source/ui/ink/ was written against ink 8.0.0.'}]};
}

/** An esbuild plug-in: Ink's bridge to React's developer tools, which are not installed, becomes an empty module. */
export function leaveOutDevtools() {
	return {
		name: 'ink-devtools',
		/** @param {import('esbuild').PluginBuild} build */
		setup(build) {
			build.onResolve({filter: /^\.\/devtools\.js$/}, ({importer}) =>
				path.dirname(importer) === inkFolder ? {path: 'devtools', namespace: 'empty'} : undefined,
			);
			build.onLoad({filter: /^/, namespace: 'empty'}, () => ({contents: ''}));
		},
	};
}
