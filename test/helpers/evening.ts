import type {SessionEvent, TimelineEvent} from '../../source/model/events.ts';
import type {JournalEvent} from '../../source/model/journal.ts';
import type {Stamp} from '../../source/model/snapshot.ts';
import type {Change} from '../../source/model/tuning.ts';
import {createEncoder, formatHeader} from '../../source/session/codec.ts';
import {createHeader} from '../../source/session/header.ts';
import type {Lines, Session} from '../../source/session/session.ts';
import {createRecordedMachine, firstMoment, type Load, recordedBoot} from './recording.ts';

/** So many seconds after the first sample. */
export function moment(seconds: number): Stamp {
	return {monotonic: firstMoment.monotonic + seconds, wall: firstMoment.wall + 1000 * seconds};
}

type Untimed = JournalEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'at'> : never) : never;

function tuning(seconds: number, event: Untimed): TimelineEvent {
	const at = moment(seconds);
	return {type: 'tuning', at, event: {...event, at} as JournalEvent};
}

export const backlog: Change = {
	setting: {kind: 'sysctl', name: 'net.core.netdev_max_backlog'},
	from: '1000',
	to: '10000',
};
export const rps: Change = {setting: {kind: 'rps-cpus', device: 'eth0', queue: 0}, from: '0', to: 'f'};
const mtu: Change = {setting: {kind: 'mtu', device: 'wt0'}, from: '1280', to: '1420'};

/** One step as the journal tells it: written in a second, judged three seconds later. */
export function applyStep(
	seconds: number,
	id: string,
	{step, title, change, within}: {step: string; title: string; change: Change; within?: number},
): TimelineEvent[] {
	const process = {pid: 4711, startTime: 1};
	return [
		tuning(seconds, {
			type: 'opened',
			...{id, step, title, process, changes: [change]},
			version: '1.2.3',
			bootId: recordedBoot,
			...(within !== undefined && {within}),
		}),
		tuning(seconds + 0.1, {type: 'intent', id, seq: 0, ...change}),
		tuning(seconds + 0.2, {type: 'applied', id, seq: 0, actual: change.to}),
		tuning(seconds + 0.3, {type: 'completed', id, ...(within !== undefined && {deadline: seconds + within})}),
		tuning(seconds + 3, {type: 'judged', id, verdict: {kind: 'effective', counter: 'packets move'}}),
	];
}

export function putBack(seconds: number, id: string, reason: string, actual: string): TimelineEvent[] {
	return [
		tuning(seconds, {type: 'reverting', id, reason}),
		tuning(seconds + 0.1, {type: 'restored', id, seq: 0, actual}),
		tuning(seconds + 0.2, {type: 'reverted', id, reason}),
	];
}

function run(from: number, seconds: number, id: string, goodput: number): TimelineEvent[] {
	const common = {type: 'scenario', run: id, scenario: 'tcp-reverse'} as const;
	return [
		{...common, at: moment(from), change: 'started', command: ['iperf3', '-c', '100.64.0.2', '-R', '-J']},
		{...common, at: moment(from + seconds), change: 'ended', figures: {goodput, seconds, retransmits: 12}},
	];
}

/**
An evening of tuning in small: as found; RPS, which drops; a backlog, which helps; an MTU that nobody confirms in time; the
backlog undone. Traffic flows but for some seconds; after the first step a scenario runs.
*/
export function listEvening(): SessionEvent[] {
	const loads: readonly (readonly [until: number, load: Partial<Load>])[] = [
		[10, {bitsPerSecond: 20_000, soft: 1}],
		[60, {bitsPerSecond: 1e9, soft: 88}],
		[110, {bitsPerSecond: 8e8, soft: 30, softnetDrops: 1000, nicDrops: 2}],
		[160, {bitsPerSecond: 2e9, soft: 35}],
		[200, {bitsPerSecond: 2.2e9, soft: 36}],
		[240, {bitsPerSecond: 2e9, soft: 35}],
		[300, {bitsPerSecond: 8e8, soft: 30, softnetDrops: 1000}],
	];
	const sysctls = (index: number) => ({'net.core.netdev_max_backlog': index >= 111 && index < 241 ? '10000' : '1000'});
	const machine = createRecordedMachine({load: index => loads.find(([until]) => index < until)?.[1] ?? {}, sysctls});
	const samples: SessionEvent[] = Array.from({length: 300}, machine);
	const happenings: TimelineEvent[] = [
		{type: 'marker', at: moment(5), text: 'baseline | <b>before</b>'},
		...applyStep(60, 'one', {step: 'rps-rfs', title: 'Spread packets with RPS', change: rps}),
		...run(65, 40, 'run-1', 7.5e8),
		...applyStep(110, 'two', {step: 'backlog-budget', title: 'Raise the backlog', change: backlog}),
		...applyStep(160, 'three', {step: 'mtu', title: 'Raise the tunnel MTU', change: mtu, within: 40}),
		...putBack(200, 'three', 'not confirmed within 40 s', '1280'),
		...putBack(240, 'two', 'undo', '1000'),
		{type: 'note', at: moment(299), text: 'that was it'},
	];
	return [...samples, ...happenings].sort((a, b) => a.at.monotonic - b.at.monotonic);
}

/** Events as a session that was read. */
export function makeSession(events: readonly SessionEvent[] = listEvening(), name = 'evening.jsonl'): Session {
	const encoder = createEncoder();
	const texts = events.map(event => encoder.encode(event).text);
	const lines: Lines = {length: texts.length, text: index => texts[index] ?? ''};
	const first = events.find(event => event.type === 'sample');
	return {name, lines, notes: [], header: createHeader(moment(0), '1.2.3', first?.readings ?? {})};
}

/** The file of a session. */
export function formatSession({header, lines}: Session): string {
	const texts = Array.from({length: lines.length}, (_, index) => lines.text(index));
	return [formatHeader(header), ...texts].map(line => `${line}\n`).join('');
}
