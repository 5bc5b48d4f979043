import {stripControls} from '../parse/printable.ts';
import type {Replacement} from '../session/placeholders.ts';
import {type RedactionKind, redactionKinds} from '../session/redact.ts';
import {findLeaks, type Leak} from '../session/sensitive.ts';
import {type Command, type CommandContext, Failure, type Flags, textFlag, UsageError} from './command.ts';
import {openSession, takeFile, tellNotes} from './replay.ts';
import {saveNew} from './report.ts';

export const share: Command = {
	name: 'share',
	arguments: 'FILE',
	summary: 'write a session anew without addresses, names and keys',
	details:
		'The same thing has the same placeholder all over. What was replaced is printed, and never stands in what is shared.\nA name that nobody but you knows (in the text of a marker) cannot be found: look through it before you send it.\nFILE may be a pipe, and - is standard input. With -o - what was replaced goes to standard error.',
	options: [
		{
			name: 'output',
			short: 'o',
			type: 'string',
			value: 'FILE|-',
			help: 'the file to write (.gz: compressed); -: standard output',
		},
		{
			name: 'keep',
			type: 'string',
			value: 'KINDS',
			help: `what stays as it is, with commas between: ${redactionKinds.join(', ')}`,
		},
	],
	run: writeShared,
};

async function writeShared({host, input, flags, terminal}: CommandContext): Promise<number> {
	const output = textFlag(flags, 'output');
	if (output === undefined) {
		throw new UsageError('share needs -o FILE, or -o - for standard output');
	}
	const keep = chooseKinds(flags);
	const session = await openSession(host, takeFile(input));
	const [{shareSession}, {describeLoss, scanSession}] = await Promise.all([
		import('../session/share.ts'),
		import('../session/scan.ts'),
	]);
	const {lines, replaced} = shareSession(session, keep);
	const leaks = lines.flatMap(findLeaks).filter(leak => !isKept(leak, keep));
	if (leaks.length > 0) {
		throw new Failure(`nothing was written: ${leaks[0]?.kind} '${leaks[0]?.text}' would still be in it`);
	}
	const text = lines.map(line => `${line}\n`).join('');
	if (output === '-') {
		terminal.stdout.write(text);
	} else {
		saveNew(host, output, output.endsWith('.gz') ? process.getBuiltinModule('node:zlib').gzipSync(text) : text);
	}
	tellNotes(terminal, session.name, [...session.notes, ...describeLoss(scanSession(session.lines))]);
	const told = output === '-' ? terminal.stderr : terminal.stdout;
	told.write(formatReplaced(replaced, output === '-' ? 'standard output' : output));
	return 0;
}

function chooseKinds(flags: Flags): readonly RedactionKind[] {
	const words = (textFlag(flags, 'keep') ?? '').split(',').filter(word => word !== '');
	return words.map(word => {
		const kind = redactionKinds.find(each => each === word);
		if (kind === undefined) {
			throw new UsageError(`--keep takes ${redactionKinds.join(', ')}, not '${word}'`);
		}
		return kind;
	});
}

const kinds: Readonly<Record<Leak['kind'], RedactionKind | undefined>> = {
	key: 'keys',
	'private key': undefined,
	token: undefined,
	id: 'ids',
	mac: 'macs',
	address: 'addresses',
};

/** What is inside a URL that stays, stays. */
function isKept({kind}: Leak, keep: readonly RedactionKind[]): boolean {
	const redaction = kinds[kind];
	return redaction !== undefined && (keep.includes(redaction) || keep.includes('urls'));
}

function formatReplaced(replaced: readonly Replacement[], output: string): string {
	const rows = replaced.map(({kind, original, placeholder}) => {
		const shown = kind === 'secret' ? '(not shown)' : stripControls(original);
		return `${kind.padEnd(7)}${placeholder.padEnd(40)}${shown}`;
	});
	return `${[`${replaced.length} things replaced in ${output}:`, ...rows].join('\n')}\n`;
}
