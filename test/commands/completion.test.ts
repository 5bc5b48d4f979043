import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Terminal} from '../../source/commands/command.ts';
import {completion} from '../../source/commands/completion.ts';
import {formatCompletion} from '../../source/commands/manual/completion.ts';
import {commands} from '../../source/commands.ts';
import {steps} from '../../source/tuning/steps.ts';
import {createMemoryHost} from '../helpers/memory-host.ts';

let folder: string;
const shells = ['bash', 'zsh', 'fish'] as const;
const place = (shell: string): string => path.join(folder, `_nbtop.${shell}`);

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'nbtop-completion-'));
	for (const shell of shells) {
		writeFileSync(place(shell), formatCompletion(shell, commands));
	}
	mkdirSync(path.join(folder, 'a folder'));
	writeFileSync(path.join(folder, 'a session.jsonl'), '');
});

afterAll(() => rmSync(folder, {recursive: true}));

const visible = commands.filter(({hidden, name}) => !hidden && name !== '').map(({name}) => name);
const stepIds = steps.map(({id}) => id);

function isInstalled(program: string): boolean {
	return spawnSync(program, ['--version']).error === undefined;
}

/** What bash offers for the last of the words. bash itself parts words at `=`. */
function completeInBash(...words: string[]): string[] {
	const script = `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nbtop; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const output = execFileSync('bash', ['--norc', '-c', script, 'bash', place('bash'), 'nbtop', ...words], {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	return output.split('\n').filter(line => line !== '');
}

test('bash completes sub-commands, and hidden ones never', () => {
	expect(completeInBash('')).toEqual(visible);
	expect(completeInBash('du')).toEqual([]);
	expect(completeInBash('dia')).toEqual(['diagnose']);
	expect(visible).not.toContain('guard');
});

test.each(commands.filter(({hidden}) => !hidden))('bash completes every option of nbtop $name', ({name, options}) => {
	const offered = completeInBash(...(name === '' ? [] : [name]), '--');
	expect(offered).toEqual(expect.arrayContaining([...options.map(option => `--${option.name}`), '--help']));
});

test.each([
	[['tune', ''], stepIds],
	[['tune', 'irq'], ['irq-affinity']],
	[['tune', '--yes', '--confirm-within', '30', 'ri'], ['rings']],
	[['tune', 'rings', ''], []],
	[['undo', 'mt'], ['mtu']],
	[['bench', 'beta', '--scenario', 'udp-1'], ['udp-1200']],
	[['bench', '--scenario', '=', 'udp-1'], ['udp-1200']],
	[['once', '--interval', ''], []],
	[['once', '-i', ''], []],
	[['completion', 'f'], ['fish']],
	[['--tunnel', 'l'], ['lo']],
	[['once', '--nic', 'l'], ['lo']],
	[['replay', 'a s'], ['a session.jsonl']],
	[['once', '--capture', 'a '], ['a folder']],
])('bash completes values and arguments: nbtop %j', (words, expected) => {
	expect(completeInBash(...words)).toEqual(expected);
});

test('bash is told nothing that it complains about', () => {
	const {stderr, status} = spawnSync('bash', ['--norc', '-n', place('bash')], {encoding: 'utf8'});
	expect({stderr, status}).toEqual({stderr: '', status: 0});
});

test('zsh takes it, from a folder of fpath and by source', context => {
	if (!isInstalled('zsh')) {
		context.skip('zsh is not installed (apt install zsh)');
	}
	const script = 'autoload -Uz compinit; compinit -D -u; . "$1"; print $_comps[nbtop]';
	const {stdout, stderr, status} = spawnSync('zsh', ['-f', '-c', script, 'zsh', place('zsh')], {encoding: 'utf8'});
	expect({stdout, stderr, status}).toEqual({stdout: '_nbtop\n', stderr: '', status: 0});
});

/** Types a line into a zsh of its own and gives what the screen shows after Tab. */
function completeInZsh(line: string): string {
	const script = `
zmodload zsh/zpty
zpty z 'TERM=dumb zsh -f -i'
zpty -w z "PS1=; PROMPT=; autoload -Uz compinit; compinit -D -u; . $1; zstyle ':completion:*' list-prompt ''; LISTMAX=0; print rea''dy"
text=''; until [[ $text == *ready* ]]; do zpty -r -t z part && text+=$part; sleep 0.05; done
zpty -n -w z "$2"$'\\t'
text=''; repeat 20; do zpty -r -t z part && text+=$part; sleep 0.05; done
print -r -- "$text"
zpty -d z`;
	return execFileSync('zsh', ['-f', '-c', script, 'zsh', place('zsh'), line], {encoding: 'utf8', cwd: folder});
}

test('zsh completes sub-commands, options and steps', context => {
	if (!isInstalled('zsh')) {
		context.skip('zsh is not installed (apt install zsh)');
	}
	expect(completeInZsh('nbtop diag')).toContain('diagnose');
	expect(completeInZsh('nbtop tune irq')).toContain('irq-affinity');
	expect(completeInZsh('nbtop diagnose --expl')).toContain('--explain');
});

/** `name<Tab>description` a line. */
function completeInFish(line: string): string[] {
	const words = ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', place('fish'), line];
	const output = execFileSync('fish', words, {encoding: 'utf8', cwd: folder});
	return output.split('\n').flatMap(each => each.split('\t')[0] || []);
}

test('fish completes sub-commands, options, steps and files', context => {
	if (!isInstalled('fish')) {
		context.skip('fish is not installed (apt install fish)');
	}
	expect(spawnSync('fish', ['--no-execute', place('fish')], {encoding: 'utf8'})).toMatchObject({stderr: '', status: 0});
	expect(completeInFish('nbtop ').sort()).toEqual(visible.toSorted());
	expect(completeInFish('nbtop tune irq')).toEqual(['irq-affinity']);
	expect(completeInFish('nbtop diagnose --expl')).toEqual(['--explain']);
	expect(completeInFish('nbtop bench beta --scenario udp-1')).toEqual(['udp-1200']);
	expect(completeInFish('nbtop replay a')).toEqual(expect.arrayContaining(['a session.jsonl']));
});

test('another shell is a wrong call', async () => {
	const context = {host: createMemoryHost(), flags: {}, version: '1', terminal: {} as Terminal};
	await expect(completion.run({...context, input: ['bsh']})).rejects.toThrow(
		/one of bash, zsh, fish; did you mean 'bash'/,
	);
	await expect(completion.run({...context, input: []})).rejects.toThrow(/one of bash, zsh, fish$/);
});
