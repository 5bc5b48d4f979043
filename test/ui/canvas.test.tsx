import {render} from 'ink-testing-library';
import {useInsertionEffect} from 'react';
import {expect, test, vi} from 'vitest';
import {type Block, type Canvas, createCanvas} from '../../source/ui/canvas.ts';
import {createScreen, createText} from '../../source/ui/elements.ts';

const place = {x: 0, y: 0, width: 10, height: 1};

function block(text: string, key = 'only', y = 0): Block {
	return {key, text, place: {...place, y}};
}

/** As the app draws: React has the texts of the last time that it was asked. */
function Drawing({canvas, blocks, onRender}: {canvas: Canvas; blocks: readonly Block[]; onRender?: () => void}) {
	onRender?.();
	useInsertionEffect(() => canvas.settle(blocks));
	return createScreen(
		10,
		2,
		...blocks.map(each => createText(each.text, each.place, {key: each.key, ref: canvas.hold(each.key)})),
	);
}

function setUp(...blocks: readonly Block[]) {
	const canvas = createCanvas();
	const onRender = vi.fn();
	const show = (next: readonly Block[]) => <Drawing canvas={canvas} blocks={next} onRender={onRender} />;
	const {lastFrame, rerender} = render(show(blocks));
	return {
		canvas,
		onRender,
		frame: () => lastFrame()?.split('\n'),
		rerender: (...next: readonly Block[]) => rerender(show(next)),
	};
}

test('other texts in the same places are drawn without React', async () => {
	const {canvas, frame, onRender} = setUp(block('one'), block('two', 'second', 1));
	expect(canvas.draw([block('1'), block('2', 'second', 1)])).toBe(true);
	await vi.waitFor(() => expect(frame()).toEqual(['1', '2']));
	expect(onRender).toHaveBeenCalledTimes(1);
});

test('a block that comes, goes, changes its place or its turn is left to React, and nothing is drawn', async () => {
	const {canvas, frame} = setUp(block('one'), block('two', 'second', 1));
	for (const blocks of [
		[block('1')],
		[block('1'), block('2', 'second', 1), block('3', 'third', 1)],
		[block('1'), block('2', 'second', 0)],
		[block('1'), block('2', 'other', 1)],
		[block('2', 'second', 1), block('1')],
		[],
	]) {
		expect(canvas.draw(blocks)).toBe(false);
	}
	expect(frame()).toEqual(['one', 'two']);
	expect(createCanvas().draw([])).toBe(false);
});

test('what React puts in is drawn, though it was the last that React knows', async () => {
	const {canvas, frame, rerender} = setUp(block('one'));
	canvas.draw([block('two')]);
	await vi.waitFor(() => expect(frame()?.[0]).toBe('two'));
	rerender(block('one'));
	await vi.waitFor(() => expect(frame()?.[0]).toBe('one'));
});

test('after React has moved blocks, ticks are drawn where they are now', async () => {
	const {canvas, frame, rerender} = setUp(block('one'));
	rerender(block('top', 'top'), block('one', 'only', 1));
	await vi.waitFor(() => expect(frame()).toEqual(['top', 'one']));
	expect(canvas.draw([block('one')])).toBe(false);
	expect(canvas.draw([block('first', 'top'), block('two', 'only', 1)])).toBe(true);
	await vi.waitFor(() => expect(frame()).toEqual(['first', 'two']));
});

test('a block that had no text gets one by React', async () => {
	const {canvas, frame, rerender} = setUp(block('one'), block('', 'second', 1));
	expect(canvas.draw([block('one'), block('two', 'second', 1)])).toBe(false);
	rerender(block('one'), block('two', 'second', 1));
	await vi.waitFor(() => expect(frame()).toEqual(['one', 'two']));
	expect(canvas.draw([block('1'), block('', 'second', 1)])).toBe(true);
	expect(canvas.draw([block('1'), block('2', 'second', 1)])).toBe(true);
	await vi.waitFor(() => expect(frame()).toEqual(['1', '2']));
});
