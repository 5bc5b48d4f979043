import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {commonOptions} from '../source/commands/command.ts';
import {formatCommandsMarkdown, formatReference} from '../source/commands/help.ts';
import {commands} from '../source/commands.ts';
import {formatKeysMarkdown} from '../source/ui/keymap.ts';

// `npm run docs` writes the documents anew.

const readme = path.join(import.meta.dirname, '../README.md');

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
