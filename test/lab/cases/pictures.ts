import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {drawTerminal} from '../../../media/terminal-svg.ts';
import {needLab, prompt} from '../lab.ts';
import {runFolder} from '../run-folder.ts';
import type {Screen} from '../terminal.ts';
import {startTraffic} from '../traffic.ts';

// How nbtop looks in tmux beside iperf3, and before a step. `npm run media:lab` puts the pictures into media/.

const lab = needLab();
const folder =
	process.env.LAB_MEDIA === undefined ? join(runFolder, 'pictures') : join(import.meta.dirname, '../../../media');

async function shoot(screen: Screen, name: string, columns: number, rows: number, title: string): Promise<void> {
	mkdirSync(folder, {recursive: true});
	writeFileSync(join(folder, `${name}.svg`), await drawTerminal(screen.written(), {columns, rows, title}));
}

test('in tmux it stands above iperf3, and names what bounds the run', async () => {
	const [columns, rows] = [110, 44];
	const screen = await lab.login(columns, rows);
	const load = 'iperf3 -c 100.64.0.2 -R -P 4 -b 6M -t 150 -i 5 | grep --line-buffered -v local; sleep 90';
	screen.type(
		`exec tmux -u -f /dev/null new-session nbtop \\; set -g status off \\; split-window -d -l 11 '${load}'\r`,
	);
	await screen.waitFor(/wt0 kernel over eth0/, 90_000);
	await screen.waitFor(text => /\[SUM\]/.test(text) && /^ ?(?:limit|hint|fault|the|nothing)/m.test(text), 90_000);
	// A judgement needs several seconds that agree, and the traces some more.
	await new Promise(resolve => setTimeout(resolve, 25_000));
	expect(screen.text()).toMatch(/Mbits\/sec/);
	await shoot(screen, 'tmux', columns, rows, 'nbtop in tmux above an iperf3 run over the tunnel');
	await lab.sh('tmux kill-server');
	await screen.waitFor(() => screen.ended());
});

test('a step is shown before it is applied: what it would change, the risk, and what undoes it', async () => {
	const [columns, rows] = [110, 36];
	await startTraffic(lab, {direction: 'in', megabits: 20, seconds: 240});
	const before = await lab.sh('ethtool -l eth0');
	const screen = await lab.login(columns, rows);
	screen.type('nbtop\r');
	await screen.waitFor(text => /channels .*ready/.test(text) && !/no load|measuring/.test(text), 120_000);
	screen.type('1');
	await screen.waitFor('y applies this', 90_000);
	await shoot(screen, 'preview', columns, rows, 'a tuning step before it is applied');
	expect(screen.text()).toContain('ethtool -L eth0 combined 4');
	// Both at once would be another key: Alt-q.
	screen.press('Escape');
	await screen.waitFor(text => !text.includes('y applies this'));
	screen.type('q');
	await screen.waitFor(prompt);
	expect(await lab.sh('ethtool -l eth0')).toBe(before);
});
