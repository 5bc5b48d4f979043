import {expect, test} from 'vitest';
import {blockInterval, blockShift} from '../../source/bench/blocks.ts';

const drifting = {before: [1, 2, 3, 4], changed: [15, 16, 17, 18], after: [9, 10, 11, 12]};

test('a steady drift is no part of the shift', () => {
	expect(blockShift(drifting)).toBe(10);
});

test('the interval reaches from one neighbour to the other', () => {
	expect(blockInterval(drifting)).toEqual({low: 3, high: 17, confidence: 1 - 2 / 70});
	const {before, changed, after} = drifting;
	expect(blockInterval({before: after, changed, after: before})).toEqual(blockInterval(drifting));
});

test('below four runs in a block there is no interval', () => {
	expect(blockInterval({...drifting, after: [9, 10, 11]})).toBeUndefined();
});
