import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Chalk} from 'chalk';
import {build, type Plugin} from 'esbuild';
import fc from 'fast-check';
import {expect, test, vi} from 'vitest';
import {leaveOutDevtools, replaceInk} from '../../../build/ink.mjs';
import {bundleOptions} from '../../../build/options.mjs';
import StockOutput from '../../../node_modules/ink/build/output.js';
import FastOutput from '../../../source/ui/ink/output.ts';
import {composeScreen} from '../../../source/ui/screen.ts';
import {formatTable} from '../../../source/ui/table-text.ts';
import {createTheme} from '../../../source/ui/theme.ts';
import {initialView} from '../../../source/ui/view.ts';
import {createCellScreen} from '../../helpers/cell-screen.ts';
import type * as InkScenes from '../../helpers/ink-scenes.tsx';
import {makeState} from '../../helpers/state.ts';
import {tameLine, wildLine} from '../../helpers/styled-text.ts';

const chalk = new Chalk({level: 3});
const columns = 60;
const rows = 6;

const textOf = (line: fc.Arbitrary<string>) => fc.array(line, {maxLength: 4}).map(lines => lines.join('\n'));
const transformer = fc.constantFrom(
	(line: string) => line,
	(line: string) => line,
	(line: string) => (line === '' ? line : chalk.red(line)),
	(line: string) => (line === '' ? line : chalk.bold.bgBlue(line)),
	(line: string, index: number) => `${index}${line}`,
);
const tameWrite = fc.record({
	x: fc.nat(5),
	y: fc.integer({min: -2, max: rows}),
	text: textOf(tameLine),
	transformers: fc.array(transformer, {maxLength: 2}),
	clip: fc.constant(null),
});
const wildWrite = fc.record({
	x: fc.integer({min: -3, max: columns}),
	y: fc.integer({min: -2, max: rows}),
	text: textOf(fc.oneof(tameLine, wildLine)),
	transformers: fc.array(transformer, {maxLength: 2}),
	clip: fc.option(fc.record({x1: fc.nat(9), x2: fc.nat(columns), y1: fc.nat(2), y2: fc.nat(rows)}), {freq: 8}),
});
const frame = fc.oneof(fc.array(tameWrite, {maxLength: 8}), fc.array(wildWrite, {maxLength: 4}));

test('any writes give the same cells as with the Output of Ink', async () => {
	const stockGet = vi.spyOn(StockOutput.prototype, 'get');
	let runs = 0;
	await fc.assert(
		fc.asyncProperty(frame, async writes => {
			const [fast, stock] = [
				new FastOutput({width: columns, height: rows}),
				new StockOutput({width: columns, height: rows}),
			];
			for (const {x, y, text, transformers, clip} of writes) {
				for (const output of [fast, stock]) {
					if (clip) {
						output.clip(clip);
					}

					output.write(x, y, text, {transformers});
					if (clip) {
						output.unclip();
					}
				}
			}

			runs++;
			const [expected, got] = [stock.get(), fast.get()];
			expect(got.height).toBe(expected.height);
			expect(await draw(got.output)).toEqual(await draw(expected.output));
		}),
		{numRuns: 500},
	);
	// One call a run is the comparison's own. Where most of the others come too, nothing new has been tested.
	expect(stockGet.mock.calls.length).toBeLessThan(1.75 * runs);
});

/** Wide enough that what Ink lets hang over the edge does not wrap. */
const screen = createCellScreen(3 * columns, rows);

async function draw(output: string): Promise<string[][]> {
	await screen.write(`\u001Bc${output}`);
	return screen.cells();
}

test('whole screens of Ink look the same, frame by frame, and take no more bytes', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'nbtop-ink-'));
	const [stock, fast] = await Promise.all([
		bundleScenes(path.join(folder, 'stock.mjs'), []),
		bundleScenes(path.join(folder, 'fast.mjs'), [replaceInk()]),
	]).finally(() => rm(folder, {recursive: true}));
	const [expected, got] = [watchScenes(stock), watchScenes(fast)];
	let frames = 0;
	for await (const {name, cells} of expected.frames) {
		const frame = (await got.frames.next()).value;
		expect(frame).toEqual({name, cells});
		frames++;
	}

	expect(frames).toBe(37);
	expect(got.countBytes()).toBeLessThanOrEqual(expected.countBytes());
});

test('what nbtop draws needs nothing of the slow way', () => {
	const state = makeState({cpus: 16, queues: 16, peers: 8});
	const {top, tables} = composeScreen(state, initialView, {theme: createTheme(), columns: 180, rows: 50, interval: 1});
	const stockGet = vi.spyOn(StockOutput.prototype, 'get').mockClear();
	const output = new FastOutput({width: 180, height: 50});
	output.write(0, 0, top.join('\n'), {transformers: []});
	for (const {region, view} of tables) {
		output.write(region.x, region.y, formatTable(view).join('\n'), {transformers: []});
	}

	expect(output.get().output).toContain('nbtop');
	expect(stockGet).not.toHaveBeenCalled();
});

test('the build fails when Ink has another output.js', async () => {
	const plugins = [replaceInk({hashes: {'output.js': '0'}}), leaveOutDevtools()];
	const failed = build({...bundleOptions, logLevel: 'silent', write: false, entryPoints: [scenesFile], plugins});
	await expect(failed).rejects.toThrow(/ink\/build\/output.js has changed: its SHA-256 is [0-9a-f]{64}, expected 0/);
});

const scenesFile = 'test/helpers/ink-scenes.tsx';

async function bundleScenes(outfile: string, plugins: Plugin[]): Promise<typeof InkScenes> {
	await build({...bundleOptions, entryPoints: [scenesFile], outfile, plugins: [...plugins, leaveOutDevtools()]});
	vi.stubEnv('FORCE_COLOR', '3');
	return import(outfile);
}

function watchScenes({NotedTerminal, drawScenes}: typeof InkScenes) {
	const terminal = new NotedTerminal();
	const screen = createCellScreen(terminal.columns, terminal.rows);
	let read = 0;
	return {
		countBytes: () => terminal.written.length,
		frames: (async function* () {
			for await (const name of drawScenes(terminal)) {
				screen.resize(terminal.columns, terminal.rows);
				await screen.write(terminal.written.slice(read));
				read = terminal.written.length;
				yield {name, cells: screen.cells()};
			}
		})(),
	};
}
