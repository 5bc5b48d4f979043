import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
How every bundle is made: one ES module, without anything that only development needs.
@type {import('esbuild').BuildOptions}
*/
export const bundleOptions = {
	absWorkingDir: root,
	bundle: true,
	minify: true,
	platform: 'node',
	format: 'esm',
	target: 'node22.12',
	jsx: 'automatic',
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		// Yoga would load its code with fetch() from a data: address, and with that Node's whole HTTP client. It knows another way.
		fetch: 'undefined',
		'Intl.Segmenter': 'LateSegmenter',
	},
	inject: [fileURLToPath(new URL('late-segmenter.mjs', import.meta.url))],
	// Packages in CommonJS ask for Node's modules by `require`, which a module does not have.
	banner: {
		js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
	},
	legalComments: 'none',
	logLevel: 'error',
};
