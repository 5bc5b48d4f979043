import {type PaneId, paneIds} from './pane.ts';

/** A place on the screen, in columns and rows of the terminal. */
export interface Region {
	readonly id: PaneId;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface Layout {
	/** 0 or 1: the lines of the header, the verdict and the footer. */
	readonly header: number;
	readonly verdict: number;
	readonly footer: number;
	/** The lines for where one is in a recording. */
	readonly position: number;
	/** Where the rows between verdict and footer begin, and how many they are. */
	readonly bodyTop: number;
	readonly bodyHeight: number;
	readonly regions: readonly Region[];
}

export interface LayoutRequest {
	readonly columns: number;
	readonly rows: number;
	readonly focus: PaneId;
	readonly zoomed: boolean;
	/** Lines under the verdict for where one is in a recording; only the first one where there is little room. */
	readonly position?: number;
	/** Lines that each pane needs, wants, and could use, its heading included. */
	readonly panes: Readonly<Record<PaneId, {readonly minimum: number; readonly natural: number; readonly full: number}>>;
}

/** From so many columns on, two panes stand side by side under the cores. */
const wide = 150;
const gap = 2;
/** From so many rows on, a line that only tells is worth one of the panes'. */
const comfortable = 20;

/**
Where everything stands, never more than the terminal's rows: header, verdict and footer have a line each as soon as there
is a line for them, the panes share the rest. What has no room is left out, the focused pane never.
*/
export function layoutScreen(request: LayoutRequest): Layout {
	const key = describeRequest(request);
	if (newest?.key !== key) {
		newest = {key, layout: share(request)};
	}
	return newest.layout;
}

/** Most frames are laid out like the one before. */
let newest: {readonly key: string; readonly layout: Layout} | undefined;

function describeRequest({columns, rows, focus, zoomed, position, panes}: LayoutRequest): string {
	const sizes = paneIds.map(id => `${panes[id].minimum},${panes[id].natural},${panes[id].full}`);
	return `${columns} ${rows} ${focus} ${zoomed} ${position ?? 0} ${sizes.join(' ')}`;
}

function share(request: LayoutRequest): Layout {
	const {columns, rows, focus, zoomed} = request;
	const verdict = rows >= 1 ? 1 : 0;
	const header = rows >= 2 ? 1 : 0;
	const footer = rows >= 4 ? 1 : 0;
	const position = Math.min(request.position ?? 0, rows >= comfortable ? 2 : rows >= 3 ? 1 : 0);
	const bodyTop = header + verdict + position;
	const bodyHeight = Math.max(0, rows - bodyTop - footer);
	const frame = {header, verdict, footer, position, bodyTop, bodyHeight};
	if (bodyHeight === 0) {
		return {...frame, regions: []};
	}
	if (zoomed) {
		return {...frame, regions: [{id: focus, x: 0, y: bodyTop, width: columns, height: bodyHeight}]};
	}
	const regions =
		columns >= wide
			? layoutWide(request, bodyTop, bodyHeight)
			: stack(request, paneIds, {x: 0, y: bodyTop, width: columns, height: bodyHeight});
	return {...frame, regions};
}

type Area = Omit<Region, 'id'>;

/** So many rows, and the path has a place where there are two stacks. */
const leastWithPath = 24;

/** The cores and the path over the whole width, since they have the most columns; below them two stacks. */
function layoutWide(request: LayoutRequest, y: number, height: number): Region[] {
	const hasPath = height >= leastWithPath || request.focus === 'path';
	const path = hasPath ? Math.min(request.panes.path.natural, Math.ceil(height / 4)) : 0;
	const cores = Math.min(
		request.panes.cores.natural,
		Math.max(request.panes.cores.minimum, Math.floor((height - path) / 2)),
		height,
	);
	const rest = height - path - cores;
	const left = Math.floor((request.columns - gap) / 2);
	const top: Region[] = [
		{id: 'cores', x: 0, y, width: request.columns, height: cores},
		...(path > 0 ? [{id: 'path' as const, x: 0, y: y + cores, width: request.columns, height: path}] : []),
	];
	if (rest <= 2) {
		return stack(request, paneIds, {x: 0, y, width: request.columns, height});
	}
	const below = y + path + cores;
	return [
		...top,
		...stack(request, ['interrupts', 'drops'], {x: 0, y: below, width: left, height: rest}),
		...stack(request, ['tunnel', 'settings'], {
			x: left + gap,
			y: below,
			width: request.columns - left - gap,
			height: rest,
		}),
	];
}

/** What goes first when there is no room: the end of this list. */
const importance: readonly PaneId[] = ['cores', 'drops', 'tunnel', 'interrupts', 'path', 'settings'];

/** How much of the rest each gets. */
const weights: Readonly<Record<PaneId, number>> = {cores: 4, path: 3, interrupts: 3, drops: 3, tunnel: 3, settings: 1};

/** The verdict says what the path is for, and settings change seldom: they come in when the others have this, or all they want. */
const comfort = 9;

/** Panes one under the other that fill the area exactly. */
function stack(request: LayoutRequest, ids: readonly PaneId[], area: Area): Region[] {
	const heights = shareHeight(request, ids, area.height);
	let y = area.y;
	return ids.flatMap(id => {
		const height = heights.get(id) ?? 0;
		if (height === 0) {
			return [];
		}
		const region = {id, x: area.x, y, width: area.width, height};
		y += height;
		return [region];
	});
}

function shareHeight(request: LayoutRequest, ids: readonly PaneId[], height: number): Map<PaneId, number> {
	const {panes} = request;
	const heights = choosePanes(request, ids, height);
	let rest = height - [...heights.values()].reduce((sum, each) => sum + each, 0);
	while (rest > 0) {
		const id = neediest(heights, each => panes[each].natural) ?? neediest(heights, each => panes[each].full);
		if (id === undefined) {
			break;
		}
		heights.set(id, (heights.get(id) ?? 0) + 1);
		rest--;
	}
	const last = ids.findLast(id => heights.has(id));
	if (last !== undefined) {
		heights.set(last, (heights.get(last) ?? 0) + rest);
	}
	return heights;
}

/** The panes that there is room for, each with what it needs at least; the focused one is always among them. */
function choosePanes({panes, focus}: LayoutRequest, ids: readonly PaneId[], height: number): Map<PaneId, number> {
	const order = importance.filter(id => ids.includes(id)).sort((a, b) => Number(b === focus) - Number(a === focus));
	const heights = new Map<PaneId, number>();
	let rest = height;
	for (const id of order) {
		const least = Math.min(panes[id].minimum, panes[id].natural);
		const others = (id === 'settings' || id === 'path') && id !== focus ? wishesOf(panes, heights) : height - rest;
		if (others + least <= height || heights.size === 0) {
			heights.set(id, Math.min(least, rest));
			rest -= Math.min(least, rest);
		}
	}
	return heights;
}

function wishesOf(panes: LayoutRequest['panes'], heights: ReadonlyMap<PaneId, number>): number {
	return [...heights.keys()].reduce((sum, id) => sum + Math.min(comfort, panes[id].natural), 0);
}

/** Of the panes that want more, the one that has least for its weight. */
function neediest(heights: ReadonlyMap<PaneId, number>, wish: (id: PaneId) => number): PaneId | undefined {
	let found: PaneId | undefined;
	let least = Number.POSITIVE_INFINITY;
	for (const [id, height] of heights) {
		if (height < wish(id) && height / weights[id] < least) {
			found = id;
			least = height / weights[id];
		}
	}
	return found;
}
