import {expect, test} from 'vitest';
import {settingWords} from '../../source/commands/report.ts';
import {digestSession} from '../../source/session/digest.ts';
import {createFold} from '../../source/session/fold.ts';
import {createReport} from '../../source/session/report.ts';
import {describeLoss, scanSession} from '../../source/session/scan.ts';
import type {Session} from '../../source/session/session.ts';
import {formatSession, makeSession} from '../helpers/evening.ts';
import {plain} from '../helpers/plain.ts';
import {createRecordedMachine} from '../helpers/recording.ts';

const session = makeSession(Array.from({length: 150}, createRecordedMachine()));
const texts = Array.from({length: 150}, (_, line) => session.lines.text(line));

/** The session with other lines. */
function withLines(lines: readonly string[]): Session {
	return {...session, lines: {length: lines.length, text: index => lines[index] ?? ''}};
}

/** What each look at a session says of how much of it was lost. */
function tell(lines: readonly string[]) {
	const hurt = withLines(lines);
	const index = scanSession(hurt.lines);
	return {
		lost: index.lost,
		samples: index.samples.length,
		replay: describeLoss(index),
		report: createReport(digestSession(hurt), settingWords).notes,
	};
}

test('of a whole session nothing is lost', () => {
	expect(tell(texts)).toEqual({lost: 0, samples: 150, replay: [], report: []});
});

test('what a missing line has taken along is told, up to the next whole sample', () => {
	const notes = ['50 of 150 samples could not be read: a line is missing or damaged'];
	expect(tell(texts.toSpliced(70, 1))).toEqual({lost: 50, samples: 100, replay: notes, report: notes});
});

test('several missing lines and a damaged one are counted like one', () => {
	const notes = ['50 of 150 samples could not be read: a line is missing or damaged'];
	expect(tell(texts.toSpliced(70, 20)).replay).toEqual(notes);
	const torn = texts.with(70, texts[70]?.slice(0, 100) ?? '');
	expect(tell(torn).report).toEqual(['1 line could not be read', ...notes]);
	expect(tell(torn).replay).toEqual(['1 line could not be read', ...notes]);
});

test('a session may begin with any number, and another one may follow in its file', () => {
	const header = formatSession(session).split('\n')[0] ?? '';
	expect(tell(texts.slice(60)).lost).toBe(0);
	expect(tell([...texts.slice(60), header, ...texts]).lost).toBe(0);
	expect(tell([...texts.slice(60), header, ...texts.toSpliced(125, 1)]).lost).toBe(25);
});

test('the report counts what was damaged in the middle of a line', () => {
	const broken = texts.with(70, texts[70]?.replace('"readings":', '"readings":?') ?? '');
	expect(tell(broken).report).toEqual(['50 of 150 samples could not be read: a line is missing or damaged']);
});

test('where no sample is left, that is told with the reason', () => {
	expect(() => tell(texts.slice(1, 60))).toThrow(
		'there is no sample in it; 59 of 59 samples could not be read: a line is missing or damaged',
	);
});

test('after a gap everything is known as if there had been none', () => {
	// Begun one later, so that slow sources are read just before the whole samples and not with them.
	const [, ...late] = Array.from({length: 122}, createRecordedMachine());
	const {lines} = makeSession(late);
	const fold = (numbers: readonly number[]) => {
		const read = createFold(
			{length: numbers.length, text: line => lines.text(numbers[line] ?? -1)},
			{isKey: () => false},
		);
		read.moveTo(numbers.length);
		return plain(read.state().snapshot?.readings);
	};
	const all = [...Array(121).keys()];
	expect(fold(all.toSpliced(61, 59))).toEqual(fold(all));
});
