import meow from 'meow';
import {
	type Command,
	commonOptions,
	Failure,
	type Flags,
	type Option,
	type Terminal,
	UsageError,
} from './commands/command.ts';
import {formatHelp, suggest} from './commands/help.ts';
import {commands} from './commands.ts';
import {createRealHost} from './host.ts';

/** Given at build time from package.json. */
const version = process.env.NBTOP_VERSION ?? 'development';

async function main(words: readonly string[]): Promise<number> {
	const command = chooseCommand(words);
	const rest = command.name === '' ? words : words.slice(1);
	const options = [...command.options, ...commonOptions];
	const {flags, input} = parse(rest, options, command);
	if (flags.version === true) {
		process.stdout.write(`nbtop ${version}\n`);
		return 0;
	}
	if (flags.help === true) {
		process.stdout.write(formatHelp(command, options, commands));
		return 0;
	}
	const host = createRealHost();
	try {
		return await command.run({host, input, flags, version, terminal: findTerminal(flags)});
	} finally {
		host.close();
	}
}

function chooseCommand(words: readonly string[]): Command {
	const [first = ''] = words;
	const name = first.startsWith('-') ? '' : first;
	const command = commands.find(each => each.name === name);
	if (command === undefined) {
		const names = commands.filter(each => !each.hidden && each.name !== '').map(each => each.name);
		throw new UsageError(`there is no command '${name}'${suggest(name, names)}`);
	}
	return command;
}

function parse(
	words: readonly string[],
	options: readonly Option[],
	command: Command,
): {flags: Flags; input: string[]} {
	const {flags: parsed, input} = meow({
		importMeta: import.meta,
		pkg: {name: 'nbtop', version},
		argv: words,
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
			const names = options.map(({name}) => `--${name}`);
			throw new UsageError(
				`unknown option ${toDashes(key)}${suggest(toDashes(key), names)} (see nbtop ${command.name} --help)`,
			);
		}
		if (value !== undefined) {
			flags[option.name] = checkValue(option, value);
		}
	}
	return {flags, input: input.map(String)};
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

function toCamelCase(name: string): string {
	return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function toDashes(key: string): string {
	return key.length === 1 ? `-${key}` : `--${key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}

function findTerminal(flags: Flags): Terminal {
	const {stdin, stdout, stderr, env} = process;
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return {
		stdin,
		stdout,
		stderr,
		isScreen: stdout.isTTY === true && stdin.isTTY === true && env.TERM !== 'dumb',
		// A terminal that was never told its size says 0.
		columns: stdout.columns || 120,
		colour: flags['no-color'] !== true && !env.NO_COLOR,
		unicode: flags.ascii !== true && (locale === '' || /utf-?8/i.test(locale)),
	};
}

/** One or two lines for what is the user's or the machine's doing; where it comes from only with `--debug`. */
function report(error: unknown): number {
	if (process.argv.includes('--debug') && error instanceof Error) {
		process.stderr.write(`${error.stack}\n`);
	} else {
		const message = error instanceof Error ? error.message : String(error);
		const isExpected = error instanceof UsageError || error instanceof Failure;
		process.stderr.write(
			`nbtop: ${message}\n${isExpected ? '' : 'nbtop: run again with --debug to see where this comes from\n'}`,
		);
	}
	return error instanceof UsageError ? 2 : 1;
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
