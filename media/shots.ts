import type {Screen} from '../test/lab/terminal.ts';

/** One picture: what is started, in which terminal, and what is typed until it is taken. */
export interface Shot {
	readonly name: string;
	readonly title: string;
	readonly columns: number;
	readonly rows: number;
	/** The words behind `nbtop`. */
	readonly words: readonly string[];
	/** Brings the screen to where the picture is taken; of a movie it gives the moments. */
	readonly play: (screen: Screen) => Promise<readonly string[] | undefined>;
	/** What a text explains by numbers from 1: where on the screen each stands. */
	readonly marks?: readonly RegExp[];
}

const wide = {columns: 110, rows: 36};
const wider = {columns: 120, rows: 42};
const capture = ['--capture', 'test/fixtures/one-queue'];
const demo = ['replay', 'media/demo.jsonl.gz'];

/** Until the traces have grown. */
async function grow(): Promise<undefined> {
	await wait(5);
}

export const shots: readonly Shot[] = [
	{
		name: 'screen',
		title: 'nbtop during an iperf3 run over a WireGuard tunnel, 110 columns by 36 rows',
		...wide,
		words: capture,
		play: grow,
	},
	{
		name: 'screen-80x24',
		title: 'the same in 80 columns by 24 rows',
		columns: 80,
		rows: 24,
		words: capture,
		play: grow,
	},
	{
		name: 'screen-numbered',
		title: 'the same with the number of each part',
		...wide,
		words: capture,
		play: grow,
		marks: [
			/^ nbtop|^ alpha/,
			/100 % of eth0/,
			/^.CPU/,
			/PATH/,
			/IRQ.*device/,
			/DROPS/,
			/PEER/,
			/STEP, SETTING/,
			/q quit/,
		],
	},
	{
		name: 'diagnosis',
		title: 'the evidence behind the verdict, what would refute it, and the steps that answer it',
		...wide,
		words: capture,
		play: async screen => {
			await grow();
			screen.press('Enter');
			await wait(1.5);
			return undefined;
		},
	},
	{
		name: 'replay',
		title: 'a recorded session, at a step that was tried',
		...wider,
		words: demo,
		play: async screen => {
			await startReplay(screen);
			await jump(screen, ']', 3);
			await forward(screen, 12);
			return undefined;
		},
	},
	{
		name: 'demo',
		title: 'the session of nbtop demo from chapter to chapter',
		...wider,
		words: demo,
		play: playChapters,
	},
];

/** Each chapter as it begins and some seconds later; of the first also the evidence. */
async function playChapters(screen: Screen): Promise<readonly string[]> {
	await startReplay(screen);
	// The way to the peers is known some seconds after the start.
	await forward(screen, 5);
	const moments = [screen.written()];
	for (let before = ''; ; ) {
		await jump(screen, ']', 1);
		if (screen.text() === before) {
			return moments;
		}
		moments.push(screen.written());
		if (before === '') {
			screen.press('Enter');
			await wait(1);
			moments.push(screen.written());
			screen.press('Escape');
			await wait(1);
		}
		await forward(screen, 3);
		moments.push(screen.written());
		before = screen.text();
	}
}

async function startReplay(screen: Screen): Promise<void> {
	await screen.waitFor('PLAY');
	screen.press('Space');
	await screen.waitFor('PAUSE');
	await forward(screen, 3);
}

async function jump(screen: Screen, key: string, times: number): Promise<void> {
	for (let count = 0; count < times; count++) {
		screen.type(key);
		await wait(0.7);
	}
}

/** So many samples on. */
async function forward(screen: Screen, samples: number): Promise<void> {
	for (let count = 0; count < samples; count++) {
		screen.press('Right');
		await wait(0.1);
	}
	await wait(0.7);
}

function wait(seconds: number): Promise<void> {
	return new Promise(resolve => setTimeout(resolve, seconds * 1000));
}
