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
