import type {StepVerdict} from '../model/journal.ts';
import type {PathProbe, TuningStep} from '../model/tuning.ts';
import {findOpen} from './in-force.ts';
import type {JournalState} from './journal.ts';
import type {Preview} from './preview.ts';
import type {Notice} from './recover.ts';
import type {ApplyResult} from './tune.ts';
import type {UndoResult} from './undo.ts';

/** A step that is being looked at. */
export interface Look {
	readonly step: TuningStep;
	/** Absent while it is being made: settings are read, or the paths are probed. */
	readonly preview?: Preview;
	/** Of a step that needs them: what the probes have given so far, of how many peers. */
	readonly probes?: readonly PathProbe[];
	readonly peers?: number;
	/** Seconds within which it will have to be confirmed; absent: no guard. */
	readonly within?: number;
}

/** A step that is being applied, or was applied last. */
export interface Run {
	readonly preview: Preview;
	/** `watching`: written, and it is not known yet whether it has had an effect. */
	readonly phase: 'applying' | 'watching' | 'over';
	readonly result?: ApplyResult;
	readonly verdict?: StepVerdict;
}

export interface Undoing {
	readonly all: boolean;
	/** Absent while it is under way. */
	readonly results?: readonly UndoResult[];
}

export interface TunerStatus {
	/** Seconds, monotonic: when all this was so. */
	readonly now: number;
	readonly journal: JournalState;
	/** What was left by another nbtop, and what a guard has done. */
	readonly notices: readonly Notice[];
	/** Why this program may change nothing. */
	readonly refusal: string | undefined;
	readonly look: Look | undefined;
	readonly run: Run | undefined;
	readonly undoing: Undoing | undefined;
	/** Why the last key did nothing. */
	readonly answer: string | undefined;
}

/** Why what is being looked at cannot be applied now, in words for the user; `undefined`: it can. */
export function findObstacle(status: TunerStatus): string | undefined {
	const preview = status.look?.preview;
	if (preview === undefined) {
		return 'it is still being looked at';
	}
	if (preview.changes.length === 0) {
		return preview.unavailable ?? 'there is nothing to change';
	}
	if (status.run?.phase === 'over' && status.run.preview === preview) {
		return 'that was it: its key looks again';
	}
	const open = findOpen(status.journal);
	const waits = open?.phase === 'waiting' ? 'waits to be confirmed' : 'is not finished';
	return (
		status.refusal ?? findWork(status) ?? (open === undefined ? undefined : `one at a time: '${open.title}' ${waits}`)
	);
}

/** What this program is at, in words; nothing else may begin meanwhile. */
function findWork({run, undoing}: TunerStatus): string | undefined {
	if (run?.phase === 'watching') {
		return `one at a time: the effect of '${run.preview.step.title}' is being watched`;
	}
	return findWriting({run, undoing});
}

/** What this program is writing, in words; no other key may write meanwhile. */
export function findWriting({run, undoing}: Pick<TunerStatus, 'run' | 'undoing'>): string | undefined {
	if (run?.phase === 'applying') {
		return `one at a time: '${run.preview.step.title}' is being applied`;
	}
	return undoing !== undefined && undoing.results === undefined ? 'one at a time: a step is being undone' : undefined;
}

/** Whether something may change by itself: the guard's time goes by, or work is under way. */
export function isLively(status: TunerStatus): boolean {
	return findOpen(status.journal) !== undefined || findWork(status) !== undefined;
}
