import {expect, test} from 'vitest';
import {needLab, prompt} from '../lab.ts';
import {askTerminal} from '../terminal.ts';

const lab = needLab();

test('a program started over ssh is typed to and leaves the terminal as it was', async () => {
	const screen = await lab.login(100, 30);
	const before = await askTerminal(screen);
	screen.type('htop -d 10\r');
	await screen.waitFor(text => /F1Help.*F10Quit/.test(text.split('\n')[29] ?? ''));
	expect(screen.modes().alternate).toBe(true);
	screen.type('q');
	await screen.waitFor(prompt);
	expect(screen.modes()).toEqual({alternate: false, cursor: true, mouse: 'none', focus: false});
	expect(await askTerminal(screen)).toBe(before);
});

test('a program is told when the terminal changes its size', async () => {
	const screen = await lab.login(100, 30);
	screen.type(`bash -c "trap 'stty size' WINCH; echo rea''dy; while :; do sleep 0.2; done"\r`);
	await screen.waitFor(/^ready$/m);
	screen.resize(60, 12);
	await screen.waitFor(/^12 60$/m);
	screen.resize(100, 30);
	await screen.waitFor(/^30 100$/m);
});
