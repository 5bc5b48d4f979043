import Yoga from 'yoga-layout';
import {
	createNode as createStockNode,
	type DOMElement,
	type ElementNames,
	setTextNodeValue as setStockValue,
	type TextNode,
} from '../../../node_modules/ink/build/dom.js';
import squashTextNodes from '../../../node_modules/ink/build/squash-text-nodes.js';
import wrapText from '../../../node_modules/ink/build/wrap-text.js';
import measureText from './measure-text.ts';
import {readPlainText} from './plain-text.ts';

/**
Takes the place of Ink's `dom.js` in the bundle, of which all stays but this: a text that takes the room of the one before it asks
for no new layout. Figures change each second, and the room of a pane hardly ever.
*/
export * from '../../../node_modules/ink/build/dom.js';

/** Texts that were measured for less room than they have lines for, since they were new: what that gave depends on their words. */
const wrapped = new WeakSet<DOMElement>();

export function createNode(name: ElementNames): DOMElement {
	const node = createStockNode(name);
	if (name === 'ink-text') {
		node.yogaNode?.setMeasureFunc((width, mode) => measureNode(node, width, mode));
	}

	return node;
}

/** As Ink measures it, and notes where it was wrapped. */
function measureNode(node: DOMElement, width: number, mode: number): {width: number; height: number} {
	const text = squashTextNodes(node);
	const natural = measureText(text);
	if (mode === Yoga.MEASURE_MODE_UNDEFINED || natural.width <= width) {
		return natural;
	}

	wrapped.add(node);
	const wrap = node.style.textWrap ?? 'wrap';
	const narrowed = measureText(wrapText(text, width, wrap));
	return wrap.startsWith('truncate') ? {width, height: narrowed.height} : narrowed;
}

export function setTextNodeValue(node: TextNode, text: string): void {
	const parent = node.parentNode;
	const isAlone = parent?.nodeName === 'ink-text' && parent.childNodes.length === 1;
	if (isAlone && !wrapped.has(parent) && hasSameRoom(node.nodeValue, text)) {
		node.nodeValue = text;
	} else {
		if (parent) {
			wrapped.delete(parent);
		}

		setStockValue(node, text);
	}
}

/** True where both are sure to be measured as they stand, and give the same. */
function hasSameRoom(before: string, after: string): boolean {
	const [old, next] = [readPlainText(before), readPlainText(after)];
	return old !== undefined && old.width > 0 && next?.width === old.width && next.lines.length === old.lines.length;
}
