import type {Host} from '../host.ts';
import type {Store} from '../session/store.ts';
import {foldJournal} from './journal.ts';
import {inspectJournal, type Notice} from './recover.ts';
import {isLively, type TunerStatus} from './tuner-status.ts';

export interface KeeperOptions {
	readonly host: Host;
	/** The live state. */
	readonly store: Pick<Store, 'getState' | 'subscribe'>;
	/** Brings what has been written to the journal into the state. */
	readonly catchUp: () => void;
	readonly bootId: string;
	/** The network namespace of this program, where it is known. */
	readonly netns?: string;
	/** Why nothing may be changed, whoever the user is. */
	readonly refusal?: string;
}

/** Keeps a status that is true of the journal, of the clock and of who is looking. */
export interface StatusKeeper {
	status(): TunerStatus;
	/** Calls back after each change; the result ends that. */
	subscribe(listener: () => void): () => void;
	/** Changes a part, and looks what the journal says now. */
	change(part?: Partial<TunerStatus>): void;
	/** Tells of these no more. */
	drop(notices: readonly Notice[]): void;
	close(): void;
}

const pollSeconds = 0.5;

/** While something is open, time goes by and others may act: then the journal is looked into again and again. */
export function createStatusKeeper({host, store, bootId, netns, catchUp, ...options}: KeeperOptions): StatusKeeper {
	const listeners = new Set<() => void>();
	const closing = new AbortController();
	const dropped = new Set<string>();
	let events = store.getState().journal;
	let journal = foldJournal(events, bootId, netns);

	const read = (): Pick<TunerStatus, 'now' | 'journal' | 'notices' | 'refusal'> => {
		const state = store.getState();
		if (state.journal !== events) {
			events = state.journal;
			journal = foldJournal(events, bootId, netns);
		}
		const isRoot = state.snapshot?.readings.machine?.value.root;
		const refusal = options.refusal ?? (isRoot === false ? 'tuning needs root: start nbtop with sudo' : undefined);
		const notices = inspectJournal(journal, bootId, host).filter(notice => !dropped.has(nameNotice(notice)));
		return {now: host.now().monotonic, journal, notices, refusal};
	};
	let status: TunerStatus = {...read(), look: undefined, run: undefined, undoing: undefined, answer: undefined};
	const change = (part: Partial<TunerStatus> = {}): void => {
		status = {...status, ...read(), ...part};
		for (const listener of listeners) {
			listener();
		}
		void poll();
	};
	let isPolling = false;
	const poll = async (): Promise<void> => {
		if (isPolling) {
			return;
		}
		isPolling = true;
		while (isLively(status) && !closing.signal.aborted) {
			await host.sleep(pollSeconds, closing.signal);
			catchUp();
			change();
		}
		isPolling = false;
	};
	const forget = store.subscribe(() => {
		if (store.getState().journal !== events || read().refusal !== status.refusal) {
			change();
		}
	});
	void poll();

	return {
		status: () => status,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		change,
		drop(notices) {
			for (const notice of notices) {
				dropped.add(nameNotice(notice));
			}
			change();
		},
		close() {
			closing.abort();
			forget();
		},
	};
}

function nameNotice(notice: Notice): string {
	return 'transaction' in notice ? `${notice.kind} ${notice.transaction.id}` : notice.kind;
}
