import type {Evidence} from '../../model/findings.ts';
import type {CpuPercentages} from '../../model/rates.ts';
import {fact, percent} from './words.ts';

/** The percentages of one CPU or of all. */
export type CpuParts = Pick<CpuPercentages, 'usr' | 'nice' | 'guest' | 'gnice' | 'sys' | 'soft' | 'irq'>;

/** What the busy time of a CPU is made of, in percent: of programs, of the kernel for somebody, and of interrupts. */
export function splitBusy({usr, nice, guest, gnice, sys, soft, irq}: CpuParts) {
	const user = usr + nice + guest + gnice;
	const interrupts = soft + irq;
	return {user, sys, interrupts, busy: user + sys + interrupts};
}

/** `70 % in user mode, 25 % in the kernel and 5 % in interrupts`. */
export function describeParts(name: string, parts: CpuParts): string {
	const [user, sys, interrupts] = quoteParts(name, parts);
	return `${user?.value} in user mode, ${sys?.value} in the kernel and ${interrupts?.value} in interrupts`;
}

/** The evidence of it. */
export function quoteParts(name: string, parts: CpuParts): Evidence[] {
	const {user, sys, interrupts} = splitBusy(parts);
	return [
		fact(`${name} in user mode`, percent(user)),
		fact(`${name} %sys`, percent(sys)),
		fact(`${name} %soft and %irq`, percent(interrupts)),
	];
}
