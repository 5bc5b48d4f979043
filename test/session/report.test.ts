import {expect, test} from 'vitest';
import {settingWords} from '../../source/commands/report.ts';
import type {TimelineEvent} from '../../source/model/events.ts';
import {compareConfigurations} from '../../source/session/comparison.ts';
import {divideByTuning} from '../../source/session/configurations.ts';
import {digestSession} from '../../source/session/digest.ts';
import {formatCsv} from '../../source/session/report/csv.ts';
import {describeReport} from '../../source/session/report/document.ts';
import {formatMarkdown} from '../../source/session/report/markdown.ts';
import {createReport} from '../../source/session/report.ts';
import {applyStep, backlog, listEvening, makeSession, moment, putBack, rps} from '../helpers/evening.ts';

const report = createReport(digestSession(makeSession()), settingWords);

test('the comparison tells the evening: each configuration with what it moved, lost and cost', () => {
	expect(
		report.comparison.map(row => ({
			configuration: row.configuration,
			scenario: row.scenario,
			gigabits: Math.round((row.bitsPerSecond ?? 0) / 1e8) / 10,
			core: row.topCore?.cpu,
			soft: Math.round(row.topCore?.soft ?? -1),
			softnet: Math.round(row.softnetDrops ?? -1),
			// Read every other second: the edges of a window count one reading more or less.
			nic: 10 * Math.round((row.nicDrops ?? -1) / 10),
			p99: Math.round(row.p99Cpu ?? -1),
		})),
	).toEqual([
		{configuration: 'as found', gigabits: 1, core: 1, soft: 88, softnet: 0, nic: 0, p99: 94, scenario: undefined},
		{
			configuration: '+ Spread packets with RPS',
			scenario: 'tcp-reverse',
			gigabits: 0.8,
			core: 1,
			soft: 30,
			softnet: 30_000,
			nic: 60,
			p99: 36,
		},
		{
			configuration: '+ Raise the backlog',
			gigabits: 2,
			core: 1,
			soft: 35,
			softnet: 0,
			nic: 0,
			p99: 41,
			scenario: undefined,
		},
		{
			configuration: '+ Raise the tunnel MTU',
			gigabits: 2.2,
			core: 1,
			soft: 36,
			softnet: 0,
			nic: 0,
			p99: 42,
			scenario: undefined,
		},
		{
			configuration: '− Raise the tunnel MTU (not confirmed within 40 s)',
			gigabits: 2,
			core: 1,
			soft: 35,
			softnet: 0,
			nic: 0,
			p99: 41,
			scenario: undefined,
		},
		{
			configuration: '− Raise the backlog (undo)',
			gigabits: 0.8,
			core: 1,
			soft: 30,
			softnet: 30_000,
			nic: 0,
			p99: 36,
			scenario: undefined,
		},
	]);
	expect(report.comparison[1]?.bitsPerSecond).toBe(7.5e8);
});

test('each step is told with its values, its outcome and the exact command', () => {
	expect(
		report.steps.map(({title, outcome, verdict, changes}) => ({title, outcome, verdict: verdict?.kind, changes})),
	).toEqual([
		{
			title: 'Spread packets with RPS',
			outcome: 'kept',
			verdict: 'effective',
			changes: [
				expect.objectContaining({
					from: '0',
					to: 'f',
					actual: 'f',
					shellLine: expect.stringContaining('/sys/class/net/eth0/queues/rx-0/rps_cpus'),
				}),
			],
		},
		{
			title: 'Raise the backlog',
			outcome: 'put back: undo',
			verdict: 'effective',
			changes: [
				expect.objectContaining({
					from: '1000',
					to: '10000',
					restored: '1000',
					shellLine: expect.stringContaining('net.core.netdev_max_backlog=10000'),
				}),
			],
		},
		{
			title: 'Raise the tunnel MTU',
			outcome: 'put back: not confirmed within 40 s',
			verdict: 'effective',
			changes: [expect.objectContaining({from: '1280', to: '1420', restored: '1280'})],
		},
	]);
});

