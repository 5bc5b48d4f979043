import {expect, test} from 'vitest';
import {type GuardFigures, weighBlockGuards, weighPairedGuards} from '../../source/bench/guards.ts';

const pairs = (id: string, values: ReadonlyArray<readonly [number, number]>) =>
	values.map(([a, b]) => ({a: {[id]: a}, b: {[id]: b}}));

test('drops that rise in every pair are worse', () => {
	const rising = pairs('softnet-drops', [
		[2, 900],
		[0, 1200],
		[5, 700],
		[1, 950],
		[0, 1100],
		[3, 800],
	]);
	expect(weighPairedGuards(rising)).toEqual([{id: 'softnet-drops', a: 1.5, b: 925, word: 'worse'}]);
});

test('a few drops more are no matter, however sure', () => {
	const few = pairs('softnet-drops', [
		[0, 3],
		[0, 4],
		[0, 5],
		[0, 6],
		[0, 7],
		[0, 8],
	]);
	expect(weighPairedGuards(few)).toMatchObject([{word: 'same'}]);
});

test('a large rise that only some pairs show is no proof', () => {
	const wild = pairs('retransmits', [
		[400, 3000],
		[900, 200],
		[500, 2500],
		[3000, 100],
		[700, 2900],
		[100, 4000],
	]);
	expect(weighPairedGuards(wild)).toMatchObject([{word: 'same'}]);
});

test('what falls is better', () => {
	const falling = pairs('cpu', [
		[2.1, 1.5],
		[2.2, 1.6],
		[2.0, 1.4],
		[2.3, 1.6],
		[2.1, 1.4],
		[2.2, 1.5],
	]);
	expect(weighPairedGuards(falling)).toMatchObject([{word: 'better'}]);
});

test('of fewer than five pairs nothing is known', () => {
	expect(
		weighPairedGuards(
			pairs('cpu', [
				[2, 4],
				[2, 4],
				[2, 4],
				[2, 4],
			]),
		),
	).toMatchObject([{word: 'unknown'}]);
});

test('a guard that was not measured is left out, and a pair without it does not count', () => {
	const values: Array<{a: GuardFigures; b: GuardFigures}> = pairs('cpu', [
		[2, 4],
		[2, 4],
		[2, 4],
		[2, 4],
		[2, 4],
	]);
	expect(weighPairedGuards(values)).toMatchObject([{id: 'cpu', word: 'worse'}]);
	expect(weighPairedGuards([...values.slice(0, 4), {a: {}, b: {cpu: 4}}])).toMatchObject([{word: 'unknown'}]);
	expect(weighPairedGuards([{a: {}, b: {}}])).toEqual([]);
});

test('blocks have to be worse than both their neighbours', () => {
	const runs = (...values: readonly number[]) => values.map(value => ({'nic-drops': value}));
	const low = runs(10, 12, 9, 11);
	const high = runs(500, 520, 510, 530);
	expect(weighBlockGuards({before: low, changed: high, after: low})).toMatchObject([{b: 515, word: 'worse'}]);
	expect(weighBlockGuards({before: low, changed: high, after: high})).toMatchObject([{word: 'same'}]);
	expect(weighBlockGuards({before: low, changed: high, after: low.slice(1)})).toMatchObject([{word: 'unknown'}]);
	expect(weighBlockGuards({before: [{}], changed: [{}], after: [{}]})).toEqual([]);
});
