import meow from 'meow';
import {commands} from '../commands.ts';
import {type Command, commonOptions, type Flags, type Option, UsageError} from './command.ts';
import {suggest} from './help.ts';

/** A call of nbtop as it was understood. */
export interface Call {
	readonly command: Command;
	/** All options that it knows, those of every command too. */
	readonly options: readonly Option[];
	readonly flags: Flags;
	/** The words that are neither the command nor options. */
	readonly input: readonly string[];
}

/** Reads the words behind `nbtop`. Throws a `UsageError` for a command, an option or a value that there is not. */
export function parseCall(words: readonly string[]): Call {
	const command = chooseCommand(words);
	const options = [...command.options, ...commonOptions];
	const {flags, input} = parseOptions(command.name === '' ? words : words.slice(1), options, command);
	checkOrder(command, input[0], words);
	return {command, options, flags, input};
}

/** Options in front of a command would be those of the screen. */
function checkOrder({name}: Command, first: string | undefined, words: readonly string[]): void {
	if (name === '' && first !== undefined && commands.some(each => each.name === first)) {
		const others = words.toSpliced(words.indexOf(first), 1);
		throw new UsageError(`the command comes first: ${['nbtop', first, ...others].join(' ')}`);
	}
}

function chooseCommand(words: readonly string[]): Command {
	const [first = ''] = words;
	const name = first.startsWith('-') ? '' : first;
	const command = commands.find(each => each.name === name);
	if (command === undefined) {
		const names = commands.filter(each => !each.hidden && each.name !== '').map(each => each.name);
		throw new UsageError(`there is no command '${name}'${suggest(name, names) || '; nbtop --help lists them'}`);
	}
	return command;
}

function parseOptions(
	words: readonly string[],
	options: readonly Option[],
	command: Command,
): {flags: Flags; input: string[]} {
	for (const option of options) {
		checkOnce(option, words);
	}
	const {flags: parsed, input} = meow({
		importMeta: import.meta,
		pkg: {name: 'nbtop', version: ''},
		argv: spellNegations(words),
		autoHelp: false,
		autoVersion: false,
		booleanDefault: undefined,
		inferType: false,
		flags: Object.fromEntries(
			options.map(({name, short, type}) => [toCamelCase(name), {type, ...(short !== undefined && {shortFlag: short})}]),
		),
	});
	const known = new Map(options.map(option => [toCamelCase(option.name), option]));
	const flags: Record<string, Flags[string]> = {};
	for (const [key, value] of Object.entries(parsed as Readonly<Record<string, unknown>>)) {
		const option = known.get(key);
		if (option === undefined) {
			checkOrder(command, input[0], words);
			const names = options.map(({name}) => `--${name}`);
			throw new UsageError(
				`unknown option ${toDashes(key)}${suggest(toDashes(key), names)} (see ${['nbtop', command.name, '--help'].filter(Boolean).join(' ')})`,
			);
		}
		if (value !== undefined) {
			flags[option.name] = checkValue(option, value);
		}
	}
	for (const option of options) {
		checkSpelling(option, words, flags);
	}
	return {flags, input: input.map(String)};
}

/** The parser takes `--no-color` for `--color=false`, where the option's own name begins with `no-`. */
function spellNegations(words: readonly string[]): string[] {
	const end = words.indexOf('--');
	return words.map((word, index) =>
		word.startsWith('--no-') && (end === -1 || index < end) ? `--${toCamelCase(word.slice(2))}` : word,
	);
}

function checkValue(option: Option, value: unknown): Flags[string] {
	const given = Array.isArray(value) ? value.at(-1) : value;
	if (option.type === 'number' && (typeof given !== 'number' || Number.isNaN(given))) {
		throw new UsageError(`--${option.name} takes a number`);
	}
	if (option.type === 'string' && (typeof given !== 'string' || (given === '' && !option.isOptional))) {
		throw new UsageError(`--${option.name} takes a value: ${option.value ?? 'TEXT'}`);
	}
	const objection = typeof given === 'number' ? option.check?.(given) : undefined;
	if (objection !== undefined) {
		throw new UsageError(`--${option.name} ${objection}, not ${given}`);
	}
	return given as Flags[string];
}

/** The parser refuses this too, but as a fault of the program. */
function checkOnce({name, short}: Option, words: readonly string[]): void {
	const end = words.indexOf('--');
	const given = words
		.slice(0, end === -1 ? words.length : end)
		.filter(
			word => word === `--${name}` || word.startsWith(`--${name}=`) || (short !== undefined && word === `-${short}`),
		);
	if (given.length > 1) {
		throw new UsageError(`--${name} is given ${given.length} times`);
	}
}

/** What the parser lets pass in silence: an option without its value, and a switch with one. */
function checkSpelling({name, short, type}: Option, words: readonly string[], flags: Flags): void {
	const isGiven = words.includes(`--${name}`) || (short !== undefined && words.includes(`-${short}`));
	if (type === 'number' && isGiven && flags[name] === undefined) {
		throw new UsageError(`--${name} takes a number`);
	}
	if (type === 'boolean' && words.some(word => word.startsWith(`--${name}=`))) {
		throw new UsageError(`--${name} takes no value`);
	}
}

function toCamelCase(name: string): string {
	return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function toDashes(key: string): string {
	return key.length === 1 ? `-${key}` : `--${key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}
