import {wrapText} from '../ui/wrap.ts';
import type {Command, Option} from './command.ts';

/** The `--help` of one command in lines of at most `width` columns; `nbtop --help` lists the others too. */
export function formatHelp(
	command: Command,
	options: readonly Option[],
	{commands, width}: {readonly commands: readonly Command[]; readonly width: number},
): string {
	const usage = ['nbtop', command.name, command.arguments, '[options]'].filter(Boolean).join(' ');
	const others = commands.filter(each => each.name !== '' && !each.hidden);
	const calls = others.map(each => [describeCall(each), each.summary] as const);
	const parts = [
		[usage, ...wrapText(command.summary, width - 2).map(line => `  ${line}`)],
		(command.details ?? '').split('\n').flatMap(line => wrapText(line, width)),
		command.name === '' ? ['Commands', ...formatRows(calls, width)] : [],
		[
			'Options',
			...formatRows(
				options.map(option => [describeOption(option), option.help]),
				width,
			),
		],
	].map(lines => lines.join('\n'));
	return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

/** `nbtop once`, `nbtop tune [STEP]`. */
function describeCall(command: Command): string {
	return ['nbtop', command.name, command.arguments].filter(Boolean).join(' ');
}

/** `-i, --interval SECONDS`. */
export function describeOption({name, short, value}: Option): string {
	return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** The list of commands for the README, as a Markdown table. */
export function formatCommandsMarkdown(commands: readonly Command[]): string {
	const rows = commands.filter(each => !each.hidden).map(each => `| \`${describeCall(each)}\` | ${each.summary} |`);
	return ['| command | what it does |', '|---|---|', ...rows].join('\n');
}

/** Every command with its options, for `docs/commands.md`. */
export function formatReference(commands: readonly Command[], common: readonly Option[]): string {
	const sections = commands
		.filter(each => !each.hidden)
		.map(each => `## \`${describeCall(each)}\`\n\n${formatSection(each)}\n`);
	const intro = 'Made from the tables that the parser uses; `npm run docs` writes it anew.';
	const options = `## Every command\n\n${formatOptionsMarkdown(common)}\n`;
	return [`# Commands and options\n\n${intro}\n`, ...sections, options].join('\n');
}

function formatSection({summary, details, options}: Command): string {
	const parts = [`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, details ?? '', formatOptionsMarkdown(options)];
	return parts.filter(part => part !== '').join('\n\n');
}

function formatOptionsMarkdown(options: readonly Option[]): string {
	const rows = options.map(option => `| \`${describeOption(option)}\` | ${option.help} |`);
	return rows.length === 0 ? '' : ['| option | |', '|---|---|', ...rows].join('\n');
}

/** In two columns; what goes on in the next line stands under its beginning. */
function formatRows(rows: readonly (readonly [string, string])[], width: number): string[] {
	const left = Math.max(...rows.map(([name]) => name.length)) + 4;
	return rows.flatMap(([name, text]) =>
		wrapText(text, Math.max(20, width - left)).map(
			(line, index) => `${(index === 0 ? `  ${name}` : '').padEnd(left)}${line}`,
		),
	);
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
