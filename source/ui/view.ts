import type {State} from '../session/state.ts';
import {type PaneId, paneIds} from './pane.ts';

/** How one pane is looked at. */
export interface PaneView {
	readonly filter: string;
	/** One of the pane's sorts by name; absent: the order that keeps still. */
	readonly sort?: string;
	/** The first line that is shown. */
	readonly scroll: number;
}

export type OverlayId = 'help' | 'problems' | 'findings' | 'step' | 'undo' | 'log' | 'measure';

/** What a line of text is asked for: what a marker says, or a time to go to. */
export interface Prompt {
	readonly id: 'marker' | 'time';
	readonly text: string;
}

/** How the user looks at the state: nothing of this is ever recorded. */
export interface View {
	readonly focus: PaneId;
	readonly zoomed: boolean;
	/** The state that stays on the screen while collection goes on. */
	readonly frozen: State | undefined;
	/** The filter that is being typed for the focused pane. */
	readonly entry: string | undefined;
	/** A line of text that is being typed for something else. */
	readonly prompt: Prompt | undefined;
	readonly overlay: {readonly id: OverlayId; readonly scroll: number} | undefined;
	/** The id of the step on which Enter would act, in the pane of the settings. */
	readonly step: string | undefined;
	/** Why the last key did nothing, until the next one. */
	readonly reply: string | undefined;
	readonly panes: Readonly<Record<PaneId, PaneView>>;
}

const untouched: PaneView = {filter: '', scroll: 0};

export const initialView: View = {
	focus: 'cores',
	zoomed: false,
	frozen: undefined,
	entry: undefined,
	prompt: undefined,
	overlay: undefined,
	step: undefined,
	reply: undefined,
	panes: Object.fromEntries(paneIds.map(id => [id, untouched])) as Record<PaneId, PaneView>,
};

/** The pane before or after the focused one. */
export function moveFocus(view: View, step: 1 | -1): View {
	const at = paneIds.indexOf(view.focus) + step;
	return {...view, focus: paneIds[(at + paneIds.length) % paneIds.length] ?? view.focus};
}

/** The view with a change to the focused pane. */
export function changePane(view: View, change: Partial<PaneView>): View {
	return {...view, panes: {...view.panes, [view.focus]: {...view.panes[view.focus], ...change}}};
}

/** The next of the pane's sorts, and after the last one the order that keeps still. */
export function cycleSort(view: View, sorts: readonly string[]): View {
	const {sort, ...pane} = view.panes[view.focus];
	const next = sorts[sort === undefined ? 0 : sorts.indexOf(sort) + 1];
	const changed: PaneView = next === undefined ? {...pane, scroll: 0} : {...pane, sort: next, scroll: 0};
	return {...view, panes: {...view.panes, [view.focus]: changed}};
}

/** A scroll position that the content has: the last line stays at the bottom. */
export function clampScroll(scroll: number, total: number, shown: number): number {
	return Math.max(0, Math.min(scroll, total - shown));
}
