import {spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openScreen, type Screen} from '../lab/terminal.ts';

const program = path.join(import.meta.dirname, '../../dist/nbtop.cjs');

/** A shell with job control in a terminal, and nbtop in it. */
async function startJob(...words: readonly string[]): Promise<{screen: Screen; pid: number}> {
	const screen = openScreen(['bash', '--norc', '--noprofile', '-i'], 100, 30);
	onTestFinished(() => screen.close());
	screen.type(`PS1='$ '; set -b; echo shell=$$; ${process.execPath} ${program} ${words.join(' ')}\r`);
	await screen.waitFor('q quit');
	const shell = Number(/shell=(\d+)/.exec(screen.written())?.[1]);
	const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ').map(Number);
	expect(children).toHaveLength(1);
	return {screen, pid: children[0] as number};
}

test('stopped from outside and continued, it takes keys again, and draws over what was written meanwhile', {
	timeout: 60_000,
}, async () => {
	const {screen, pid} = await startJob('--interval', '0.5');
	process.kill(pid, 'SIGSTOP');
	await screen.waitFor('Stopped');
	screen.type('stty sane; clear; for each in 1 2 3 4 5; do echo rub""bish; done\r');
	await screen.waitFor(/(rubbish\s+){5}/);
	screen.type('fg\r');
	await screen.waitFor(text => text.includes('q quit') && !text.includes('rubbish') && !text.includes('Stopped'));
	screen.type('?');
	await screen.waitFor('Esc close');
	screen.press('Escape');
	await screen.waitFor('q quit');
	screen.type('q');
	await screen.waitFor(() => !screen.modes().alternate && screen.modes().cursor);
});

test('no signal opens a debugger in it', {timeout: 60_000}, async () => {
	const {screen, pid} = await startJob('--interval', '0.5');
	process.kill(pid, 'SIGUSR1');
	screen.type('?');
	await screen.waitFor('Esc close');
	expect(screen.written()).not.toContain('Debugger');
});

test('a damaged capture ends it in one line', {timeout: 60_000}, async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'nbtop-damaged-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	cpSync(path.join(import.meta.dirname, '../fixtures/one-queue'), folder, {recursive: true});
	const files = spawnSync('sh', ['-c', 'ls *.txt | tail -n 1'], {cwd: folder, encoding: 'utf8'}).stdout.trim();
	writeFileSync(path.join(folder, files), 'no capture at all\n');
	const screen = openScreen([process.execPath, program, '--capture', folder], 100, 30);
	onTestFinished(() => screen.close());
	const text = await screen.waitFor('nbtop: ').catch(() => screen.text());
	expect(text).toMatch(/nbtop: .* line 1: /);
	expect(text).not.toMatch(/^\s+at /m);
});
