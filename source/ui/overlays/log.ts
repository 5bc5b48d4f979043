import type {JournalEvent} from '../../model/journal.ts';
import type {Setting} from '../../model/tuning.ts';
import {describeVerdict} from '../../tuning/effect.ts';
import {describeNotice, type Notice} from '../../tuning/recover.ts';
import {describeSetting, toShellLine} from '../../tuning/settings.ts';
import {formatClock} from '../format.ts';
import {paragraph} from '../paragraph.ts';
import type {Span} from '../table-text.ts';
import type {Tone} from '../theme.ts';

/** What is open and what to do about it; then everything that tuning did, the newest step first. */
export function describeLog(events: readonly JournalEvent[], notices: readonly Notice[], width: number): Span[][] {
	const chapters = splitByTransaction(events).reverse();
	return [
		...notices.flatMap(notice => [
			...paragraph(describeNotice(notice), 'danger', width, '! '),
			...paragraph(advice[notice.kind], 'key', width, '  '),
		]),
		...(notices.length > 0 ? [[]] : []),
		...(chapters.length > 0
			? chapters.flatMap(chapter => [...describeChapter(chapter, width), []])
			: paragraph('Nothing has been tuned yet.', 'normal', width)),
	];
}

const advice: Readonly<Record<Notice['kind'], string>> = {
	restarted: 'The keys of the steps apply them again.',
	reverted: 'Nothing is to be done.',
	waiting: 'c keeps it, u puts it back.',
	busy: 'Wait for it.',
	unfinished: 'u puts it back.',
	left: 'u tries again.',
	elsewhere: 'Nothing of it is touched here.',
};

function splitByTransaction(events: readonly JournalEvent[]): JournalEvent[][] {
	const chapters = new Map<string, JournalEvent[]>();
	for (const event of events) {
		const id = 'id' in event ? event.id : `${event.type} ${event.at.wall}`;
		const chapter = chapters.get(id);
		if (chapter === undefined) {
			chapters.set(id, [event]);
		} else {
			chapter.push(event);
		}
	}
	return [...chapters.values()];
}

function describeChapter(events: readonly JournalEvent[], width: number): Span[][] {
	return events.flatMap(event => {
		// A recording may come from anywhere: what lacks a part of its event has no words.
		const line = tryTo(() => describeEvent(event, events));
		const start = event.type === 'opened' ? `${formatDay(event.at.wall)} ` : `  ${formatClock(event.at.wall)} `;
		return line === undefined ? [] : paragraph(line.text, line.tone, width, start);
	});
}

interface Line {
	readonly text: string;
	readonly tone: Tone;
}

function describeEvent(event: JournalEvent, chapter: readonly JournalEvent[]): Line | undefined {
	switch (event.type) {
		case 'opened':
			return {text: `${formatClock(event.at.wall)} ${event.id}: ${event.title}`, tone: 'title'};
		case 'armed':
			return {text: `guard ${event.process.pid} stands ready (${event.by})`, tone: 'faint'};
		case 'intent':
			return describeWrite(event, chapter);
		case 'failed':
			return {text: `failed: ${event.message}`, tone: 'danger'};
		case 'completed':
			return {text: event.deadline === undefined ? 'complete' : 'complete, to be confirmed', tone: 'normal'};
		case 'judged':
			return {text: describeVerdict(event.verdict), tone: event.verdict.kind === 'effective' ? 'good' : 'warning'};
		case 'confirmed':
			return {text: 'confirmed: it stays', tone: 'good'};
		case 'reverting':
			return {text: `being put back: ${event.reason}`, tone: 'warning'};
		case 'restored':
			return describeRestored(event, chapter);
		case 'not restored':
			return {text: `NOT put back: ${event.message}`, tone: 'danger'};
		case 'reverted':
			return {text: `put back: ${event.reason}`, tone: 'normal'};
		case 'restarted':
			return {text: 'the machine was started anew', tone: 'normal'};
		default:
			// What was read back stands with its write; that somebody was told is nobody's business.
			return undefined;
	}
}

type Of<Type extends JournalEvent['type']> = Extract<JournalEvent, {readonly type: Type}>;

/** The command, what was before, and what was read back. */
function describeWrite({seq, setting, from, to}: Of<'intent'>, chapter: readonly JournalEvent[]): Line {
	const applied = chapter.find((event): event is Of<'applied'> => event.type === 'applied' && event.seq === seq);
	if (to === undefined) {
		const now = applied === undefined ? '' : `, is ${applied.actual || 'none'}`;
		return {text: `along with it: ${nameSetting(setting)} was ${from || 'none'}${now}`, tone: 'faint'};
	}
	const now = applied === undefined ? 'nobody knows whether it was written' : `is ${applied.actual || 'none'}`;
	return {
		text: `${writeCommand(setting, to)}: was ${from || 'none'}, ${now}`,
		tone: applied === undefined ? 'warning' : 'normal',
	};
}

function describeRestored({seq, actual, note}: Of<'restored'>, chapter: readonly JournalEvent[]): Line {
	const intent = chapter.find((event): event is Of<'intent'> => event.type === 'intent' && event.seq === seq);
	const setting = intent === undefined ? '' : nameSetting(intent.setting);
	return {
		text: actual === undefined ? `${setting}: ${note}` : `${setting} is ${actual || 'none'} again`,
		tone: 'normal',
	};
}

/** What is no setting here has no name either. */
function nameSetting(setting: Setting): string {
	return tryTo(() => describeSetting(setting)) ?? JSON.stringify(setting);
}

function writeCommand(setting: Setting, to: string): string {
	return tryTo(() => toShellLine(setting, to)) ?? `${nameSetting(setting)} = ${to}`;
}

function tryTo<T>(act: () => T): T | undefined {
	try {
		return act();
	} catch {
		return undefined;
	}
}

/** `2026-06-01`, where the user is. */
function formatDay(wall: number): string {
	const date = new Date(wall);
	return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(part => String(part).padStart(2, '0')).join('-');
}
