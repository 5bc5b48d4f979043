import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {parseCall} from '../source/commands/call.ts';
import {commonOptions} from '../source/commands/command.ts';
import {formatCommandsMarkdown, formatReference} from '../source/commands/help.ts';
import {commands} from '../source/commands.ts';
import {steps} from '../source/tuning/steps.ts';
import {formatKeysMarkdown} from '../source/ui/keymap.ts';
import {listQuotes} from './helpers/quotes.ts';

// `npm run docs` writes the documents anew.

const root = path.dirname(import.meta.dirname);
const readme = path.join(root, 'README.md');

function fill(text: string, mark: string, content: string): string {
	const pattern = new RegExp(`(<!-- ${mark} -->\n)[\\s\\S]*(<!-- /${mark} -->)`);
	expect(text).toMatch(pattern);
	return text.replace(pattern, (_, start: string, end: string) => `${start}${content.trim()}\n${end}`);
}

test('the README lists the commands and keys that there are', async () => {
	const text = readFileSync(readme, 'utf8');
	const filled = fill(fill(text, 'commands', formatCommandsMarkdown(commands)), 'keys', formatKeysMarkdown());
	await expect(filled).toMatchFileSnapshot(readme);
});

test('docs/commands.md has every option that the parser knows', async () => {
	await expect(formatReference(commands, commonOptions)).toMatchFileSnapshot(
		path.join(import.meta.dirname, '../docs/commands.md'),
	);
});

const documents = [
	...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
	...readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`),
];

const read = (document: string): string => readFileSync(path.join(root, document), 'utf8');

/** What is wrong with a call of nbtop as it is quoted; `nbtop COMMAND`, a word in capitals, stands for any. */
function findFault(call: string): string | undefined {
	const words = call
		.replace(/\s#.*$/, '')
		.split(/\s+/)
		.slice(1)
		.filter(word => word !== '' && word !== 'COMMAND')
		.map(word => (/^(?:SECONDS|N)$/.test(word) ? '1' : word));
	try {
		parseCall(words);
		return undefined;
	} catch (error) {
		return `${call}: ${error instanceof Error ? error.message : error}`;
	}
}

test.each(documents)('every call of nbtop that %s quotes can be made', document => {
	const calls = listQuotes(read(document))
		.map(line => line.replace(/^sudo /, ''))
		.filter(line => /^nbtop( |$)/.test(line) && !/^nbtop [\d(/]/.test(line))
		.map(line => line.split(/ [|>&] ?/)[0] ?? '');
	expect(calls.flatMap(call => findFault(call) ?? [])).toEqual([]);
});

test.each(documents)('every file that %s links to or names in the tree is there', document => {
	const text = read(document);
	const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target = '']) =>
		path.join(path.dirname(document), target),
	);
	const named = listQuotes(text).filter(words => /^(?:source|test|docs|build)\/[\w./-]+$/.test(words));
	const missing = [...links, ...named].filter(file => !existsSync(path.join(root, file)));
	expect(missing).toEqual([]);
});

test('the guide’s page has every step, with its key', () => {
	const rows = [...read('docs/guide.md').matchAll(/^\| (\d) \| `([\w-]+)` /gm)].map(([, key, id]) => ({key, id}));
	expect(rows).toEqual(steps.map(({key, id}) => ({key, id})));
});

test('every finding that the guide’s page names is described', () => {
	const described = new Set([...read('docs/json.md').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id));
	const named = [...read('docs/guide.md').matchAll(/findings? ((?:`[\w-]+`(?:, )?)+)/g)].flatMap(
		([, list = '']) => list.match(/[\w-]+/g) ?? [],
	);
	expect(named.length).toBeGreaterThan(8);
	expect(named.filter(id => !described.has(id))).toEqual([]);
});
