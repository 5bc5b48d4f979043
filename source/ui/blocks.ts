import type {Block} from './canvas.ts';
import type {Screen} from './screen.ts';
import {drawTable} from './table.tsx';
import type {TableView} from './table-text.ts';

/** A block, and of a pane the table that it shows. */
export interface ScreenBlock extends Block {
	readonly table?: TableView<unknown>;
}

/** The texts of a frame, each with its place: header and verdict, the panes or what lies over them, the footer. */
export function listBlocks(screen: Screen, footer: string | undefined, columns: number): readonly ScreenBlock[] {
	const {top, overlay, tables, layout} = screen;
	const body = {x: 0, y: layout.bodyTop, width: columns, height: layout.bodyHeight};
	const blocks: ScreenBlock[] = [];
	if (top.length > 0) {
		blocks.push({key: 'top', text: top.join('\n'), place: {x: 0, y: 0, width: columns, height: top.length}});
	}
	if (overlay !== undefined) {
		blocks.push({key: 'overlay', text: overlay.join('\n'), place: body});
	}
	for (const {region, view: table} of tables) {
		blocks.push({key: region.id, text: drawTable(table), place: region, table});
	}
	if (footer !== undefined) {
		blocks.push({key: 'footer', text: footer, place: {...body, y: body.y + body.height, height: 1}});
	}
	return blocks;
}
