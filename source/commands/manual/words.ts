import {scenarios} from '../../bench/scenarios.ts';
import {steps} from '../../tuning/steps.ts';
import {type Command, commonOptions, type Option} from '../command.ts';

/** What may stand for an argument or an option's value. */
export type Candidates =
	| {readonly kind: 'words'; readonly words: readonly string[]}
	/** `none`: a number, or a name that no shell can know. */
	| {readonly kind: 'file' | 'folder' | 'interface' | 'host' | 'none'};

const stepIds = (): readonly string[] => steps.map(({id}) => id);

/** By the word that stands for it in the help. */
const byPlaceholder: Readonly<Record<string, () => Candidates>> = {
	STEP: () => ({kind: 'words', words: stepIds()}),
	STEPS: () => ({kind: 'words', words: stepIds()}),
	NAMES: () => ({kind: 'words', words: scenarios.map(({id}) => id)}),
	SHELL: () => ({kind: 'words', words: ['bash', 'zsh', 'fish']}),
	FILE: () => ({kind: 'file'}),
	A: () => ({kind: 'file'}),
	B: () => ({kind: 'file'}),
	DIR: () => ({kind: 'folder'}),
	'USER@HOST': () => ({kind: 'host'}),
};

/** `[FILE]` and `FILE|-` are files, `[USER@]HOST` is a host. */
function findCandidates(placeholder: string): Candidates {
	const bare = placeholder.replaceAll(/[[\]]|\|-|\.\.\./g, '');
	return byPlaceholder[bare]?.() ?? {kind: 'none'};
}

export function findValues({name, value = ''}: Option): Candidates {
	return name === 'tunnel' || name === 'nic' ? {kind: 'interface'} : findCandidates(value);
}

/** What may stand in each place after a sub-command: `PEER STEP` are two. */
export function listArguments({arguments: words = ''}: Command): Candidates[] {
	return words === '' ? [] : words.split(' ').map(findCandidates);
}

export function listOptions({options}: Command): readonly Option[] {
	return [...options, ...commonOptions];
}

export function takesValue({type}: Option): boolean {
	return type !== 'boolean';
}

/** `-i`, `--interval`. */
export function listSpellings({name, short}: Option): string[] {
	return [...(short === undefined ? [] : [`-${short}`]), `--${name}`];
}

/** A text in single quotes, as every shell takes it. */
export function quote(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function listVisible(commands: readonly Command[]): readonly Command[] {
	return commands.filter(({hidden, name}) => !hidden && name !== '');
}

/** `nbtop` alone. */
export function findMonitor(commands: readonly Command[]): Command {
	const monitor = commands.find(({name}) => name === '');
	if (monitor === undefined) {
		throw new Error('there is no command without a name');
	}
	return monitor;
}
