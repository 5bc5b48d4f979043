import type {State} from '../../session/state.ts';
import {listTroubles} from '../health.ts';
import type {Span} from '../table-text.ts';

/** Each source that fails, is missing or has fallen silent, with the machine's own words, wrapped to `width`. */
export function describeProblems(state: State, width: number): Span[][] {
	const troubles = listTroubles(state);
	if (troubles.length === 0) {
		return [[{text: 'All sources answer.', tone: 'good'}]];
	}
	return troubles.flatMap(({source, message}) => [
		[{text: source, tone: 'warning'} satisfies Span],
		...wrap(message, Math.max(10, width - 4)).map(text => [{text: `  ${text}`, tone: 'normal'} satisfies Span]),
	]);
}

/** At blanks; a word longer than a line is cut. */
function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/).flatMap(each => cut(each, width))) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}
	return [...lines, line];
}

function cut(word: string, width: number): string[] {
	return word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [];
}
