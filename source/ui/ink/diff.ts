type Properties = Readonly<Record<string, unknown>>;

/**
Takes the place of `diff` in Ink's reconciler in the bundle: which properties are others now, those that are gone as `undefined`;
nothing where none is. Ink asks twice for each element at each frame, and its own makes a list of all properties for every answer.
*/
export function diff(before: Properties | undefined, after: Properties | undefined): Properties | undefined {
	if (before === undefined || before === after) {
		return before === after ? undefined : after;
	}

	let changed: Record<string, unknown> | undefined;
	for (const key in before) {
		if (after === undefined || !Object.hasOwn(after, key)) {
			changed ??= {};
			changed[key] = undefined;
		}
	}

	for (const key in after) {
		if (after[key] !== before[key]) {
			changed ??= {};
			changed[key] = after[key];
		}
	}

	return changed;
}
