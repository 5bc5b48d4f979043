import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type LayoutRequest, layoutScreen, type Region} from '../../source/ui/layout.ts';
import {type PaneId, paneIds} from '../../source/ui/pane.ts';

type Needs = LayoutRequest['panes'];

function sizes(cores: number, interrupts: number, drops: number, tunnel: number, settings: number): Needs {
	const wishes = {cores, path: 5, interrupts, drops, tunnel, settings};
	const least = {cores: 5, path: 4, interrupts: 3, drops: 2, tunnel: 3, settings: 5};
	const entries = paneIds.map(id => [id, {minimum: least[id], natural: wishes[id], full: wishes[id]}]);
	return Object.fromEntries(entries) as Needs;
}

function heights(regions: readonly Region[]): string {
	return regions.map(({id, height}) => `${id} ${height}`).join(', ');
}

const fourCores = sizes(6, 9, 4, 5, 25);

test('80x24 shows cores, interrupts, drops and the tunnel without scrolling', () => {
	const {regions, bodyTop, bodyHeight} = layoutScreen({
		columns: 80,
		rows: 24,
		focus: 'cores',
		zoomed: false,
		panes: fourCores,
	});
	expect([bodyTop, bodyHeight]).toEqual([2, 21]);
	expect(heights(regions)).toBe('cores 6, interrupts 6, drops 4, tunnel 5');
});

test('60x15 keeps the cores, the drops and the tunnel', () => {
	const {regions} = layoutScreen({columns: 60, rows: 15, focus: 'cores', zoomed: false, panes: fourCores});
	expect(heights(regions)).toBe('cores 5, drops 4, tunnel 3');
});

test('the focused pane is always shown', () => {
	for (const focus of paneIds) {
		const {regions} = layoutScreen({columns: 60, rows: 15, focus, zoomed: false, panes: fourCores});
		expect(regions.map(region => region.id)).toContain(focus);
	}
});

test('a wide terminal has the cores above two columns', () => {
	const {regions} = layoutScreen({columns: 200, rows: 60, focus: 'cores', zoomed: false, panes: fourCores});
	expect(regions.map(({id, x, width}) => [id, x, width])).toEqual([
		['cores', 0, 200],
		['path', 0, 200],
		['interrupts', 0, 99],
		['drops', 0, 99],
		['tunnel', 101, 99],
		['settings', 101, 99],
	]);
});

test('where one is in a recording has a line, and a second one only where there is room', () => {
	const place = (rows: number, position: number) => {
		const layout = layoutScreen({columns: 80, rows, focus: 'cores', zoomed: false, panes: fourCores, position});
		return [layout.position, layout.bodyTop, layout.bodyHeight];
	};
	expect(place(24, 0)).toEqual([0, 2, 21]);
	expect(place(24, 1)).toEqual([1, 3, 20]);
	expect(place(24, 2)).toEqual([2, 4, 19]);
	expect(place(15, 2)).toEqual([1, 3, 11]);
	expect(place(2, 2)).toEqual([0, 2, 0]);
});

test('settings come in when the others have what they want', () => {
	const {regions} = layoutScreen({columns: 80, rows: 40, focus: 'cores', zoomed: false, panes: fourCores});
	expect(heights(regions)).toBe('cores 6, path 5, interrupts 9, drops 4, tunnel 5, settings 8');
});

test('a zoomed pane has the whole body', () => {
	const {regions} = layoutScreen({columns: 80, rows: 24, focus: 'drops', zoomed: true, panes: fourCores});
	expect(regions).toEqual([{id: 'drops', x: 0, y: 2, width: 80, height: 21}]);
});

test.each([
	[1, {header: 0, verdict: 1, footer: 0, bodyHeight: 0}],
	[2, {header: 1, verdict: 1, footer: 0, bodyHeight: 0}],
	[3, {header: 1, verdict: 1, footer: 0, bodyHeight: 1}],
	[5, {header: 1, verdict: 1, footer: 1, bodyHeight: 2}],
])('%i rows still say what matters most', (rows, expected) => {
	expect(layoutScreen({columns: 20, rows, focus: 'cores', zoomed: false, panes: fourCores})).toMatchObject(expected);
});

test('regions fill the body, never overlap and never leave the terminal', () => {
	const anyNeed = fc
		.tuple(fc.integer({min: 2, max: 8}), fc.integer({min: 0, max: 40}), fc.integer({min: 0, max: 300}))
		.map(([minimum, more, rest]) => ({minimum, natural: minimum + more, full: minimum + more + rest}));
	const anyRequest = fc.record({
		columns: fc.integer({min: 1, max: 300}),
		rows: fc.integer({min: 1, max: 120}),
		focus: fc.constantFrom<PaneId>(...paneIds),
		zoomed: fc.boolean(),
		panes: fc.record({
			cores: anyNeed,
			path: anyNeed,
			interrupts: anyNeed,
			drops: anyNeed,
			tunnel: anyNeed,
			settings: anyNeed,
		}),
	});
	fc.assert(
		fc.property(anyRequest, request => {
			const {regions, header, verdict, footer, bodyTop, bodyHeight} = layoutScreen(request);
			expect(header + verdict + footer + bodyHeight).toBe(request.rows);
			const cells = new Map<string, PaneId>();
			for (const {id, x, y, width, height} of regions) {
				expect(x + width).toBeLessThanOrEqual(request.columns);
				expect(y).toBeGreaterThanOrEqual(bodyTop);
				expect(y + height).toBeLessThanOrEqual(bodyTop + bodyHeight);
				for (let row = y; row < y + height; row++) {
					for (const column of [x, x + width - 1]) {
						const key = `${row} ${column}`;
						expect(cells.get(key) ?? id).toBe(id);
						cells.set(key, id);
					}
				}
			}
			const rowsCovered = new Set([...cells.keys()].map(key => key.split(' ')[0]));
			expect(rowsCovered.size).toBe(bodyHeight);
		}),
	);
});
