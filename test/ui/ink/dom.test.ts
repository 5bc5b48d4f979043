import fc from 'fast-check';
import {expect, test} from 'vitest';
import Yoga from 'yoga-layout';
import * as stock from '../../../node_modules/ink/build/dom.js';
import applyStyles from '../../../node_modules/ink/build/styles.js';
import * as own from '../../../source/ui/ink/dom.ts';

/** A column of one box with texts in it, laid out after each change as Ink does it. */
function setUp(
	{createNode, createTextNode, appendChildNode, insertBeforeNode, setTextNodeValue}: typeof stock,
	texts: readonly string[],
) {
	const root = createNode('ink-root');
	const box = createNode('ink-box');
	applyStyles(box.yogaNode ?? Yoga.Node.create(), {flexDirection: 'column'});
	appendChildNode(root, box);
	const nodes = texts.map(text => {
		const parent = createNode('ink-text');
		const node = createTextNode(text);
		insertBeforeNode(parent, node, node);
		appendChildNode(box, parent);
		return {parent, node};
	});
	return {
		change(index: number, text: string) {
			const node = nodes[index]?.node;
			if (node) {
				setTextNodeValue(node, text);
			}
		},
		isDirty: () => root.yogaNode?.isDirty(),
		layOut(width: number) {
			root.yogaNode?.setWidth(width);
			root.yogaNode?.calculateLayout(undefined, undefined, Yoga.DIRECTION_LTR);
			return nodes.map(({parent: {yogaNode}}) => [
				yogaNode?.getComputedTop(),
				yogaNode?.getComputedWidth(),
				yogaNode?.getComputedHeight(),
			]);
		},
	};
}

const word = fc.constantFrom('a', 'bb', 'ccc', 'four', ' ', '\n', '\u001B[31mred\u001B[39m', '─', '\t', '漢字');
const text = fc.array(word, {maxLength: 8}).map(words => words.join(''));
const change = fc.record({index: fc.nat(2), text, width: fc.constantFrom(4, 9, 9, 20, 20, 20)});

test('after any changes of texts and of the width all stands where it stands with the dom of Ink', () => {
	fc.assert(
		fc.property(fc.array(text, {minLength: 3, maxLength: 3}), fc.array(change, {maxLength: 12}), (texts, changes) => {
			const [expected, got] = [setUp(stock, texts), setUp(own, texts)];
			expect(got.layOut(20)).toEqual(expected.layOut(20));
			for (const {index, text, width} of changes) {
				for (const tree of [expected, got]) {
					tree.change(index, text);
				}

				expect(got.layOut(width)).toEqual(expected.layOut(width));
			}
		}),
		{numRuns: 500},
	);
});

test('a text that takes as much room as the one before asks for no layout, and any other does', () => {
	const tree = setUp(own, ['12 pkt/s\n3 bit/s', 'title']);
	tree.layOut(20);
	tree.change(0, '\u001B[1m97\u001B[0m pkt/s\n4 bit/s');
	expect(tree.isDirty()).toBe(false);
	tree.change(0, '97 pkt/s\n4 bit/s\n');
	expect(tree.isDirty()).toBe(true);
	tree.layOut(20);
	tree.change(1, 'a title');
	expect(tree.isDirty()).toBe(true);
});

test('where a text had to be wrapped, each new one is measured', () => {
	const tree = setUp(own, ['aa bb cc']);
	tree.layOut(4);
	tree.change(0, 'a b c dd');
	expect(tree.isDirty()).toBe(true);
});
