import {ParseError} from './parse-error.ts';

/** Above every kernel's NR_CPUS: a range that ends higher is no list of CPUs, and would fill the memory. */
const maximumCpu = 65_535;

/**
Parses a list of CPUs as the kernel prints it: `0-3,5` gives 0, 1, 2, 3, 5; an empty text gives none.

Throws a `ParseError`.
*/
export function parseCpuList(text: string): number[] {
	const list = text.trim();
	return list === '' ? [] : list.split(',').flatMap(parseRange);
}

function parseRange(text: string): number[] {
	const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text);
	const first = Number(match?.[1]);
	const last = match?.[2] === undefined ? first : Number(match[2]);
	if (match === null || last < first || last > maximumCpu) {
		throw new ParseError('CPU list', `expected CPUs such as 0-3,5, found ${JSON.stringify(text.slice(0, 40))}`);
	}

	return Array.from({length: last - first + 1}, (_, index) => first + index);
}

/** Formats CPUs as a list that the kernel reads and prints: 5, 0, 1, 2, 3 gives `0-3,5`. */
export function formatCpuList(cpus: readonly number[]): string {
	const ranges: [number, number][] = [];
	for (const cpu of [...new Set(cpus)].sort((a, b) => a - b)) {
		const range = ranges.at(-1);
		if (range !== undefined && range[1] === cpu - 1) {
			range[1] = cpu;
		} else {
			ranges.push([cpu, cpu]);
		}
	}

	return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/**
Parses a mask of CPUs as the kernel prints it (`rps_cpus`, `smp_affinity`): hexadecimal, a comma before each 32 bits.

Throws a `ParseError`.
*/
export function parseCpuMask(text: string): number[] {
	const mask = text.trim();
	if (!/^[\da-f]{1,8}(,[\da-f]{8})*$/i.test(mask)) {
		throw new ParseError('CPU mask', `expected hexadecimal groups, found ${JSON.stringify(mask.slice(0, 40))}`);
	}

	// From the last digit on, each digit holds four CPUs.
	const digits = [...mask.replaceAll(',', '')].reverse();
	return digits.flatMap((digit, index) => {
		const bits = Number.parseInt(digit, 16);
		return [0, 1, 2, 3].filter(bit => bits & (1 << bit)).map(bit => index * 4 + bit);
	});
}

/**
Formats CPUs as a mask that the kernel accepts where it knows `possibleCount` CPUs (the highest possible id and one).

The kernel refuses a group of more than 8 digits, and any group more than `possibleCount` needs. No number of JavaScript or
of a shell holds the mask of a large machine, hence 32 bits at a time. Throws a `RangeError` for a CPU that is not possible.
*/
export function formatCpuMask(cpus: readonly number[], possibleCount: number): string {
	const groups = new Uint32Array(Math.ceil(possibleCount / 32));
	for (const cpu of cpus) {
		if (!Number.isInteger(cpu) || cpu < 0 || cpu >= possibleCount) {
			throw new RangeError(`CPU ${cpu} is not one of ${possibleCount} possible CPUs`);
		}

		const group = cpu >>> 5;
		groups[group] = (groups[group] ?? 0) | (1 << (cpu & 31));
	}

	return Array.from(groups, group => group.toString(16).padStart(8, '0'))
		.reverse()
		.join(',');
}
