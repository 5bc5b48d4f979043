import type {State} from '../../session/state.ts';
import {listTroubles} from '../health.ts';
import type {Span} from '../table-text.ts';
import {wrapText} from '../wrap.ts';

/** Each source that fails, is missing or has fallen silent, with the machine's own words, wrapped to `width`. */
export function describeProblems(state: State, width: number): Span[][] {
	const troubles = listTroubles(state);
	if (troubles.length === 0) {
		return [[{text: 'All sources answer.', tone: 'good'}]];
	}
	return troubles.flatMap(({source, message}) => [
		[{text: source, tone: 'warning'} satisfies Span],
		...wrapText(message, Math.max(10, width - 4)).map(text => [{text: `  ${text}`, tone: 'normal'} satisfies Span]),
	]);
}
