import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const inkFolder = path.dirname(fileURLToPath(import.meta.resolve('ink')));
const replacement = fileURLToPath(new URL('../source/ui/ink-output.ts', import.meta.url));

/** SHA-256 of build/output.js of ink 8.0.0. */
const knownHash = '5e6c511c0a573f48cd5765d7f1f16583d2595f7b05775608382bdb990b63f225';

/**
An esbuild plug-in: Ink's private `output.js` gives way to source/ui/ink-output.ts, which draws the same screen for a
third of the work. The build fails where Ink's file is not the one that the replacement was written against:
then compare the two, run test/ui/ink-output.test.tsx, and put the new hash here.
@param {{hash?: string}} [options]
*/
export function replaceInkOutput({hash = knownHash} = {}) {
	return {
		name: 'ink-output',
		/** @param {import('esbuild').PluginBuild} build */
		setup(build) {
			let isReplaced = false;

			build.onStart(async () => {
				isReplaced = false;
				const found = createHash('sha256')
					.update(await readFile(path.join(inkFolder, 'output.js')))
					.digest('hex');
				return found === hash
					? undefined
					: failure(`ink/build/output.js has changed: its SHA-256 is ${found}, expected ${hash}`);
			});

			build.onResolve({filter: /^\.\/output\.js$/}, ({importer}) => {
				if (path.dirname(importer) !== inkFolder) {
					return undefined;
				}

				isReplaced = true;
				return {path: replacement};
			});

			build.onEnd(({errors}) =>
				isReplaced || errors.length > 0 ? undefined : failure('no module of Ink imports ./output.js any more'),
			);
		},
	};
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

/** @param {string} text */
function failure(text) {
	const notes = [{text: 'See build/ink.mjs: source/ui/ink-output.ts was written against ink 8.0.0.'}];
	return {errors: [{text, notes}]};
}
