import {spawnSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {formatManual} from '../../source/commands/manual/man-page.ts';
import {commands} from '../../source/commands.ts';
import {keymap} from '../../source/ui/keymap.ts';

const text = formatManual(commands, {version: '1.2.3', date: '2026-01-02'});

function isInstalled(program: string): boolean {
	return spawnSync(program, ['--help']).error === undefined;
}

/** The page as a reader sees it, without its line breaks. */
function render(): string {
	const options = {input: text, encoding: 'utf8', env: {...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '200'}} as const;
	const {stdout, stderr, status} = spawnSync('man', ['--warnings', '-l', '-'], options);
	expect({stderr, status}).toEqual({stderr: '', status: 0});
	return stdout.replaceAll(/.\u0008/g, '').replaceAll(/\s+/g, ' ');
}

test('man reads it without a warning, and shows every command, option and key', context => {
	if (!isInstalled('man')) {
		context.skip('man is not installed (apt install man-db)');
	}
	const page = render();
	expect(page).toContain('nbtop 1.2.3');
	for (const {name, options, summary} of commands.filter(({hidden}) => !hidden)) {
		expect(page).toContain(`nbtop ${name}`);
		expect(page).toContain(summary.slice(1));
		for (const option of options) {
			expect(page).toContain(`--${option.name}`);
			expect(page).toContain(option.help.replaceAll(/\s+/g, ' '));
		}
	}
	for (const {key} of keymap) {
		expect(page).toContain(key.split(' ').join(', '));
	}
});

test('mandoc has nothing to say against it', context => {
	if (!isInstalled('mandoc')) {
		context.skip('mandoc is not installed (apt install mandoc)');
	}
	const {stdout, stderr} = spawnSync('mandoc', ['-Tlint', '-Wall'], {input: text, encoding: 'utf8'});
	expect({stdout, stderr}).toEqual({stdout: '', stderr: ''});
});

test('it keeps to ASCII, and no text becomes a request', () => {
	expect(text).toMatch(/^[\x20-\x7e\n]*$/);
	const requests = [...text.matchAll(/^[.'](\S*)/gm)].map(([, name]) => name);
	expect([...new Set(requests)].sort()).toEqual(['B', 'BR', 'I', 'PP', 'SH', 'SS', 'TH', 'TP', 'br']);
});
