import type {Command, Option} from '../command.ts';
import {
	type Candidates,
	findMonitor,
	findValues,
	listArguments,
	listOptions,
	listSpellings,
	listVisible,
	quote,
	takesValue,
} from './words.ts';

/** For a folder of `$fpath`, under the name `_nbtop`. */
export function formatZsh(commands: readonly Command[]): string {
	const visible = listVisible(commands);
	const described = visible.map(({name, summary}) => `\t\t${quote(`${name}:${escapeColons(summary)}`)}`);
	return `#compdef nbtop
# zsh completion for nbtop, made by: nbtop completion zsh

_nbtop() {
	local -a subcommands
	subcommands=(
${described.join('\n')}
	)
	if [[ $words[2] == -* ]]; then
${formatArguments(findMonitor(commands), '\t\t')}
		return
	fi
	if (( CURRENT == 2 )); then
		_describe -t commands command subcommands
		return
	fi
	local subcommand=$words[2]
	shift words
	(( CURRENT-- ))
	case $subcommand in
${visible.map(each => `\t${each.name})\n${formatArguments(each, '\t\t')}\n\t\t;;`).join('\n')}
	esac
}

if [[ $funcstack[1] == _nbtop ]]; then
	_nbtop "$@"
else
	compdef _nbtop nbtop
fi
`;
}

function formatArguments(command: Command, indent: string): string {
	const words = (command.arguments ?? '').split(' ');
	const places = listArguments(command).map((candidates, index) =>
		quote(`${index + 1}:${escapeColons(words[index] ?? '')}:${formatAction(candidates)}`),
	);
	return [`${indent}_arguments -s`, ...listOptions(command).map(formatOption), ...places].join(` \\\n${indent}\t`);
}

/** `'(-i --interval)'{-i,--interval}'[seconds]:SECONDS: '`. */
function formatOption(option: Option): string {
	const spellings = listSpellings(option);
	const joined = option.short === undefined ? `--${option.name}` : `'(${spellings.join(' ')})'{${spellings.join(',')}}`;
	const optional = option.isOptional === true ? '::' : ':';
	const value = takesValue(option)
		? `${optional}${escapeColons(option.value ?? 'VALUE')}:${formatAction(findValues(option))}`
		: '';
	return `${joined}${quote(`[${option.help.replaceAll(/[[\]\\:]/g, '\\$&')}]${value}`)}`;
}

function escapeColons(text: string): string {
	return text.replaceAll(/[\\:]/g, '\\$&');
}

function formatAction(candidates: Candidates): string {
	switch (candidates.kind) {
		case 'words':
			return `(${candidates.words.join(' ')})`;
		case 'file':
			return '_files';
		case 'folder':
			return '_files -/';
		case 'interface':
			return '_net_interfaces';
		case 'host':
			return '_hosts';
		case 'none':
			return ' ';
	}
}
