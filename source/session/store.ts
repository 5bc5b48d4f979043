import type {TopologyOptions} from '../derive/topology.ts';
import type {SessionEvent} from '../model/events.ts';
import {initialState, reduce, type State} from './state.ts';

/** Holds the state; who draws it listens. */
export interface Store {
	getState(): State;
	/** Calls `listener` after every change; the answer ends that. */
	subscribe(listener: () => void): () => void;
	dispatch(event: SessionEvent): void;
}

/**
A store that folds events into the state, from `first` on. `options` overrule which tunnel and NIC the path is made of.
*/
export function createStore(options: TopologyOptions = {}, first: State = initialState): Store {
	let state = first;
	const listeners = new Set<() => void>();
	return {
		getState: () => state,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		dispatch(event) {
			state = reduce(state, event, options);
			for (const listener of listeners) {
				listener();
			}
		},
	};
}
