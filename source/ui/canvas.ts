import type {DOMElement} from 'ink';
import type {Holder, Place} from './elements.ts';

/** A text of the screen, and where it lies. */
export interface Block {
	readonly key: string;
	readonly place: Place;
	readonly text: string;
}

/** The texts of the screen as they lie on Ink's nodes. */
export interface Canvas {
	/** For React: tells on which node a block's text lies, always by the same function. */
	hold(key: string): Holder;
	/**
	Draws a frame of the same blocks in the same places, and tells whether it was one: at most ticks nothing but the texts is
	another, and neither React's comparison nor a layout is needed to put them in.
	*/
	draw(blocks: readonly Block[]): boolean;
	/** After React has put in what it thinks has changed: it knows nothing of what was drawn beside it. */
	settle(blocks: readonly Block[]): void;
}

type TextNode = Extract<DOMElement['childNodes'][number], {readonly nodeName: '#text'}>;

export function createCanvas(): Canvas {
	const nodes = new Map<string, DOMElement>();
	const holders = new Map<string, Holder>();
	let drawn: readonly Block[] = [];

	/** React makes none for a text of no characters. */
	const findContent = ({key}: Block): TextNode | undefined => {
		const content = nodes.get(key)?.childNodes[0];
		return content?.nodeName === '#text' ? content : undefined;
	};
	const put = (block: Block): void => {
		const content = findContent(block);
		if (content !== undefined) {
			content.nodeValue = block.text;
		}
	};

	return {
		hold(key) {
			const known = holders.get(key);
			const hold: Holder = known ?? (node => void (node === null ? nodes.delete(key) : nodes.set(key, node)));
			holders.set(key, hold);
			return hold;
		},
		draw(blocks) {
			const [first] = nodes.values();
			if (first === undefined || !areAlike(blocks, drawn) || !blocks.every(findContent)) {
				return false;
			}
			drawn = blocks;
			blocks.forEach(put);
			findRoot(first).onRender?.();
			return true;
		},
		settle(blocks) {
			drawn = blocks;
			blocks.forEach(put);
		},
	};
}

function areAlike(blocks: readonly Block[], others: readonly Block[]): boolean {
	return blocks.length === others.length && blocks.every((block, index) => isAlike(block, others[index]));
}

function isAlike({key, place}: Block, other: Block | undefined): boolean {
	return (
		key === other?.key &&
		place.x === other.place.x &&
		place.y === other.place.y &&
		place.width === other.place.width &&
		place.height === other.place.height
	);
}

function findRoot(node: DOMElement): DOMElement {
	return node.parentNode === undefined ? node : findRoot(node.parentNode);
}
