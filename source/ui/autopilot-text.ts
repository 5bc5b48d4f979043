import {type AutopilotResult, describeInForce} from '../bench/autopilot.ts';
import type {Loop, Next} from '../bench/loop.ts';
import {findVerdict, type ScenarioRun} from '../bench/run.ts';
import {bits, rate} from '../derive/findings/words.ts';
import type {AutopilotEvent} from '../model/events.ts';
import {describeMeasuring} from './measuring-event.ts';
import {wrapText} from './wrap.ts';

/** What the guided loop did, as text for a ticket; with a line end at its end. */
export function formatAutopilotText(
	{loop, ended, inForce}: AutopilotResult,
	{width = 120, host, peer}: {readonly width?: number; readonly host?: string; readonly peer: string},
): string {
	const ends = [host, peer].filter(end => end !== undefined).join(' to ');
	return [
		[`guided loop, ${ends}`],
		formatFigures(loop),
		loop.decisions.flatMap((event, index) => describeDecision(event, index, width)),
		loop.next === undefined ? [] : describeNext(loop.next, width),
		describeFinal(loop, width),
		[...wrapText(ended, width), ...wrapText(describeInForce(inForce), width)],
	]
		.filter(section => section.length > 0)
		.map(section => `${section.map(line => line.trimEnd()).join('\n')}\n`)
		.join('\n');
}

/** Before and after, side by side: told, not judged. */
function formatFigures({baseline, tuned}: Loop): string[] {
	const rows = baseline.map(run => {
		const after = tuned.find(({scenario}) => scenario.id === run.scenario.id);
		return [run.scenario.id, sayFigure(run), after === undefined ? '' : sayFigure(after), sayVerdict(after ?? run)];
	});
	const table = [['scenario', 'before', tuned.length > 0 ? 'after' : '', 'limit'], ...rows];
	const widths = [0, 1, 2].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
	return rows.length === 0
		? []
		: table.map(([name = '', before = '', after = '', limit = '']) =>
				[
					name.padEnd(widths[0] ?? 0),
					before.padStart(widths[1] ?? 0),
					...(tuned.length > 0 ? [after.padStart(widths[2] ?? 0)] : []),
					limit,
				].join('  '),
			);
}

function sayFigure({figure, scenario, run}: ScenarioRun): string {
	if (figure === undefined || run.invalid.length > 0) {
		return 'invalid';
	}
	return scenario.figure === 'bits' ? bits(figure / 8) : rate(figure, 'packets');
}

function sayVerdict(run: ScenarioRun): string {
	return findVerdict(run)?.id ?? '?';
}

function describeDecision(event: AutopilotEvent, index: number, width: number): string[] {
	const because = event.finding === undefined ? '' : ` (answers ${event.finding})`;
	return wrapText(`${index + 1}. ${describeMeasuring(event) ?? ''}${because}`, width);
}

function describeNext({step, finding, scenario, lines, seconds}: Next, width: number): string[] {
	return [
		...wrapText(`first it would try ${step.id} (${step.title}), because ${finding}`, width),
		...lines.map(line => `  ${line}`),
		...wrapText(`compared by ${scenario.id}, which takes about ${Math.ceil(seconds / 60)} min`, width),
	];
}

function describeFinal({kept, final}: Loop, width: number): string[] {
	if (final !== undefined) {
		const {verdict, reason = 'broken off'} = final;
		const text = verdict === undefined ? reason : `${verdict.word}: ${verdict.text}`;
		return wrapText(`everything that was kept against nothing of it, by ${final.options.scenario.id}: ${text}`, width);
	}
	return kept.length > 1 ? ['there was no time left to compare everything that was kept with nothing of it'] : [];
}
