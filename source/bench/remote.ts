import {type Running, watched} from '../host/running.ts';
import type {Host, ProgramOutput} from '../host.ts';

/** Another machine, by ssh. */
export interface Remote {
	/** As ssh takes it: `root@beta`, `beta`. */
	readonly target: string;
	/** Runs a program to its end. */
	run(words: readonly string[], seconds: number): Promise<ProgramOutput>;
	/** Starts a program there that ends when the connection, or this program, does. */
	start(words: readonly string[], seconds: number): Running<ProgramOutput>;
}

/** Never a question on the terminal, which is the screen's; never a connection that outlives this program. */
const options = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-o', 'ControlMaster=no'];

export function createRemote(host: Host, target: string): Remote {
	const connect = (words: readonly string[]): string[] => [...options, '--', target, words.map(quote).join(' ')];
	const start = (words: readonly string[], seconds: number) => host.start('ssh', connect(words), seconds);
	return {
		target,
		run: (words, seconds) => start(words, seconds).ended,
		start: (words, seconds) => start(['sh', '-c', watched, 'sh', ...words], seconds),
	};
}

/** ssh hands one line to a shell there: each word is one again whatever it holds. */
function quote(word: string): string {
	return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Whether a text may be handed to ssh as its target: no option, no blank. */
export function isTarget(text: string): boolean {
	return /^(?:[\w.-]+@)?[\w.:[\]-]+$/.test(text) && !text.startsWith('-');
}
