import {SettingError} from './setting-error.ts';

/**
A network interface's name as a part of a path or a program's argument.

The kernel takes up to 15 bytes without `/`, `:` and white space (`net/core/dev.c: dev_valid_name`): it may still begin
with a dash and look like an option, or be the `*` that stands for all devices with ethtool. Those throw.
*/
export function checkDevice(name: string): string {
	if (!/^(?![-*])[^\s/:\p{Cc}]{1,15}$/u.test(name) || name === '.' || name === '..') {
		throw new SettingError(`no name for a network interface: ${JSON.stringify(name.slice(0, 40))}`, 'EINVAL');
	}
	return name;
}

/** A whole number that is not negative, as a part of a path or a command. */
export function checkNumber(value: number): number {
	if (!Number.isSafeInteger(value) || value < 0) {
		throw new SettingError(`no whole number: ${value}`, 'EINVAL');
	}
	return value;
}

/** A value of digits alone, as it is handed to a program. */
export function checkDigits(text: string): string {
	if (!/^\d{1,10}$/.test(text)) {
		throw new SettingError(`no whole number: ${JSON.stringify(text.slice(0, 40))}`, 'EINVAL');
	}
	return text;
}

/** A word of a shell line that stands for itself, whatever is in it. */
export function quoteWord(word: string): string {
	return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function quoteWords(words: readonly string[]): string {
	return words.map(quoteWord).join(' ');
}

export function isSameNumber(a: string, b: string): boolean {
	return a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b);
}
