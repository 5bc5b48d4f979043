/** What is looked into instead of compared: another object at every tick, and most of its parts are those of the tick before. */
const containers: ReadonlySet<PropertyKey> = new Set(['snapshot', 'readings', 'rates']);

/** One part of the input that an answer was made from. */
interface Read {
	readonly path: readonly PropertyKey[];
	readonly value: unknown;
}

/**
Gives the answer of the time before, the very same object, while all that it was made from is the same: facts are read every
few seconds, and asked for at every frame. What that is shows itself, for `derive` is watched as it reads its input; it must
read nothing else.
*/
export function rememberWhileSame<Input extends object, Answer>(
	derive: (input: Input) => Answer,
): (input: Input) => Answer {
	let known: {readonly reads: readonly Read[]; readonly answer: Answer} | undefined;
	return input => {
		if (known === undefined || !known.reads.every(read => follow(input, read.path) === read.value)) {
			const reads: Read[] = [];
			const answer = derive(watch(input, [], reads));
			known = {reads, answer};
		}
		return known.answer;
	};
}

/** By index: `for … of` makes objects at each step, and this is asked some fifty times a frame. */
function follow(input: object, path: readonly PropertyKey[]): unknown {
	let value: unknown = input;
	for (let index = 0; index < path.length; index++) {
		value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[path[index] ?? ''];
	}
	return value;
}

function watch<Watched extends object>(target: Watched, path: readonly PropertyKey[], reads: Read[]): Watched {
	const noteAll = (): void => {
		reads.push({path, value: target});
	};
	return new Proxy(target, {
		get(object, name): unknown {
			const value: unknown = Reflect.get(object, name);
			const place = [...path, name];
			if (containers.has(name) && typeof value === 'object' && value !== null) {
				return watch(value, place, reads);
			}
			reads.push({path: place, value});
			return value;
		},
		// Who asks which parts there are has read all of them.
		ownKeys(object) {
			noteAll();
			return Reflect.ownKeys(object);
		},
		has(object, name) {
			noteAll();
			return Reflect.has(object, name);
		},
	});
}
