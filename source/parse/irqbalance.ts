import {ParseError} from './parse-error.ts';

/**
Parses what irqbalance answers to `setup` on its socket (`irqbalance.c: sock_handle`): the interrupts that it leaves alone.

`SLEEP 10 IRQ 24 LOAD 0 DIFF 0 CLASS 0 IRQ 25 … BANNED 00000000`, where `BANNED` is a mask of CPUs. An empty answer is that
to a user who may not ask.
*/
export function parseIrqbalanceSetup(text: string): number[] {
	if (!/^SLEEP \d+ .*BANNED /s.test(text)) {
		throw new ParseError('irqbalance setup', `expected "SLEEP … BANNED …", found ${JSON.stringify(text.slice(0, 40))}`);
	}
	return [...text.matchAll(/\bIRQ (\d{1,9}) LOAD /g)].map(([, irq]) => Number(irq)).sort((a, b) => a - b);
}

/**
What irqbalance takes of a list, in characters: newer ones copy it to 256 bytes and cut off what is beyond, in the middle of
a number.
*/
const longestList = 250;

/** Whether irqbalance can be told to leave so many interrupts alone. */
export function fitsIrqbalance(irqs: readonly number[]): boolean {
	return irqs.join(' ').length <= longestList;
}
