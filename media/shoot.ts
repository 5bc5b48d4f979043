/*
Shoots the pictures of the README and the docs: the real program, in a real terminal emulator, on a capture from the lab and on
the session of the demo. `npm run media`; with names, only those: `npm run media -- screen replay`.
The report needs chromium. Those of a live tunnel are shot in the lab: `npm run media:lab`.
*/
import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {openScreen} from '../test/lab/terminal.ts';
import {type Shot, shots} from './shots.ts';
import {drawMovie, drawTerminal, type Mark} from './terminal-svg.ts';

const run = promisify(execFile);
const media = import.meta.dirname;
const program = [process.execPath, join(media, '../dist/nbtop.cjs')];
const secondsOfMoment = 2;

const named = process.argv.slice(2);
const isWanted = (name: string): boolean => named.length === 0 || named.includes(name);

// One after the other: a busy machine draws late.
for (const shot of shots.filter(({name}) => isWanted(name))) {
	await shoot(shot);
}
if (isWanted('report')) {
	await shootReport();
}

async function shoot(shot: Shot): Promise<void> {
	const screen = openScreen([...program, ...shot.words], shot.columns, shot.rows);
	try {
		const moments = await shot.play(screen);
		const picture = moments
			? await drawMovie(moments, secondsOfMoment, shot)
			: await drawTerminal(
					screen.written(),
					shot,
					(shot.marks ?? []).map((place, index) => mark(screen.rows(), place, index + 1)),
				);
		writeFileSync(join(media, `${shot.name}.svg`), picture);
		screen.type('q');
	} finally {
		await screen.close();
	}
}

/** A number at the row that it is about. */
function mark(rows: readonly string[], place: RegExp, number: number): Mark {
	const row = rows.findIndex(text => place.test(text));
	if (row === -1) {
		throw new Error(`number ${number}: nothing on the screen is like ${place}\n${rows.join('\n')}`);
	}
	return {number, row};
}

/** The page of a report, as a browser shows it. */
async function shootReport(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'nbtop-media-'));
	try {
		const page = join(folder, 'report.html');
		const [node = '', ...words] = program;
		await run(node, [...words, 'report', join(media, 'demo.jsonl.gz'), '-o', page]);
		const size = ['--window-size=1200,1080', '--force-device-scale-factor=1', '--hide-scrollbars'];
		const picture = `--screenshot=${join(media, 'report.png')}`;
		// On a busy machine the picture would else be taken of a page that is half drawn.
		const whole = ['--virtual-time-budget=5000', '--run-all-compositor-stages-before-draw'];
		// A sandbox of its own is refused to root; the page is ours.
		await run(
			'chromium',
			['--headless', '--no-sandbox', '--disable-gpu', ...whole, ...size, picture, `file://${page}`],
			{
				env: {...process.env, HOME: folder},
				timeout: 60_000,
			},
		);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
