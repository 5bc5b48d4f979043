import type {Situation, TuningStep} from '../model/tuning.ts';
import {judgeStep} from './effect.ts';
import {findOpen} from './in-force.ts';
import type {GuardWishes, Preview} from './preview.ts';
import {markTold} from './recover.ts';
import {createStatusKeeper, type KeeperOptions} from './status-keeper.ts';
import {type ApplyResult, applyStep, type TuningTools} from './tune.ts';
import {findObstacle, findWriting, type Look, type Run, type TunerStatus} from './tuner-status.ts';
import {confirm, undoAll, undoStep} from './undo.ts';
import {createViewer} from './viewer.ts';
import {watchEffect} from './window.ts';
import {wordsOf} from './words.ts';

/** Tuning as the keys of a screen do it. Nothing here is waited for or throws: what comes of it stands in the status. */
export interface Tuner {
	status(): TunerStatus;
	/** Calls back after each change; the result ends that. */
	subscribe(listener: () => void): () => void;
	/** Makes the preview of a step. */
	look(step: TuningStep): void;
	/** Applies what is being looked at. */
	apply(): void;
	/** Confirms what waits for it. */
	confirm(): void;
	/** Undoes the newest step, or all. `force`: again what was refused, and overwrites what somebody else has set. */
	undo(options?: {readonly all?: boolean; readonly force?: boolean}): void;
	/** The user has read how what was under way has ended. */
	leave(): void;
	/** The user has read the notices. */
	acknowledge(): void;
	/** Resolves when nothing is being written any more. */
	finish(): Promise<void>;
	/** Looks at nothing any more. */
	close(): void;
}

export interface TunerOptions extends KeeperOptions, GuardWishes {
	/** Has everything read anew at the next tick. */
	readonly refresh: () => void;
	/** Gives the means to change something. Throws in words for the user. */
	readonly open: () => TuningTools;
}

/** Keys that were typed before a change was complete may arrive this many seconds after it. */
const typingSeconds = 0.3;

export function createTuner(options: TunerOptions): Tuner {
	const keeper = createStatusKeeper(options);
	const {status, change} = keeper;
	const {open, write, finish} = createMeans(options);
	const viewer = createViewer(options, keeper);
	const closing = new AbortController();

	/** Why no key may write anything now. */
	const findHindrance = (): string | undefined => status().refusal ?? findWriting(status());
	const isInForce = (id: string): boolean => {
		const phase = status().journal.transactions.find(each => each.id === id)?.phase;
		return phase === 'waiting' || phase === 'kept';
	};
	const apply = async ({preview, within}: Ready, before: Situation): Promise<void> => {
		const result = await attempt<ApplyResult>(
			() => applyStep(preview, within === undefined ? {} : {within}, open()),
			reason => ({kind: 'refused', reason}),
		);
		options.refresh();
		change({run: {preview, phase: result.kind === 'applied' ? 'watching' : 'over', result}});
		if (result.kind === 'applied') {
			void judge(preview, result, before);
		}
	};
	const judge = async (preview: Preview, result: Applied, before: Situation): Promise<void> => {
		const {id, clamped} = result;
		const isWanted = (): boolean => isInForce(id) && !closing.signal.aborted;
		const after = await watchEffect(options, isWanted, closing.signal);
		const over: Run = {preview, phase: 'over', result};
		if (after === undefined) {
			change({run: over});
			return;
		}
		const verdict = judgeStep(preview.step, {before, after, clamped});
		write(async () => {
			await attempt(
				async () => open().journal.append({type: 'judged', id, verdict}),
				() => undefined,
			);
			change({run: {...over, verdict}});
		});
	};

	return {
		status,
		subscribe: keeper.subscribe,
		look: viewer.look,
		finish,
		apply() {
			const {look} = status();
			const answer = findObstacle(status());
			if (look === undefined || !isReady(look) || answer !== undefined) {
				change({answer});
				return;
			}
			const before = viewer.describeBefore(look);
			change({run: {preview: look.preview, phase: 'applying'}, answer});
			write(() => apply(look, before));
		},
		confirm() {
			const pressed = options.host.now().monotonic - typingSeconds;
			const answer = findHindrance();
			if (answer !== undefined) {
				change({answer});
				return;
			}
			write(async () => {
				const result = await attempt(
					() => confirm(findOpen(status().journal)?.id, open(), pressed),
					reason => ({kind: 'refused' as const, reason}),
				);
				change({answer: 'reason' in result ? result.reason : undefined});
			});
		},
		undo({all = false, force = false} = {}) {
			const hindrance = findHindrance();
			if (hindrance !== undefined) {
				change({undoing: {all, results: [{kind: 'refused', reason: hindrance}]}});
				return;
			}
			const refused = status().undoing?.results?.find(each => each.kind === 'conflict');
			const step = force ? refused?.step : undefined;
			change({undoing: {all}, answer: undefined});
			write(async () => {
				const results = await attempt(
					async () => (all ? undoAll({force}, open()) : [await undoStep(step, {force}, open())]),
					reason => [{kind: 'refused' as const, reason}],
				);
				options.refresh();
				change({undoing: {all, results}});
			});
		},
		leave() {
			const {run, undoing} = status();
			change({
				look: undefined,
				run: run?.phase === 'over' ? undefined : run,
				undoing: undoing?.results === undefined ? undoing : undefined,
				answer: undefined,
			});
		},
		acknowledge() {
			const {notices, refusal} = status();
			const over = notices.filter(({kind}) => kind === 'reverted' || kind === 'restarted');
			keeper.drop(over);
			if (refusal === undefined && over.length > 0) {
				write(() =>
					attempt(
						async () => markTold(over, open().journal),
						() => undefined,
					),
				);
			}
		},
		close() {
			closing.abort();
			viewer.close();
			keeper.close();
		},
	};
}

type Applied = Extract<ApplyResult, {readonly kind: 'applied'}>;
type Ready = Look & {readonly preview: Preview};

function isReady(look: Look): look is Ready {
	return look.preview !== undefined;
}

/** What is needed to write, made when it is needed; and one write after the other. */
function createMeans({host, catchUp, open: openTools}: TunerOptions) {
	let tools: TuningTools | undefined;
	let writing: Promise<void> = Promise.resolve();
	/** Each line of the journal is on the screen as soon as it is on the disk. */
	const watchTools = ({journal, ...rest}: TuningTools): TuningTools => {
		const append: typeof journal.append = (...entries) => {
			journal.append(...entries);
			catchUp();
		};
		return {...rest, journal: {...journal, append}, makeWay: () => host.sleep(0)};
	};
	return {
		open(): TuningTools {
			tools ??= watchTools(openTools());
			return tools;
		},
		write(act: () => Promise<void>): void {
			writing = writing.then(act);
		},
		async finish(): Promise<void> {
			for (let last: Promise<void> | undefined; last !== writing; ) {
				last = writing;
				await last;
			}
		},
	};
}

/** What an act gives, or what is made of the words of its failure. */
async function attempt<T>(act: () => Promise<T>, refuse: (reason: string) => T): Promise<T> {
	try {
		return await act();
	} catch (error) {
		return refuse(wordsOf(error));
	}
}
