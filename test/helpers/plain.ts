import {formatJson} from '../../source/session/delta.ts';

/** A value as a file gives it back: lists of numbers of any kind are the same. */
export function plain<T>(value: T): T {
	return JSON.parse(formatJson(value));
}
