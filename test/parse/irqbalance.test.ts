import {expect, test} from 'vitest';
import {fitsIrqbalance, parseIrqbalanceSetup} from '../../source/parse/irqbalance.ts';
import {ParseError} from '../../source/parse/parse-error.ts';

test('reads the interrupts that are left alone, and not the mask of CPUs', () => {
	const answer = 'SLEEP 10 IRQ 31 LOAD 12 DIFF 3 CLASS 5 IRQ 24 LOAD 0 DIFF 0 CLASS 0 BANNED 00000000,00000003';
	expect(parseIrqbalanceSetup(answer)).toEqual([24, 31]);
	expect(parseIrqbalanceSetup('SLEEP 10 BANNED 00000000')).toEqual([]);
});

test('anything else is no answer to it', () => {
	expect(() => parseIrqbalanceSetup('')).toThrow(ParseError);
	expect(() => parseIrqbalanceSetup('TYPE 3 NUMBER 0 LOAD 0')).toThrow(ParseError);
});

test('a list is too long before irqbalance would cut it off at 255 characters', () => {
	const irqs = Array.from({length: 62}, (_, index) => 100 + index);
	expect(fitsIrqbalance(irqs)).toBe(true);
	expect(fitsIrqbalance([...irqs, 200])).toBe(false);
});
