import {irqPolicyPath} from '../../derive/irqbalance-script.ts';
import {scriptPath} from './script.ts';

/** A file that may say how irqbalance is started, and what it holds. */
export interface EnvironmentFile {
	readonly path: string;
	readonly text: string;
}

/** What irqbalance is to keep beside our script, or why it cannot be given that. */
export type IrqbalanceArguments = {readonly words: readonly string[]} | {readonly objection: string};

/**
What `IRQBALANCE_ARGS` holds, without our script: the last of the lines that set it. `running`: what the irqbalance that runs was
started with. It takes one policy script, so another one stands in the way of ours; so does a line that is not understood,
for what it says would be lost.
*/
export function findArguments(files: readonly EnvironmentFile[], running: readonly string[] = []): IrqbalanceArguments {
	const line = files.flatMap(listLines).at(-1);
	const text = line === undefined ? '' : parseLine(line.text);
	if (text === undefined) {
		return {objection: `what ${line?.path} says is not understood: ${JSON.stringify(line?.text.slice(0, 60))}`};
	}
	const {words, scripts} = takeScripts(text.split(/\s+/).filter(word => word !== ''));
	const foreign = [...scripts, ...takeScripts(running).scripts].find(script => script !== irqPolicyPath);
	return foreign === undefined
		? {words}
		: {objection: `irqbalance asks another script, ${foreign}: that can call ${scriptPath} irq "$2"`};
}

function listLines({path, text}: EnvironmentFile): EnvironmentFile[] {
	const lines = text.split('\n').filter(line => /^\s*(?:export\s+)?IRQBALANCE_ARGS\s*=/.test(line));
	return lines.map(line => ({path, text: line}));
}

/** Only what means the same to systemd and to a shell. */
function parseLine(line: string): string | undefined {
	return /^IRQBALANCE_ARGS=(["']?)([\w=/.,: -]*)\1\s*$/.exec(line)?.[2];
}

/** `--policyscript=PATH`, `--policyscript PATH`, `-l PATH` and `-lPATH`, shortened as getopt_long(3) allows. */
function takeScripts(all: readonly string[]): {readonly words: readonly string[]; readonly scripts: readonly string[]} {
	const words: string[] = [];
	const scripts: string[] = [];
	for (let index = 0; index < all.length; index++) {
		const word = all[index] ?? '';
		const [, joined] = /^(?:--pol[a-z]*=|-l)(.+)$/.exec(word) ?? [];
		if (joined !== undefined) {
			scripts.push(joined);
		} else if (/^(?:--pol[a-z]*|-l)$/.test(word)) {
			index += 1;
			scripts.push(all[index] ?? '');
		} else {
			words.push(word);
		}
	}
	return {words, scripts};
}
