import {type GuardOutcome, guards} from '../bench/guards.ts';
import {noiseRuns, type Trial, type TrialRun} from '../bench/trial.ts';
import {bits, rate} from '../derive/findings/words.ts';
import {describeVerdict} from '../tuning/effect.ts';
import {wrapText} from './wrap.ts';

export interface TrialTextOptions {
	readonly width?: number;
	readonly host?: string;
	readonly peer: string;
}

/** What a trial found, as text for a ticket; with a line end at its end. */
export function formatTrialText(trial: Trial, {width = 120, host, peer}: TrialTextOptions): string {
	const {options, toggle, verdict, effect} = trial;
	const {step, scenario, seconds, omit} = options;
	const ends = [host, peer].filter(end => end !== undefined).join(' to ');
	return [
		wrapText(`${ends}: ${step.title} (${step.id}), by ${scenario.id}, runs of ${seconds} s after ${omit} s`, width),
		toggle.preview.changes.map(({label, from, to}) => `  ${label}: ${from} → ${to}`),
		[
			...describeNoise(trial),
			...wrapText(`${verdict?.word ?? 'no verdict'}: ${verdict?.text ?? trial.reason ?? ''}`, width),
			...(effect === undefined ? [] : wrapText(describeVerdict(effect), width)),
		],
		verdict === undefined ? [] : formatGuards(verdict.guards),
		describeRuns(trial, width),
		wrapText(describeState(trial), width),
	]
		.filter(section => section.length > 0)
		.map(section => `${section.map(line => line.trimEnd()).join('\n')}\n`)
		.join('\n');
}

function describeNoise({noise, detectable, options, evidence}: Trial): string[] {
	if (noise === undefined) {
		return [];
	}
	const runs = evidence === 'pairs' ? `${options.count} pairs` : `blocks of ${options.count} runs`;
	const shown =
		detectable === undefined ? 'can show harm, not gain' : `show a change of ${Math.ceil(100 * detectable)} % or more`;
	return [`runs differ by ${(100 * noise.variation).toFixed(1)} % by themselves: ${runs} ${shown}`];
}

function formatGuards(outcomes: readonly GuardOutcome[]): string[] {
	const rows = outcomes.map(({id, a, b, word}) => {
		const guard = guards.find(each => each.id === id);
		const figure = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)}${guard?.unit ?? ''}`;
		return [guard?.title ?? id, figure(a), figure(b), word];
	});
	const table = [['', 'without', 'with', ''], ...rows];
	const widths = [0, 1, 2].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
	return table.map(
		([name = '', a = '', b = '', word = '']) =>
			`  ${name.padEnd(widths[0] ?? 0)}  ${a.padStart(widths[1] ?? 0)}  ${b.padStart(widths[2] ?? 0)}  ${word}`,
	);
}

/** Every figure in its order, so that nobody has to believe the summary. */
function describeRuns({runs, options}: Trial, width: number): string[] {
	const figure = ({run}: TrialRun): string =>
		options.scenario.figure === 'bits' ? bits((run.figure ?? 0) / 8) : rate(run.figure ?? 0, 'packets');
	const list = (title: string, some: readonly TrialRun[]): string[] =>
		some.length === 0
			? []
			: wrapText(`${title}: ${some.map(each => `${each.side.toUpperCase()} ${figure(each)}`).join(', ')}`, width);
	return [
		...list('noise check', runs.slice(0, noiseRuns)),
		...list(`A without, B with, seed ${options.seed}`, runs.slice(noiseRuns)),
	];
}

function describeState({toggle, options, verdict}: Trial): string {
	const {id} = options.step;
	if (toggle.wasInForce) {
		return `${id} is in force, as it was before: nbtop undo ${id} takes it out`;
	}
	return `the machine is as it was before: ${id} is not applied${verdict?.word === 'better' ? `; nbtop tune ${id} applies it` : ''}`;
}
