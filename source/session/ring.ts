import type {Stamp} from '../model/snapshot.ts';
import type {SessionLine} from './codec.ts';
import type {State} from './state.ts';

/** Seconds that the ring reaches back at least, as long as it has room. */
const ringSeconds = 600;
/** Characters that it may hold: on the largest machines it reaches back less far. */
const ringLimit = 32 * 1024 * 1024;

/** Lines from one whole sample to the next. */
export interface RingSegment {
	readonly start: Stamp;
	/** The state before its first line: what was known then, though it is not in the ring any more. */
	readonly before: State;
	readonly lines: readonly string[];
}

/** The newest lines, in memory only. */
export interface Ring {
	/** `before`: the state without this event. */
	add(line: SessionLine, at: Stamp, before: State): void;
	/** The oldest first; each can be read without those before it. */
	segments(): readonly RingSegment[];
}

interface Draft {
	readonly start: Stamp;
	readonly before: State;
	readonly lines: string[];
	length: number;
}

/** Keeps what has just happened, so that it can be looked at and saved though nobody was recording. */
export function createRing(seconds = ringSeconds, limit = ringLimit): Ring {
	let segments: Draft[] = [];
	let length = 0;

	const forgetOldest = (): void => {
		length -= segments[0]?.length ?? 0;
		segments = segments.slice(1);
	};

	return {
		add({text, key}, at, before) {
			if (key || segments.length === 0) {
				segments.push({start: at, before, lines: [], length: 0});
			}
			const newest = segments.at(-1);
			if (newest !== undefined) {
				newest.lines.push(text);
				newest.length += text.length;
				length += text.length;
			}
			// The oldest goes when what is left reaches back far enough without it.
			while (segments.length > 1 && (length > limit || at.monotonic - (segments[1]?.start.monotonic ?? 0) >= seconds)) {
				forgetOldest();
			}
		},
		segments: () => segments.map(({start, before, lines}) => ({start, before, lines: [...lines]})),
	};
}
