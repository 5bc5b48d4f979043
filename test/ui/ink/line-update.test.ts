import fc from 'fast-check';
import {expect, test} from 'vitest';
import stockLineUpdate from '../../../node_modules/ink/build/line-update.js';
import lineUpdate from '../../../source/ui/ink/line-update.ts';
import {createCellScreen} from '../../helpers/cell-screen.ts';
import {tameLine, wildLine} from '../../helpers/styled-text.ts';

const columns = 60;
const screen = createCellScreen(columns, 2);

/** What is seen after these writes in the first line. */
async function draw(...parts: readonly string[]): Promise<string[][]> {
	await screen.write(`\u001Bc${parts.join('\r')}`);
	return screen.cells();
}

const similarLines = fc
	.tuple(fc.array(tameLine, {maxLength: 4}), fc.array(tameLine, {maxLength: 4}))
	.map(([parts, others]) => [parts.join(''), parts.map((part, index) => others[index] ?? part).join('')] as const);
const trace = fc.array(fc.constantFrom('⣀', '⣄', '\u001B[36m⣤\u001B[m', ' ', '⣦'), {minLength: 8, maxLength: 14});
const shiftedLines = fc
	.tuple(fc.string({maxLength: 4}), trace, fc.constantFrom('⣀', ' ', 'x'), tameLine, tameLine)
	.map(
		([label, marks, mark, rest, otherRest]) =>
			[
				`${label.replaceAll(/[^a-z]/g, 'a')}${marks.join('')} ${rest}`,
				`${label.replaceAll(/[^a-z]/g, 'b')}${[...marks.slice(1), mark].join('')} ${otherRest}`,
			] as const,
	);
const anyLines = fc.tuple(fc.oneof(tameLine, wildLine), fc.oneof(tameLine, wildLine));

test('a line that is updated looks like one that is written anew', async () => {
	await fc.assert(
		fc.asyncProperty(fc.oneof(similarLines, shiftedLines, anyLines), async ([previous, next]) => {
			const isOneLine = (await draw(`${next}\u001B[m`))[1]?.every(cell => cell.startsWith('blank on 0/')) ?? false;
			fc.pre(
				isOneLine && (await draw(`${previous}\u001B[m`))[1]?.every(cell => cell.startsWith('blank on 0/')) === true,
			);
			const updated = await draw(previous, `\u001B[m${lineUpdate(previous, next, columns)}`);
			expect(updated).toEqual(await draw(previous, `\u001B[m${stockLineUpdate(previous, next, columns)}`));
		}),
		{numRuns: 500},
	);
});

test('only what has changed is written', () => {
	const line = (rate: string, bytes: string) => `cpu0  \u001B[2m0\u001B[m  ${rate} packets/s  ${bytes} bytes/s`;
	expect(lineUpdate(line('100', '5000'), line('100', '5001'), 80)).toBe('\u001B[28G1');
	expect(lineUpdate(line('100', '5000'), line('101', '5001'), 80)).toBe('\u001B[12G1\u001B[15C1');
	expect(lineUpdate(line('100', '5000'), line('100', '5000').slice(0, -2), 80)).toBe('\u001B[35G\u001B[K');
	expect(lineUpdate('a \u001B[31mb\u001B[m', 'a \u001B[32mb\u001B[m', 80)).toBe('\u001B[3G\u001B[32mb\u001B[m');
	expect(lineUpdate('a', 'a    ', 80)).toBe('');
});

test('a trace that moves on is moved, not written again', () => {
	const line = (marks: string) => `cpu0 ${marks} 12.5`;
	expect(lineUpdate(line('⣀⣄⣀⣄⣀⣄⣀⣄⣀⣄'), line('⣄⣀⣄⣀⣄⣀⣄⣀⣄⣦'), 80)).toBe('\u001B[6G\u001B[P\u001B[15G\u001B[@\u001B[15G⣦');
	const [dots, colour] = ['⣀⣄⣀⣄⣀⣄⣀', '\u001B[36m⣤\u001B[m'];
	expect(lineUpdate(`⣄${dots}${colour}⣀⣄`, `${dots}${colour}⣀⣄⣦`, 80)).toBe('\u001B[1G\u001B[P\u001B[11G⣦');
	expect(lineUpdate('⣀⣄⣀⣄⣀⣄⣀⣄⣀⣄', '⣄⣀⣄⣀⣄⣀⣄⣀⣄⣦', 80)).toBe('\u001B[1G\u001B[P\u001B[10G⣦');
});

test('one colour more than are remembered is left to Ink, and those that are stay what they are', () => {
	const line = (red: number, blue: number) => `plain \u001B[38;2;${red};0;${blue}mcoloured\u001B[39m`;
	const first = lineUpdate(line(1, 1), line(1, 1).replace('coloured', 'coloureD'), 80);
	for (let colour = 0; colour < 2100; colour++) {
		lineUpdate(line(colour % 256, colour >> 8), 'plain', 80);
	}
	const words = [line(255, 255), line(255, 255).replace('coloured', 'coloureD'), 80] as const;
	expect(lineUpdate(...words)).toBe(stockLineUpdate(...words));
	expect(lineUpdate(line(1, 1), line(1, 1).replace('coloured', 'coloureD'), 80)).toBe(first);
	expect(first).not.toBe(stockLineUpdate(line(1, 1), line(1, 1).replace('coloured', 'coloureD'), 80));
});
