import type {TopologyOptions} from '../derive/topology.ts';
import type {Host} from '../host.ts';
import type {TimelineEvent} from '../model/events.ts';
import type {Stamp} from '../model/snapshot.ts';
import {type Checkpoint, createFold} from './fold.ts';
import {describeLoss, type EventPlace, type SessionIndex, scanSession} from './scan.ts';
import type {Lines} from './session.ts';
import type {State} from './state.ts';

/** How much faster than it was. */
export const speeds = [0.5, 1, 2, 5, 10, 20, 60] as const;

/** What one can jump to. */
export type JumpKind = 'marker' | 'tuning' | 'finding';

/** Where one is in a recording. */
export interface Position {
	/** Samples that have been shown, of how many. */
	readonly sample: number;
	readonly samples: number;
	/** How many more the recording had that cannot be read. */
	readonly lost?: number;
	readonly at: Stamp;
	readonly start: Stamp;
	readonly end: Stamp;
	readonly playing: boolean;
	readonly speed: number;
	/** True while it is still on its way to where it was sent. */
	readonly seeking: boolean;
	/** The newest event before it that one could have jumped to. */
	readonly event?: TimelineEvent;
	/** The newest marker before it: what somebody has written for those who watch. */
	readonly marker?: {readonly at: Stamp; readonly text: string};
}

/** A source of states that is not the machine: what was recorded, at one's own pace. */
export interface Player {
	getState(): State;
	subscribe(listener: () => void): () => void;
	position(): Position;
	play(): void;
	pause(): void;
	/** Goes so many samples on, or back. */
	step(samples: number): void;
	/** The next of `speeds`, or the one before. */
	changeSpeed(direction: 1 | -1): void;
	/** To the next or the previous event of a kind; false where there is none. */
	jump(kind: JumpKind, direction: 1 | -1): boolean;
	/** To the last sample at or before this moment (milliseconds since 1970). */
	seek(wall: number): void;
	close(): void;
}

export interface PlayerOptions {
	readonly host: Pick<Host, 'realTime' | 'sleep'>;
	readonly lines: Lines;
	readonly checkpoints?: readonly Checkpoint[];
	readonly path?: TopologyOptions;
	/** The sample to begin at: 1 is the first, −1 the last; absent: the first. */
	readonly sample?: number;
	/** What is shown until that has been reached. */
	readonly state?: State;
}

/** Seconds after which folding makes way for keys and the screen. */
const slice = 0.02;
/** A recording that was at rest for longer than this is not waited for. */
const longestWait = 3;

/** Plays lines of a session. Throws a `RangeError` where they hold no sample. */
export function createPlayer({host, lines, checkpoints = [], path = {}, sample = 1, state}: PlayerOptions): Player {
	const index = scanSession(lines);
	const {samples} = index;
	const [first] = samples;
	const last = samples.at(-1);
	if (first === undefined || last === undefined) {
		throw new RangeError(['there is no sample in it', ...describeLoss(index)].join('; '));
	}
	const keys = new Set(samples.filter(({key}) => key).map(({line}) => line));
	const fold = createFold(lines, {checkpoints, isKey: line => keys.has(line), path});
	const listeners = new Set<() => void>();
	let shown = state ?? fold.state();
	let goal = 0;
	let travelling = false;
	let speed: (typeof speeds)[number] = 1;
	let playing: AbortController | undefined;

	const tell = (): void => {
		for (const listener of listeners) {
			listener();
		}
	};
	/** Up to the sample after this one: what was noticed with it belongs to it. */
	const lineAfter = (count: number): number => samples[count]?.line ?? lines.length;
	/** In slices, so that keys are heard on a long way; a goal that changes meanwhile is the goal. */
	const travel = async (): Promise<void> => {
		travelling = true;
		for (;;) {
			const end = host.realTime() + slice;
			if (fold.moveTo(lineAfter(goal), () => host.realTime() > end)) {
				break;
			}
			await host.sleep(0);
		}
		travelling = false;
		shown = fold.state();
		tell();
	};
	const goTo = (count: number): void => {
		goal = Math.min(samples.length, Math.max(1, count));
		if (!travelling) {
			void travel();
		}
	};
	const timeOf = (count: number): number => samples[count - 1]?.at.monotonic ?? 0;
	const pause = (): void => {
		playing?.abort();
		playing = undefined;
		tell();
	};
	const play = async (signal: AbortSignal): Promise<void> => {
		let due = host.realTime();
		while (goal < samples.length) {
			const before = goal;
			due += Math.min((timeOf(goal + 1) - timeOf(goal)) / speed, longestWait);
			await host.sleep(Math.max(0, due - host.realTime()), signal);
			if (signal.aborted) {
				return;
			}
			// Somebody has jumped meanwhile, or folding is slower than this speed.
			if (goal !== before || host.realTime() - due > longestWait) {
				due = host.realTime();
			}
			if (goal === before) {
				goTo(goal + 1);
			}
		}
		pause();
	};

	goTo(sample < 0 ? samples.length + 1 + sample : sample);
	return {
		getState: () => shown,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		position() {
			const find = (kind?: JumpKind) => findEvents(index, kind).findLast(each => each.sample <= goal)?.event;
			const event = find();
			const marker = find('marker');
			return {
				sample: goal,
				samples: samples.length,
				...(index.lost > 0 && {lost: index.lost}),
				at: samples[goal - 1]?.at ?? first.at,
				start: first.at,
				end: last.at,
				playing: playing !== undefined,
				speed,
				seeking: travelling,
				...(event && {event}),
				...(marker?.type === 'marker' && {marker}),
			};
		},
		play() {
			if (playing === undefined) {
				playing = new AbortController();
				if (goal >= samples.length) {
					goTo(1);
				}
				void play(playing.signal);
				tell();
			}
		},
		pause,
		step(count) {
			pause();
			goTo(goal + count);
		},
		changeSpeed(direction) {
			speed = speeds[speeds.indexOf(speed) + direction] ?? speed;
			tell();
		},
		jump(kind, direction) {
			const places = findEvents(index, kind);
			const place =
				direction === 1 ? places.find(each => each.sample > goal) : places.findLast(each => each.sample < goal);
			if (place !== undefined) {
				goTo(place.sample);
			}
			return place !== undefined;
		},
		seek(wall) {
			const count = samples.findLastIndex(({at}) => at.wall <= wall) + 1;
			goTo(count);
		},
		close() {
			playing?.abort();
			playing = undefined;
			listeners.clear();
		},
	};
}

function findEvents({events}: SessionIndex, kind?: JumpKind): EventPlace[] {
	// What was in force before the session began stands before its first sample: nothing happened there.
	const happened = events.filter(({event, sample}) => sample > 0 || event.type !== 'tuning');
	return happened.filter(({event}) => {
		const isTarget = event.type === 'finding' ? event.change === 'raised' : true;
		return isTarget && (kind === undefined ? isJumpKind(event.type) : event.type === kind);
	});
}

function isJumpKind(type: TimelineEvent['type']): type is JumpKind {
	return type === 'marker' || type === 'tuning' || type === 'finding';
}
