import {readFile} from 'node:fs/promises';

const imported = "import { a as readPackageUpSync, n as normalizePackageData } from './dependencies.js';";
const stubs = 'const readPackageUpSync = () => undefined; const normalizePackageData = () => {};';

/** Modules of CommonJS that start when meow's dependencies are loaded, whether anybody asks for them or not. */
const startsOfModules = /^((?:var|const) \S+ = )(?=(?:require[A-Z]|getDefaultExportFromCjs\())/gm;

/**
An esbuild plug-in: leaves out what meow has for finding and checking a package.json (semver, SPDX, a parser of its own:
a tenth of the bundle). nbtop tells meow its name and version, and nothing else is ever asked for.
*/
export function leaveOutPackageReader() {
	return {
		name: 'meow-package-reader',
		/** @param {import('esbuild').PluginBuild} build */
		setup(build) {
			build.onLoad({filter: /node_modules\/meow\/build\/options\.js$/}, async ({path}) => {
				const source = await readFile(path, 'utf8');
				return source.includes(imported)
					? {contents: source.replace(imported, stubs)}
					: {errors: [{text: 'meow asks for its dependencies in another way: see build/meow.mjs'}]};
			});

			build.onLoad({filter: /node_modules\/meow\/build\/dependencies\.js$/}, async ({path}) => {
				const source = await readFile(path, 'utf8');
				return {contents: source.replaceAll(startsOfModules, '$1/* @__PURE__ */ ')};
			});
		},
	};
}
