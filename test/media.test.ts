import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {drawMovie, drawTerminal} from '../media/terminal-svg.ts';

const picture = {columns: 12, rows: 2, title: 'a & b'};

test('a picture has each word at its column: browsers take several blanks for one', async () => {
	const svg = await drawTerminal('ab   cd e\r\n<&>', picture);
	const words = [...svg.matchAll(/<text x="(\d+)" y="([\d.]+)" textLength="(\d+)".*?>(.*?)<\/text>/g)].map(match =>
		match.slice(1),
	);
	expect(words).toEqual([
		['10', '22.5', '16', 'ab'],
		['50', '22.5', '32', 'cd e'],
		['10', '39.5', '24', '&lt;&amp;&gt;'],
	]);
	expect(svg).toContain('<title>a &amp; b</title>');
});

test('marks stand left of the screen', async () => {
	const svg = await drawTerminal('x', picture, [{number: 7, row: 1}]);
	expect(svg).toMatch(/viewBox="-24 0 140 54"/);
	expect(svg).toMatch(/<circle cx="-7" cy="35.5".*>7<\/text>/);
});

test('a movie holds a line once that comes again, and shows its first moment where nothing moves', async () => {
	const svg = await drawMovie(['same\r\none', 'same\r\ntwo', 'same\r\none'], 2, picture);
	expect(svg.match(/>same</g)).toHaveLength(1);
	expect(svg.match(/>one</g)).toHaveLength(1);
	expect(svg.match(/<use /g)).toHaveLength(6);
	expect(svg).toMatch(/animation:show 6.0s step-end infinite/);
	expect(svg.match(/class="frame"/g)).toHaveLength(2);
});

test('every picture is shown by a document, and is small', () => {
	const root = path.dirname(import.meta.dirname);
	const documents = ['README.md', ...readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`)];
	const text = documents.map(name => readFileSync(path.join(root, name), 'utf8')).join('\n');
	const pictures = readdirSync(path.join(root, 'media')).filter(name => /\.(?:svg|png)$/.test(name));
	expect(pictures.filter(name => !text.includes(`media/${name}`))).toEqual([]);
	for (const name of pictures) {
		expect(readFileSync(path.join(root, 'media', name)).length).toBeLessThan(1_000_000);
	}
});
