import type {Command, Option} from '../command.ts';
import {
	type Candidates,
	findMonitor,
	findValues,
	listArguments,
	listOptions,
	listVisible,
	takesValue,
} from './words.ts';

/** For `completions/nbtop.fish`. */
export function formatFish(commands: readonly Command[]): string {
	const visible = listVisible(commands);
	return `${[
		'# fish completion for nbtop, made by: nbtop completion fish',
		'complete -c nbtop -f',
		...visible.map(
			({name, summary}) => `complete -c nbtop -n __fish_use_subcommand -a ${name} -d ${quoteForFish(summary)}`,
		),
		...formatOptions(findMonitor(commands), '__fish_use_subcommand'),
		...visible.flatMap(formatCommand),
	].join('\n')}\n`;
}

function formatCommand(command: Command): string[] {
	const condition = `'__fish_seen_subcommand_from ${command.name}'`;
	const actions = new Set(listArguments(command).map(formatAction));
	const places = [...actions]
		.filter(action => action !== '')
		.map(action => `complete -c nbtop -n ${condition} ${action}`);
	return [...places, ...formatOptions(command, condition)];
}

function formatOptions(command: Command, condition: string): string[] {
	return listOptions(command).map(option =>
		[
			`complete -c nbtop -n ${condition}`,
			...(option.short === undefined ? [] : [`-s ${option.short}`]),
			`-l ${option.name}`,
			...formatValue(option),
			`-d ${quoteForFish(option.help)}`,
		].join(' '),
	);
}

function formatValue(option: Option): string[] {
	if (!takesValue(option) || option.isOptional === true) {
		return [];
	}
	const action = formatAction(findValues(option));
	return action === '-F' ? ['-r -F'] : ['-x', ...(action === '' ? [] : [action])];
}

function formatAction(candidates: Candidates): string {
	switch (candidates.kind) {
		case 'words':
			return `-a ${quoteForFish(candidates.words.join(' '))}`;
		case 'file':
			return '-F';
		case 'folder':
			return "-a '(__fish_complete_directories)'";
		case 'interface':
			return "-a '(command ls /sys/class/net)'";
		case 'host':
			return "-a '(__fish_print_hostnames)'";
		case 'none':
			return '';
	}
}

/** In single quotes fish knows two escapes. */
function quoteForFish(text: string): string {
	return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
