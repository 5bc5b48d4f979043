import type {Evidence} from '../../model/findings.ts';

/** A percentage: `94 %`, `6.5 %`, `0.02 %`. */
export function percent(value: number): string {
	return `${round(value)} %`;
}

/** A share from 0 to 1 as a percentage. */
export function share(value: number): string {
	return percent(value * 100);
}

/** Bytes a second as bits: `1.24 Gbit/s`, `94 Mbit/s`, `640 bit/s`. */
export function bits(bytesPerSecond: number): string {
	return `${scale(bytesPerSecond * 8)}bit/s`;
}

/** A rate of things: `12.3k packets/s`, `7.5 drops/s`. */
export function rate(perSecond: number, things: string): string {
	return `${scale(perSecond).trim()} ${things}/s`;
}

/** Bytes: `64 KiB`, `6 MiB`. */
export function bytes(value: number): string {
	const units = ['bytes', 'KiB', 'MiB', 'GiB'];
	let scaled = value;
	let unit = 0;
	while (scaled >= 1024 && unit < units.length - 1) {
		scaled /= 1024;
		unit++;
	}

	return `${round(scaled)} ${units[unit]}`;
}

/** Things with their number: `1 peer`, `3 peers`. */
export function count(number: number, thing: string): string {
	return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

export function fact(label: string, value: string | number): Evidence {
	return {label, value: String(value)};
}

/** Words as a list in a sentence: `a, b and c`. */
export function list(words: readonly string[]): string {
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Three digits at most before a unit of thousands, which follows a blank where there is none. */
function scale(value: number): string {
	const units = ['', 'k', 'M', 'G', 'T'];
	let scaled = value;
	let unit = 0;
	while (scaled >= 999.5 && unit < units.length - 1) {
		scaled /= 1000;
		unit++;
	}

	return unit === 0 ? `${round(scaled)} ` : `${threeDigits(scaled)} ${units[unit]}`;
}

function threeDigits(value: number): string {
	return value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** Whole from 10 up, else the digits that tell it from 0. */
function round(value: number): string {
	if (value >= 9.95 || Number.isInteger(value)) {
		return value.toFixed(0);
	}

	return value >= 0.095 ? value.toFixed(1) : value.toPrecision(1);
}
