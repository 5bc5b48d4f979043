import type {Reading} from '../model/snapshot.ts';

/**
Hands the values of two readings of one source, and the seconds between them, to `derive`.

Undefined where the source was not read twice: a reading that is carried along has the time of the one before.
*/
export function derivePair<T, Derived>(
	previous: Reading<T> | undefined,
	current: Reading<T> | undefined,
	derive: (before: T, now: T, seconds: number) => Derived,
): Derived | undefined {
	if (previous === undefined || current === undefined || !(current.at > previous.at)) {
		return undefined;
	}

	return derive(previous.value, current.value, current.at - previous.at);
}

/**
`derivePair` for a source that is read seldom and asked for at every tick: while the pair is the same, so is the answer, the
very same object.
*/
export function rememberPair<T, Derived>(
	derive: (before: T, now: T, seconds: number) => Derived,
): (previous: Reading<T> | undefined, current: Reading<T> | undefined) => Derived | undefined {
	let known: Remembered<T, Derived> | undefined;
	return (previous, current) => {
		if (known === undefined || known.previous !== previous || known.current !== current) {
			known = {previous, current, answer: derivePair(previous, current, derive)};
		}

		return known.answer;
	};
}

interface Remembered<T, Derived> {
	readonly previous: Reading<T> | undefined;
	readonly current: Reading<T> | undefined;
	readonly answer: Derived | undefined;
}