test('settings that differ at the end are told, those that came back are not', () => {
	expect(report.settings).toEqual([]);
	const half = createReport(
		digestSession(makeSession(listEvening().filter(({at}) => at.monotonic < moment(150).monotonic))),
		settingWords,
	);
	expect(half.settings).toEqual([{name: 'net.core.netdev_max_backlog', before: '1000', after: '10000'}]);
});

test('the timeline is in the order in which things happened, not in that in which they were noticed', () => {
	const session = makeSession();
	const digest = digestSession(session);
	const late = {type: 'marker', at: moment(3), text: 'noticed late'} as const;
	const {timeline} = createReport({...digest, events: [...digest.events, late]}, settingWords);
	const times = timeline.map(({at}) => at.monotonic);
	expect(times).toEqual(times.toSorted((a, b) => a - b));
	expect(timeline).toContainEqual(late);
});

test('the timeline has what people did and what came of it, not every write', () => {
	const kinds = report.timeline.map(event => (event.type === 'tuning' ? event.event.type : event.type));
	expect(kinds).toEqual([
		'marker',
		...['opened', 'completed', 'judged', 'scenario', 'scenario'],
		...['opened', 'completed', 'judged'],
		...['opened', 'completed', 'judged'],
		...['reverted', 'reverted', 'note'],
	]);
});

test('Markdown holds the comparison as one table, and no name can break it', () => {
	const text = formatMarkdown(describeReport(report));
	expect(text).toContain(
		'| Configuration | Load | Throughput | Top core %soft | softnet drops/30 s | NIC drops/30 s | p99 CPU | Verdict |',
	);
	expect(text).toMatch(
		/\| \+ Spread packets with RPS \| tcp-reverse \| 750 Mbit\/s \| 30 % \(cpu1\) \| 30000 \| 6\d \| 36 % \| – \|/,
	);
	expect(text).toContain('| 14:18:30 | marker | baseline \\| \\<b>before\\</b> |');
	expect(text).toContain('sysctl -w net.core.netdev_max_backlog=10000');
	expect(text).toMatch(/\| Kernel \| 6\.12\.0-cloud-amd64 \|/);
	for (const line of text.split('\n').filter(each => each.startsWith('| '))) {
		const cells = line.replaceAll('\\|', '').split('|').length;
		expect([4, 5, 7, 10]).toContain(cells);
	}
});

