/*
Shoots the pictures of the README and the docs: the real program, in a real terminal emulator, on captures from the lab.
npm run media
*/
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {openScreen} from '../test/lab/terminal.ts';
import {drawTerminal} from './terminal-svg.ts';

interface Shot {
	readonly name: string;
	readonly title: string;
	readonly columns: number;
	readonly rows: number;
	readonly options: readonly string[];
	readonly keys?: string;
	/** Seconds until the traces have grown. */
	readonly seconds: number;
}

const shots: readonly Shot[] = [
	{
		name: 'screen',
		title: 'nbtop during an iperf3 run over a WireGuard tunnel, 110 columns by 36 rows',
		columns: 110,
		rows: 36,
		options: ['--capture', 'test/fixtures/one-queue'],
		seconds: 5,
	},
	{
		name: 'screen-80x24',
		title: 'the same in 80 columns by 24 rows',
		columns: 80,
		rows: 24,
		options: ['--capture', 'test/fixtures/one-queue'],
		seconds: 5,
	},
];

async function shoot({name, title, columns, rows, options, keys, seconds}: Shot): Promise<void> {
	const top = join(import.meta.dirname, '..');
	const screen = openScreen([process.execPath, join(top, 'dist/nbtop.cjs'), ...options], columns, rows);
	await new Promise(resolve => setTimeout(resolve, seconds * 1000));
	if (keys !== undefined) {
		screen.type(keys);
		await new Promise(resolve => setTimeout(resolve, 1500));
	}
	writeFileSync(join(import.meta.dirname, `${name}.svg`), await drawTerminal(screen.written(), columns, rows, title));
	screen.type('q');
	await screen.close();
}

await Promise.all(shots.map(shoot));
