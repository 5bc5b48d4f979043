import type {NicFacts} from '../model/facts.ts';

/**
The indirection table in the words that `ethtool -X` takes: `default` (ring by turns, as the kernel sets it up), `equal 2`,
`weight 6 1`; `custom 0 1 1 0` for one that no such words give back. Undefined for a NIC without one.
*/
export function describeRssTable(rss: NicFacts['rss']): string | undefined {
	const table = rss?.table;
	if (rss === undefined || table === undefined || table.length === 0) {
		return undefined;
	}
	const start = Math.min(...table);
	const rings = Math.max(...table) - start + 1;
	if (table.every((ring, bucket) => ring === start + (bucket % rings))) {
		const even = `equal ${rings}${start > 0 ? ` start ${start}` : ''}`;
		return rings === rss.rings && start === 0 ? 'default' : even;
	}
	return isSorted(table) ? `weight ${countByRing(table).join(' ')}` : `custom ${table.join(' ')}`;
}

/** Buckets by ring; a table whose fullest ring has more than one bucket more than its emptiest is uneven. */
export function isRssEven({rings, table = []}: NonNullable<NicFacts['rss']>): boolean {
	const counts = Array.from({length: rings}, (_, ring) => table.filter(each => each === ring).length);
	return Math.max(...counts) - Math.min(...counts) <= 1 && table.every(ring => ring < rings);
}

function countByRing(table: readonly number[]): number[] {
	return Array.from({length: Math.max(...table) + 1}, (_, ring) => table.filter(each => each === ring).length);
}

/** `ethtool -X weight` fills the table with one ring after the other (`ethtool.c: fill_indir_table`). */
function isSorted(table: readonly number[]): boolean {
	return table.every((ring, bucket) => bucket === 0 || ring >= (table[bucket - 1] ?? 0));
}
