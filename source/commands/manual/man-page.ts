import {keymap} from '../../ui/keymap.ts';
import {wrapText} from '../../ui/wrap.ts';
import {type Command, commonOptions, type Option} from '../command.ts';
import {describeOption} from '../help.ts';
import {findMonitor, listVisible} from './words.ts';

/** The manual page in the macros of man(7): the commands, options and keys that the program itself uses. */
export function formatManual(
	commands: readonly Command[],
	{version, date}: {readonly version: string; readonly date: string},
): string {
	const monitor = findMonitor(commands);
	const visible = listVisible(commands);
	return `${[
		`.TH NBTOP 1 ${date} "nbtop ${escapeRoff(version)}" "User Commands"`,
		'.SH NAME',
		...formatText(`nbtop - ${monitor.summary}`),
		'.SH SYNOPSIS',
		...formatSynopsis([monitor, ...visible]),
		'.SH DESCRIPTION',
		...description.flatMap(text => ['.PP', ...formatText(text)]).slice(1),
		'.SH OPTIONS',
		...formatText(monitor.details ?? ''),
		...monitor.options.flatMap(formatOption),
		'.SS Every command',
		...commonOptions.flatMap(formatOption),
		'.SH COMMANDS',
		...visible.flatMap(formatCommand),
		'.SH KEYS',
		...keymap.flatMap(({key, help}) => ['.TP', `.B ${key.split(' ').map(escapeRoff).join(', ')}`, ...formatText(help)]),
		...closing,
	].join('\n')}\n`;
}

const description = [
	'nbtop shows on one screen which core does what, which interrupt and queue feeds it, where packets are dropped, and what each peer of a WireGuard mesh transfers. It names the bottleneck, applies one tuning step at a time under a guard that puts it back unless it is confirmed, and measures whether it helped.',
	'A figure that is not known is `?`, one that does not apply is `–`, and 0 is 0. Without root everything but the peers is shown; tuning needs root. Private and preshared keys are never asked for.',
];

/** What no table has. */
const closing = [
	'.SH EXIT STATUS',
	'0 done, 1 failed, 2 wrong call; others as the command says.',
	'.SH ENVIRONMENT',
	'.TP',
	'.B NO_COLOR',
	'No colours, as with',
	'.BR \\-\\-no\\-color .',
	'.TP',
	'.B LC_ALL, LC_CTYPE, LANG',
	'A locale without UTF\\-8 draws with ASCII characters only.',
	'.SH FILES',
	'.TP',
	'.I /var/lib/nbtop',
	'The journal of tuning: what was changed, and what it was before.',
	'.TP',
	'.I ~/.local/state/nbtop/sessions',
	'Recorded sessions.',
	'.SH SEE ALSO',
	'.BR wg (8),',
	'.BR ethtool (8),',
	'.BR tc (8),',
	'.BR iperf3 (1),',
	'.BR mpstat (1)',
];

function formatSynopsis(commands: readonly Command[]): string[] {
	return commands.flatMap((command, index) => {
		const words = ['.B nbtop', command.name].filter(Boolean).join(' ');
		const rest = [command.arguments, '[options]'].filter(Boolean).join(' ');
		return [...(index === 0 ? [] : ['.br']), words, escapeRoff(rest)];
	});
}

function formatCommand(command: Command): string[] {
	return [
		`.SS nbtop ${[command.name, command.arguments]
			.filter(Boolean)
			.map(each => escapeRoff(each ?? ''))
			.join(' ')}`,
		...formatText(`${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`),
		...(command.details ?? '')
			.split('\n')
			.filter(Boolean)
			.flatMap(line => ['.PP', ...formatText(line)]),
		...command.options.flatMap(formatOption),
	];
}

function formatOption(option: Option): string[] {
	return ['.TP', `.B ${escapeRoff(describeOption(option))}`, ...formatText(option.help)];
}

/** A text as lines of input; words between backquotes are bold, as in a terminal's manual. */
function formatText(text: string): string[] {
	const line = escapeRoff(text).replaceAll(/`([^`]+)`/g, '\\fB$1\\fR');
	// A line that began with one of these would be a request.
	return line === '' ? [] : wrapText(line, lineLength).map(each => each.replace(/^[.']/, '\\&$&'));
}

const lineLength = 78;

/** groff(7): a hyphen that can be copied is `\-`, a backslash `\e`; everything beyond ASCII is named. */
function escapeRoff(text: string): string {
	return text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replaceAll(
			/[^\x20-\x7e]/gu,
			letter => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
		);
}
