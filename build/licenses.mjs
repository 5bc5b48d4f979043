import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {root as ownRoot} from './options.mjs';

/**
The notices of every package that went into a bundle, in the order of their names: each with its licence file whole, as MIT,
ISC and BSD ask of whoever hands out copies.
@param {readonly string[]} inputs the files of esbuild's metafile, relative to `root`
@param {string} root
*/
export async function collectLicenses(inputs, root) {
	const folders = new Set(inputs.flatMap(input => packageFolder(input) ?? []));
	const notices = await Promise.all([...folders].sort().map(folder => readNotice(path.join(root, folder))));
	return `nbtop contains these packages.\n\n${notices.join('\n\n')}\n`;
}

/** @param {string} input */
function packageFolder(input) {
	return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** @param {string} folder */
async function readNotice(folder) {
	const {name, version, license, author} = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
	const by = typeof author === 'string' ? author : author?.name;
	// A package that was bundled itself, as meow is, lists what is in it under build/.
	const files = [
		...(await readdir(folder)),
		...(await readdir(path.join(folder, 'build')).catch(() => [])).map(name => `build/${name}`),
	];
	const notices = files.filter(file => /^(?:build\/)?licen[cs]e/i.test(file));
	const texts = await Promise.all(notices.map(file => readFile(path.join(folder, file), 'utf8')));
	const text = texts.length > 0 ? texts.join('\n') : await readStandardText(license, by ?? `the authors of ${name}`);
	return `${'='.repeat(80)}\n${name} ${version}\n${'-'.repeat(80)}\n${text.trim()}`;
}

/**
For a package that names its licence and does not bring the text: that of MIT is nbtop's own, with another name in it.
@param {string} license
@param {string} by
*/
async function readStandardText(license, by) {
	if (license !== 'MIT') {
		throw new Error(`a package under the licence ${license}, by ${by}, comes without its text`);
	}
	const text = await readFile(path.join(ownRoot, 'LICENSE'), 'utf8');
	return text.replace(/^Copyright .*$/m, `Copyright (c) ${by}`);
}
