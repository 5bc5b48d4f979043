import type {State} from '../session/state.ts';
import type {CreatePane, Pane, PaneId, PaneOptions} from './pane.ts';
import {createCores} from './panes/cores.ts';
import {createDrops} from './panes/drops.ts';
import {createInterrupts} from './panes/interrupts.ts';
import {createPath} from './panes/path.ts';
import {createSettings} from './panes/settings.ts';
import {createTunnel} from './panes/tunnel.ts';

const creators: Readonly<Record<PaneId, CreatePane>> = {
	cores: createCores,
	path: createPath,
	interrupts: createInterrupts,
	drops: createDrops,
	tunnel: createTunnel,
	settings: createSettings,
};

/** One pane of the state. */
export function createPane(id: PaneId, state: State, options: PaneOptions): Pane {
	return creators[id](state, options);
}
