import type {DOMElement} from '../../../node_modules/ink/build/dom.js';
import type Output from '../../../node_modules/ink/build/output.js';
import stockRender from '../../../node_modules/ink/build/render-node-to-output.js';
import {readPlainText} from './plain-text.ts';

/**
Takes the place of Ink's module of that name in the bundle, of which all stays but this: a screen of texts that say themselves
where they lie (`elements.ts`) is drawn as they say. Ink asks Yoga, a dozen questions for each text, which gives the same.
Anything else goes to Ink's own code, the whole tree.
*/
export * from '../../../node_modules/ink/build/render-node-to-output.js';

// Ink imports it as the default export.
export default function renderNodeToOutput(
	node: DOMElement,
	output: Output,
	options: Parameters<typeof stockRender>[2],
): void {
	const texts = listPlacedTexts(node);
	if (texts === undefined) {
		stockRender(node, output, options);
		return;
	}

	for (let index = 0; index < texts.length; index++) {
		const {x, y, text} = texts[index] as PlacedText;
		output.write(x, y, text, {transformers: []});
	}
}

interface PlacedText {
	readonly x: number;
	readonly y: number;
	readonly text: string;
}

/** The texts of a tree that is the root, a box that begins where that begins, and texts with places of their own; nothing for another one. */
function listPlacedTexts(root: DOMElement): readonly PlacedText[] | undefined {
	const [box] = root.childNodes;
	if (root.nodeName !== 'ink-root' || root.childNodes.length !== 1 || box?.nodeName !== 'ink-box') {
		return undefined;
	}
	if (box.internal_static || box.internal_transform || !hasOnly(box.style, boxStyles)) {
		return undefined;
	}

	const texts: PlacedText[] = [];
	for (let index = 0; index < box.childNodes.length; index++) {
		const child = box.childNodes[index];
		const placed = child?.nodeName === 'ink-text' ? readPlacedText(child) : undefined;
		if (placed === undefined) {
			return undefined;
		}

		texts.push(placed);
	}

	return texts;
}

const boxStyles: readonly string[] = ['width', 'height', 'flexShrink'];
const textStyles: readonly string[] = ['position', 'marginLeft', 'marginTop', 'width', 'height'];

function hasOnly(style: object, names: readonly string[]): boolean {
	for (const name in style) {
		if (!names.includes(name)) {
			return false;
		}
	}

	return true;
}

/** Only where nothing is wrapped: a text that is plain, and fits into its width. */
function readPlacedText({style, childNodes, internal_static, internal_transform}: DOMElement): PlacedText | undefined {
	const {position, marginLeft: x, marginTop: y, width} = style;
	const [content] = childNodes;
	if (internal_static || internal_transform || childNodes.length !== 1 || content?.nodeName !== '#text') {
		return undefined;
	}
	if (position !== 'absolute' || !hasOnly(style, textStyles)) {
		return undefined;
	}
	if (!isCell(x) || !isCell(y) || !isCell(width) || !isCell(style.height)) {
		return undefined;
	}

	const text = content.nodeValue;
	const columns = readPlainText(text)?.width;
	return columns === undefined || columns > width ? undefined : {x, y, text};
}

function isCell(value: unknown): value is number {
	return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
