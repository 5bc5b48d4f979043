import type {TopologyOptions} from '../derive/topology.ts';
import type {Host} from '../host.ts';
import type {Checkpoint} from './fold.ts';
import {createPlayer, type Player} from './player.ts';
import type {Ring} from './ring.ts';
import type {State} from './state.ts';
import type {Store} from './store.ts';

/** The live store, or a look back into the ring while collection goes on. */
export interface RewindableStore {
	getState(): State;
	subscribe(listener: () => void): () => void;
	/** Who plays what has been; `undefined`: this is live. */
	player(): Player | undefined;
	/** Looks back, beginning so many samples ago; false where nothing has happened yet. */
	rewind(samples: number): boolean;
	returnToLive(): void;
}

export interface RewindOptions {
	readonly host: Pick<Host, 'realTime' | 'sleep'>;
	readonly store: Store;
	readonly ring: Ring;
	readonly path?: TopologyOptions;
}

export function createRewindableStore({host, store, ring, path}: RewindOptions): RewindableStore {
	const listeners = new Set<() => void>();
	let player: Player | undefined;
	const tell = (): void => {
		for (const listener of listeners) {
			listener();
		}
	};
	// While one looks back, what happens live draws nothing.
	store.subscribe(() => {
		if (player === undefined) {
			tell();
		}
	});

	return {
		getState: () => (player ?? store).getState(),
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		player: () => player,
		rewind(samples) {
			const {lines, checkpoints} = readRing(ring);
			try {
				player = createPlayer({
					host,
					lines: {length: lines.length, text: index => lines[index] ?? ''},
					checkpoints,
					...(path && {path}),
					sample: -1 - samples,
					state: store.getState(),
				});
			} catch (error) {
				if (error instanceof RangeError) {
					return false;
				}
				throw error;
			}
			player.subscribe(tell);
			tell();
			return true;
		},
		returnToLive() {
			player?.close();
			player = undefined;
			tell();
		},
	};
}

/** What was known at the start of each segment is a checkpoint: looking back shows the very states of then. */
function readRing(ring: Ring): {readonly lines: readonly string[]; readonly checkpoints: readonly Checkpoint[]} {
	const lines: string[] = [];
	const checkpoints: Checkpoint[] = [];
	for (const segment of ring.segments()) {
		checkpoints.push({line: lines.length, state: segment.before});
		lines.push(...segment.lines);
	}
	return {lines, checkpoints};
}
