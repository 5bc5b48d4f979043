import fc from 'fast-check';
import {expect, test} from 'vitest';
import {applyChange, findChange, formatJson} from '../../source/session/delta.ts';

/** As a file gives it back. */
function throughJson(value: unknown): unknown {
	return JSON.parse(formatJson(value));
}

/** What a file can hold: JSON has no -0. */
const json = fc.jsonValue().map(throughJson);

test('what a change turns a value into is the next value, after a way through a file', () => {
	fc.assert(
		fc.property(json, json, (from, to) => {
			const change = findChange(from, to);
			const found = change === undefined ? from : applyChange(from, throughJson(change));
			expect(found).toEqual(to);
			// The order of members is the order of rows on the screen.
			expect(JSON.stringify(found)).toBe(JSON.stringify(to));
		}),
		{numRuns: 2000},
	);
});

/** A value and another one that differs from it here and there, as counters do. */
const grown = json.chain(from =>
	fc.tuple(
		fc.constant(from),
		fc.func(fc.nat(5)).map(grow => growAll(from, grow)),
	),
);

function growAll(value: unknown, grow: (...path: unknown[]) => number, path: unknown = ''): unknown {
	if (typeof value === 'number') {
		return value + grow(path);
	}
	if (Array.isArray(value)) {
		return value.map((each, index) => growAll(each, grow, `${path}/${index}`));
	}
	return typeof value === 'object' && value !== null
		? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, growAll(each, grow, `${path}/${name}`)]))
		: value;
}

test('a value whose numbers have grown is given back', () => {
	fc.assert(
		fc.property(grown, ([from, to]) => {
			const change = findChange(from, to);
			expect(change === undefined ? from : applyChange(from, throughJson(change))).toEqual(to);
		}),
		{numRuns: 1000},
	);
});

test('counters of any size and lists of numbers of any kind are given back', () => {
	const list = fc.oneof(fc.uint32Array({maxLength: 20}), fc.array(fc.maxSafeNat(), {maxLength: 20}));
	fc.assert(
		fc.property(list, list, fc.double({noNaN: true, noDefaultInfinity: true}), (from, to, number) => {
			const before = {counts: from, number: 1};
			const after = {counts: to, number: Object.is(number, -0) ? 0 : number};
			const change = findChange(before, after);
			const found = change === undefined ? before : applyChange(throughJson(before), throughJson(change));
			expect(throughJson(found)).toEqual(throughJson(after));
		}),
	);
});

test.each([
	[{a: 1, b: 2}, {a: 1, b: 5}, {b: 3}],
	[[10, 20, 30], [10, 20, 37], {2: 7}],
	[{a: 0.5}, {a: 0.75}, {a: {'=': 0.75}}],
	[{a: 'up'}, {a: 'down'}, {a: {'=': 'down'}}],
	[[1], [1, 2], {'=': [1, 2]}],
	[{a: 1, b: 2}, {b: 2, a: 1}, {'=': {b: 2, a: 1}}],
	[{a: 7}, {a: 7}, undefined],
	[4_294_967_295, 3, -4_294_967_292],
	[2 ** 60, 2 ** 60 + 4096, {'=': 2 ** 60 + 4096}],
])('%j to %j is %j', (from, to, change) => {
	expect(findChange(from, to)).toEqual(change);
});

test('a device may be called as it likes', () => {
	const from = JSON.parse('{"__proto__": 1, "=": 2, "constructor": 3}');
	const to = JSON.parse('{"__proto__": 2, "=": 2, "constructor": 4}');
	const found = applyChange(from, throughJson(findChange(from, to)));
	expect(JSON.stringify(found)).toBe(JSON.stringify(to));
	expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
});

test('a change that does not fit is refused', () => {
	expect(() => applyChange('up', 3)).toThrow(TypeError);
	expect(() => applyChange(3, {a: 1})).toThrow(TypeError);
});
