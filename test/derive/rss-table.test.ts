import {expect, test} from 'vitest';
import {describeRssTable, isRssEven} from '../../source/derive/rss-table.ts';

function describe(rings: number, table: readonly number[]): string | undefined {
	return describeRssTable({rings, table});
}

test('tells a table by what ethtool -X would make it of', () => {
	expect(describe(4, [0, 1, 2, 3, 0, 1, 2, 3])).toBe('default');
	expect(describe(4, [0, 1, 0, 1, 0, 1, 0, 1])).toBe('equal 2');
	expect(describe(4, [2, 3, 2, 3])).toBe('equal 2 start 2');
	expect(describe(1, [0, 1, 2, 3])).toBe('equal 4');
	expect(describe(4, [0, 0, 0, 2, 2, 3, 3, 3])).toBe('weight 3 0 2 3');
	expect(describe(4, [0, 3, 1, 2])).toBe('custom 0 3 1 2');
	expect(describe(2, [1, 1, 1])).toBe('equal 1 start 1');
	expect(describe(2, [])).toBeUndefined();
	expect(describeRssTable(undefined)).toBeUndefined();
});

test('even is every ring as often as another, or once more', () => {
	const isEven = (rings: number, table: readonly number[]): boolean => isRssEven({rings, table});
	expect(isEven(3, [0, 1, 2, 0])).toBe(true);
	expect(isEven(3, [0, 1, 0, 1])).toBe(false);
	expect(isEven(2, [0, 0, 0, 1])).toBe(false);
	expect(isEven(2, [0, 1, 2, 3])).toBe(false);
});
