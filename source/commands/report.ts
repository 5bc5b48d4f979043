import type {Host} from '../host.ts';
import {HostError} from '../host.ts';
import type {Setting} from '../model/tuning.ts';
import type {Report, SettingWords} from '../session/report.ts';
import {describeSetting, SettingError, toShellLine} from '../tuning/settings.ts';
import {type Command, type CommandContext, Failure, type Flags, textFlag, UsageError} from './command.ts';
import {openSession, takeFile} from './replay.ts';

export const report: Command = {
	name: 'report',
	arguments: 'FILE',
	summary: 'write what a session shows: the comparison, steps, settings, timeline',
	details:
		'The ending of the output decides: report.md is Markdown, report.html one page with plots. No file is ever replaced.\nWithout -o, or with -o -, it prints Markdown. FILE may be a pipe, and - is standard input.',
	options: [
		{name: 'output', short: 'o', type: 'string', value: 'FILE|-', help: 'report.md or report.html; -: standard output'},
		{name: 'json', type: 'boolean', help: 'print one JSON object (docs/session.md)'},
		{name: 'csv', type: 'boolean', help: 'print the comparison as CSV'},
	],
	run: writeReport,
};

async function writeReport({host, input, flags, terminal}: CommandContext): Promise<number> {
	const file = takeFile(input);
	const given = textFlag(flags, 'output');
	const output = given === '-' ? undefined : given;
	const format = chooseFormat(flags, output);
	const session = await openSession(host, file);
	// Only reports pay for loading what makes them.
	const [{digestSession}, {createReport}] = await Promise.all([
		import('../session/digest.ts'),
		import('../session/report.ts'),
	]);
	const digest = digestSession({...session, name: session.name.slice(session.name.lastIndexOf('/') + 1)});
	const made = explain(session.name, () => createReport(digest, settingWords));
	const text = await formatReport(made, digest.figures, format);
	if (output === undefined) {
		terminal.stdout.write(text);
	} else {
		saveNew(host, output, text);
		terminal.stderr.write(`report in ${output}\n`);
	}
	return 0;
}

type Format = 'markdown' | 'html' | 'json' | 'csv';

function chooseFormat(flags: Flags, output: string | undefined): Format {
	if (flags.json === true && flags.csv === true) {
		throw new UsageError('either --json or --csv');
	}
	if (flags.json === true || flags.csv === true) {
		return flags.json === true ? 'json' : 'csv';
	}
	if (output === undefined || /\.(?:md|markdown)$/.test(output)) {
		return 'markdown';
	}
	if (/\.html?$/.test(output)) {
		return 'html';
	}
	throw new UsageError(`-o takes a name that ends in .md or .html, not '${output}'`);
}

async function formatReport(
	made: Report,
	figures: Parameters<typeof import('../session/report/plots.ts').plotReport>[1],
	format: Format,
): Promise<string> {
	if (format === 'json') {
		return `${JSON.stringify(made, null, '\t')}\n`;
	}
	if (format === 'csv') {
		return (await import('../session/report/csv.ts')).formatCsv(made.comparison);
	}
	const {describeReport} = await import('../session/report/document.ts');
	if (format === 'markdown') {
		return (await import('../session/report/markdown.ts')).formatMarkdown(describeReport(made));
	}
	const [{plotReport}, {formatHtml}] = await Promise.all([
		import('../session/report/plots.ts'),
		import('../session/report/html.ts'),
	]);
	return formatHtml(describeReport(made, plotReport(made, figures)));
}

/** In the words of the program. A session of another machine may name what no shell should be told. */
export const settingWords: SettingWords = {
	label: setting => orUnknown(() => describeSetting(setting)),
	shellLine: (setting: Setting, to: string) => orUnknown(() => toShellLine(setting, to)),
};

function orUnknown(say: () => string): string {
	try {
		return say();
	} catch (error) {
		if (error instanceof SettingError || error instanceof TypeError) {
			return `# ${error.message}`;
		}
		throw error;
	}
}

/** What a session lacks is the user's matter: one line. */
export function explain<T>(file: string, act: () => T): T {
	try {
		return act();
	} catch (error) {
		throw error instanceof RangeError ? new Failure(`${file}: ${error.message}`) : error;
	}
}

/** Writes a file that was not there. Throws a `Failure` otherwise. */
export function saveNew(host: Host, file: string, text: string | Uint8Array): void {
	try {
		host.saveFile(file, text, {exclusive: true, mode: 0o600});
	} catch (error) {
		throw error instanceof HostError ? new Failure(`cannot write: ${error.message}`) : error;
	}
}
