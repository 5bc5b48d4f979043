import type {MeasurerStatus, Outcome, Task} from '../../bench/measurer.ts';
import type {BenchPeer} from '../../bench/peers.ts';
import {choosePrimary} from '../../bench/primary.ts';
import {findProgress} from '../../bench/progress.ts';
import type {TimelineEvent} from '../../model/events.ts';
import type {State} from '../../session/state.ts';
import {formatAutopilotText} from '../autopilot-text.ts';
import {formatBenchText, formatProgress} from '../bench-text.ts';
import {formatClock} from '../format.ts';
import {describeMeasuring} from '../measuring-event.ts';
import {paragraph} from '../paragraph.ts';
import type {Span} from '../table-text.ts';
import {formatTrialText} from '../trial-text.ts';

/** What would be measured; while it is, how far it is and what it has found; and what came of it. */
export function describeMeasurement(state: State, status: MeasurerStatus, width: number): Span[][] {
	const {peer, task, running, outcome} = status;
	if (task === undefined || peer === undefined) {
		return paragraph('No tunnel here has a peer to measure to.', 'warning', width);
	}
	const title = paragraph(`${sayTask(task)} ${namePeer(peer)}`, 'title', width);
	if (running !== undefined) {
		return [...title, ...describeRunning(state, running, width)];
	}
	return outcome === undefined
		? [...title, ...describeTask(task, status, width)]
		: [...title, ...describeOutcome(outcome.outcome, peer, width)];
}

function sayTask(task: Task): string {
	switch (task.kind) {
		case 'bench':
			return 'Measure the tunnel to';
		case 'trial':
			return `Compare with and without ${task.step.id}, to`;
		case 'autopilot':
			return 'The guided loop, to';
	}
}

function namePeer({name, address}: BenchPeer): string {
	return name === undefined ? address : `${name} (${address})`;
}

const whatItDoes: Readonly<Record<Task['kind'], string>> = {
	bench:
		'Five loads of iperf3, one after the other, some seconds each: about a minute and a half. The monitor goes on, so that each has its cores, drops and finding.',
	trial:
		'First six runs without it tell how small a change would show at all; then seven pairs with and without it, in an order by lot, or blocks where it cannot be toggled: about six minutes. The step is in only while it is measured, under a guard that takes it out if nbtop dies, and ends as it was before.',
	autopilot:
		'Measures, names what limits, tries the step that answers it, keeps it if it is proven better, puts it back if not, and goes on until nothing is left to try: half an hour at most. This changes settings of this machine, one at a time. After a crash it goes on where it was.',
};

function describeTask(task: Task, {peer, peers}: MeasurerStatus, width: number): Span[][] {
	const server = `It needs an iperf3 server at the peer: iperf3 -s -B ${peer?.address ?? ''}`;
	return [
		...paragraph(whatItDoes[task.kind], 'normal', width),
		...(task.kind === 'trial' ? paragraph(`Judged by ${choosePrimary(task.step.id).title}.`, 'normal', width) : []),
		...paragraph(server, 'normal', width),
		[],
		...paragraph(peers > 1 ? `y begins it; b takes the next of ${peers} peers.` : 'y begins it.', 'key', width),
	];
}

function describeRunning(
	state: State,
	{since, isEnding}: NonNullable<MeasurerStatus['running']>,
	width: number,
): Span[][] {
	const progress = findProgress(state);
	const past = state.timeline.filter(event => event.at.monotonic >= since).flatMap(event => tell(event, width));
	const now = progress === undefined ? 'getting ready' : formatProgress(progress);
	return [
		...paragraph(isEnding ? 'Ending: everything is put back.' : 'x stops it; Esc only closes this.', 'key', width),
		...paragraph(now, 'accent', width),
		[],
		// The newest first: it is what one looks for.
		...past.toReversed().flat(),
	];
}

function tell(event: TimelineEvent, width: number): Span[][][] {
	const line = describeMeasuring(event);
	return line === undefined ? [] : [paragraph(line.trim(), 'normal', width, `${formatClock(event.at.wall)} `)];
}

function describeOutcome(outcome: Outcome, peer: BenchPeer, width: number): Span[][] {
	const name = peer.name ?? peer.address;
	switch (outcome.kind) {
		case 'failed':
			return paragraph(outcome.reason, 'warning', width);
		case 'bench':
			return toLines(formatBenchText(outcome.result, {width}));
		case 'trial':
			return toLines(formatTrialText(outcome.result, {width, peer: name}));
		case 'autopilot':
			return toLines(formatAutopilotText(outcome.result, {width, peer: name}));
	}
}

function toLines(text: string): Span[][] {
	return text
		.trimEnd()
		.split('\n')
		.map(line => [{text: line, tone: 'normal'}]);
}
