import {endOf, type Run, splitRuns} from './runs.ts';

/** A line of single-width characters in closed styles. */
export interface PlainLine {
	readonly text: string;
	/** From column 0 on. */
	readonly runs: readonly Run[];
	readonly width: number;
	/** It holds an SGR sequence without parameters. */
	readonly hasBareReset: boolean;
}

/** A text all of whose lines are plain. */
export interface PlainText {
	readonly lines: readonly PlainLine[];
	/** The columns of the widest line. */
	readonly width: number;
}

const texts = createMemory<PlainText | undefined>(50);
const lines = createMemory<PlainLine | undefined>(500);

/**
The lines of a text; nothing when one of them is not plain. Ink asks four times a frame about each text, and most lines of a
screen were there a second ago: only those that are new are looked at character by character, once.
*/
export function readPlainText(text: string): PlainText | undefined {
	return texts.recall(text, () => {
		const read = text.split('\n').map(readPlainLine);
		return read.every(line => line !== undefined)
			? {lines: read, width: read.reduce((widest, {width}) => Math.max(widest, width), 0)}
			: undefined;
	});
}

/** The same line is the same object, as long as it is asked for now and then. */
export function readPlainLine(text: string): PlainLine | undefined {
	return lines.recall(text, () => {
		const runs = splitRuns(text, 0);
		const last = runs?.at(-1);
		return runs && {text, runs, width: last === undefined ? 0 : endOf(last), hasBareReset: text.includes('\u001B[m')};
	});
}

/** Remembers the answers that were asked for lately: at least the last `enough`, at most twice as many. */
function createMemory<Answer>(enough: number) {
	let newer = new Map<string, Answer>();
	let older = new Map<string, Answer>();
	return {
		recall(question: string, find: () => Answer): Answer {
			const known = newer.get(question);
			if (known !== undefined || newer.has(question)) {
				return known as Answer;
			}
			const answer = older.has(question) ? (older.get(question) as Answer) : find();
			if (newer.size >= enough) {
				older = newer;
				newer = new Map();
			}
			newer.set(question, answer);
			return answer;
		},
	};
}
