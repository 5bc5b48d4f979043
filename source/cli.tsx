import {parseCall} from './commands/call.ts';
import {type Flags, isExpected, type Terminal, UsageError} from './commands/command.ts';
import {formatHelp} from './commands/help.ts';
import {commands} from './commands.ts';
import {createRealHost, HostError} from './host.ts';

/** Given at build time from package.json. */
const version = process.env.NBTOP_VERSION ?? 'development';

async function main(words: readonly string[]): Promise<number> {
	const {command, options, flags, input} = parseCall(words);
	if (flags.version === true) {
		process.stdout.write(`nbtop ${version}\n`);
		return 0;
	}
	if (flags.help === true) {
		process.stdout.write(formatHelp(command, options, {commands, width: findTerminal(flags).columns}));
		return 0;
	}
	const host = createRealHost();
	try {
		return await command.run({host, input, flags, version, terminal: findTerminal(flags)});
	} finally {
		host.close();
	}
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
		const advice = isExpected(error) ? '' : 'nbtop: run again with --debug to see where this comes from\n';
		process.stderr.write(`nbtop: ${message}${adviseRoot(error)}\n${advice}`);
	}
	return error instanceof UsageError ? 2 : 1;
}

/** Who was refused something may not have been root. */
function adviseRoot(error: unknown): string {
	const isRefused = error instanceof HostError && ['EACCES', 'EPERM'].includes(error.code);
	return isRefused && process.getuid?.() !== 0 ? ' (it may need root: try sudo)' : '';
}

/** Who reads may leave, a pipe's reader as `head` does or a terminal: what is being done comes to its own end. */
const partings = new Set(['EPIPE', 'EIO']);
let isLost = false;

// Without a listener it would be a crash.
process.stderr.on('error', () => undefined);
process.stdout.on('error', ({code = '', message}: NodeJS.ErrnoException) => {
	if (!isLost && !partings.has(code)) {
		isLost = true;
		process.exitCode = 1;
		process.stderr.write(`nbtop: cannot write to standard output: ${message}\n`);
	}
});

void main(process.argv.slice(2))
	.catch(report)
	.then(status => {
		process.exitCode = isLost ? 1 : status;
	});
