/** A value as JSON knows it; typed arrays stand for lists of numbers. */
export type Json = unknown;

/**
What turns one value into the next; `undefined`: nothing does, they are the same.

A number is what a counter has grown by. An object without `=` changes the members of an object, or the places of a list,
that it names. `{"=": value}` puts something else in its place: texts, fractions, lists of another length, objects with
other members, or the same in another order, because the order of rows is the order on the screen.
*/
export type Change = number | {readonly [name: string]: Json};

/** Finds the change from one value to the next, so that `applyChange(from, findChange(from, to))` is `to`. */
export function findChange(from: Json, to: Json): Change | undefined {
	if (from === to) {
		return undefined;
	}
	if (typeof from === 'number' && typeof to === 'number') {
		return subtract(from, to);
	}
	if (isList(from) && isList(to)) {
		return from.length === to.length ? findListChange(from, to) : replace(to);
	}
	if (isObject(from) && isObject(to)) {
		return findObjectChange(from, to);
	}
	return replace(to);
}

/** The value after a change. Throws a `TypeError` for a change that does not fit the value. */
export function applyChange(from: Json, change: Json): Json {
	if (typeof change === 'number' && typeof from === 'number') {
		return from + change;
	}
	if (isObject(change) && Object.hasOwn(change, '=')) {
		return change['='];
	}
	if (isObject(change) && isList(from)) {
		const list = Array.from(from);
		for (const [index, each] of Object.entries(change)) {
			list[Number(index)] = applyChange(list[Number(index)], each);
		}
		return list;
	}
	if (isObject(change) && isObject(from)) {
		const changed = Object.entries(change).map(([name, each]) => [name, applyChange(from[name], each)] as const);
		return {...from, ...Object.fromEntries(changed)};
	}
	throw new TypeError('a change that does not fit the value before it');
}

/** JSON of a value in one line that may be printed: typed arrays are written as lists, every control character escaped. */
export function formatJson(value: Json): string {
	return formatPlain(toPlain(value));
}

/** The same of a value without typed arrays, as every change is: JSON.stringify need not ask a function for each of its parts. */
export function formatPlain(value: Json): string {
	return JSON.stringify(value).replaceAll(
		laterControls,
		unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

/** The value with lists in place of its typed arrays. */
export function toPlain(value: Json): Json {
	if (isList(value)) {
		return ArrayBuffer.isView(value) ? Array.from(value) : Array.from(value, toPlain);
	}
	return isObject(value)
		? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toPlain(each)]))
		: value;
}

/** Those that JSON may hold as they are. */
const laterControls = /[\u007f-\u009f\u2028\u2029]/g;

/** A difference is kept only where adding it gives exactly the number again. */
function subtract(from: number, to: number): Change {
	const difference = to - from;
	return Number.isSafeInteger(from) && Number.isSafeInteger(to) && Number.isSafeInteger(difference)
		? difference
		: replace(to);
}

function replace(to: Json): Change {
	return {'=': toPlain(to)};
}

function findListChange(from: ArrayLike<Json>, to: ArrayLike<Json>): Change | undefined {
	let changes: Record<string, Change> | undefined;
	for (let index = 0; index < to.length; index++) {
		const change = from[index] === to[index] ? undefined : findChange(from[index], to[index]);
		if (change !== undefined) {
			changes ??= {};
			changes[index] = change;
		}
	}
	return changes;
}

function findObjectChange(from: JsonObject, to: JsonObject): Change | undefined {
	const names = Object.keys(to);
	const before = Object.keys(from);
	if (names.length !== before.length) {
		return replace(to);
	}
	let changes: Record<string, Change> | undefined;
	// By index: this runs over every counter at every tick.
	for (let index = 0; index < names.length; index++) {
		const name = names[index] ?? '';
		// JSON drops what is undefined, and these two names would not be taken for members.
		if (name !== before[index] || name === '=' || name === '__proto__' || to[name] === undefined) {
			return replace(to);
		}
		const change = from[name] === to[name] ? undefined : findChange(from[name], to[name]);
		if (change !== undefined) {
			changes ??= {};
			changes[name] = change;
		}
	}
	return changes;
}

type JsonObject = Readonly<Record<string, Json>>;

function isList(value: Json): value is ArrayLike<Json> {
	return Array.isArray(value) || ArrayBuffer.isView(value);
}

function isObject(value: Json): value is JsonObject {
	return typeof value === 'object' && value !== null && !isList(value);
}
