import type {Command, Option} from './command.ts';

/** The `--help` of one command; `nbtop --help` lists the others too. */
export function formatHelp(command: Command, options: readonly Option[], commands: readonly Command[]): string {
	const usage = ['nbtop', command.name, command.arguments, '[options]'].filter(Boolean).join(' ');
	const others = commands.filter(each => each.name !== '' && !each.hidden);
	const parts = [
		`${usage}\n${indent(command.summary)}`,
		command.details ?? '',
		command.name === '' ? `Commands\n${formatRows(others.map(each => [describeCall(each), each.summary]))}` : '',
		`Options\n${formatRows(options.map(option => [describeOption(option), option.help]))}`,
	];
	return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

/** `nbtop once`, `nbtop tune [STEP]`. */
export function describeCall(command: Command): string {
	return ['nbtop', command.name, command.arguments].filter(Boolean).join(' ');
}

/** `-i, --interval SECONDS`. */
export function describeOption({name, short, value}: Option): string {
	return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function formatRows(rows: readonly (readonly [string, string])[]): string {
	const width = Math.max(...rows.map(([left]) => left.length)) + 2;
	return rows.map(([left, right]) => indent(left.padEnd(width) + right)).join('\n');
}

function indent(text: string): string {
	return text.replaceAll(/^/gm, '  ');
}

/** ` (did you mean 'once'?)` where one of the names is near, else nothing. */
export function suggest(given: string, names: readonly string[]): string {
	const near = names
		.map(name => ({name, distance: countEdits(given, name)}))
		.filter(({name, distance}) => distance <= Math.ceil(name.length / 3))
		.sort((a, b) => a.distance - b.distance)[0];
	return near === undefined ? '' : `; did you mean '${near.name}'?`;
}

/** Levenshtein's distance: insertions, deletions and replacements of single characters. */
function countEdits(a: string, b: string): number {
	let row = Array.from({length: b.length + 1}, (_, index) => index);
	for (const [i, letter] of [...a].entries()) {
		const next = [i + 1];
		for (const [j, other] of [...b].entries()) {
			next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}
