import type {Command} from '../command.ts';
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

/** For bash from 4.0 on; needs no package beside bash. */
export function formatBash(commands: readonly Command[]): string {
	const visible = listVisible(commands);
	return `# bash completion for nbtop, made by: nbtop completion bash

_nbtop_reply() {
	mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
}

_nbtop_paths() {
	compopt -o filenames 2>/dev/null
	_nbtop_reply "$1"
}

_nbtop() {
	local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' place
	COMPREPLY=()
	# bash takes --name=value for three words.
	if [[ $current == '=' ]]; then
		current=''
	elif [[ $previous == '=' ]]; then
		previous=\${COMP_WORDS[COMP_CWORD-2]}
	fi
	if (( COMP_CWORD > 1 )) && [[ \${COMP_WORDS[1]} != -* ]]; then
		command=\${COMP_WORDS[1]}
		place=$(_nbtop_place)
	fi
	case $command in
${formatCase("''", findMonitor(commands), `_nbtop_reply -W ${quote(visible.map(({name}) => name).join(' '))}`)}
${visible.map(each => formatCase(each.name, each)).join('\n')}
	esac
}

# Which argument the word under the cursor is, from 0: options and their values are none.
_nbtop_place() {
	local index place=0
	for (( index = 2; index < COMP_CWORD; index++ )); do
		case "$command \${COMP_WORDS[index]}" in
${listValuePatterns(visible)}
		*' -'*) ;;
		*) (( place++ )) ;;
		esac
	done
	echo "$place"
}

complete -F _nbtop nbtop
`;
}

/** Options that take the word after them, each behind its command. */
function listValuePatterns(commands: readonly Command[]): string {
	const patterns = commands.flatMap(command =>
		listOptions(command)
			.filter(option => takesValue(option) && option.isOptional !== true)
			.flatMap(listSpellings)
			.map(spelling => `'${command.name} ${spelling}'`),
	);
	return `\t\t${patterns.join('|')}) (( index++ )) ;;`;
}

function formatCase(pattern: string, command: Command, otherwise?: string): string {
	const options = listOptions(command);
	const values = options.filter(takesValue).map(option => {
		const action = formatAction(findValues(option));
		return `\t\t${listSpellings(option).join('|')}) ${action}${action === '' ? '' : '; '}return ;;`;
	});
	const places = listArguments(command)
		.map((candidates, index) => ({index, action: formatAction(candidates)}))
		.filter(({action}) => action !== '')
		.map(({index, action}) => `\t\t\t${index}) ${action} ;;`);
	const free = otherwise ?? (places.length === 0 ? ':' : `case $place in\n${places.join('\n')}\n\t\t\tesac`);
	return [
		`\t${pattern})`,
		...(values.length === 0 ? [] : ['\t\tcase $previous in', ...values, '\t\tesac']),
		'\t\tif [[ $current == -* ]]; then',
		`\t\t\t_nbtop_reply -W ${quote(options.flatMap(listSpellings).join(' '))}`,
		'\t\telse',
		`\t\t\t${free}`,
		'\t\tfi',
		'\t\t;;',
	].join('\n');
}

function formatAction(candidates: Candidates): string {
	switch (candidates.kind) {
		case 'words':
			return `_nbtop_reply -W ${quote(candidates.words.join(' '))}`;
		case 'file':
			return '_nbtop_paths -f';
		case 'folder':
			return '_nbtop_paths -d';
		case 'interface':
			return '_nbtop_reply -W "$(command ls /sys/class/net 2>/dev/null)"';
		case 'host':
			return '_nbtop_reply -A hostname';
		case 'none':
			return '';
	}
}
