import type {DOMElement} from 'ink';
import {createElement, type ReactElement, type ReactNode} from 'react';

// Ink's own elements, which lie under its `Box` and `Text`. Those put two levels more around each, for looks that are inherited, and
// work through each line's looks at each frame: for texts that bring theirs along, as all of ours do, nothing comes of that.

/** Where something lies, in columns and rows from the left upper corner of the screen. */
export interface Place {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Is told the node on which something lies, and `null` when it lies there no more. */
export type Holder = (node: DOMElement | null) => void;

/** Lines that are drawn as they are, SGR sequences included: at that place, or else where they come. */
export function createText(
	text: string,
	place?: Place,
	identity: {readonly key?: string; readonly ref?: Holder | undefined} = {},
): ReactElement {
	return createElement('ink-text', {style: place === undefined ? flowing : toStyle(place), ...identity}, text);
}

/** The screen, and what lies on it. */
export function createScreen(width: number, height: number, ...children: readonly ReactNode[]): ReactElement {
	return createElement('ink-box', {style: {width, height, flexShrink: 1}}, ...children);
}

/** What `Text` asks of the layout. */
const flowing = {flexGrow: 0, flexShrink: 1, flexDirection: 'row', textWrap: 'wrap'};

function toStyle({x, y, width, height}: Place) {
	return {position: 'absolute', marginLeft: x, marginTop: y, width, height};
}
