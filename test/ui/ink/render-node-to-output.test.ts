import fc from 'fast-check';
import {expect, test} from 'vitest';
import Yoga from 'yoga-layout';
import {
	appendChildNode,
	createNode,
	createTextNode,
	type DOMElement,
	setStyle,
} from '../../../node_modules/ink/build/dom.js';
import Output from '../../../node_modules/ink/build/output.js';
import stockRender from '../../../node_modules/ink/build/render-node-to-output.js';
import applyStyles, {type Styles} from '../../../node_modules/ink/build/styles.js';
import renderNodeToOutput from '../../../source/ui/ink/render-node-to-output.ts';
import {tameLine, wildLine} from '../../helpers/styled-text.ts';

interface Item {
	readonly style: Styles;
	readonly texts: readonly string[];
}

/** A box of texts under the root, laid out as Ink does it. */
function layOut(box: Styles, items: readonly Item[], boxes = 1): DOMElement {
	const root = createNode('ink-root');
	for (let index = 0; index < boxes; index++) {
		const parent = make('ink-box', box);
		appendChildNode(root, parent);
		for (const {style, texts} of items) {
			const node = make('ink-text', style);
			appendChildNode(parent, node);
			for (const text of texts) {
				appendChildNode(node, createTextNode(text) as never);
			}
		}
	}
	root.yogaNode?.setWidth(40);
	root.yogaNode?.calculateLayout(undefined, undefined, Yoga.DIRECTION_LTR);
	return root;
}

function make(name: 'ink-box' | 'ink-text', style: Styles): DOMElement {
	const node = createNode(name);
	setStyle(node, style);
	applyStyles(node.yogaNode ?? Yoga.Node.create(), style);
	return node;
}

/** What is written to the frame, in its order. */
function draw(render: typeof stockRender, root: DOMElement): unknown[] {
	const writes: unknown[] = [];
	const output = new Output({width: 40, height: 12});
	output.write = (x, y, text, {transformers}) => {
		if (text !== '') {
			writes.push([x, y, text, transformers.length]);
		}
	};
	render(root, output, {skipStaticElements: true});
	return writes;
}

const screen: Styles = {width: 40, height: 12, flexShrink: 1};
const cell = fc.integer({min: 0, max: 12});
const placed = fc
	.record({marginLeft: cell, marginTop: cell, width: fc.constantFrom(10, 20, 40), height: fc.integer({min: 1, max: 4})})
	.map((place): Styles => ({position: 'absolute', ...place}));
const other = fc.constantFrom<Styles>(
	{},
	{flexGrow: 0, flexShrink: 1, flexDirection: 'row', textWrap: 'wrap'},
	{position: 'absolute', marginLeft: 2, marginTop: 1, width: 8, height: 2, paddingLeft: 1},
	{position: 'relative', marginLeft: 2, marginTop: 1, width: 8, height: 2},
	{position: 'absolute', marginLeft: 1, marginTop: 1, width: '50%', height: 2},
	{position: 'absolute', marginLeft: 1, marginTop: 1, width: 8, height: 2, display: 'none'},
	{position: 'absolute', marginLeft: -1, marginTop: 1, width: 8, height: 2},
);
const texts = fc.oneof(
	{arbitrary: fc.array(tameLine, {maxLength: 3}).map(lines => [lines.join('\n')]), weight: 6},
	{arbitrary: fc.array(fc.oneof(tameLine, wildLine), {maxLength: 3}), weight: 1},
);
const items = fc.array(
	fc.record({style: fc.oneof({arbitrary: placed, weight: 6}, {arbitrary: other, weight: 1}), texts}),
	{
		maxLength: 5,
	},
);
const boxStyle = fc.oneof(
	{arbitrary: fc.constant(screen), weight: 6},
	{
		arbitrary: fc.constantFrom<Styles>(
			{...screen, marginLeft: 3},
			{...screen, paddingTop: 1},
			{flexDirection: 'column'},
		),
		weight: 1,
	},
);

test('any screen is written as Ink writes it', () => {
	fc.assert(
		fc.property(boxStyle, items, fc.constantFrom(1, 1, 1, 1, 2), (box, list, boxes) => {
			const root = layOut(box, list, boxes);
			expect(draw(renderNodeToOutput, root)).toEqual(draw(stockRender, root));
		}),
		{numRuns: 2000},
	);
});

test('texts that say where they lie are drawn without Yoga, and others are not', () => {
	const drawsAlone = (...list: readonly Item[]): boolean => {
		const root = layOut(screen, list);
		root.yogaNode?.freeRecursive();
		root.yogaNode = undefined as never;
		return draw(renderNodeToOutput, root).length === list.length;
	};
	const style: Styles = {position: 'absolute', marginLeft: 2, marginTop: 1, width: 10, height: 2};
	expect(drawsAlone({style, texts: ['\u001B[1mtitle\u001B[m\n12 pkt/s']}, {style, texts: ['0']})).toBe(true);
	expect(drawsAlone({style, texts: ['wider than ten columns']})).toBe(false);
	expect(drawsAlone({style, texts: ['漢字']})).toBe(false);
	expect(drawsAlone({style: {...style, textWrap: 'truncate'}, texts: ['0']})).toBe(false);
});
