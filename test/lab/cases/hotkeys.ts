import {expect, test, vi} from 'vitest';
import {needLab, prompt} from '../lab.ts';
import {compareKnobs, forget, readKnobs} from '../tune.ts';

const lab = needLab();
vi.setConfig({testTimeout: 480_000});

const ask = async (line: string): Promise<string> => (await lab.sh(line)).trim().replaceAll(/\s+/g, ' ');

test('by hotkeys: previewed, applied, judged and undone', async () => {
	const before = await forget(lab);
	const screen = await lab.login(120, 40);
	screen.type('nbtop\r');
	await screen.waitFor(/\d\d:\d\d:\d\d/, 120_000);
	screen.type('5');
	await screen.waitFor(/sysctl -w net\.core\.netdev_budget=600/);
	expect(await ask('sysctl -n net.core.netdev_budget')).toBe('300');
	screen.type('y');
	await screen.waitFor(/applied(?: and effective: |, no effect seen \(looked for: )/, 120_000);
	expect(await ask('sysctl -n net.core.netdev_max_backlog net.core.netdev_budget')).toBe('10000 600');
	screen.type('u');
	await screen.waitFor('backlog-budget is undone', 60_000);
	expect(await ask('sysctl -n net.core.netdev_max_backlog net.core.netdev_budget')).toBe('1000 300');
	// Escape and a letter at once would be one key.
	screen.press('Escape');
	await screen.waitFor(text => !text.includes('is undone'));
	screen.type('q');
	await screen.waitFor(prompt);
	expect(compareKnobs(before, await readKnobs(lab))).toEqual([]);
});
