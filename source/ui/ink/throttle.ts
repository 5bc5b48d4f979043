/**
Takes the place of es-toolkit's `throttle` in the bundle, which only Ink asks for: runs at most once in `wait` milliseconds, and
what was asked for meanwhile at their end. That one starts a timer at each call, which wakes the process twice more after each
frame though nothing waits; here only a call that has to wait starts one.
*/
export function throttle<Words extends readonly unknown[]>(run: (...words: Words) => void, wait = 0) {
	let last = Number.NEGATIVE_INFINITY;
	let waiting: {readonly words: Words; readonly timer: NodeJS.Timeout} | undefined;
	const cancel = (): void => {
		clearTimeout(waiting?.timer);
		waiting = undefined;
	};
	const runNow = (words: Words): void => {
		cancel();
		last = performance.now();
		run(...words);
	};
	const flush = (): void => {
		if (waiting !== undefined) {
			runNow(waiting.words);
		}
	};
	const throttled = (...words: Words): void => {
		const rest = last + wait - performance.now();
		if (waiting === undefined && rest <= 0) {
			runNow(words);
		} else {
			waiting = {words, timer: waiting?.timer ?? setTimeout(flush, rest)};
		}
	};
	return Object.assign(throttled, {flush, cancel});
}
