import type {TopologyOptions} from '../derive/topology.ts';
import type {SessionEvent} from '../model/events.ts';
import type {Readings, SourceName} from '../model/snapshot.ts';
import {createDecoder, type Decoder} from './codec.ts';
import type {Lines} from './session.ts';
import {initialState, reduce, type State} from './state.ts';

/** A state, and the line at which it was so: before a whole sample, so that reading can begin there. */
export interface Checkpoint {
	readonly line: number;
	readonly state: State;
}

/** Folds the lines of a session into states, forwards and, by way of checkpoints, backwards. */
export interface Fold {
	/** How many lines have been folded. */
	line(): number;
	state(): State;
	/** Folds lines up to this one, which is not folded any more, until the time is up. True: it is there. */
	moveTo(line: number, isTimeUp?: () => boolean): boolean;
}

/** More would take more memory than they save time. */
const mostCheckpoints = 64;

export interface FoldOptions {
	/** What was known before the lines begin, and at some of them. */
	readonly checkpoints?: readonly Checkpoint[];
	readonly isKey: (line: number) => boolean;
	readonly path?: TopologyOptions;
	/** Told of each event, with the state after it. */
	readonly onEvent?: (event: SessionEvent, state: State) => void;
}

export function createFold(lines: Lines, {checkpoints: given = [], isKey, path = {}, onEvent}: FoldOptions): Fold {
	let checkpoints: readonly Checkpoint[] = given[0]?.line === 0 ? given : [{line: 0, state: initialState}, ...given];
	let line = 0;
	let state = checkpoints[0]?.state ?? initialState;
	let decoder: Decoder = createDecoder();

	const goBack = (target: number): void => {
		const checkpoint = checkpoints.findLast(each => each.line <= target);
		if (checkpoint !== undefined && (target < line || checkpoint.line > line)) {
			({line, state} = checkpoint);
			decoder = createDecoder();
		}
	};
	const remember = (): void => {
		if (isKey(line) && line > (checkpoints.at(-1)?.line ?? 0)) {
			checkpoints = [...checkpoints, {line, state}];
			if (checkpoints.length > mostCheckpoints && given.length === 0) {
				checkpoints = checkpoints.filter((_, index) => index % 2 === 0);
			}
		}
	};
	const foldLine = (): void => {
		remember();
		const decoded = decoder.decode(lines.text(line));
		line += 1;
		if (decoded.kind === 'sample') {
			const {event, carried = {}} = decoded;
			fold({...event, readings: {...omitKnown(carried, state), ...event.readings}});
		} else if (decoded.kind === 'event') {
			fold(decoded.event);
		}
	};
	const fold = (event: SessionEvent): void => {
		state = reduce(state, event, path);
		onEvent?.(event, state);
	};

	return {
		line: () => line,
		state: () => state,
		moveTo(target, isTimeUp = () => false) {
			const end = Math.min(target, lines.length);
			if (end !== line) {
				goBack(end);
			}
			while (line < end) {
				foldLine();
				if (isTimeUp()) {
					break;
				}
			}
			return line >= end;
		},
	};
}

/** What a whole sample brings along is news where the session begins with it, or where samples before it were lost. */
function omitKnown(carried: Readings, {snapshot}: State): Readings {
	const known: Readings = snapshot?.readings ?? {};
	const news = Object.entries(carried).filter(([source, {at}]) => known[source as SourceName]?.at !== at);
	return Object.fromEntries(news) as Readings;
}
