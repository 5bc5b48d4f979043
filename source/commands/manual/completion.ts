import type {Command} from '../command.ts';
import {formatBash} from './bash.ts';
import {formatFish} from './fish.ts';
import {formatZsh} from './zsh.ts';

const formats = {bash: formatBash, zsh: formatZsh, fish: formatFish};

/** The completion of a shell, made from the tables that the parser uses. */
export function formatCompletion(shell: keyof typeof formats, commands: readonly Command[]): string {
	return formats[shell](commands);
}
