import {PassThrough, Writable} from 'node:stream';
import {Box, type Instance, render, Text} from 'ink';
import type {ReactNode} from 'react';
import {App} from '../../source/app.tsx';
import {makeState} from './state.ts';

/** A terminal that only takes notes. */
export class NotedTerminal extends Writable {
	readonly isTTY = true;
	columns = 180;
	rows = 50;
	written = '';

	override _write(chunk: Buffer, _encoding: string, done: () => void) {
		this.written += chunk.toString();
		done();
	}
}

/**
Draws screens of every make that nbtop uses, and some that it does not, frame after frame as a program does; gives the name of
each as soon as it has been written.
*/
export async function* drawScenes(terminal: NotedTerminal): AsyncGenerator<string> {
	const options = {
		alternateScreen: true,
		incrementalRendering: true,
		interactive: true,
		patchConsole: false,
		maxFps: 1000,
	};
	const stdout = terminal as unknown as NodeJS.WriteStream;
	const keyboard = {isTTY: true, setRawMode: () => undefined, ref: () => undefined, unref: () => undefined};
	const stdin = Object.assign(new PassThrough(), keyboard) as unknown as NodeJS.ReadStream;
	let instance: Instance | undefined;
	for (const [name, Scene] of Object.entries(scenes)) {
		for (const [tick, columns] of [180, 180, 180, 100, 100, 180].entries()) {
			if (terminal.columns !== columns) {
				terminal.columns = columns;
				terminal.emit('resize');
			}

			const node = <Scene tick={tick} columns={columns} />;
			if (instance) {
				instance.rerender(node);
			} else {
				instance = render(node, {...options, stdout, stdin});
			}

			await instance.waitUntilRenderFlush();
			yield `${name}, frame ${tick}`;
		}
	}

	instance?.unmount();
	yield 'after the end';
}

interface SceneProps {
	readonly tick: number;
	readonly columns: number;
}

/** nbtop itself, on a machine on which everything changes all the time. */
const nbtop = ({tick}: SceneProps): ReactNode => {
	const state = makeState({seed: tick + 1, cpus: 16, queues: 16, peers: 8});
	const store = {getState: () => state, subscribe: () => () => undefined};
	const controls = {
		interval: () => 1,
		setInterval: () => undefined,
		quit: () => undefined,
		suspend: async () => undefined,
	};
	return <App store={store} controls={controls} />;
};

const panes = ({tick, columns}: SceneProps): ReactNode => (
	<Box flexDirection="column">
		<Text>{paint('7', ` nbtop  tick ${tick}`.padEnd(columns))}</Text>
		<Text>{table(20, tick, columns)}</Text>
		<Box>
			<Text>{table(14, tick + 1, Math.floor(columns / 2))}</Text>
			<Text>{table(14, tick + 2, Math.floor(columns / 2))}</Text>
		</Box>
		<Text>{`${paint('1', 'q')} quit  ${paint('1', '?')} help`}</Text>
	</Box>
);

const boxes = ({tick}: SceneProps): ReactNode => (
	<Box flexDirection="column" padding={1} gap={1}>
		<Box borderStyle="round" borderColor="cyan" width={40} flexDirection="column">
			<Text bold color="yellow">
				Title {tick}
			</Text>
			<Text dimColor>
				dim, <Text color="red">red in it</Text>, <Text inverse>inverse</Text> and after
			</Text>
		</Box>
		<Text wrap="wrap">{`A sentence that has to be wrapped. `.repeat(9 + tick)}</Text>
		<Text wrap="truncate">{paint('32', 'A sentence that has to be cut. '.repeat(9))}</Text>
	</Box>
);

const overlay = (props: SceneProps): ReactNode => (
	<Box>
		{panes(props)}
		<Box position="absolute" marginLeft={10} marginTop={5} width={50} borderStyle="single" backgroundColor="blue">
			<Text>
				help for tick {props.tick}
				{'\n'}second line
			</Text>
		</Box>
	</Box>
);

const strangers = ({tick}: SceneProps): ReactNode => (
	<Box flexDirection="column">
		<Text>{`漢字 ${tick} 😀 e\u0301 ${paint('35', '한글')} end`}</Text>
		<Box width={12} height={2} overflow="hidden">
			<Text wrap="truncate">{paint('36', `cut off here ${tick}`)}</Text>
		</Box>
		<Text>{`\u001B[31mstays red\nin line two ${tick}\u001B[39m`}</Text>
	</Box>
);

const scenes = {nbtop, panes, boxes, overlay, strangers, 'panes again': panes};

/** Rows of figures, coloured by their size, a fifth of them new at each tick. */
function table(rows: number, tick: number, columns: number): string {
	const lines = Array.from({length: rows}, (_, row) => {
		const cells = Array.from({length: Math.floor(columns / 9)}, (_, cell) => formatCell(row, cell, tick));
		return cells.join(' ');
	});
	return [paint('2', '─'.repeat(columns - 1)), ...lines].join('\n');
}

function formatCell(row: number, cell: number, tick: number): string {
	const seed = row * 31 + cell * 17;
	const value = seed % 4 === 0 ? 0 : (seed * (seed % 5 === 0 ? tick + 1 : 1)) % 1000;
	return paint(value === 0 ? '2' : value > 900 ? '1;31' : value > 700 ? '33' : '', String(value).padStart(8));
}

function paint(codes: string, text: string): string {
	return codes === '' ? text : `\u001B[${codes}m${text}\u001B[0m`;
}