test('the CSV has one line a row, and no cell that a spreadsheet would run', () => {
	const lines = formatCsv(report.comparison).split('\r\n');
	expect(lines).toHaveLength(8);
	expect(lines[0]).toMatch(/^configuration,scenario,runs,seconds,bits_per_second,/);
	expect(lines[2]).toMatch(/^'\+ Spread packets with RPS,tcp-reverse,1,/);
});

test('a session without load says so instead of inventing figures', () => {
	const quiet = createReport(
		digestSession(makeSession(listEvening().filter(({at}) => at.monotonic < moment(8).monotonic))),
		settingWords,
	);
	expect(quiet.comparison).toEqual([
		{configuration: 'as found', seconds: 0, samples: 0, runs: 0, note: 'no load of 5 s or more'},
	]);
	expect(formatMarkdown(describeReport(quiet))).toContain(
		'| as found | no load of 5 s or more | – | – | – | – | – | – |',
	);
});

test('a session without samples cannot be reported on', () => {
	expect(() => createReport(digestSession(makeSession([])), settingWords)).toThrow(RangeError);
});

test('the timeline says which step the guided loop decided about, how and why, and why a trial has no verdict', () => {
	const samples = listEvening().filter(event => event.type === 'sample');
	const loop = {type: 'autopilot', loop: 'l', at: moment(100)} as const;
	const step = 'backlog-budget';
	const events: TimelineEvent[] = [
		{...loop, change: 'started', text: 'guided loop to beta'},
		{...loop, change: 'decided', step, decision: 'kept', text: 'better: +60 %', finding: 'softnet-backlog'},
		{...loop, change: 'decided', step: 'mtu', decision: 'impossible', text: 'it has that MTU'},
		{type: 'trial', at: moment(100), trial: 't', step, scenario: 'tcp-reverse', change: 'ended', reason: 'too noisy'},
	];
	const sorted = [...samples, ...events].sort((a, b) => a.at.monotonic - b.at.monotonic);
	const report = formatMarkdown(describeReport(createReport(digestSession(makeSession(sorted)), settingWords)));
	expect(report).toContain('| guided loop started | guided loop to beta |');
	expect(report).toContain('| backlog-budget kept: better: +60 % (to answer softnet-backlog) |');
	expect(report).toContain('| mtu impossible: it has that MTU |');
	expect(report).toContain('| trial ended | backlog-budget with tcp-reverse: no verdict: too noisy |');
});

test('a trial has two rows of its own, with its verdict; what it applied and put back makes no configurations', () => {
	const trial = {type: 'trial', trial: 't', step: 'backlog-budget', scenario: 'tcp-reverse'} as const;
	const side = (from: number, name: string, letter: 'a' | 'b', goodput: number): TimelineEvent[] => [
		{
			type: 'scenario',
			at: moment(from),
			change: 'started',
			run: name,
			scenario: 'tcp-reverse',
			trial: 't',
			side: letter,
		},
		{
			type: 'scenario',
			at: moment(from + 10),
			change: 'ended',
			run: name,
			scenario: 'tcp-reverse',
			trial: 't',
			side: letter,
			figures: {goodput},
		},
	];
	const tuned = listEvening().filter(
		event => event.type === 'tuning' && event.event.type !== 'restarted' && event.event.id === 'two',
	);
	const samples = listEvening().filter(event => event.type === 'sample');
	const events = [
		...samples,
		{...trial, at: moment(100), change: 'started' as const},
		...side(101, 'r1', 'a', 1e9),
		...tuned,
		...side(121, 'r2', 'b', 2e9),
		{
			...trial,
			at: moment(280),
			change: 'ended' as const,
			verdict: {word: 'better' as const, text: '+100 %', change: 1},
		},
	].sort((a, b) => a.at.monotonic - b.at.monotonic);
	const {comparison} = createReport(digestSession(makeSession(events)), settingWords);
	expect(
		comparison.map(row => [
			row.configuration,
			row.bitsPerSecond && Math.round(row.bitsPerSecond / 1e8),
			row.verdict?.word,
		]),
	).toEqual([
		['as found', expect.any(Number), undefined],
		['after the trial', expect.any(Number), undefined],
		['trial of backlog-budget: without', 10, undefined],
		['trial of backlog-budget: with', 20, 'better'],
	]);
});

test('steps that are undone together make one configuration', () => {
	const at = moment(10);
	const tuning = (seconds: number, event: object): TimelineEvent => ({
		type: 'tuning',
		at: moment(seconds),
		event: {...event, at: moment(seconds)} as never,
	});
	const opened = {step: 's', changes: [], version: '', bootId: '', process: {pid: 1, startTime: 1}};
	const events = [
		tuning(10, {type: 'opened', id: 'a', title: 'A', ...opened}),
		tuning(11, {type: 'completed', id: 'a'}),
		tuning(30, {type: 'opened', id: 'b', title: 'B', ...opened}),
		tuning(31, {type: 'completed', id: 'b'}),
		tuning(50, {type: 'reverted', id: 'b', reason: 'undo'}),
		tuning(50.1, {type: 'reverted', id: 'a', reason: 'undo'}),
	];
	expect(
		divideByTuning({events}, moment(0), moment(100)).map(({title, from, to}) => [
			title,
			from - at.monotonic,
			to - at.monotonic,
		]),
	).toEqual([
		['as found', -10, 0],
		['+ A', 1, 20],
		['+ B', 21, 40],
		['− B (undo), − A (undo)', expect.closeTo(40.1), 90],
	]);
});

test('a step from before the session is told as such, and is no event of it', () => {
	const past = applyStep(-100, 'past', {step: 'backlog-budget', title: 'Raise the backlog early', change: backlog});
	const samples = listEvening().filter(({type}) => type === 'sample');
	const session = makeSession([...past, ...samples]);
	const {steps, configurations, timeline} = createReport(digestSession(session), settingWords);
	expect(steps).toMatchObject([
		{
			title: 'Raise the backlog early',
			outcome: 'in force before the session began',
			changes: [{from: '1000', actual: '10000'}],
		},
	]);
	expect(configurations.map(({title}) => title)).toEqual(['as found']);
	expect(timeline).toEqual([]);

	const undone = makeSession([
		...past,
		...samples.slice(0, 100),
		...putBack(99.5, 'past', 'undo', '1000'),
		...samples.slice(100),
	]);
	const told = createReport(digestSession(undone), settingWords);
	expect(told.steps.map(({outcome}) => outcome)).toEqual(['put back: undo']);
	expect(told.configurations.map(({title}) => title)).toEqual(['as found', '− Raise the backlog early (undo)']);
});

test('what outlives a restart is told, as it was when the session ended', () => {
	const wishes = [{setting: {kind: 'sysctl' as const, name: 'net.core.netdev_budget'}, to: '600'}];
	const session = makeSession();
	const persisted = (header: object, events = session) =>
		createReport(digestSession({...events, header: {...session.header, ...header}}), settingWords);
	expect(formatMarkdown(describeReport(report))).toMatch(/## Persisted\n\nNot known\./);
	expect(formatMarkdown(describeReport(persisted({persisted: []})))).toMatch(/## Persisted\n\nNothing: /);
	expect(formatMarkdown(describeReport(persisted({persisted: wishes})))).toContain('| net.core.netdev_budget | 600 |');
	const removed = makeSession([...listEvening(), {type: 'persisted', at: moment(299.5), wishes: []}]);
	expect(persisted({persisted: wishes}, removed).persisted).toEqual([]);
});

test('problems are told together, by source, and not in the timeline', () => {
	const problem = (seconds: number, change: 'raised' | 'cleared', message: string): TimelineEvent => ({
		type: 'problem',
		at: moment(seconds),
		change,
		problem: {source: 'nics', message},
	});
	const events = [
		problem(10, 'raised', 'takes 61 ms'),
		problem(14, 'cleared', 'takes 61 ms'),
		problem(289, 'raised', 'takes 77 ms'),
	];
	const session = makeSession([...listEvening(), ...events].sort((a, b) => a.at.monotonic - b.at.monotonic));
	const told = createReport(digestSession(session), settingWords);
	expect(told.problems).toEqual([{source: 'nics', message: 'takes 77 ms', times: 2, seconds: 14}]);
	expect(told.timeline.some(({type}) => type === 'problem')).toBe(false);
	expect(formatMarkdown(describeReport(told))).toContain('| nics | 2 | 14 s | takes 77 ms |');
});

test('a setting whose source was silent at the end is no difference', () => {
	const digest = digestSession(makeSession());
	const {'net.core.netdev_budget': _, ...after} = digest.settings.after;
	expect(createReport({...digest, settings: {...digest.settings, after}}, settingWords).settings).toEqual([]);
});

test('of a load between two slow samples its edges are told, and that they are', () => {
	const figures = [0, 0, 4e8, 1e9, 0, 0].map((received, index) => ({
		at: moment(10 * index),
		seconds: 10,
		received,
		sent: 0,
		cpus: [{cpu: 0, soft: 20, busy: 30}],
		dropped: {softnet: 0},
	}));
	const configuration = {
		title: 'as found',
		from: moment(0).monotonic,
		to: moment(60).monotonic,
		steps: [],
		applied: [],
	};
	expect(compareConfigurations([configuration], [], figures)).toMatchObject([
		{bitsPerSecond: 7e8, seconds: 20, note: '20 s of traffic, its start and end included'},
	]);
});

test.each([
	[[100], 100],
	[[100, 200], 150],
	[[200, 100, 400], 200],
	[[400, 100, 200, 300], 250],
])('of runs of %j the row has the median', (values, expected) => {
	const run = (index: number) => ({type: 'scenario', run: `r${index}`, scenario: 'udp-max'}) as const;
	const events = values.flatMap((value, index): TimelineEvent[] => [
		{...run(index), at: moment(10 * index), change: 'started'},
		{
			...run(index),
			at: moment(10 * index + 9),
			change: 'ended',
			figures: {goodput: value * 1e6, packetsPerSecond: value * 100},
		},
	]);
	const configuration = {
		title: 'as found',
		from: moment(0).monotonic,
		to: moment(60).monotonic,
		steps: [],
		applied: [],
	};
	const rows = compareConfigurations([configuration], events, []);
	expect(rows).toMatchObject([{runs: values.length, bitsPerSecond: expected * 1e6, packetsPerSecond: expected * 100}]);
	expect(formatCsv(rows)).toContain(`,${expected * 1e6},${expected * 100},`);
});

const step = {step: 'backlog-budget', title: 'Raise the backlog', change: backlog};
const other = {step: 'rps-rfs', title: 'Spread packets with RPS', change: rps};

/** A trial of twenty seconds, after which the step is as it was before. */
function makeTrial(
	from: number,
	id: string,
	word: 'better' | 'worse',
	inner: readonly TimelineEvent[] = [],
): TimelineEvent[] {
	const base = {type: 'trial', trial: id, step: step.step, scenario: 'tcp-reverse'} as const;
	return [
		{...base, at: moment(from), change: 'started'},
		...inner,
		{...base, at: moment(from + 20), change: 'ended', verdict: {word, text: id, change: 0}},
	];
}

function listVerdicts(...events: readonly (readonly TimelineEvent[])[]) {
	const samples = listEvening().filter(event => event.type === 'sample');
	const session = makeSession([...samples, ...events.flat()].sort((a, b) => a.at.monotonic - b.at.monotonic));
	const {comparison} = createReport(digestSession(session), settingWords);
	return comparison.map(row => `${row.configuration}: ${row.verdict?.text ?? '-'}`);
}

test('a verdict stands where its step was applied after it, not where it was applied before or put back', () => {
	expect(
		listVerdicts(
			applyStep(20, 'early', step),
			putBack(40, 'early', 'undo', '1000'),
			makeTrial(60, 'first', 'better'),
			applyStep(100, 'kept', step),
			applyStep(130, 'other', other),
			putBack(160, 'kept', 'undo', '1000'),
		),
	).toEqual([
		'as found: -',
		'+ Raise the backlog: -',
		'− Raise the backlog (undo): -',
		'after the trial: -',
		'+ Raise the backlog: first',
		'+ Spread packets with RPS: -',
		'− Raise the backlog (undo): -',
	]);
});

test('of two trials each application has the verdict that was known then', () => {
	expect(
		listVerdicts(
			makeTrial(20, 'first', 'better'),
			applyStep(50, 'one', step),
			putBack(80, 'one', 'undo', '1000'),
			makeTrial(100, 'second', 'worse'),
			applyStep(130, 'two', step),
			putBack(160, 'two', 'undo', '1000'),
		),
	).toEqual([
		'as found: -',
		'after the trial: -',
		'+ Raise the backlog: first',
		'− Raise the backlog (undo): -',
		'after the trial: -',
		'+ Raise the backlog: second',
		'− Raise the backlog (undo): -',
	]);
});

test('a step that its trial leaves in force begins a configuration with the verdict', () => {
	expect(listVerdicts(makeTrial(20, 'first', 'better', applyStep(30, 'one', step)))).toEqual([
		'as found: -',
		'+ Raise the backlog: first',
	]);
});

test('a step that is put back within a second was not applied', () => {
	expect(
		listVerdicts(
			makeTrial(20, 'first', 'better'),
			applyStep(50, 'one', step).slice(0, -1),
			putBack(50.5, 'one', 'undo', '1000'),
		).at(-1),
	).toBe('+ Raise the backlog, − Raise the backlog (undo): -');
});

test('a trial is one until it ends: its noise is no end, and what it wrote last may be noticed after it', () => {
	const base = {type: 'trial', trial: 'first', step: step.step, scenario: 'tcp-reverse'} as const;
	const [started, ended] = makeTrial(20, 'first', 'better');
	const written = [
		{...base, at: moment(22), change: 'measured' as const, noise: {variation: 0.01}},
		...applyStep(25, 'one', step),
		...putBack(39, 'one', 'undo', '1000'),
	];
	const events = [...(started ? [started] : []), ...(ended ? [ended] : []), ...written];
	const list = divideByTuning({events}, moment(0), moment(100)).map(({title, from, to}) => [title, to - from]);
	expect(list).toEqual([
		['as found', 20],
		['after the trial', 60],
	]);
});
