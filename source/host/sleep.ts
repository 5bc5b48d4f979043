/** What ends a wait early. An `AbortSignal` is one. */
export interface Wake {
	readonly aborted: boolean;
	addEventListener(type: 'abort', listener: () => void): void;
	removeEventListener(type: 'abort', listener: () => void): void;
}

/** An `AbortController` and its signal in one, without Node's events: those are two dozen functions more at every tick. */
export function createWake(): Wake & {abort(): void} {
	const listeners = new Set<() => void>();
	let aborted = false;
	return {
		get aborted() {
			return aborted;
		},
		addEventListener: (_, listener) => void listeners.add(listener),
		removeEventListener: (_, listener) => void listeners.delete(listener),
		abort() {
			aborted = true;
			for (const listener of [...listeners]) {
				listener();
			}
			listeners.clear();
		},
	};
}

/** Waits so many seconds, or until it is woken. */
export function sleep(seconds: number, wake?: Wake): Promise<void> {
	return new Promise(resolve => {
		if (wake?.aborted) {
			resolve();
			return;
		}
		const finish = (): void => {
			clearTimeout(timer);
			wake?.removeEventListener('abort', finish);
			resolve();
		};
		const timer = setTimeout(finish, seconds * 1000);
		wake?.addEventListener('abort', finish);
	});
}
