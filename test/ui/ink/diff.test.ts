import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {diff} from '../../../source/ui/ink/diff.ts';

const reconciler = readFileSync(fileURLToPath(new URL('reconciler.js', import.meta.resolve('ink'))), 'utf8');
const stockDiff: typeof diff = Function(`${/^const diff = .*?^};/ms.exec(reconciler)?.[0]}\nreturn diff;`)();

const name = fc.constantFrom('style', 'children', 'x', 'hasOwnProperty');
const value = fc.constantFrom(0, 1, '1', undefined, null, Number.NaN);
const properties = fc.option(fc.dictionary(name, value, {maxKeys: 4}), {nil: undefined});

test('any two sets of properties differ in what the diff of Ink says', () => {
	fc.assert(
		fc.property(properties, properties, (before, after) => {
			expect(diff(before, after)).toStrictEqual(stockDiff(before, after));
			expect(diff(before, before)).toBeUndefined();
		}),
		{numRuns: 500},
	);
});

test('the same properties in another object do not differ', () => {
	expect(diff({x: 1, style: 2}, {style: 2, x: 1})).toBeUndefined();
	expect(diff({x: 1}, {})).toStrictEqual({x: undefined});
});
