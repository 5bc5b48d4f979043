import {readBundled} from '../host/bundled.ts';
import {scanSession} from '../session/scan.ts';
import type {Session} from '../session/session.ts';
import {parseSession} from '../session/session-file.ts';
import {formatLength} from '../ui/format.ts';
import {wrapText} from '../ui/wrap.ts';
import {type Command, type CommandContext, Failure, type Terminal, UsageError} from './command.ts';
import {playSession} from './replay.ts';
import {drawingOptions} from './screen.ts';

const file = 'demo.jsonl.gz';

export const demo: Command = {
	name: 'demo',
	summary: 'watch a session that was recorded on a badly set machine: no root, tunnel or Linux needed',
	details:
		'It is played on the same screen, with the keys of `nbtop replay`: Space pauses, ← and → go one sample back or forward, [ and ] go to the chapter before or after, < and > change the speed, Enter shows the evidence of what was found, and q leaves. Nothing on this machine is read or changed.\nWithout a terminal it tells what there is to see.',
	options: drawingOptions,
	run: playDemo,
};

async function playDemo({host, input, terminal}: CommandContext): Promise<number> {
	if (input.length > 0) {
		throw new UsageError(`unexpected argument '${input[0]}': to watch a file of your own, nbtop replay FILE`);
	}
	const session = await openDemo();
	if (terminal.isScreen) {
		return playSession(session, host, terminal, findStart(session));
	}
	terminal.stdout.write(formatContents(session, terminal));
	return 0;
}

async function openDemo(): Promise<Session> {
	try {
		return await parseSession(readBundled(file), file);
	} catch (error) {
		throw new Failure(
			`the recording ${file} should be where the program is: install all of dist/ (${error instanceof Error ? error.message : error})`,
		);
	}
}

/** Milliseconds after the first chapter's title by which every source had been read once. */
const settled = 8000;

/** The sample to begin at: the first one that shows what the first chapter tells of. */
function findStart({lines}: Session): number {
	const {samples, events} = scanSession(lines);
	const title = events.find(({event}) => event.type === 'marker');
	return 1 + samples.findIndex(({at}) => at.wall >= (title?.event.at.wall ?? 0) + settled);
}

/** What there is to see, and where: for a pipe, and for terminals that cannot draw. */
function formatContents({lines, header}: Session, {columns}: Terminal): string {
	const {samples, events} = scanSession(lines);
	const start = samples[0]?.at.wall ?? 0;
	const end = samples.at(-1)?.at.wall ?? start;
	const width = Math.min(columns, 100);
	const chapters = events.flatMap(({event}) =>
		event.type === 'marker'
			? wrapText(event.text, width - 10).map((text, index) => [
					index === 0 ? formatLength(event.at.wall - start) : '',
					text,
				])
			: [],
	);
	return [
		...wrapText(
			`nbtop demo plays ${formatLength(end - start)} minutes that were recorded on ${header.machine?.host ?? 'a machine'}:`,
			width,
		),
		'',
		...chapters.map(([time = '', text]) => `${time.padStart(7)}  ${text}`),
		'',
		'It needs a terminal to draw on: run nbtop demo in one (over ssh with ssh -t).\n',
	].join('\n');
}
