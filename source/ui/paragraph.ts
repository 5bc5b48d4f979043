import type {Span} from './table-text.ts';
import type {Tone} from './theme.ts';
import {wrapText} from './wrap.ts';

/** One tone's text in lines of at most `width` columns: the first begins with `start`, the others under what follows it. */
export function paragraph(text: string, tone: Tone, width: number, start = ''): Span[][] {
	return wrapText(text, Math.max(10, width - start.length)).map((line, index) => [
		{text: `${index === 0 ? start : ' '.repeat(start.length)}${line}`, tone},
	]);
}

/**
A line for a shell, to be copied: where it does not fit it goes on in the next line, with a backslash that the shell
understands. Words in quotes stay whole, whatever their length.
*/
export function shellParagraph(line: string, width: number, start = '  '): Span[][] {
	// Lines that go on are indented by two, and end in a blank and a backslash.
	const room = Math.max(10, width - start.length - 4);
	const lines: string[] = [];
	// A quoted quote cannot be told from the end of a word so easily.
	const words = line.includes("\\'") ? [line] : (line.match(/(?:'[^']*'|[^'\s])+/g) ?? []);
	for (const word of words) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= room) {
			lines[lines.length - 1] = `${last} ${word}`;
		} else {
			lines.push(word);
		}
	}
	return lines.map((text, index) => [
		{text: `${start}${index === 0 ? '' : '  '}${text}${index === lines.length - 1 ? '' : ' \\'}`, tone: 'accent'},
	]);
}

export interface RowOptions {
	readonly tone: Tone;
	readonly labelWidth: number;
	readonly width: number;
}

/** A label and what there is to say of it, in columns where they fit, else one under the other. */
export function row(label: string, text: string, {tone, labelWidth, width}: RowOptions): Span[][] {
	const start = `  ${label.padEnd(labelWidth)}  `;
	return start.length + text.length <= width
		? [
				[
					{text: start, tone: 'normal'},
					{text, tone},
				],
			]
		: [...paragraph(label, 'normal', width, '  '), ...paragraph(text, tone, width, '    ')];
}

/** The column of labels is as wide as the longest, and no wider than half a narrow screen. */
export function widthOfLabels(labelled: readonly {readonly label: string}[]): number {
	return Math.min(40, Math.max(...labelled.map(({label}) => label.length)));
}
