import type {Host} from '../host.ts';
import {stripControls} from '../parse/printable.ts';
import {type Command, type CommandContext, UsageError} from './command.ts';
import {openSession, standardInput, tellNotes} from './replay.ts';
import {explain} from './report.ts';

export const diff: Command = {
	name: 'diff',
	arguments: 'A B',
	summary: 'put two sessions, or two periods, side by side',
	details:
		'A and B are FILE, or FILE@MARKER for what lies between that marker and the next one. MARKER is its number, its text or a\npart of it, or a time in UTC (14:30:05), the first such time in it. Settings are those at the end of each, figures those under\nload.\nFILE may be a pipe, and - (with a marker /dev/stdin@MARKER) is standard input.',
	options: [{name: 'json', type: 'boolean', help: 'print one JSON object (docs/session.md)'}],
	run: showDifference,
};

async function showDifference({host, input, flags, terminal}: CommandContext): Promise<number> {
	const [a, b, extra] = input;
	if (a === undefined || b === undefined || extra !== undefined) {
		throw new UsageError('diff needs two: A B, each FILE or FILE@MARKER');
	}
	if ([a, b].every(part => standardInput.includes(splitPart(host, part)[0]))) {
		throw new UsageError('standard input can be one of the two, not both');
	}
	const {compareSessions, formatDifference} = await import('../session/difference.ts');
	const digests = [await digestPart(host, a), await digestPart(host, b)] as const;
	const difference = compareSessions(digests, [a, b]);
	tellNotes(terminal, a, difference.notes[0]);
	tellNotes(terminal, b, difference.notes[1]);
	const text = formatDifference(difference);
	const clean = text.split('\n').map(stripControls).join('\n');
	terminal.stdout.write(flags.json === true ? `${JSON.stringify(difference, null, '\t')}\n` : clean);
	return 0;
}

async function digestPart(host: Host, part: string) {
	const [file, marker] = splitPart(host, part);
	const session = await openSession(host, file);
	const [{digestSession}, {findPeriod}] = await Promise.all([
		import('../session/digest.ts'),
		import('../session/period.ts'),
	]);
	return explain(session.name, () => digestSession(session, findPeriod(session, marker)));
}

/** A file may have an @ in its name. */
function splitPart(host: Host, part: string): readonly [file: string, marker: string | undefined] {
	const at = part.lastIndexOf('@');
	return at <= 0 || isThere(host, part) ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
}

function isThere(host: Host, file: string): boolean {
	try {
		return host.fingerprint(file) !== undefined;
	} catch {
		return false;
	}
}
